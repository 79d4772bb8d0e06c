//! Carries out a plan, step by step in the plan's order.
//!
//! Nothing is decided here: a step names what is done, with its premises, and is skipped when they have moved. What
//! makes a run safe to kill and to repeat:
//! - Smartcat has no idempotency key. After an ambiguous answer to a POST the service is read before anything is
//!   repeated: a project is found by its tag, a document by its external id and name.
//! - A translation is read again right before it is written, and written only over what the plan saw.
//! - Receipts are written after the fact. A run that is killed between the two finds both texts equal the next time,
//!   and writes the receipt then.
//!
//! Independent steps go on when one fails. Refused credentials stop the run.

mod adopt;
mod ahead;
mod assign;
mod deliver;
mod equipment;
mod export;
mod import;
mod outcome;
mod patience;
mod project;
mod receipts;
mod retire;
mod settings;
mod source;
mod sources;
mod successor;
mod template;
mod text;
mod upload;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use tokio::sync::Notify;

use crate::id::FileId;
use crate::id::ProjectId;
use crate::observed::Observed;
use crate::owner::Owner;
use crate::plan::Action;
use crate::plan::ProjectRef;
use crate::plan::Step;
use crate::remote::smartcat::SmartcatRead;
use crate::remote::smartcat::SmartcatWrite;
use crate::remote::smartcat::WireDocument;
use crate::remote::zendesk::ZendeskRead;
use crate::remote::zendesk::ZendeskWrite;

pub(crate) use export::ExportOf;
pub(crate) use export::to_look_at;
pub use outcome::Outcome;
pub use outcome::StepOutcome;
pub use outcome::StepResult;

use import::ByExternalId;
use outcome::Ending;
use outcome::Obstacle;
use receipts::Receipts;

/// The two services, for reading and for writing.
#[derive(Clone)]
pub struct Services {
    /// Zendesk, for reading.
    pub zendesk: ZendeskRead,
    /// Zendesk, for writing.
    pub zendesk_write: ZendeskWrite,
    /// Smartcat, for reading.
    pub smartcat: SmartcatRead,
    /// Smartcat, for writing.
    pub smartcat_write: SmartcatWrite,
}

/// A wish to stop: the step in flight is finished, the next is not begun.
#[derive(Debug, Default)]
pub struct Stop {
    asked: AtomicBool,
    wake: Notify,
}

impl Stop {
    /// Asks the run to stop.
    pub fn ask(&self) {
        self.asked.store(true, Ordering::Relaxed);
        self.wake.notify_one();
    }

    /// Ends when the run is asked to stop.
    pub async fn asked(&self) {
        if !self.is_asked() {
            self.wake.notified().await;
        }
    }

    /// Whether a run with this outcome so far has ended. One that was asked to stop says so in it.
    pub fn ends(&self, outcome: &mut Outcome) -> bool {
        if outcome.stopped.is_none() && self.is_asked() {
            outcome.stopped = Some("stopped on request; the next run goes on from here".to_owned());
        }
        outcome.stopped.is_some()
    }

    fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }
}

/// Is told how a run goes on.
pub trait Watch: Sync {
    /// A step is begun.
    fn begins(&self, _step: &Step) {}

    /// A step ended.
    fn ended(&self, step: &Step, outcome: &StepOutcome);

    /// Something is to be said while a step is carried out.
    fn tells(&self, _sentence: &str) {}
}

/// Carries out the steps, which are in the order of the plan.
pub async fn apply(
    services: &Services,
    owner: &Owner,
    observed: &Observed,
    steps: &[Step],
    stop: &Stop,
    watch: &dyn Watch,
) -> Outcome {
    let mut run = Run {
        services,
        owner,
        observed,
        stop,
        watch,
        receipts: Receipts::of(observed),
        changed: BTreeSet::new(),
        projects: BTreeMap::new(),
        unready: unready(observed),
        newcomers: BTreeMap::new(),
        unknown_words: BTreeSet::new(),
        uploaded: BTreeMap::new(),
        looked_at: BTreeMap::new(),
        outcome: Outcome::default(),
    };
    for group in steps.chunk_by(same_kind) {
        run.group(group).await;
    }
    run.outcome
}

/// Projects that were created and never got all of their settings.
fn unready(observed: &Observed) -> BTreeSet<ProjectId> {
    let never = observed.projects.iter().filter(|project| project.settings.is_none() && !project.adopted);
    never.map(|project| project.id.clone()).collect()
}

/// Steps of one kind are carried out together: uploads and exports travel in batches.
fn same_kind(a: &Step, b: &Step) -> bool {
    std::mem::discriminant(&a.action) == std::mem::discriminant(&b.action)
}

