//! `zencat.lock`: the resolved scope as a file in git, so that a pull request shows what a rule now matches.
//!
//! One record per line, sorted, made of what a reviewer looks at:
//!
//! ```text
//! # zencat.lock: the resolved scope. …
//! article:360001 de ai-review 812 "Getting started"
//! ```
//!
//! The order of lines says nothing when the file is read, and a record that is there twice counts once. So a union merge
//! of two branches (`zencat.lock merge=union` in `.gitattributes`) is a lock that allows what either of them allowed, and
//! writing it again puts it in order.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::id::ItemKey;
use crate::id::Locale;
use crate::id::WorkflowName;
use crate::unseen::is_unseen;

const HEADER: &str = "# zencat.lock: the resolved scope, one line per item and language. Written by `zencat scope --lock`; do not edit.";

/// The resolved scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    records: BTreeMap<(ItemKey, Locale), BTreeMap<WorkflowName, Details>>,
}

/// What a record says beside its pair and workflow. Of two records that differ here only, the larger one counts,
/// whatever their order: merges may come from either side.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Details {
    words: u64,
    title: String,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Record {
    /// The item.
    pub item: ItemKey,
    /// The target locale.
    pub locale: Locale,
    /// The workflow.
    pub workflow: WorkflowName,
    /// Words of the source.
    pub words: u64,
    /// The item's title, for reviewers.
    pub title: String,
}

/// A line that is no record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "line {line} of the lock is no record ({expected} expected); write the lock again with `zencat scope --lock`"
)]
pub struct LockError {
    /// Its number, from 1.
    pub line: usize,
    /// What was expected.
    pub expected: &'static str,
}

/// How the scope of one pair changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It came into scope.
    Added(Record),
    /// It left the scope.
    Removed(Record),
    /// It goes through another workflow.
    Moved {
        /// The record now.
        record: Record,
        /// The workflow before.
        from: WorkflowName,
    },
    /// Its words or title changed.
    Edited {
        /// The record now.
        record: Record,
        /// Its words before.
        words: u64,
    },
}

impl Lock {
    /// Reads a lock. Lines may be in any order and repeated.
    pub fn parse(text: &str) -> Result<Self, LockError> {
        let text = text.trim_start_matches('\u{feff}');
        let lines = text.lines().enumerate().map(|(number, line)| (number + 1, line.trim()));
        let records = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        records
            .map(|(number, line)| read(line).map_err(|expected| LockError { line: number, expected }))
            .collect()
    }

    /// The lock as it is written: sorted, each record once.
    pub fn render(&self) -> String {
        let mut text = format!("{HEADER}\n");
        for Record { item, locale, workflow, words, title } in self.records() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{item} {locale} {workflow} {words} {}", quoted(&title));
        }
        text
    }

    /// The lock lists this pair under this workflow.
    pub fn contains(&self, item: ItemKey, locale: &Locale, workflow: &WorkflowName) -> bool {
        self.records.get(&(item, locale.clone())).is_some_and(|workflows| workflows.contains_key(workflow))
    }

    /// All records, sorted by item, locale and workflow.
    pub fn records(&self) -> impl Iterator<Item = Record> {
        self.records.iter().flat_map(|((item, locale), workflows)| {
            workflows.iter().map(|(workflow, details)| record(*item, locale, workflow, details))
        })
    }

    /// What changed since `base`, sorted by item and locale.
    pub fn changes_since(&self, base: &Self) -> Vec<Change> {
        let pairs: BTreeSet<_> = self.records.keys().chain(base.records.keys()).collect();
        pairs.into_iter().flat_map(|pair| self.changes_of(pair, base)).collect()
    }

    fn changes_of(&self, pair: &(ItemKey, Locale), base: &Self) -> Vec<Change> {
        let none = BTreeMap::new();
        let now = self.records.get(pair).unwrap_or(&none);
        let before = base.records.get(pair).unwrap_or(&none);
        let of = |workflow, details| record(pair.0, &pair.1, workflow, details);
        let gone = before.iter().filter(|(workflow, _)| !now.contains_key(*workflow));
        let mut gone: Vec<_> = gone.collect();
        let mut changes = Vec::new();
        for (workflow, details) in now {
            match before.get(workflow) {
                Some(same) if same == details => {}
                Some(other) => {
                    changes.push(Change::Edited { record: of(workflow, details), words: other.words });
                }
                None if gone.is_empty() => changes.push(Change::Added(of(workflow, details))),
                None => {
                    let (from, _) = gone.remove(0);
                    changes.push(Change::Moved { record: of(workflow, details), from: from.clone() });
                }
            }
        }
        changes.extend(gone.into_iter().map(|(workflow, details)| Change::Removed(of(workflow, details))));
        changes
    }
}

