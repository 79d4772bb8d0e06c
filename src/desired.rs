//! What should be: the manifest's rules resolved over the help center's catalogue. Pure.

mod offer;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::diag;
use crate::diag::Code;
use crate::diag::Diagnostic;
use crate::diag::Span;
use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::id::Language;
use crate::id::Locale;
use crate::id::WorkflowName;
use crate::manifest::Manifest;
use crate::manifest::Place;
use crate::manifest::Rule;
use crate::manifest::Setup;
use crate::manifest::Verdict;
use crate::manifest::lock::Lock;
use crate::manifest::rules::Decision;
use crate::manifest::rules::Scope;
use crate::manifest::rules::Subject;
use crate::manifest::rules::Usage;
use crate::manifest::rules::Use;
use crate::manifest::source_as_target;
use crate::manifest::suggest::closest;
use crate::manifest::unknown_language;
use crate::observed::HelpCenter;
use crate::observed::Item;
use crate::observed::Project;

pub use offer::questions;
pub use offer::unknown_to_smartcat;

/// The pairs in scope.
#[derive(Clone, Debug, Default)]
pub struct Desired {
    /// Wanted translations by item, each item's sorted by locale.
    pub wants: BTreeMap<ItemKey, Vec<Want>>,
    /// The locale that is translated from.
    pub source_locale: Option<Locale>,
    /// The language that it is in Smartcat; `None` is among the diagnostics.
    pub source_language: Option<Language>,
}

/// One wanted translation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    /// The target locale in Zendesk.
    pub locale: Locale,
    /// The language it is in Smartcat.
    pub language: Language,
    /// The workflow it goes through.
    pub workflow: WorkflowName,
    /// In scope, but nothing is sent or written.
    pub hold: bool,
    /// A draft source is translated too.
    pub drafts: bool,
    /// The lock lists it, or no lock is asked for.
    pub in_lock: bool,
    /// The manifest's source locale, when the item's is another.
    pub other_source_locale: Option<Locale>,
    /// The rule that decides.
    pub rule: Place,
}

/// Resolves the rules over everything that the help center shows.
///
/// The diagnostics are what only the services know: ids that do not exist, locales that are not enabled, rules that
/// match nothing. With a lock, what the rules match beyond it is marked.
pub fn resolve(
    manifest: &Manifest,
    help_center: &HelpCenter,
    lock: Option<&Lock>,
) -> (Desired, Vec<Diagnostic>) {
    let scope = Scope::new(&manifest.rules);
    let source_locale = manifest.source_locale.clone().or_else(|| help_center.default_locale.clone());
    let mut usage = Usage::new(manifest.rules.len());
    let mut wants = BTreeMap::new();
    for item in help_center.items.values() {
        let sections = help_center.sections_of(item);
        let resolution = scope.resolve(&subject(help_center, item, &sections));
        usage.note(&resolution);
        let other_source_locale = source_locale.as_ref().filter(|expected| **expected != item.source_locale);
        let wanted = resolution.decisions.iter().filter_map(|decision| {
            let want = want(manifest, decision)?;
            let in_lock = lock.is_none_or(|lock| lock.contains(item.key, &want.locale, &want.workflow));
            Some(Want { in_lock, other_source_locale: other_source_locale.cloned(), ..want })
        });
        let of_item: Vec<Want> = wanted.collect();
        if !of_item.is_empty() {
            wants.insert(item.key, of_item);
        }
    }
    let mut diagnostics = unknown_to_the_help_center(manifest, help_center, source_locale.as_ref());
    diagnostics.extend(idle_rules(manifest, help_center, &usage));
    diag::sort(&mut diagnostics);
    let source_language = source_locale.as_ref().and_then(|source| manifest.locales.language(source));
    (Desired { wants, source_locale, source_language }, diagnostics)
}

