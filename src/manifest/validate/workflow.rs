//! The workflows.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::diag::Code;
use crate::diag::Diagnostic;
use crate::diag::Span;
use crate::id::Locale;
use crate::id::ProjectId;
use crate::id::WorkflowName;
use crate::manifest::model::MachineTranslation;
use crate::manifest::model::ProjectSettings;
use crate::manifest::model::ProjectTarget;
use crate::manifest::model::SendWhen;
use crate::manifest::model::Setup;
use crate::manifest::model::StageType;
use crate::manifest::model::Workflow;
use crate::manifest::model::WorkflowSpans;
use crate::manifest::problems::Problems;
use crate::manifest::raw::RawProject;
use crate::manifest::raw::RawSendStage;
use crate::manifest::raw::RawSendWhen;
use crate::manifest::raw::RawSendWord;
use crate::manifest::raw::RawWorkflow;
use crate::manifest::rules::Rule;
use crate::manifest::rules::Verdict;
use crate::manifest::tree::brief;

use super::assign::assignment;
use super::at::At;
use super::conflict;
use super::text;

pub(super) fn workflows(
    manifest: &str,
    mut raw: BTreeMap<String, RawWorkflow>,
    at: At<'_>,
    found: &mut Problems,
) -> BTreeMap<WorkflowName, Workflow> {
    let mut workflows = BTreeMap::new();
    for (key, node) in at.entries() {
        let Some(raw) = raw.remove(&key.name) else { continue };
        check_name(&key.name, key.span, found);
        let name = WorkflowName::new(key.name.as_str());
        let workflow = workflow(manifest, &name, raw, At::entry(key, node), found);
        workflows.insert(name, workflow);
    }
    check_projects(&workflows, found);
    workflows
}

fn check_name(name: &str, span: Span, found: &mut Problems) {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.len() > text::LONGEST_NAME || !name.chars().all(good) {
        let message = format!("the workflow's name `{}` has characters that a name cannot have", brief(name));
        let wrong = Diagnostic::error(Code::BadName, span, message);
        found.push(wrong.label("1 to 64 letters, digits, dots, underscores and hyphens"));
    }
}

fn workflow(
    manifest: &str,
    name: &WorkflowName,
    raw: RawWorkflow,
    at: At<'_>,
    found: &mut Problems,
) -> Workflow {
    let RawWorkflow {
        stages,
        template,
        machine_translation,
        project,
        existing_translations,
        send_when,
        auto_complete,
        publish,
        mark_outdated,
        on_edit,
        links,
        integrity,
        assign,
    } = raw;
    let setup = setup(stages, template, at, found);
    let mut spans = WorkflowSpans {
        name: at.key,
        setup: at.get(if at.has("template") { "template" } else { "stages" }).span(),
        machine_translation: at.get("machine_translation").span(),
        ..WorkflowSpans::default()
    };
    let assign = assign.unwrap_or_default().into_iter().enumerate();
    Workflow {
        name: name.clone(),
        place: at.key.place,
        machine_translation: match (&setup, &machine_translation) {
            (Setup::Template(_), None) => MachineTranslation::Template,
            _ => engine(machine_translation, at.get("machine_translation"), found),
        },
        project: self::project(format!("{manifest}: {name}"), project, at.get("project"), &mut spans, found),
        existing_translations: existing_translations.unwrap_or_default(),
        send_when: send_when
            .map_or_else(SendWhen::default, |raw| when(raw, &setup, at.get("send_when"), found)),
        auto_complete: auto_complete.unwrap_or(false),
        publish: publish.unwrap_or_default(),
        mark_outdated: mark_outdated.unwrap_or(true),
        on_edit: on_edit.unwrap_or_default(),
        links: links.unwrap_or_default(),
        integrity: integrity.unwrap_or_default(),
        assign: assign
            .filter_map(|(number, raw)| assignment(raw, &setup, at.get("assign").item(number), found))
            .collect(),
        setup,
        spans,
    }
}

