//! Locks by strangers and by merges: whatever bytes stand in one, it is read or refused by its line, and never a panic.

use proptest::prelude::*;

use zencat::id::ItemKey;
use zencat::id::Locale;
use zencat::id::WorkflowName;
use zencat::manifest::lock::Lock;
use zencat::manifest::lock::Record;

const REAL: &str = include_str!("../../../examples/monorepo-ci/zencat.lock");

fn records() -> impl Strategy<Value = Vec<Record>> {
    let item = prop_oneof![
        (1..6_u64).prop_map(ItemKey::article),
        (1..3_u64).prop_map(ItemKey::section),
        (1..3_u64).prop_map(ItemKey::category),
    ];
    let record =
        (item, "(de|fr|pt-br)", "(ai|human|by\\.hand)", 0..4_u64, "\\PC{0,8}|[\\n\\r\\t\"\\\\]{1,3}");
    let record = record.prop_map(|(item, locale, workflow, words, title)| Record {
        item,
        locale: Locale::new(&locale),
        workflow: WorkflowName::new(workflow.as_str()),
        words,
        title,
    });
    prop::collection::vec(record, 0..12)
}

fn lock(records: &[Record]) -> Lock {
    records.iter().cloned().collect()
}

/// What a lock allows.
fn allowed(lock: &Lock) -> std::collections::BTreeSet<(ItemKey, Locale, WorkflowName)> {
    lock.records().map(|record| (record.item, record.locale, record.workflow)).collect()
}

/// A union merge of two files, as git makes it: the lines of both, of which some are in both, with either's line ends.
fn union(ours: &str, theirs: &str, seed: usize) -> String {
    let mut lines: Vec<&str> = ours.lines().chain(theirs.lines()).collect();
    let count = lines.len();
    lines.rotate_left(seed % count);
    lines.iter().enumerate().map(|(at, line)| format!("{line}{}", ["\n", "\r\n"][(at + seed) % 2])).collect()
}

/// The real lock with some stretches replaced by bytes.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..8),
        Just(b"<<<<<<< HEAD\n".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\\ud800".to_vec()),
        Just(b"99999999999999999999999".to_vec()),
    ];
    let change = (0..REAL.len(), 0..40_usize, bytes);
    prop::collection::vec(change, 1..6).prop_map(|changes| {
        let mut text = REAL.as_bytes().to_vec();
        for (at, length, bytes) in changes {
            let start = at.min(text.len());
            let end = (at + length).min(text.len());
            text.splice(start..end, bytes);
        }
        text
    })
}

#[test]
fn the_real_lock_is_written_as_it_was_read() {
    assert_eq!(Lock::parse(REAL).unwrap().render(), REAL);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_bytes_panic(bytes in prop_oneof![prop::collection::vec(any::<u8>(), 0..400), mutated()]) {
        let text = String::from_utf8_lossy(&bytes);
        match Lock::parse(&text) {
            Ok(lock) => {
                // What was read is written and read again as the same, in order, each record once.
                let written = lock.render();
                prop_assert_eq!(Lock::parse(&written).unwrap().render(), written);
                prop_assert_eq!(lock.changes_since(&lock), []);
            }
            Err(error) => {
                prop_assert!(error.line >= 1 && error.line <= text.lines().count(), "{}", error);
            }
        }
    }

    #[test]
    fn a_union_merge_allows_what_either_side_allowed(ours in records(), theirs in records(), seed in 0..50_usize) {
        let (ours, theirs) = (lock(&ours), lock(&theirs));
        let merged = Lock::parse(&union(&ours.render(), &theirs.render(), seed)).unwrap();
        let other_way = Lock::parse(&union(&theirs.render(), &ours.render(), seed + 1)).unwrap();
        prop_assert_eq!(&merged, &other_way, "the order of lines says nothing");
        let either = allowed(&ours).union(&allowed(&theirs)).cloned().collect();
        prop_assert_eq!(allowed(&merged), either);
    }

    #[test]
    fn the_order_of_records_says_nothing(mut records in records()) {
        let text = lock(&records).render();
        records.reverse();
        prop_assert_eq!(lock(&records).render(), text);
    }

    /// Every pair that differs is told once, and nothing else is.
    #[test]
    fn changes_tell_all_that_differs(before in records(), after in records()) {
        let (before, after) = (lock(&before), lock(&after));
        let changes = after.changes_since(&before);
        prop_assert_eq!(changes.is_empty(), before == after);
        let (is, was) = (allowed(&after), allowed(&before));
        let moved = changes.iter().filter(|change| !matches!(change, zencat::manifest::lock::Change::Edited { .. }));
        let at_least = is.symmetric_difference(&was).count().div_ceil(2);
        prop_assert!(moved.count() >= at_least);
    }
}