/// Projects that were made from another template than the manifest names now.
pub fn fixed_templates(manifest: &Manifest, projects: &[Project]) -> Vec<Diagnostic> {
    let made = projects.iter().filter(|project| !project.adopted && !project.canceled);
    let mut diagnostics: Vec<Diagnostic> = made
        .filter_map(|project| {
            let workflow = manifest.workflows.get(&project.workflow)?;
            let Setup::Template(name) = &workflow.setup else { return None };
            project.settings.as_ref().filter(|mark| mark.asks_other_than("template", name))?;
            let message = format!(
                "the project \"{}\" was not made from the template \"{name}\", and keeps its own stages",
                project.name
            );
            let kept = Diagnostic::warning(Code::FixedTemplate, workflow.spans.setup, message);
            Some(
                kept.label("only for new projects").hint(
                    "give the workflow another name, and it gets a new project; or take the change back",
                ),
            )
        })
        .collect();
    diag::sort(&mut diagnostics);
    diagnostics
}

/// An item as the rules look at it. `sections` are those above it, as the help center finds them.
pub fn subject<'a>(help_center: &HelpCenter, item: &'a Item, sections: &'a [u64]) -> Subject<'a> {
    Subject {
        key: item.key,
        title: &item.title,
        sections,
        category: help_center.category_of(item),
        labels: &item.labels,
        content_tags: &item.content_tags,
        draft: item.draft,
    }
}

fn want(manifest: &Manifest, decision: &Decision<'_>) -> Option<Want> {
    let Verdict::Translate { workflow, hold, drafts } = decision.verdict else { return None };
    Some(Want {
        locale: decision.locale.clone(),
        language: manifest.locales.language(decision.locale)?,
        workflow: workflow.clone(),
        hold: *hold,
        drafts: *drafts,
        in_lock: true,
        other_source_locale: None,
        rule: manifest.rules.get(decision.rule)?.place,
    })
}

/// What the manifest names and the help center does not have.
fn unknown_to_the_help_center(
    manifest: &Manifest,
    help_center: &HelpCenter,
    source_locale: Option<&Locale>,
) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> =
        manifest.rules.iter().flat_map(|rule| unknown_items(help_center, rule)).collect();
    found.extend(unknown_locales(manifest, help_center));
    if let Some(source) = source_locale {
        found.extend(wrong_source(manifest, help_center, source));
    }
    found
}

/// Ids that nothing has. A section or category that is gone makes the rule meaningless; an article that is gone is
/// ordinary housekeeping in Zendesk, and does not stop the rest.
fn unknown_items(help_center: &HelpCenter, rule: &Rule) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (depth, level) in rule.matches.levels().enumerate() {
        let articles = level.articles.iter().map(|(id, span)| (ItemKey::article(*id), *span));
        let sections = level.sections.iter().map(|(id, span)| (ItemKey::section(*id), *span));
        let categories = level.categories.iter().map(|(id, span)| (ItemKey::category(*id), *span));
        let named = articles.chain(sections).chain(categories);
        let missing = named.filter(|(key, _)| !help_center.items.contains_key(key));
        found.extend(missing.map(|(key, span)| {
            let fatal = depth == 0 && key.kind != ItemKind::Article;
            unknown_item(help_center, key, span, fatal)
        }));
    }
    found
}

fn unknown_item(help_center: &HelpCenter, key: ItemKey, span: Span, fatal: bool) -> Diagnostic {
    let message = format!("the help center shows no {} {}", key.kind, key.id);
    let found = if fatal {
        Diagnostic::error(Code::UnknownItem, span, message)
    } else {
        Diagnostic::warning(Code::UnknownItem, span, message)
    };
    let others = [ItemKind::Article, ItemKind::Section, ItemKind::Category];
    let other =
        others.into_iter().find(|kind| help_center.items.contains_key(&ItemKey { kind: *kind, ..key }));
    let hint = match other {
        Some(kind) => format!("{} is the id of a {kind}: write `{kind}: {}`", key.id, key.id),
        None => "it is gone, the id is wrong, or the account may not see it".to_owned(),
    };
    found.label(format!("no such {}", key.kind)).hint(hint)
}

