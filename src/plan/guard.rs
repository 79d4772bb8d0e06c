//! Limits: what one plan may do before somebody says that it is meant.
//!
//! Every guard fails closed and says its numbers, and each is lifted on its own (`--allow max-words`).

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::manifest::Limits;

use super::Action;
use super::Delivery;
use super::Plan;

/// Below this number of managed pairs a share says nothing.
const SHARE_FROM: u64 = 10;

/// A limit that can be lifted by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Guard {
    /// `limits.max_words`.
    MaxWords,
    /// `limits.max_items`.
    MaxItems,
    /// `limits.max_change`.
    MaxChange,
}

impl Guard {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::MaxWords, Self::MaxItems, Self::MaxChange];

    /// The name, as in `--allow`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MaxWords => "max-words",
            Self::MaxItems => "max-items",
            Self::MaxChange => "max-change",
        }
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is no guard's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no guard `{0}`; the guards are max-words, max-items and max-change")]
pub struct UnknownGuard(String);

impl FromStr for Guard {
    type Err = UnknownGuard;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|guard| guard.as_str() == text);
        found.ok_or_else(|| UnknownGuard(text.to_owned()))
    }
}

/// A limit that the plan is beyond.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which.
    pub guard: Guard,
    /// The numbers, and how to lift it.
    pub message: String,
}

/// The limits that the plan is beyond, the allowed ones left out.
pub fn refusals(plan: &Plan, limits: &Limits, allowed: &[Guard]) -> Vec<Refusal> {
    Guard::ALL
        .into_iter()
        .filter(|guard| !allowed.contains(guard))
        .filter_map(|guard| {
            let finding = match guard {
                Guard::MaxWords => too_many_words(plan, limits),
                Guard::MaxItems => too_many_items(plan, limits),
                Guard::MaxChange => too_much_change(plan, limits),
            };
            finding
                .map(|finding| Refusal { guard, message: format!("{finding}; allow with --allow {guard}") })
        })
        .collect()
}

fn too_many_words(plan: &Plan, limits: &Limits) -> Option<String> {
    let limit = limits.max_words?;
    let words = plan.summary.words;
    (words > limit)
        .then(|| format!("too many words to translate: {words} is over {limit} (limits.max_words)"))
}

fn too_many_items(plan: &Plan, limits: &Limits) -> Option<String> {
    let limit = limits.max_items?;
    let ordered = plan.steps.iter().filter_map(|step| match &step.action {
        Action::CreateDocument(create) => Some(create.item),
        Action::UpdateDocument(update) => Some(update.item),
        Action::CreateProject(_)
        | Action::UpdateProject(_)
        | Action::AddLanguage(_)
        | Action::ImportTranslation(_)
        | Action::Assign(_)
        | Action::CompleteDocument(_)
        | Action::SendTranslation(_)
        | Action::RetireDocument(_) => None,
    });
    let items = ordered.collect::<BTreeSet<_>>().len() as u64;
    (items > limit)
        .then(|| format!("too many items sent to Smartcat: {items} is over {limit} (limits.max_items)"))
}

fn too_much_change(plan: &Plan, limits: &Limits) -> Option<String> {
    let limit = u64::from(limits.max_change_percent?);
    let overwrites = |action: &Action| matches!(action, Action::SendTranslation(send) if send.delivery == Delivery::Overwritten);
    let overwritten = plan.steps.iter().filter(|step| overwrites(&step.action));
    let retired = plan.summary.retire;
    let changed = plan.summary.update + retired + overwritten.count() as u64;
    // A retired pair is no pair of the plan any more, but it was managed until now.
    let managed = retired + plan.pairs.iter().filter(|pair| pair.document.is_some()).count() as u64;
    let percent = (changed * 100).checked_div(managed)?;
    (managed >= SHARE_FROM && changed * 100 > limit * managed).then(|| {
        format!(
            "too many pairs replaced: {percent} % is over {limit} % ({changed}/{managed}) (limits.max_change)"
        )
    })
}
