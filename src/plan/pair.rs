//! A pair as a plan found it.

use std::sync::Arc;

use serde::Serialize;

use crate::id::DocumentId;
use crate::id::ItemKey;
use crate::id::ProjectId;
use crate::id::WorkflowName;

/// The state of a pair for people and for `status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PairState {
    /// Never sent to Smartcat.
    Missing,
    /// The document holds an older source.
    Stale,
    /// Smartcat is at work.
    InProgress,
    /// Something is to be delivered.
    Ready,
    /// Nothing to do.
    UpToDate,
    /// Changed by hand in Zendesk.
    Edited,
    /// Left alone for another reason.
    Held,
    /// Ours, and no longer in scope.
    Orphan,
}

/// One item in one language, as observed.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The item.
    pub item: ItemKey,
    /// The locale, or Smartcat's language where no locale maps to it.
    pub language: Arc<str>,
    /// The workflow.
    pub workflow: WorkflowName,
    /// Its state.
    pub state: PairState,
    /// Percent of the stages, 100 when completed; `None` without a document.
    pub progress: Option<u8>,
    /// The document.
    pub document: Option<DocumentId>,
    /// The project.
    pub project: Option<ProjectId>,
    /// Stages for which people were asked, and nobody is shown to have accepted.
    pub asked: Vec<String>,
}
