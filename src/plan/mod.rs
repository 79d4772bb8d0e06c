//! The plan: a value that says what apply will do and why, and what it will not do and why.
//!
//! A plan is a pure function of the desired and the observed state: no network, no clock, no files, no environment.
//! Same inputs, same bytes. A step carries everything that apply needs, so that no choice is left to make, and its
//! id is a hash over all of it: a step whose premises have moved has another id. That is how `apply PLAN` tells,
//! item by item, what is stale.

mod assign;
mod build;
mod draft;
mod drift;
pub mod guard;
mod held;
mod navigation;
pub mod order;
mod pair;
mod projects;
mod requests;
mod settings;
mod state;
mod step;
mod summary;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::content::ContentHash;
use crate::id::ItemKey;
use crate::id::ProjectId;
use crate::manifest::MachineTranslation;
use crate::manifest::Manifest;
use crate::observed::HelpCenter;

pub use assign::Assign;
pub use assign::Sharing;
pub use assign::Who;
pub use build::Selection;
pub use build::build;
pub use held::Held;
pub use held::HeldCode;
pub use pair::Pair;
pub use pair::PairState;
pub use requests::EXPORT_BATCH;
pub use requests::Requests;
pub use requests::SourceReads;
pub use requests::TEAM_BATCH;
pub use requests::UPLOAD_BATCH;
pub use settings::Due;
pub use settings::Engine;
pub use settings::Settings;
pub use settings::Work;
pub use state::Delivery;
pub use step::Action;
pub use step::AddLanguage;
pub use step::Assignee;
pub use step::CompleteDocument;
pub use step::CreateDocument;
pub use step::CreateProject;
pub use step::ImportTranslation;
pub use step::Predecessor;
pub use step::ProjectRef;
pub use step::RetireDocument;
pub use step::SendTranslation;
pub use step::Step;
pub use step::StepId;
pub use step::Superseded;
pub use step::Take;
pub use step::Target;
pub use step::UpdateDocument;
pub use step::UpdateProject;
pub use summary::Summary;

/// What apply will do, what it will not do, and the state of every pair.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The steps in the order in which they are carried out.
    pub steps: Vec<Step>,
    /// What is in scope and left alone, with the reason, sorted by item and locale.
    pub held: Vec<Held>,
    /// Every pair in scope or of ours, sorted by item and locale.
    pub pairs: Vec<Pair>,
    /// Translations that would not be found.
    pub note: Option<Note>,
    /// The counts.
    pub summary: Summary,
}

/// Pairs in scope that Zendesk does not show, because what they hang below lacks their locale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// How many.
    pub hidden: u64,
    /// Rules that bring them to light, as lines of YAML for the end of the manifest's `content:`.
    pub rules: Vec<String>,
}

impl Plan {
    /// Apply would do nothing.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Leaves only some of the steps, and counts again.
    pub fn retain(&mut self, help_center: &HelpCenter, keep: impl Fn(&Step) -> bool) {
        self.steps.retain(keep);
        self.summary.count(&self.steps, help_center);
    }

    /// Whether what a step of an earlier plan was for is there: its pairs are at work or done, and no step of this
    /// plan is about them, unless it only says who does the work. A step without an item prepares a project, which its
    /// item steps find or not.
    pub fn shows_done(&self, item: Option<ItemKey>, languages: &[String]) -> bool {
        let Some(item) = item else { return true };
        let named = |language: &str| languages.iter().any(|named| named == language);
        let is_about = |step: &Step| {
            step.action.item() == Some(item)
                && !matches!(step.action, Action::Assign(_))
                && step.action.languages().into_iter().any(named)
        };
        let pairs = self.pairs.iter().filter(|pair| pair.item == item && named(&pair.language));
        let mut states = pairs.map(|pair| pair.state).peekable();
        states.peek().is_some()
            && states.all(|state| matches!(state, PairState::InProgress | PairState::UpToDate))
            && !self.steps.iter().any(is_about)
    }

    /// The words are the most that is translated: some texts bring a translation along.
    pub fn words_are_at_most(&self) -> bool {
        let adopts =
            |step: &Step| matches!(&step.action, Action::CreateDocument(step) if step.adopts.is_some());
        self.steps.iter().any(adopts)
    }

    /// The projects that are there already and to which it sends text.
    pub fn projects_fed(&self) -> BTreeSet<&ProjectId> {
        let feeds = |action: &&Action| {
            matches!(
                action,
                Action::CreateDocument(_) | Action::UpdateDocument(_) | Action::ImportTranslation(_)
            )
        };
        let actions = self.steps.iter().map(|step| &step.action).filter(feeds);
        actions.filter_map(|action| action.project().id.as_ref()).collect()
    }

    /// Words that machine translation takes: those of workflows that use it.
    pub fn machine_words(&self, manifest: &Manifest) -> u64 {
        let by_machine = |step: &&Step| {
            let workflow = manifest.workflows.get(&step.action.project().workflow);
            workflow.is_some_and(|workflow| workflow.machine_translation != MachineTranslation::Off)
        };
        self.steps.iter().filter(by_machine).map(|step| step.words).sum()
    }

    /// Whether what a step of an earlier plan was to retire is gone, or, where people were only to be released, left
    /// without a step.
    pub fn shows_retired(&self, item: Option<ItemKey>, languages: &[String], only_released: bool) -> bool {
        let named = |language: &str| languages.iter().any(|named| named == language);
        let retired_now = self.steps.iter().any(|step| {
            matches!(step.action, Action::RetireDocument(_))
                && step.action.item() == item
                && step.action.languages().into_iter().any(named)
        });
        let of_step = self.pairs.iter().filter(|pair| Some(pair.item) == item && named(&pair.language));
        let mut left = of_step.filter(|pair| pair.document.is_some());
        !retired_now && left.all(|pair| only_released && pair.state == PairState::Orphan)
    }

    /// A hash over the sorted steps: equal for equal plans, whenever and wherever they were made.
    pub fn digest(&self) -> PlanDigest {
        let ids: String = self.steps.iter().map(|step| format!("{}\n", step.id())).collect();
        PlanDigest(ContentHash::of_bytes(ids.as_bytes()))
    }
}

/// The identity of a plan, `sha256:` and 64 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PlanDigest(ContentHash);

impl fmt::Display for PlanDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
