//! The scope and its changes, for reviewers: one file per format.
//!
//! Smartwords follow the words of the source (smartcat.md §6.7), so their number is an estimate from above: what a
//! memory knows or an import brings costs less.

mod json;
mod markdown;
mod text;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::id::ItemKey;
use crate::id::Locale;
use crate::id::WorkflowName;
use crate::manifest::lock::Change;
use crate::manifest::lock::Lock;
use crate::manifest::lock::Record;

pub use json::changes as changes_document;
pub use json::scope as scope_document;
pub use markdown::changes as changes_markdown;
pub use markdown::scope as scope_markdown;
pub use text::changes as changes_text;
pub use text::scope as scope_text;

/// The resolved scope with all that is needed to show it.
#[derive(Clone, Copy, Debug)]
pub struct ScopeView<'a> {
    /// The manifest's name.
    pub name: &'a str,
    /// The pairs, sorted by item, locale and workflow.
    pub pairs: &'a [ScopePair],
    /// What was left out, and why.
    pub notes: &'a [String],
}

/// One pair in scope.
#[derive(Clone, Debug)]
pub struct ScopePair {
    /// Its line of the lock.
    pub record: Record,
    /// The help center has no translation of it yet.
    pub is_new: bool,
    /// The rule says `hold: true`.
    pub hold: bool,
    /// Its workflow begins with a machine.
    pub by_machine: bool,
}

/// How one scope differs from another.
#[derive(Clone, Copy, Debug)]
pub struct ChangesView<'a> {
    /// The manifest's name.
    pub name: &'a str,
    /// What it is compared with: a commit as it was named, or the lock.
    pub base: &'a str,
    /// The commit's id; `None` when it is compared with a file.
    pub commit: Option<&'a str>,
    /// The scope before.
    pub before: &'a Lock,
    /// The scope after.
    pub after: &'a Lock,
    /// The workflows that begin with a machine.
    pub machines: &'a BTreeSet<WorkflowName>,
    /// What a reviewer should know beside the changes.
    pub notes: &'a [String],
    /// The rules changed and the lock, which is compared, did not: whether the scope changes is not known.
    pub lock_is_behind: bool,
}

/// Sums of a language in one workflow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Sums {
    /// Items.
    pub pairs: u64,
    /// Words of their sources.
    pub words: u64,
    /// Words of those that have no translation yet.
    pub new_words: u64,
    /// Smartwords that the new words cost at most.
    pub smartwords: u64,
}

impl Sums {
    fn add(&mut self, pair: &ScopePair) {
        let words = pair.record.words;
        self.pairs += 1;
        self.words = self.words.saturating_add(words);
        if pair.is_new {
            self.new_words = self.new_words.saturating_add(words);
        }
        if pair.is_new && pair.by_machine && !pair.hold {
            self.smartwords = self.smartwords.saturating_add(words);
        }
    }
}

impl<'a> ScopeView<'a> {
    fn has_one_workflow(&self) -> bool {
        self.pairs.windows(2).all(|pairs| pairs[0].record.workflow == pairs[1].record.workflow)
    }

    fn total(&self) -> Sums {
        let mut total = Sums::default();
        self.pairs.iter().for_each(|pair| total.add(pair));
        total
    }

    fn by_language(&self) -> BTreeMap<(&'a Locale, &'a WorkflowName), Sums> {
        let mut sums: BTreeMap<_, Sums> = BTreeMap::new();
        for pair in self.pairs {
            sums.entry((&pair.record.locale, &pair.record.workflow)).or_default().add(pair);
        }
        sums
    }

    fn by_item(&self) -> impl Iterator<Item = &'a [ScopePair]> {
        self.pairs.chunk_by(|a, b| a.record.item == b.record.item)
    }
}

/// The languages of one item by workflow: `ai: de, fr · human: ja (on hold)`. Where there is but one workflow nobody
/// needs its name on each line.
fn languages(pairs: &[ScopePair], one_workflow: bool) -> String {
    let mut groups: BTreeMap<(&WorkflowName, bool), Vec<&str>> = BTreeMap::new();
    for pair in pairs {
        groups.entry((&pair.record.workflow, pair.hold)).or_default().push(pair.record.locale.as_str());
    }
    let groups = groups.into_iter().map(|((workflow, hold), locales)| {
        let hold = if hold { " (on hold)" } else { "" };
        let workflow = if one_workflow { String::new() } else { format!("{workflow}: ") };
        format!("{workflow}{}{hold}", locales.join(", "))
    });
    groups.collect::<Vec<_>>().join(" · ")
}

