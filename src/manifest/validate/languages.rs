//! Languages, across all rules: each has a counterpart in Smartcat, none is the source, and no two are one.

use std::collections::BTreeMap;

use crate::diag::Code;
use crate::diag::Diagnostic;
use crate::diag::Span;
use crate::id::Language;
use crate::id::Locale;
use crate::id::WorkflowName;
use crate::manifest::locales::Locales;
use crate::manifest::locales::smartcat_language;
use crate::manifest::model::Workflow;
use crate::manifest::problems::Problems;
use crate::manifest::rules::Rule;
use crate::manifest::rules::Verdict;
use crate::manifest::suggest::closest;
use crate::manifest::suggest::did_you_mean;
use crate::manifest::tree::brief;

/// What languages are checked against.
pub(super) struct Languages<'m> {
    pub(super) source: Option<&'m Locale>,
    pub(super) source_span: Span,
    pub(super) locales: &'m Locales,
    pub(super) workflows: &'m BTreeMap<WorkflowName, Workflow>,
    pub(super) rules: &'m [Rule],
}

pub(super) fn check(languages: &Languages<'_>, found: &mut Problems) {
    let Languages { source, source_span, locales, workflows, rules } = languages;
    if let Some(unknown) = source.filter(|locale| locales.language(locale).is_none()) {
        found.push(unknown_language(locales, unknown, *source_span));
    }
    let mut by_workflow: BTreeMap<&WorkflowName, BTreeMap<Language, (&Locale, Span)>> = BTreeMap::new();
    for rule in *rules {
        if found.is_full() {
            return;
        }
        let workflow = match &rule.verdict {
            Verdict::Exclude => None,
            Verdict::Translate { workflow, .. } => Some(workflow),
        };
        if let Some(unknown) = workflow.filter(|name| !workflows.contains_key(name)) {
            found.push(unknown_workflow(workflows, unknown, rule.workflow_span));
        }
        for (locale, span) in &rule.languages {
            let Some(language) = locales.language(locale) else {
                found.push(unknown_language(locales, locale, *span));
                continue;
            };
            let Some(workflow) = workflow else { continue };
            if let Some(source) = source
                && let Some(problem) = source_as_target(locales, source, locale, *span)
            {
                found.push(problem);
                continue;
            }
            let (first, at) =
                by_workflow.entry(workflow).or_default().entry(language).or_insert((locale, *span));
            if *first != locale {
                found.push(same_language(locales, (first, *at), (locale, *span)));
            }
        }
    }
}

/// The source among the targets; also used once the help center has told its default locale.
pub(crate) fn source_as_target(
    locales: &Locales,
    source: &Locale,
    target: &Locale,
    at: Span,
) -> Option<Diagnostic> {
    let language = locales.language(target)?;
    let message = if source == target {
        format!("`{target}` is the source language and cannot be a target")
    } else if locales.language(source).as_ref() == Some(&language) {
        format!("`{target}` and the source `{source}` are one language in Smartcat, `{language}`")
    } else {
        return None;
    };
    let wrong = Diagnostic::error(Code::SourceAmongTargets, at, message).label("nothing to translate");
    Some(wrong.hint("remove it here, or set `source_locale`"))
}

fn same_language(locales: &Locales, first: (&Locale, Span), second: (&Locale, Span)) -> Diagnostic {
    let language = locales.language(second.0).unwrap_or(Language::new(""));
    let message = format!(
        "`{}` and `{}` are one language in Smartcat, `{language}`, in one workflow",
        first.0, second.0
    );
    let wrong = Diagnostic::error(Code::SameLanguage, second.1, message).label("the same language as before");
    wrong
        .also(first.1, "first here")
        .hint("map one of them to another language under `locales:`, or use two workflows")
}

fn unknown_workflow(
    workflows: &BTreeMap<WorkflowName, Workflow>,
    name: &WorkflowName,
    at: Span,
) -> Diagnostic {
    let names = || workflows.keys().map(WorkflowName::as_str);
    let message = format!("there is no workflow `{}`", brief(name.as_str()));
    let hint = did_you_mean(name.as_str(), names()).unwrap_or_else(|| {
        let known: Vec<String> = names().take(5).map(|name| format!("`{name}`")).collect();
        if known.is_empty() {
            "define it under `workflows:`".to_owned()
        } else {
            format!("there is {}", known.join(", "))
        }
    });
    Diagnostic::error(Code::UnknownWorkflow, at, message).label("not under `workflows`").hint(hint)
}

/// A locale without a counterpart; also used once the help center has told its default locale.
pub(crate) fn unknown_language(locales: &Locales, locale: &Locale, at: Span) -> Diagnostic {
    let text = locale.as_str();
    let relative = locales.known().find(|known| *known == locale.primary());
    let hint = match (smartcat_language(text), relative.or_else(|| closest(text, locales.known()))) {
        (Some(code), _) => {
            format!("if the help center has this locale, map it: `locales: {{{locale}: {code}}}`")
        }
        (None, Some(known)) => format!("did you mean `{known}`?"),
        (None, None) => "write locales as Zendesk does (`en-us`), or map yours under `locales:`".to_owned(),
    };
    let message = format!("zencat knows no language of Smartcat for the locale `{}`", brief(text));
    Diagnostic::error(Code::UnknownLanguage, at, message).label("unknown locale").hint(hint)
}