fn setup(
    stages: Option<Vec<StageType>>,
    template: Option<String>,
    at: At<'_>,
    found: &mut Problems,
) -> Setup {
    if at.has("stages") && at.has("template") {
        found.push(conflict(at, "template", "stages", "a template brings its own stages"));
    } else if !at.has("stages") && !at.has("template") {
        let missing =
            Diagnostic::error(Code::NoSetup, at.key, "the workflow says neither `stages` nor `template`");
        found.push(missing.label("which stages?").hint("for example `stages: [translation, postediting]`"));
    }
    if let Some(stages) = stages {
        let at = at.get("stages");
        text::not_empty(&stages, at, found);
        for (number, stage) in stages.iter().enumerate() {
            if let Some(first) = stages.iter().take(number).position(|earlier| earlier == stage) {
                let message = format!("the stage `{}` is listed twice", stage.as_str());
                let twice = Diagnostic::error(Code::DuplicateStage, at.item(number).span(), message);
                found.push(twice.label("again here").also(at.item(first).span(), "first here"));
            }
        }
        return Setup::Stages(stages);
    }
    let template = template.and_then(|name| text::line(name, at.get("template"), found));
    template.map_or_else(|| Setup::Stages(Vec::new()), Setup::Template)
}

fn engine(raw: Option<String>, at: At<'_>, found: &mut Problems) -> MachineTranslation {
    match raw.and_then(|name| text::line(name, at, found)).as_deref() {
        None | Some("off") => MachineTranslation::Off,
        Some("auto") => MachineTranslation::Auto,
        Some(name) => {
            for word in ["off", "auto"].into_iter().filter(|word| name.eq_ignore_ascii_case(word)) {
                let message = format!("`{name}` would be the name of an engine");
                let wrong = Diagnostic::error(Code::UnknownValue, at.span(), message).label("not an engine");
                found.push(wrong.hint(format!("did you mean `{word}`?")));
            }
            MachineTranslation::Named(name.to_owned())
        }
    }
}

fn project(
    default_name: String,
    raw: Option<RawProject>,
    at: At<'_>,
    spans: &mut WorkflowSpans,
    found: &mut Problems,
) -> ProjectSettings {
    let RawProject {
        name,
        id,
        max_documents,
        deadline,
        translation_memory,
        glossaries,
        client,
        vendor,
        managers,
    } = raw.unwrap_or(RawProject {
        name: None,
        id: None,
        max_documents: None,
        deadline: None,
        translation_memory: None,
        glossaries: None,
        client: None,
        vendor: None,
        managers: None,
    });
    if at.has("name") && at.has("id") {
        found.push(conflict(at, "name", "id", "a project is found by its id, or made under a name"));
    }
    let mut line = |text: Option<String>, key| text.and_then(|text| text::line(text, at.get(key), found));
    let name = line(name, "name").unwrap_or(default_name);
    let translation_memory = line(translation_memory, "translation_memory");
    let client = line(client, "client");
    let vendor = line(vendor, "vendor");
    spans.project = at.get(if id.is_some() { "id" } else { "name" }).span();
    spans.translation_memory = at.get("translation_memory").span();
    spans.client = at.get("client").span();
    spans.vendor = at.get("vendor").span();
    let glossaries =
        glossaries.map_or_else(Vec::new, |names| text::lines(names, at.get("glossaries"), found));
    spans.glossaries = (0..glossaries.len()).map(|number| at.get("glossaries").item(number).span()).collect();
    let managers = managers.map_or_else(Vec::new, |people| text::people(people, at.get("managers"), found));
    spans.managers = (0..managers.len()).map(|number| at.get("managers").item(number).span()).collect();
    ProjectSettings {
        target: id.map_or(ProjectTarget::Named(name), |id| existing(&id, at.get("id"), found)),
        max_documents: max_documents.unwrap_or(1_000),
        deadline: deadline.and_then(|text| text::deadline(&text, at.get("deadline"), found)),
        translation_memory,
        glossaries,
        client,
        vendor,
        managers,
    }
}

fn existing(id: &str, at: At<'_>, found: &mut Problems) -> ProjectTarget {
    if !text::is_uuid(id) {
        let message = format!("`{}` is not the id of a project", brief(id));
        let wrong = Diagnostic::error(Code::BadProjectId, at.span(), message).label("a UUID is expected");
        found.push(wrong.hint("it stands behind `/projects/` in the address of the project in Smartcat"));
    }
    ProjectTarget::Existing(ProjectId::new(id.to_ascii_lowercase()))
}