/// What became of a pair, in the order in which it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
enum What {
    Added,
    Removed,
    Moved,
    Edited,
}

impl What {
    fn of(change: &Change) -> Self {
        match change {
            Change::Added(_) => Self::Added,
            Change::Removed(_) => Self::Removed,
            Change::Moved { .. } => Self::Moved,
            Change::Edited { .. } => Self::Edited,
        }
    }
}

fn record(change: &Change) -> &Record {
    match change {
        Change::Added(record)
        | Change::Removed(record)
        | Change::Moved { record, .. }
        | Change::Edited { record, .. } => record,
    }
}

fn came_from(change: &Change) -> Option<&WorkflowName> {
    match change {
        Change::Moved { from, .. } => Some(from),
        Change::Added(_) | Change::Removed(_) | Change::Edited { .. } => None,
    }
}

/// Counts of changes, of a language or in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
struct Balance {
    added: u64,
    removed: u64,
    moved: u64,
    edited: u64,
    added_words: u64,
    removed_words: u64,
    moved_words: u64,
    /// What is added, or moved to a machine, costs at most.
    smartwords: u64,
}

impl Balance {
    fn add(&mut self, change: &Change, machines: &BTreeSet<WorkflowName>) {
        let Record { words, workflow, .. } = record(change);
        let (count, sum) = match change {
            Change::Added(_) => (&mut self.added, &mut self.added_words),
            Change::Removed(_) => (&mut self.removed, &mut self.removed_words),
            Change::Moved { .. } => (&mut self.moved, &mut self.moved_words),
            Change::Edited { .. } => {
                self.edited += 1;
                return;
            }
        };
        *count += 1;
        *sum = sum.saturating_add(*words);
        if machines.contains(workflow) && !matches!(change, Change::Removed(_)) {
            self.smartwords = self.smartwords.saturating_add(*words);
        }
    }

    fn moves_scope(&self) -> bool {
        self.added + self.removed + self.moved > 0
    }
}

/// All changes, counted and grouped.
struct Changes {
    all: Vec<Change>,
    total: Balance,
    by_language: BTreeMap<Locale, Balance>,
}

impl Changes {
    fn of(view: &ChangesView<'_>) -> Self {
        let all = view.after.changes_since(view.before);
        let mut total = Balance::default();
        let mut by_language: BTreeMap<Locale, Balance> = BTreeMap::new();
        for change in &all {
            total.add(change, view.machines);
            by_language.entry(record(change).locale.clone()).or_default().add(change, view.machines);
        }
        by_language.retain(|_, balance| balance.moves_scope());
        Self { all, total, by_language }
    }

    /// Changes of one kind, those of one item between the same workflows together.
    fn groups(&self, what: What) -> Vec<Group<'_>> {
        type Key<'a> = (ItemKey, Option<&'a WorkflowName>, &'a WorkflowName);
        let mut groups: BTreeMap<Key<'_>, Group<'_>> = BTreeMap::new();
        for change in self.all.iter().filter(|change| What::of(change) == what) {
            let Record { item, locale, workflow, words, title } = record(change);
            let from = came_from(change);
            let group = groups.entry((*item, from, workflow)).or_insert_with(|| Group {
                item: *item,
                title,
                from,
                workflow,
                locales: Vec::new(),
                words: 0,
                words_before: 0,
            });
            group.locales.push(locale.as_str());
            group.words = group.words.saturating_add(*words);
            if let Change::Edited { words, .. } = change {
                group.words_before = group.words_before.saturating_add(*words);
            }
        }
        groups.into_values().collect()
    }
}

/// The same change of one item in several languages.
struct Group<'a> {
    item: ItemKey,
    title: &'a str,
    from: Option<&'a WorkflowName>,
    workflow: &'a WorkflowName,
    locales: Vec<&'a str>,
    /// Over all of its languages.
    words: u64,
    /// The same before; only of edits.
    words_before: u64,
}

/// Whether a change moves the scope, and not only tells newer titles and words of it.
pub fn moves_scope(changes: &[Change]) -> bool {
    changes.iter().any(|change| What::of(change) != What::Edited)
}

/// Pairs and words of a lock.
fn size(lock: &Lock) -> (u64, u64) {
    lock.records()
        .fold((0, 0), |(pairs, words), record| (pairs + 1, u64::saturating_add(words, record.words)))
}

/// What it is compared with: `main (1a2b3c4d5e6f)`.
fn base_name(view: &ChangesView<'_>) -> String {
    match view.commit {
        Some(commit) => format!("{} ({})", view.base, commit.get(..12).unwrap_or(commit)),
        None => view.base.to_owned(),
    }
}
