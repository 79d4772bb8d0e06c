//! The rules under `content`.

use crate::diag::Code;
use crate::diag::Diagnostic;
use crate::diag::Span;
use crate::id::ItemKind;
use crate::id::Locale;
use crate::id::WorkflowName;
use crate::manifest::glob::Glob;
use crate::manifest::problems::Problems;
use crate::manifest::raw::Ids;
use crate::manifest::raw::Kinds;
use crate::manifest::raw::RawMatch;
use crate::manifest::raw::RawRule;
use crate::manifest::raw::Texts;
use crate::manifest::rules::Match;
use crate::manifest::rules::Rule;
use crate::manifest::rules::Verdict;
use crate::manifest::tree::brief;

use super::at::At;
use super::conflict;
use super::text;

pub(super) fn rules(raw: Option<Vec<RawRule>>, at: At<'_>, found: &mut Problems) -> Vec<Rule> {
    let given = raw.is_some();
    let raw = raw.unwrap_or_default();
    if given && raw.is_empty() {
        let empty =
            Diagnostic::error(Code::NoRules, at.key, "`content` has no rules, so nothing would be in scope");
        found.push(empty.label("no rules").hint("for example `- match: {category: 360000111}`"));
    }
    let numbered = raw.into_iter().enumerate();
    numbered.filter_map(|(number, raw)| rule(raw, at.item(number), found)).collect()
}

fn rule(raw: RawRule, at: At<'_>, found: &mut Problems) -> Option<Rule> {
    let RawRule { matches, languages, workflow, exclude, hold } = raw;
    let matches = matches.map(|raw| outer(raw, at.get("match"), found));
    let drafts = matches.as_ref().is_some_and(|matches| matches.drafts);
    let languages = languages.map(|texts| self::languages(texts, at.get("languages"), found));
    let verdict = match exclude {
        Some(true) => {
            exclusion(at, hold, found);
            Some(Verdict::Exclude)
        }
        // What was meant with a value that was refused is not known.
        None if at.has("exclude") => None,
        None | Some(false) => translation(workflow, hold == Some(true), drafts, at, found),
    };
    // What widens a rule is part of what it says, not of what it matches.
    let matches = Match { drafts: false, ..matches? };
    Some(Rule {
        place: at.span().place,
        span: at.first(),
        matches,
        languages: languages.unwrap_or_default(),
        workflow_span: at.get("workflow").span(),
        verdict: verdict?,
    })
}

fn exclusion(at: At<'_>, hold: Option<bool>, found: &mut Problems) {
    if at.has("workflow") {
        found.push(conflict(at, "workflow", "exclude", "what is out of scope goes through no workflow"));
    }
    if hold == Some(true) {
        found.push(conflict(at, "hold", "exclude", "what is out of scope is not held"));
    }
}

fn translation(
    workflow: Option<String>,
    hold: bool,
    drafts: bool,
    at: At<'_>,
    found: &mut Problems,
) -> Option<Verdict> {
    if !at.has("languages") {
        let missing = Diagnostic::error(Code::NoLanguages, at.first(), "the rule says no languages");
        found.push(missing.label("into which languages?").hint("for example `languages: [de, fr]`"));
    }
    let Some(workflow) = workflow else {
        if !at.has("workflow") {
            let missing = Diagnostic::error(Code::NoWorkflow, at.first(), "the rule says no workflow");
            found.push(
                missing.label("through which workflow?").hint("give it a `workflow`, or `exclude: true`"),
            );
        }
        return None;
    };
    Some(Verdict::Translate { workflow: WorkflowName::new(workflow), hold, drafts })
}

fn languages(texts: Vec<String>, at: At<'_>, found: &mut Problems) -> Vec<(Locale, Span)> {
    text::not_empty(&texts, at, found);
    let mut languages: Vec<(Locale, Span)> = Vec::with_capacity(texts.len());
    let mut seen = std::collections::BTreeMap::new();
    for (number, text) in texts.iter().enumerate() {
        let (locale, span) = (Locale::new(text), at.item(number).span());
        if let Some(first) = seen.get(&locale) {
            let message = format!("`{}` is listed twice", brief(text));
            let twice = Diagnostic::warning(Code::DuplicateLanguage, span, message).label("again here");
            found.push(twice.also(*first, "first here"));
            continue;
        }
        seen.insert(locale.clone(), span);
        languages.push((locale, span));
    }
    languages
}