impl FromIterator<Record> for Lock {
    fn from_iter<I: IntoIterator<Item = Record>>(records: I) -> Self {
        let mut lock = Self::default();
        for Record { item, locale, workflow, words, title } in records {
            let details = Details { words, title };
            let workflows = lock.records.entry((item, locale)).or_default();
            match workflows.get(&workflow) {
                Some(known) if *known >= details => {}
                _ => {
                    workflows.insert(workflow, details);
                }
            }
        }
        lock
    }
}

fn record(item: ItemKey, locale: &Locale, workflow: &WorkflowName, details: &Details) -> Record {
    let Details { words, title } = details.clone();
    Record { item, locale: locale.clone(), workflow: workflow.clone(), words, title }
}

fn read(line: &str) -> Result<Record, &'static str> {
    let mut fields = line.splitn(5, ' ');
    let mut next = |expected| fields.next().filter(|field| !field.is_empty()).ok_or(expected);
    let item = next("article:ID, section:ID or category:ID")?;
    let item = item.parse().map_err(|_| "article:ID, section:ID or category:ID")?;
    let locale = Locale::new(next("a locale")?);
    let workflow = WorkflowName::new(next("a workflow")?);
    let words = next("a number of words")?.parse().map_err(|_| "a number of words")?;
    let title = serde_json::from_str(next("a quoted title")?).map_err(|_| "a quoted title")?;
    Ok(Record { item, locale, workflow, words, title })
}