struct Run<'a> {
    services: &'a Services,
    owner: &'a Owner,
    observed: &'a Observed,
    stop: &'a Stop,
    watch: &'a dyn Watch,
    receipts: Receipts,
    /// Files whose receipts changed and are not written yet.
    changed: BTreeSet<FileId>,
    /// Projects created in this run, by workflow and number.
    projects: BTreeMap<(crate::id::WorkflowName, u32), ProjectId>,
    /// Projects whose settings are not those of the manifest yet. Nothing is uploaded there: a document is translated
    /// by the settings that it finds, and once only.
    unready: BTreeSet<ProjectId>,
    /// People whom this run added to the team: ids by e-mail address.
    newcomers: BTreeMap<String, String>,
    /// Words for the state of an uploaded file that zencat does not know and has waited for.
    unknown_words: BTreeSet<String>,
    /// What is in a project when the first translation is imported into it: all uploads of a run come before.
    uploaded: BTreeMap<ProjectId, ByExternalId>,
    /// What was in a project before the first file with an adopted translation went up in this run.
    looked_at: BTreeMap<ProjectId, Vec<WireDocument>>,
    outcome: Outcome,
}

impl Run<'_> {
    async fn group(&mut self, steps: &[Step]) {
        let Some(first) = steps.first() else { return };
        if self.is_stopped() {
            steps.iter().for_each(|step| self.stopped_before(step));
            return;
        }
        match &first.action {
            Action::CreateDocument(_) => self.upload(steps).await,
            Action::Assign(_) => self.assign(steps).await,
            Action::SendTranslation(_) => self.deliver(steps).await,
            Action::CreateProject(_)
            | Action::UpdateProject(_)
            | Action::AddLanguage(_)
            | Action::UpdateDocument(_)
            | Action::ImportTranslation(_)
            | Action::CompleteDocument(_)
            | Action::RetireDocument(_) => {
                for step in steps {
                    if self.may_begin(step) {
                        let ending = self.single(step).await;
                        self.end(step, ending);
                    }
                }
            }
        }
    }

    async fn single(&mut self, step: &Step) -> Ending {
        match &step.action {
            Action::CreateProject(create) => self.create_project(create).await,
            Action::UpdateProject(update) => self.update_project(update).await,
            Action::AddLanguage(add) => self.add_language(add).await,
            Action::UpdateDocument(update) => self.update_source(update).await,
            Action::ImportTranslation(import) => self.import(import).await,
            Action::CompleteDocument(complete) => {
                self.services.smartcat_write.complete(&complete.document).await?;
                Ok("completed".to_owned())
            }
            Action::RetireDocument(retire) => self.retire(retire).await,
            // These travel in batches (see `group`).
            Action::CreateDocument(_) | Action::Assign(_) | Action::SendTranslation(_) => {
                Err(Obstacle::Fail("a step of this kind is not carried out by itself".to_owned()))
            }
        }
    }

    /// Whether a step may begin; when the run has been stopped, the step is recorded as not begun.
    fn may_begin(&mut self, step: &Step) -> bool {
        let stopped = self.is_stopped();
        match stopped {
            true => self.stopped_before(step),
            false => self.watch.begins(step),
        }
        !stopped
    }

    /// Records a step that a stopped run does not come to.
    fn stopped_before(&mut self, step: &Step) {
        self.record(step, StepResult::Skipped, "not begun: the run was stopped".to_owned());
    }

    /// Whether somebody asked the run to stop, or a failure stopped it.
    fn is_stopped(&mut self) -> bool {
        self.stop.ends(&mut self.outcome)
    }

    /// Records the end of a step.
    fn end(&mut self, step: &Step, ending: Ending) {
        match ending {
            Ok(detail) => self.record(step, StepResult::Done, detail),
            Err(Obstacle::Skip(why)) => self.record(step, StepResult::Skipped, why),
            Err(Obstacle::Fail(why)) => self.record(step, StepResult::Failed, why),
            Err(Obstacle::Remote(error)) => {
                self.note_failure(&error);
                self.record(step, StepResult::Failed, error.to_string());
            }
        }
    }

    /// Refused credentials and the like stop the run: every further request would fail too.
    fn note_failure(&mut self, error: &crate::remote::RemoteError) {
        if error.stops_the_run() && self.outcome.stopped.is_none() {
            self.outcome.stopped = Some(error.to_string());
        }
    }

    fn record(&mut self, step: &Step, result: StepResult, detail: String) {
        let outcome = StepOutcome { id: step.id(), result, detail };
        self.watch.ended(step, &outcome);
        self.outcome.steps.push(outcome);
    }

    /// The id of a step's project, which the same run may have created.
    fn project_id(&self, project: &ProjectRef) -> Result<ProjectId, Obstacle> {
        let created = || self.projects.get(&(project.workflow.clone(), project.number)).cloned();
        project.id.clone().or_else(created).ok_or_else(|| {
            Obstacle::Skip(format!("its project \"{}\" could not be created in this run", project.name))
        })
    }
}
