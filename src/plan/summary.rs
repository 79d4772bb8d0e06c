//! The counts of a plan.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::observed::HelpCenter;

use super::Action;
use super::Requests;
use super::Step;
use super::requests;

/// Counts of a plan. Pairs, not requests, unless it says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Summary {
    /// Pairs whose source is sent for the first time.
    pub create: u64,
    /// Pairs whose changed source is sent.
    pub update: u64,
    /// Pairs whose existing translation is imported.
    pub import: u64,
    /// Pairs that get people assigned.
    pub assign: u64,
    /// Pairs whose translation is delivered to Zendesk.
    pub send: u64,
    /// Pairs whose document is removed.
    pub retire: u64,
    /// Pairs that Smartcat is at work on.
    pub in_progress: u64,
    /// Pairs with nothing to do.
    pub up_to_date: u64,
    /// Pairs that are left alone, with a reason.
    pub held: u64,
    /// Source words × languages to be translated; estimated where a source changed.
    pub words: u64,
    /// The least requests that applying it needs.
    pub requests: Requests,
}

impl Summary {
    /// Counts what steps do; what is left alone is counted where it is judged.
    pub(super) fn count(&mut self, steps: &[Step], help_center: &HelpCenter) {
        let Self { create, update, import, assign, send, retire, words, requests, .. } = self;
        (*create, *update, *import, *assign, *send, *retire) = (0, 0, 0, 0, 0, 0);
        let mut assigned = BTreeSet::new();
        for step in steps {
            match &step.action {
                Action::CreateDocument(step) if step.predecessor.is_some() => {
                    *update += step.targets.len() as u64;
                }
                Action::CreateDocument(step) => *create += step.targets.len() as u64,
                Action::UpdateDocument(step) => *update += step.targets.len() as u64,
                Action::ImportTranslation(_) => *import += 1,
                Action::Assign(step) => drop(assigned.insert((step.item, &step.target))),
                Action::SendTranslation(_) => *send += 1,
                // Its pairs were counted when another document took its place.
                Action::RetireDocument(step) if !step.superseded.is_empty() => {}
                Action::RetireDocument(step) => *retire += step.documents.len() as u64,
                Action::CreateProject(_)
                | Action::UpdateProject(_)
                | Action::AddLanguage(_)
                | Action::CompleteDocument(_) => {}
            }
        }
        *assign = assigned.len() as u64;
        *words = steps.iter().map(|step| step.words).sum();
        *requests = requests::of(steps, help_center);
    }
}
