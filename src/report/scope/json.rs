//! For machines: format version 1. These structs are the contract; they change only by addition.

use serde::Serialize;

use crate::id::ItemKey;
use crate::id::Locale;
use crate::id::WorkflowName;
use crate::manifest::lock::Change;
use crate::manifest::lock::Record;

use super::super::json::FORMAT_VERSION;
use super::Balance;
use super::Changes;
use super::ChangesView;
use super::ScopePair;
use super::ScopeView;
use super::Sums;
use super::What;
use super::came_from;
use super::record;
use super::size;

/// What `zencat scope --format json` prints.
#[derive(Debug, Serialize)]
pub struct ScopeDocument<'a> {
    format_version: u32,
    name: &'a str,
    summary: Sums,
    languages: Vec<LanguageDocument<'a>>,
    pairs: Vec<PairDocument<'a>>,
    notes: &'a [String],
}

#[derive(Debug, Serialize)]
struct LanguageDocument<'a> {
    locale: &'a Locale,
    workflow: &'a WorkflowName,
    #[serde(flatten)]
    sums: Sums,
}

#[derive(Debug, Serialize)]
struct PairDocument<'a> {
    item: ItemKey,
    title: &'a str,
    locale: &'a Locale,
    workflow: &'a WorkflowName,
    words: u64,
    new: bool,
    hold: bool,
}

/// What `zencat scope --base` and `--check` print with `--format json`.
#[derive(Debug, Serialize)]
pub struct ChangesDocument {
    format_version: u32,
    name: String,
    base: String,
    commit: Option<String>,
    summary: SummaryDocument,
    languages: Vec<BalanceDocument>,
    changes: Vec<ChangeDocument>,
    notes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct SummaryDocument {
    #[serde(flatten)]
    balance: Balance,
    pairs: u64,
    words: u64,
}

#[derive(Debug, Serialize)]
struct BalanceDocument {
    locale: Locale,
    #[serde(flatten)]
    balance: Balance,
}

#[derive(Debug, Serialize)]
struct ChangeDocument {
    change: What,
    item: ItemKey,
    title: String,
    locale: Locale,
    workflow: WorkflowName,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<WorkflowName>,
    words: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    words_before: Option<u64>,
}

/// The document of a scope.
pub fn scope(view: ScopeView<'_>) -> ScopeDocument<'_> {
    let languages = view.by_language().into_iter();
    ScopeDocument {
        format_version: FORMAT_VERSION,
        name: view.name,
        summary: view.total(),
        languages: languages
            .map(|((locale, workflow), sums)| LanguageDocument { locale, workflow, sums })
            .collect(),
        pairs: view.pairs.iter().map(pair).collect(),
        notes: view.notes,
    }
}

fn pair(pair: &ScopePair) -> PairDocument<'_> {
    let ScopePair { record, is_new, hold, by_machine: _ } = pair;
    let Record { item, locale, workflow, words, title } = record;
    PairDocument { item: *item, title, locale, workflow, words: *words, new: *is_new, hold: *hold }
}

/// The document of a scope's changes.
pub fn changes(view: ChangesView<'_>) -> ChangesDocument {
    let Changes { all, total, by_language } = Changes::of(&view);
    let (pairs, words) = size(view.after);
    let languages = by_language.into_iter();
    ChangesDocument {
        format_version: FORMAT_VERSION,
        name: view.name.to_owned(),
        base: view.base.to_owned(),
        commit: view.commit.map(str::to_owned),
        summary: SummaryDocument { balance: total, pairs, words },
        languages: languages.map(|(locale, balance)| BalanceDocument { locale, balance }).collect(),
        changes: all.iter().map(change).collect(),
        notes: view.notes.to_vec(),
    }
}

fn change(change: &Change) -> ChangeDocument {
    let Record { item, locale, workflow, words, title } = record(change).clone();
    let words_before = match change {
        Change::Edited { words, .. } => Some(*words),
        Change::Added(_) | Change::Removed(_) | Change::Moved { .. } => None,
    };
    let from = came_from(change).cloned();
    ChangeDocument { change: What::of(change), item, title, locale, workflow, from, words, words_before }
}