fn when(raw: RawSendWhen, setup: &Setup, at: At<'_>, found: &mut Problems) -> SendWhen {
    let stage = match raw {
        RawSendWhen::Word(RawSendWord::Completed) => return SendWhen::Completed,
        RawSendWhen::Word(RawSendWord::Confirmed) => return SendWhen::Confirmed,
        RawSendWhen::Word(RawSendWord::Current) => return SendWhen::Current,
        RawSendWhen::Stage(RawSendStage { stage: None }) => return SendWhen::default(),
        RawSendWhen::Stage(RawSendStage { stage: Some(stage) }) => stage,
    };
    let at = at.get("stage");
    match setup {
        Setup::Template(_) => {
            let message = "which stages a template has is known to Smartcat alone";
            let wrong =
                Diagnostic::error(Code::StageOfTemplate, at.span(), message).label("which stage is this?");
            found.push(wrong.hint("list `stages` instead of `template`, or write `send_when: completed`"));
            SendWhen::default()
        }
        Setup::Stages(stages) => match stages.iter().position(|known| *known == stage) {
            Some(position) => SendWhen::Stage(u32::try_from(position + 1).unwrap_or(u32::MAX), stage),
            None => {
                unknown_stage(stage, stages, at, found);
                SendWhen::default()
            }
        },
    }
}

pub(super) fn unknown_stage(stage: StageType, stages: &[StageType], at: At<'_>, found: &mut Problems) {
    // A workflow without stages was told so already.
    if stages.is_empty() {
        return;
    }
    let names: Vec<String> = stages.iter().map(|stage| format!("`{}`", stage.as_str())).collect();
    let message = format!("the workflow has no stage `{}`", stage.as_str());
    let wrong = Diagnostic::error(Code::UnknownStage, at.span(), message).label("not among its stages");
    found.push(wrong.hint(format!("its stages are {}", names.join(", "))));
}

/// Two workflows in one project. Smartcat wants names of projects unique when they are changed (smartcat.md §6.4).
fn check_projects(workflows: &BTreeMap<WorkflowName, Workflow>, found: &mut Problems) {
    let mut seen: BTreeMap<&str, &Workflow> = BTreeMap::new();
    let mut in_order: Vec<&Workflow> = workflows.values().collect();
    in_order.sort_by_key(|workflow| workflow.place);
    for workflow in in_order {
        let key = match &workflow.project.target {
            ProjectTarget::Existing(id) => id.as_str(),
            ProjectTarget::Named(name) => name,
        };
        if let Some(first) = seen.get(key) {
            let message = format!("`{}` and `{}` use one project", first.name, workflow.name);
            let shared = Diagnostic::error(Code::SharedProject, workflow.spans.project, message);
            found.push(shared.label("used twice").also(first.spans.project, "first here"));
        } else {
            seen.insert(key, workflow);
        }
    }
}

/// Workflows that no rule uses, and languages that are assigned in vain.
pub(super) fn check_use(workflows: &BTreeMap<WorkflowName, Workflow>, rules: &[Rule], found: &mut Problems) {
    let mut used: BTreeMap<&WorkflowName, BTreeSet<&Locale>> = BTreeMap::new();
    for rule in rules {
        if let Verdict::Translate { workflow, .. } = &rule.verdict {
            used.entry(workflow).or_default().extend(rule.languages.iter().map(|(locale, _)| locale));
        }
    }
    for workflow in workflows.values() {
        let Some(locales) = used.get(&workflow.name) else {
            let message = format!("no rule uses the workflow `{}`", workflow.name);
            found.push(
                Diagnostic::warning(Code::UnusedWorkflow, workflow.spans.name, message)
                    .label("has no effect"),
            );
            continue;
        };
        for assignment in &workflow.assign {
            for (locale, span) in assignment.locales.iter().filter(|(locale, _)| !locales.contains(locale)) {
                let message =
                    format!("no rule sends `{}` through `{}`", brief(locale.as_str()), workflow.name);
                let unused = Diagnostic::warning(Code::UnusedLanguage, *span, message);
                found.push(unused.label("assigned in vain"));
            }
        }
    }
}
