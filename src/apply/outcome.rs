//! What became of each step.

use std::collections::BTreeSet;

use crate::plan::StepId;

/// How a run ended: one record per step, in the order in which they ended. Steps that are carried out together, as those
/// that assign people, end in another order than the plan's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The steps.
    pub steps: Vec<StepOutcome>,
    /// Why the run ended before its last step.
    pub stopped: Option<String>,
}

/// What became of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepOutcome {
    /// The step.
    pub id: StepId,
    /// Its end.
    pub result: StepResult,
    /// One sentence: what was done, or why not.
    pub detail: String,
}

/// The end of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepResult {
    /// Done.
    Done,
    /// Not done, and rightly so: its premises moved, or a guard holds it.
    Skipped,
    /// Not done because something went wrong.
    Failed,
}

impl StepResult {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

impl Outcome {
    /// How many steps ended so.
    pub fn count(&self, result: StepResult) -> usize {
        self.steps.iter().filter(|step| step.result == result).count()
    }

    /// Adds a further round. What became of a step that was tried again counts, not what it was before.
    pub fn absorb(&mut self, round: Self) {
        let again: BTreeSet<StepId> = round.steps.iter().map(|step| step.id).collect();
        self.steps.retain(|step| !again.contains(&step.id));
        self.steps.extend(round.steps);
        self.stopped = self.stopped.take().or(round.stopped);
    }

    /// Everything that was to be done was done, or skipped for a good reason.
    pub fn is_success(&self) -> bool {
        self.stopped.is_none() && self.count(StepResult::Failed) == 0
    }
}

/// How a step ends, while it is carried out.
pub(super) type Ending = Result<String, Obstacle>;

/// What keeps a step from being done.
#[derive(Debug)]
pub(super) enum Obstacle {
    /// A request failed.
    Remote(crate::remote::RemoteError),
    /// Its premises moved since the plan was made, or a guard holds it.
    Skip(String),
    /// Anything else.
    Fail(String),
}

impl From<crate::remote::RemoteError> for Obstacle {
    fn from(error: crate::remote::RemoteError) -> Self {
        Self::Remote(error)
    }
}