/// The conditions of a rule: on articles, where no kind is given.
fn outer(raw: RawMatch, at: At<'_>, found: &mut Problems) -> Match {
    // `drafts` alone widens what is matched, and nothing is.
    if at.entries().iter().all(|(key, _)| key.name == "drafts") {
        found.push(says_nothing(at));
    }
    let mut matches = conditions(raw, at, found);
    if matches.kinds.is_empty() && !at.has("kind") {
        matches.kinds.push(ItemKind::Article);
    }
    matches
}

/// The conditions under `not`: on all kinds, where none is given.
fn inner(raw: RawMatch, at: At<'_>, found: &mut Problems) -> Match {
    if at.entries().is_empty() {
        found.push(says_nothing(at));
    }
    conditions(raw, at, found)
}

fn says_nothing(at: At<'_>) -> Diagnostic {
    let message = "the rule does not say what it matches";
    let empty = Diagnostic::error(Code::EmptyMatch, at.key, message).label("matches everything");
    empty.hint("for all articles write `match: {kind: article}`")
}

fn conditions(raw: RawMatch, at: At<'_>, found: &mut Problems) -> Match {
    let RawMatch { article, section, category, labels, title, content_tag, kind, drafts, not } = raw;
    let matches = Match {
        articles: ids(article, at.get("article"), found),
        sections: ids(section, at.get("section"), found),
        categories: ids(category, at.get("category"), found),
        labels: texts(labels, at.get("labels"), found),
        titles: globs(title, at.get("title"), found),
        content_tags: texts(content_tag, at.get("content_tag"), found),
        kinds: kinds(kind, at.get("kind"), found),
        drafts: drafts.unwrap_or(false),
        not: not.map(|raw| Box::new(inner(*raw, at.get("not"), found))),
    };
    check_possible(&matches, at, found);
    matches
}

fn ids(raw: Option<Ids>, at: At<'_>, found: &mut Problems) -> Vec<(u64, Span)> {
    let ids = match raw {
        None => return Vec::new(),
        Some(Ids::One(id)) => vec![id],
        Some(Ids::Many(ids)) => ids,
    };
    text::not_empty(&ids, at, found);
    ids.into_iter().enumerate().map(|(number, id)| (id, at.item(number).span())).collect()
}

fn texts(raw: Option<Texts>, at: At<'_>, found: &mut Problems) -> Vec<String> {
    match raw {
        None => Vec::new(),
        Some(Texts::One(one)) => text::lines(vec![one], at, found),
        Some(Texts::Many(many)) => text::lines(many, at, found),
    }
}

fn kinds(raw: Option<Kinds>, at: At<'_>, found: &mut Problems) -> Vec<ItemKind> {
    let kinds = match raw {
        None => return Vec::new(),
        Some(Kinds::One(kind)) => vec![kind],
        Some(Kinds::Many(kinds)) => kinds,
    };
    text::not_empty(&kinds, at, found);
    kinds
}

fn globs(raw: Option<Texts>, at: At<'_>, found: &mut Problems) -> Vec<Glob> {
    let patterns = match raw {
        None => return Vec::new(),
        Some(Texts::One(one)) => vec![one],
        Some(Texts::Many(many)) => many,
    };
    text::not_empty(&patterns, at, found);
    let mut globs = Vec::with_capacity(patterns.len());
    for (number, pattern) in patterns.iter().enumerate() {
        match Glob::new(pattern) {
            Ok(glob) => globs.push(glob),
            Err(error) => {
                let message = format!("the pattern `{}` cannot be read: {error}", brief(pattern));
                let wrong = Diagnostic::error(Code::BadGlob, at.item(number).span(), message);
                found.push(
                    wrong
                        .label("not a pattern")
                        .hint("a `\\` before `*`, `?`, `[` or `\\` takes it literally"),
                );
            }
        }
    }
    globs
}

/// Conditions that hold for articles only, on a rule that leaves articles out.
fn check_possible(matches: &Match, at: At<'_>, found: &mut Problems) {
    if matches.kinds.is_empty() || matches.kinds.contains(&ItemKind::Article) {
        return;
    }
    let only_categories = !matches.kinds.contains(&ItemKind::Section);
    for (key, used) in [
        ("article", !matches.articles.is_empty()),
        ("labels", !matches.labels.is_empty()),
        ("content_tag", !matches.content_tags.is_empty()),
        ("section", only_categories && !matches.sections.is_empty()),
    ] {
        if used {
            let message = format!("`{key}` never holds for the kinds that the rule names");
            let wrong =
                Diagnostic::error(Code::ImpossibleMatch, at.get(key).key, message).label("never holds");
            found.push(wrong.also(at.get("kind").key, "because of this").hint("remove one of the two"));
        }
    }
}
