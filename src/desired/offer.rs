//! What the manifest names in Smartcat, held against what Smartcat has. A translation memory is none of it: one that
//! is not there is created.

use std::collections::BTreeSet;

use crate::diag;
use crate::diag::Code;
use crate::diag::Diagnostic;
use crate::diag::Span;
use crate::id::ProjectId;
use crate::id::WorkflowName;
use crate::manifest::MachineTranslation;
use crate::manifest::Manifest;
use crate::manifest::ProjectTarget;
use crate::manifest::Setup;
use crate::manifest::Workflow;
use crate::manifest::suggest::closest;
use crate::observed::Engines;
use crate::observed::Offer;
use crate::observed::Project;
use crate::observed::Questions;
use crate::observed::is_engine;

/// Names listed in a hint when none of them is close.
const MOST_NAMES: usize = 10;

/// What has to be known about these workflows. A workflow that works in a project of somebody else's making names
/// nothing: that project keeps its own settings.
pub fn questions(
    manifest: &Manifest,
    workflows: &BTreeSet<&WorkflowName>,
    projects: &[Project],
) -> Questions {
    let mut questions = Questions::default();
    for workflow in named(manifest, workflows) {
        questions.templates |= matches!(workflow.setup, Setup::Template(_));
        questions.glossaries |= !workflow.project.glossaries.is_empty();
        if matches!(workflow.machine_translation, MachineTranslation::Named(_)) {
            questions.engines.insert(workflow.name.clone(), project_of(&workflow.name, projects));
        }
    }
    questions
}

/// What the manifest names and Smartcat does not have.
pub fn unknown_to_smartcat(
    manifest: &Manifest,
    workflows: &BTreeSet<&WorkflowName>,
    offer: &Offer,
) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> =
        named(manifest, workflows).flat_map(|workflow| unknown_names(workflow, offer)).collect();
    diag::sort(&mut found);
    found
}

fn named<'m>(
    manifest: &'m Manifest,
    workflows: &BTreeSet<&WorkflowName>,
) -> impl Iterator<Item = &'m Workflow> {
    let asked = manifest.workflows.values().filter(|workflow| workflows.contains(&workflow.name));
    asked.filter(|workflow| matches!(workflow.project.target, ProjectTarget::Named(_)))
}

/// A project of the workflow that still takes settings.
fn project_of(workflow: &WorkflowName, projects: &[Project]) -> Option<ProjectId> {
    let of_workflow = projects.iter().filter(|project| project.workflow == *workflow && !project.canceled);
    of_workflow.max_by_key(|project| project.number).map(|project| project.id.clone())
}

fn unknown_names(workflow: &Workflow, offer: &Offer) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if let (Setup::Template(name), Some(known)) = (&workflow.setup, &offer.templates) {
        found.extend(unknown("project template", name, workflow.spans.setup, known));
    }
    if let Some(known) = &offer.glossaries {
        let named = workflow.project.glossaries.iter().zip(&workflow.spans.glossaries);
        found.extend(named.filter_map(|(name, span)| unknown("glossary", name, *span, known)));
    }
    if let (MachineTranslation::Named(name), Some(engines)) =
        (&workflow.machine_translation, offer.engines.get(&workflow.name))
    {
        found.extend(unknown_engine(name, workflow.spans.machine_translation, engines));
    }
    found
}

fn unknown(what: &str, name: &str, span: Span, known: &[String]) -> Option<Diagnostic> {
    if known.iter().any(|known| known == name) {
        return None;
    }
    let message = format!("Smartcat has no {what} `{name}`");
    let missing = Diagnostic::error(Code::NotInSmartcat, span, message).label("not in Smartcat");
    Some(missing.hint(instead(name, known)))
}

/// A name that is far from every engine's may be a profile's, which only a project tells: a warning then, until there
/// is a project to ask.
fn unknown_engine(name: &str, span: Span, engines: &Engines) -> Option<Diagnostic> {
    if engines.list.iter().any(|engine| is_engine(name, &engine.id, &engine.name)) {
        return None;
    }
    let names: Vec<String> = engines.list.iter().map(|engine| engine.name.clone()).collect();
    let missing = unknown("machine translation engine", name, span, &names)?;
    let is_close = closest(name, names.iter().map(String::as_str)).is_some();
    if engines.with_profiles || is_close {
        return Some(missing);
    }
    let hint = format!(
        "{}; whether it is a profile will be known when the workflow has a project",
        instead(name, &names)
    );
    Some(Diagnostic::warning(Code::NotInSmartcat, span, missing.message).label("no engine").hint(hint))
}

fn instead(name: &str, known: &[String]) -> String {
    match (closest(name, known.iter().map(String::as_str)), known) {
        (Some(close), _) => format!("did you mean `{close}`?"),
        (None, []) => "the account has none".to_owned(),
        (None, known) if known.len() <= MOST_NAMES => format!("it has {}", known.join(", ")),
        (None, known) => {
            let some = known.get(..MOST_NAMES).unwrap_or_default().join(", ");
            format!("it has {some} and {} more", known.len() - MOST_NAMES)
        }
    }
}
