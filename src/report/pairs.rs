//! Pairs with all that is known about each, joined once for every format.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::id::DocumentId;
use crate::id::ItemKey;
use crate::id::Locale;
use crate::id::ProjectId;
use crate::observed::Document;
use crate::observed::Item;
use crate::observed::Project;
use crate::observed::Translation;
use crate::plan::Action;
use crate::plan::Held;
use crate::plan::Pair;
use crate::plan::PairState;

use super::PlanView;

/// The states in the order in which they are shown: from done to lost.
pub const STATES: [PairState; 8] = [
    PairState::UpToDate,
    PairState::Ready,
    PairState::InProgress,
    PairState::Stale,
    PairState::Missing,
    PairState::Edited,
    PairState::Held,
    PairState::Orphan,
];

/// A state's name in JSON and on the command line.
pub fn state_name(state: PairState) -> &'static str {
    match state {
        PairState::UpToDate => "up_to_date",
        PairState::Ready => "ready",
        PairState::InProgress => "in_progress",
        PairState::Stale => "stale",
        PairState::Missing => "missing",
        PairState::Edited => "edited",
        PairState::Held => "held",
        PairState::Orphan => "orphan",
    }
}

/// A state's name for people.
pub fn state_words(state: PairState) -> &'static str {
    match state {
        PairState::UpToDate => "up to date",
        PairState::InProgress => "in progress",
        other => state_name(other),
    }
}

/// One pair, and what there is to tell about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    pub(super) pair: &'a Pair,
    pub(super) item: Option<&'a Item>,
    pub(super) translation: Option<&'a Translation>,
    pub(super) document: Option<&'a Document>,
    /// When the work of its project should be done.
    pub(super) deadline: Option<Timestamp>,
    pub(super) held: Option<&'a Held>,
    /// What of its source is new, where its document holds an older one.
    pub(super) change: Option<&'a str>,
}

impl Known<'_> {
    /// Words of its source.
    pub(super) fn words(&self) -> u64 {
        let source = self.item.and_then(|item| item.source.as_ref()).map(|source| source.words);
        u64::from(source.or(self.document.map(|document| document.words)).unwrap_or_default())
    }

    /// Words that somebody is translating or has yet to translate.
    pub(super) fn words_in_work(&self) -> u64 {
        if self.pair.state == PairState::InProgress { self.words() } else { 0 }
    }

    /// When anything last happened: to the work in Smartcat, or, where a hand was at it, to the text in Zendesk.
    pub(super) fn moved_at(&self) -> Option<Timestamp> {
        let by_hand = self.translation.filter(|_| self.pair.state == PairState::Edited);
        match by_hand.and_then(|translation| translation.updated_at) {
            Some(edited) => Some(edited),
            None => self.document?.moved_at,
        }
    }
}

/// The pairs of a plan, in its order.
pub(super) fn known<'a>(view: PlanView<'a>) -> Vec<Known<'a>> {
    let documents = documents(view);
    let deadlines: BTreeMap<&ProjectId, Option<Timestamp>> =
        view.observed.projects.iter().map(|project: &Project| (&project.id, project.deadline)).collect();
    let held: BTreeMap<(ItemKey, &str), &Held> =
        view.plan.held.iter().map(|held| ((held.item, &*held.language), held)).collect();
    let changes = changes(view);
    let know = |pair: &'a Pair| {
        let item = view.observed.help_center.items.get(&pair.item);
        let locale = Locale::new(&pair.language);
        Known {
            pair,
            item,
            translation: item.and_then(|item| item.translations.get(&locale)),
            document: pair.document.as_ref().and_then(|id| documents.get(id).copied()),
            deadline: pair.project.as_ref().and_then(|id| deadlines.get(id).copied()).flatten(),
            held: held.get(&(pair.item, &*pair.language)).copied(),
            change: changes.get(&(pair.item, &*pair.language)).copied(),
        }
    };
    view.plan.pairs.iter().map(know).collect()
}

/// Why sources are sent again, by pair.
fn changes<'a>(view: PlanView<'a>) -> BTreeMap<(ItemKey, &'a str), &'a str> {
    let updates = view.plan.steps.iter().filter_map(|step| match &step.action {
        Action::UpdateDocument(update) => Some((update, &*step.reason)),
        _ => None,
    });
    updates
        .flat_map(|(update, reason)| {
            update.targets.iter().map(move |target| ((update.item, target.locale.as_str()), reason))
        })
        .collect()
}

fn documents<'a>(view: PlanView<'a>) -> BTreeMap<&'a DocumentId, &'a Document> {
    let files = view.observed.projects.iter().flat_map(|project| &project.files);
    files.flat_map(|file| file.documents.values()).map(|document| (&document.id, document)).collect()
}

/// The pairs of one language, counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Coverage {
    /// By state, in the order of [`STATES`].
    pub(super) counts: [u64; STATES.len()],
    pub(super) words_in_work: u64,
}

impl Coverage {
    pub(super) fn all(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Percent of the pairs that are up to date, rounded down so that 100 means all.
    pub(super) fn percent(&self) -> u64 {
        self.counts[0] * 100 / self.all().max(1)
    }

    pub(super) fn add(&mut self, known: &Known<'_>) {
        for (count, state) in self.counts.iter_mut().zip(STATES) {
            *count += u64::from(state == known.pair.state);
        }
        self.words_in_work += known.words_in_work();
    }
}

/// Every language's coverage.
pub(super) fn coverage<'a>(pairs: &[Known<'a>]) -> BTreeMap<&'a str, Coverage> {
    let mut languages: BTreeMap<&str, Coverage> = BTreeMap::new();
    for known in pairs {
        languages.entry(&known.pair.language).or_default().add(known);
    }
    languages
}

/// A span of time as people say it, by its largest unit: `3 d`, `5 h`. `None` for less than a minute.
pub(super) fn span(from: Timestamp, to: Timestamp) -> Option<String> {
    let minutes = to.duration_since(from).as_mins();
    match minutes {
        ..1 => None,
        1..60 => Some(format!("{minutes} min")),
        60..2_880 => Some(format!("{} h", minutes / 60)),
        _ => Some(format!("{} d", minutes / 1_440)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_named_as_in_json() {
        for state in STATES {
            assert_eq!(serde_json::to_value(state).unwrap(), state_name(state));
        }
    }

    #[test]
    fn spans_are_said_by_their_largest_unit() {
        let from = Timestamp::UNIX_EPOCH;
        let after = |minutes: i64| Timestamp::from_second(minutes * 60).unwrap();
        let spans = [0, 59, 60, 47 * 60, 48 * 60].map(|minutes| span(from, after(minutes)));
        assert_eq!(spans.map(Option::unwrap_or_default), ["", "59 min", "1 h", "47 h", "2 d"]);
        assert_eq!(span(after(5), from), None, "a clock that is behind");
    }
}
