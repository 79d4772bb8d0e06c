//! zencat through the library, whose back-off can be made short: observe, plan, apply.

use std::time::Duration;
use std::time::Instant;

use tokio::runtime::Runtime;
use zencat::apply;
use zencat::apply::Outcome;
use zencat::apply::Services;
use zencat::apply::StepOutcome;
use zencat::apply::StepResult;
use zencat::apply::Stop;
use zencat::apply::Watch;
use zencat::desired;
use zencat::manifest::Manifest;
use zencat::observe;
use zencat::owner::Owner;
use zencat::plan;
use zencat::plan::Selection;
use zencat::plan::Step;
use zencat::remote::Options;
use zencat::remote::Secret;
use zencat::remote::smartcat::SmartcatRead;
use zencat::remote::smartcat::SmartcatWrite;
use zencat::remote::zendesk::Credentials;
use zencat::remote::zendesk::ZendeskRead;
use zencat::remote::zendesk::ZendeskWrite;
use zencat::sandbox;

use crate::scenario;
use crate::scenario::EndState;
use crate::world::World;

/// How often a request is tried.
pub(super) const TRIES: u32 = 3;

/// How long an answer may take, where answers never come; and else.
const SHORT: Duration = Duration::from_millis(300);
const USUAL: Duration = Duration::from_secs(10);

/// No answer may be larger: what never ends need not be long.
const LARGEST_ANSWER: usize = 1 << 20;

/// What a run came to.
pub(super) struct Ended {
    pub(super) end: End,
    /// Why it failed, in all its parts; empty when all was done or rightly skipped.
    pub(super) messages: Vec<String>,
    pub(super) took: Duration,
}

/// How far a failure reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    /// Nothing failed.
    Well,
    /// Some steps failed, the others were done.
    Items,
    /// The run ended there.
    Stopped,
}

/// The program without its edge: observe, plan, apply.
pub(super) struct Zencat<'w> {
    runtime: Runtime,
    world: &'w World,
    manifest: Manifest,
    owner: Owner,
}

struct Silent;

impl Watch for Silent {
    fn ended(&self, _: &Step, _: &StepOutcome) {}
}

impl<'w> Zencat<'w> {
    pub(super) fn new(world: &'w World) -> Self {
        let text = std::fs::read_to_string(world.path("zencat.yaml")).unwrap();
        let (manifest, _) = Manifest::parse("zencat.yaml", &text).unwrap();
        let owner = Owner {
            name: manifest.name.clone(),
            host: manifest.zendesk.host.clone(),
            workflows: manifest.workflows.keys().cloned().collect(),
            adopted: Vec::new(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { runtime, world, manifest, owner }
    }

    fn services(&self, patient: bool) -> Services {
        let options = Options {
            tries: TRIES,
            back_off: Duration::from_millis(1),
            smartcat_per_second: 10_000,
            request_timeout: if patient { USUAL } else { SHORT },
            max_answer: LARGEST_ANSWER,
            ..Options::default()
        };
        let credentials = Credentials::ClientCredentials {
            id: sandbox::zendesk::CLIENT_ID.to_owned(),
            secret: Secret::new(sandbox::zendesk::CLIENT_SECRET.to_owned()),
            scope: "hc:read hc:write".to_owned(),
        };
        let zendesk =
            ZendeskRead::new(&self.world.sandbox.zendesk_url(), credentials.clone(), &options).unwrap();
        let key = Secret::new(sandbox::SMARTCAT_API_KEY.to_owned());
        let url = self.world.sandbox.smartcat_url();
        let smartcat = SmartcatRead::new(&url, sandbox::SMARTCAT_ACCOUNT_ID, &key, &options).unwrap();
        Services {
            zendesk_write: ZendeskWrite::new(&zendesk, credentials).unwrap(),
            smartcat_write: SmartcatWrite::new(&smartcat),
            zendesk,
            smartcat,
        }
    }

    /// One apply. Without patience no answer is waited for any longer than a moment.
    pub(super) fn run(&self, patient: bool) -> Ended {
        let began = Instant::now();
        let (end, messages) = match self.outcome(patient) {
            Ok(outcome) => (reach(&outcome), failures(&outcome)),
            Err(why) => (End::Stopped, vec![why]),
        };
        Ended { end, messages, took: began.elapsed() }
    }

    fn outcome(&self, patient: bool) -> Result<Outcome, String> {
        self.runtime.block_on(async {
            let services = self.services(patient);
            let (observed, _) = observe::observe(&services.zendesk, &services.smartcat, &self.owner)
                .await
                .map_err(|error| error.to_string())?;
            let (desired, problems) = desired::resolve(&self.manifest, &observed.help_center, None);
            if problems.iter().any(zencat::diag::Diagnostic::is_error) {
                return Err(format!("{problems:?}"));
            }
            let plan = plan::build(&self.manifest, &desired, &observed, &Selection::default());
            let stop = Stop::default();
            Ok(apply::apply(&services, &self.owner, &observed, &plan.steps, &stop, &Silent).await)
        })
    }

    /// The end state, if a run has nothing left to do: a disturbed chapter may leave work for one run more than usual.
    pub(super) fn settled(&self, world: &World) -> Result<EndState, String> {
        let mut left = Vec::new();
        for _ in 0..2 {
            left = self.outcome(true)?.steps;
            if left.is_empty() {
                return Ok(scenario::end_state(world));
            }
        }
        Err(format!("the plan is not empty in the end: {left:#?}"))
    }
}

fn failures(outcome: &Outcome) -> Vec<String> {
    let failed = outcome.steps.iter().filter(|step| step.result == StepResult::Failed);
    failed.map(|step| step.detail.clone()).chain(outcome.stopped.clone()).collect()
}

fn reach(outcome: &Outcome) -> End {
    let failed = outcome.steps.iter().any(|step| step.result == StepResult::Failed);
    match outcome.stopped {
        Some(_) => End::Stopped,
        None if failed => End::Items,
        None => End::Well,
    }
}
