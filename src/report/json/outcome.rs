//! The document of an outcome: what became of each step of a plan.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::apply::StepResult;

use super::super::Count;
use super::super::OutcomeView;
use super::super::STALE;
use super::ActionName;
use super::FORMAT_VERSION;

/// What `zencat apply --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "zencat outcome")]
pub struct OutcomeDocument {
    /// Always 1.
    pub format_version: u32,
    /// The digest of the plan that was carried out.
    pub plan_digest: String,
    /// Counts of steps.
    pub summary: OutcomeSummary,
    /// What became of each step.
    pub steps: Vec<StepOutcomeDocument>,
    /// Requests made.
    pub requests: RequestsDocument,
    /// Why the run ended before its last step, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
}

/// Counts of steps.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OutcomeSummary {
    /// Carried out.
    pub done: usize,
    /// Not carried out, and rightly so: what they stood on had moved, or something holds them.
    pub skipped: usize,
    /// Not carried out because something went wrong.
    pub failed: usize,
}

/// What became of one step.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StepOutcomeDocument {
    /// The step's id in the plan.
    pub id: String,
    /// What it does.
    pub action: ActionName,
    /// Its end.
    pub result: ResultName,
    /// One sentence.
    pub detail: String,
}

/// The end of a step.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say what they are")]
pub enum ResultName {
    Done,
    Skipped,
    Failed,
}

/// Requests made, by service.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RequestsDocument {
    /// To Zendesk.
    pub zendesk: Count,
    /// To Smartcat.
    pub smartcat: Count,
}

/// The document of an outcome.
pub fn outcome(view: OutcomeView<'_>) -> OutcomeDocument {
    let OutcomeView { plan, digest, outcome, stale, requests } = view;
    let actions: BTreeMap<_, _> =
        plan.plan.steps.iter().map(|step| (step.id(), ActionName::of(&step.action))).collect();
    let ended = outcome.steps.iter().filter_map(|step| {
        Some(StepOutcomeDocument {
            id: step.id.to_string(),
            action: *actions.get(&step.id)?,
            result: ResultName::from(step.result),
            detail: step.detail.clone(),
        })
    });
    let refused = stale.iter().map(|step| StepOutcomeDocument {
        id: step.id.clone(),
        action: step.action,
        result: ResultName::Skipped,
        detail: format!("stale: {STALE}"),
    });
    OutcomeDocument {
        format_version: FORMAT_VERSION,
        plan_digest: digest.to_string(),
        summary: OutcomeSummary {
            done: outcome.count(StepResult::Done),
            skipped: outcome.count(StepResult::Skipped) + stale.len(),
            failed: outcome.count(StepResult::Failed),
        },
        steps: ended.chain(refused).collect(),
        requests: RequestsDocument { zendesk: requests.zendesk, smartcat: requests.smartcat },
        stopped: outcome.stopped.clone(),
    }
}

impl From<StepResult> for ResultName {
    fn from(result: StepResult) -> Self {
        match result {
            StepResult::Done => Self::Done,
            StepResult::Skipped => Self::Skipped,
            StepResult::Failed => Self::Failed,
        }
    }
}