/// Target locales that are not enabled, each at the first place where a rule names it.
fn unknown_locales(manifest: &Manifest, help_center: &HelpCenter) -> Vec<Diagnostic> {
    // The help center's own answer is missing when it could not be read; then nothing is known about its locales.
    if help_center.locales.is_empty() {
        return Vec::new();
    }
    let mut places: BTreeMap<&Locale, (Span, usize)> = BTreeMap::new();
    for rule in manifest.rules.iter().filter(|rule| rule.verdict != Verdict::Exclude) {
        for (locale, span) in
            rule.languages.iter().filter(|(locale, _)| !help_center.locales.contains(locale))
        {
            places.entry(locale).or_insert((*span, 0)).1 += 1;
        }
    }
    places.into_iter().map(|(locale, (span, times))| not_enabled(help_center, locale, span, times)).collect()
}

fn not_enabled(help_center: &HelpCenter, locale: &Locale, span: Span, times: usize) -> Diagnostic {
    let more = match times {
        0 | 1 => String::new(),
        2 => " (another rule names it too)".to_owned(),
        _ => format!(" ({} other rules name it too)", times - 1),
    };
    let message = format!("the help center has not enabled the locale `{locale}`{more}");
    let enabled: Vec<&str> = help_center.locales.iter().map(Locale::as_str).collect();
    let relative = enabled.iter().copied().find(|enabled| *enabled == locale.primary());
    let hint = match relative.or_else(|| closest(locale.as_str(), enabled.iter().copied())) {
        Some(close) => format!("did you mean `{close}`?"),
        None => format!("enabled are {}", enabled.join(", ")),
    };
    Diagnostic::error(Code::LocaleNotEnabled, span, message).label("not enabled").hint(hint)
}

/// What can be said about the source only now that the help center's default locale is known.
fn wrong_source(manifest: &Manifest, help_center: &HelpCenter, source: &Locale) -> Vec<Diagnostic> {
    let at = manifest.source_locale_span;
    let mut found = Vec::new();
    if !help_center.locales.is_empty() && !help_center.locales.contains(source) {
        found.push(not_enabled(help_center, source, at, 1));
    }
    // With a source in the manifest, the rest was said when the manifest was read.
    if manifest.source_locale.is_some() {
        return found;
    }
    if manifest.locales.language(source).is_none() {
        found.push(unknown_language(&manifest.locales, source, at));
    }
    let targets = manifest.rules.iter().filter(|rule| rule.verdict != Verdict::Exclude);
    let mut seen = BTreeSet::new();
    for (locale, span) in targets.flat_map(|rule| &rule.languages) {
        if seen.insert(locale)
            && let Some(problem) = source_as_target(&manifest.locales, source, locale, *span)
        {
            found.push(problem);
        }
    }
    found
}

/// Rules without effect. Of a rule that names what does not exist, that was said.
fn idle_rules(manifest: &Manifest, help_center: &HelpCenter, usage: &Usage) -> Vec<Diagnostic> {
    let numbered = manifest.rules.iter().enumerate();
    numbered
        .filter_map(|(number, rule)| match usage.of(number) {
            Use::Decides => None,
            Use::MatchesNothing if !unknown_items(help_center, rule).is_empty() => None,
            Use::Overridden => {
                let message =
                    "the rule is wholly overridden: later rules decide about everything that it matches";
                let idle =
                    Diagnostic::warning(Code::RuleOverridden, rule.span, message).label("has no effect");
                Some(idle.hint("the last rule that matches decides: move it further down, or remove it"))
            }
            Use::MatchesNothing => {
                let message = "the rule matches nothing in the help center";
                let idle = Diagnostic::warning(Code::RuleMatchesNothing, rule.span, message)
                    .label("matches nothing");
                Some(idle.hint("check its conditions, or remove it; `zencat tree` shows what is there"))
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