/// A JSON string in which everything that a terminal or a reviewer's browser would act on is escaped: control characters,
/// line separators, and the marks that turn the direction of text.
fn quoted(title: &str) -> String {
    let mut text = String::from("\"");
    for c in title.chars() {
        match c {
            '"' | '\\' => {
                text.push('\\');
                text.push(c);
            }
            c if is_risky(c) => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    // Writing to a String cannot fail.
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

fn is_risky(c: char) -> bool {
    c.is_control() || is_unseen(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record(item: ItemKey, locale: &str, workflow: &str, words: u64, title: &str) -> Record {
        Record {
            item,
            locale: Locale::new(locale),
            workflow: WorkflowName::new(workflow),
            words,
            title: title.to_owned(),
        }
    }

    #[test]
    fn the_file_is_sorted_and_one_line_per_record() {
        let lock: Lock = [
            record(ItemKey::article(20), "fr", "ai", 812, "Über \"uns\""),
            record(ItemKey::article(3), "fr", "ai", 5, "b"),
            record(ItemKey::article(3), "de", "ai", 5, "b"),
            record(ItemKey::category(9), "de", "human", 1, "c"),
        ]
        .into_iter()
        .collect();
        let body: Vec<String> = lock.render().lines().skip(1).map(str::to_owned).collect();
        assert_eq!(
            body,
            [
                "category:9 de human 1 \"c\"",
                "article:3 de ai 5 \"b\"",
                "article:3 fr ai 5 \"b\"",
                "article:20 fr ai 812 \"Über \\\"uns\\\"\"",
            ]
        );
        assert_eq!(Lock::parse(&lock.render()), Ok(lock));
    }

    #[test]
    fn a_union_merge_is_read_in_any_order_and_allows_what_either_side_allowed() {
        let ours = "article:1 de ai 10 \"Old\"\narticle:2 de ai 7 \"B\"\n";
        let theirs = "article:1 de human 10 \"Old\"\r\narticle:2 de ai 9 \"B\"\r\n# a comment\r\n\r\n";
        let merged = Lock::parse(&format!("{ours}{theirs}{ours}")).unwrap();
        assert_eq!(merged, Lock::parse(&format!("\u{feff}{theirs}{ours}")).unwrap());
        for workflow in ["ai", "human"] {
            assert!(merged.contains(ItemKey::article(1), &Locale::new("de"), &WorkflowName::new(workflow)));
        }
        assert!(!merged.contains(ItemKey::article(2), &Locale::new("de"), &WorkflowName::new("human")));
        assert_eq!(merged.records().map(|record| record.words).collect::<Vec<_>>(), [10, 10, 9]);
    }

    #[test]
    fn a_line_that_is_no_record_is_named() {
        for (text, line, expected) in [
            ("# h\n<<<<<<< HEAD\n", 2, "article:ID, section:ID or category:ID"),
            ("article:1", 1, "a locale"),
            ("article:1 de", 1, "a workflow"),
            ("article:1 de ai", 1, "a number of words"),
            ("article:1 de ai ten \"x\"", 1, "a number of words"),
            ("article:1 de ai 1", 1, "a quoted title"),
            ("article:1 de ai 1 x", 1, "a quoted title"),
            ("article:1 de ai 1 \"x\" y", 1, "a quoted title"),
            ("article:1  de ai 1 \"x\"", 1, "a locale"),
        ] {
            assert_eq!(Lock::parse(text), Err(LockError { line, expected }), "{text}");
        }
    }

    #[test]
    fn hostile_titles_stay_on_their_line_and_harm_nobody() {
        let title = "a\u{1b}[31m\r\n::error::\u{202e}\u{2028}\u{85}\u{7f}\"\\";
        let lock: Lock = [record(ItemKey::article(1), "de", "ai", 1, title)].into_iter().collect();
        let text = lock.render();
        assert_eq!(text.lines().count(), 2);
        assert!(text.trim_end().chars().all(|c| c == '\n' || !is_risky(c)), "{text:?}");
        assert_eq!(Lock::parse(&text), Ok(lock));
    }

    #[test]
    fn changes_are_told_apart() {
        let lock = |text: &str| Lock::parse(text).unwrap();
        let base = lock(
            "article:1 de ai 1 \"a\"\narticle:2 de ai 2 \"b\"\narticle:3 de ai 3 \"c\"\narticle:5 de ai 5 \"e\"",
        );
        let now = lock(
            "article:1 de ai 1 \"a\"\narticle:2 de human 2 \"b\"\narticle:4 de ai 4 \"d\"\narticle:5 de ai 6 \"e\"",
        );
        assert_eq!(
            now.changes_since(&base),
            [
                Change::Moved {
                    record: record(ItemKey::article(2), "de", "human", 2, "b"),
                    from: WorkflowName::new("ai")
                },
                Change::Removed(record(ItemKey::article(3), "de", "ai", 3, "c")),
                Change::Added(record(ItemKey::article(4), "de", "ai", 4, "d")),
                Change::Edited { record: record(ItemKey::article(5), "de", "ai", 6, "e"), words: 5 },
            ]
        );
        assert_eq!(now.changes_since(&now), []);
    }

    proptest! {
        #[test]
        fn any_title_comes_back(title in any::<String>(), words in any::<u64>(), id in any::<u64>()) {
            let lock: Lock = [record(ItemKey::article(id), "de", "ai", words, &title)].into_iter().collect();
            prop_assert_eq!(lock.render().lines().count(), 2);
            prop_assert_eq!(Lock::parse(&lock.render()), Ok(lock));
        }

        #[test]
        fn no_text_panics(text in "(article:1 de ai 1 \"x\"|[a-z:\" 0-9\\\\\n]|\\PC)*") {
            if let Ok(lock) = Lock::parse(&text) {
                prop_assert_eq!(Lock::parse(&lock.render()), Ok(lock));
            }
        }
    }
}
