//! The fault matrix: every endpoint that an apply uses × everything that can go wrong with its answer. The run ends in
//! bounded time, says what it asked and what came; and undisturbed runs afterwards reach the end that they would have
//! reached anyway, with nothing done twice.
//!
//! Driven through the library, whose back-off can be made short; `through_the_program` shows that the program ends by
//! its contract on the same faults.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::thread;
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
use zencat::sandbox::Entry;
use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::ServiceName;

use crate::scenario;
use crate::scenario::CHAPTERS;
use crate::scenario::EndState;
use crate::world::World;

/// No disturbed run may take longer; with the options of these tests most take a tenth of a second.
const LONGEST_RUN: Duration = Duration::from_secs(20);

/// Cases that are tried at the same time.
const AT_ONCE: usize = 8;

/// An endpoint: service, method, and its path with `*` for ids.
type Endpoint = (ServiceName, String, String);

fn status(status: u16, headers: &[(&str, &str)], body: &str) -> FaultKind {
    let html = body.starts_with('<');
    FaultKind::Status {
        status,
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: body.to_owned(),
        content_type: Some(if html { "text/html" } else { "application/json" }.to_owned()),
        after_commit: false,
    }
}

/// Faults that only reads can have.
const OF_READS: [&str; 2] = ["stale read", "an empty object with 200"];

/// Zendesk does not say 401 to a reader that it does not know: it shows what everybody may see. The sentence about that
/// stands for the request.
const ANONYMOUS: &str = "takes these credentials for an anonymous visitor";

/// What goes wrong, by name.
fn kinds() -> Vec<(&'static str, FaultKind)> {
    let denied = r#"{"error":"Forbidden","description":"You do not have access to this page"}"#;
    vec![
        ("reset before commit", FaultKind::Reset { after_commit: false }),
        ("reset after commit", FaultKind::Reset { after_commit: true }),
        ("truncated", FaultKind::Truncate),
        ("garbage", FaultKind::Garbage),
        ("wrong type", FaultKind::WrongType),
        ("a page of HTML with 200", FaultKind::Html),
        ("an empty object with 200", status(200, &[], "{}")),
        ("401", status(401, &[], r#"{"error":"Couldn't authenticate you"}"#)),
        ("403", status(403, &[], denied)),
        ("404", status(404, &[], r#"{"error":"RecordNotFound","description":"Not found"}"#)),
        ("409", status(409, &[], r#"{"title":"Conflict","status":409}"#)),
        ("422", status(422, &[], r#"{"error":"RecordInvalid","description":"Record validation errors"}"#)),
        ("429 with Retry-After", status(429, &[("retry-after", "0")], "")),
        ("429 without Retry-After", status(429, &[], "")),
        ("429 with an absurd Retry-After", status(429, &[("retry-after", "86400")], "")),
        ("500", status(500, &[], r#"{"title":"Internal Server Error","status":500}"#)),
        ("502 as HTML", status(502, &[], "<html><body><h1>502 Bad Gateway</h1></body></html>")),
        ("503", status(503, &[], "")),
        ("redirect to another host", FaultKind::Redirect { location: "http://evil.example/".to_owned() }),
        ("stale read", FaultKind::Stale),
    ]
}

#[test]
fn every_endpoint_survives_everything_that_can_go_wrong_with_its_answer() {
    let (expected, endpoints) = undisturbed();
    let kinds = kinds();
    let cases: Vec<(&Endpoint, &str, &FaultKind)> = endpoints
        .iter()
        .flat_map(|endpoint| kinds.iter().map(move |(name, kind)| (endpoint, *name, kind)))
        // Only what is read can be stale; and a service that says 200 to a write and does nothing cannot be caught.
        .filter(|((_, method, _), name, _)| !OF_READS.contains(name) || method == "GET")
        .collect();
    let (open, failures) = (Mutex::new(cases.iter()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some((endpoint, name, kind)) = open.lock().unwrap().next() else { break };
                    if let Err(why) = case(endpoint, kind, &expected) {
                        let (service, method, path) = endpoint;
                        failures.lock().unwrap().push(format!("{service} {method} {path}, {name}: {why}"));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    println!("{} endpoints × {} faults: {} cases", endpoints.len(), kinds.len(), cases.len());
    assert!(
        failures.is_empty(),
        "{} of {} went wrong:\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
    assert!(endpoints.len() >= 20, "the story uses too few endpoints: {endpoints:#?}");
}

/// The end without faults, and the endpoints used on the way.
fn undisturbed() -> (EndState, BTreeSet<Endpoint>) {
    let world = scenario::small_world();
    let zencat = Zencat::new(&world);
    for chapter in 0..CHAPTERS {
        scenario::happens(&world, chapter);
        assert_eq!(zencat.run().messages, Vec::<String>::new());
    }
    let endpoints = world.sandbox.journal().iter().map(endpoint).collect();
    (zencat.settled(&world).unwrap(), endpoints)
}

fn endpoint(entry: &Entry) -> Endpoint {
    let is_id =
        |part: &&str| part.len() > 1 && part.chars().any(|c| c.is_ascii_digit()) && !part.starts_with('v');
    let locales = ["de", "fr", "en-us"];
    let parts = entry.path.split('/').map(|part| match part {
        id if is_id(&id) || locales.contains(&id) => "*",
        other => other,
    });
    (entry.service, entry.method.clone(), parts.collect::<Vec<_>>().join("/"))
}

/// The story with one fault: in each chapter first at every request to the endpoint, then at the first one only, then
/// not at all.
fn case(endpoint: &Endpoint, kind: &FaultKind, expected: &EndState) -> Result<(), String> {
    let world = scenario::small_world();
    let zencat = Zencat::new(&world);
    let (service, method, path) = endpoint;
    let once = Fault::once(*service, method, path, kind.clone());
    for chapter in 0..CHAPTERS {
        scenario::happens(&world, chapter);
        for fault in [once.clone().every(), once.clone()] {
            world.sandbox.set_faults(vec![fault]);
            let before = world.sandbox.journal().len();
            let ran = zencat.run();
            let struck = world.sandbox.journal()[before..].iter().any(|entry| entry.fault.is_some());
            ran.judge(struck, endpoint, kind).map_err(|why| format!("chapter {chapter}: {why}"))?;
        }
        world.sandbox.set_faults(Vec::new());
        zencat.run().judge(false, endpoint, kind).map_err(|why| format!("after chapter {chapter}: {why}"))?;
    }
    world.work();
    zencat.run();
    let repeated = scenario::repeated(&world.sandbox.journal());
    if !repeated.is_empty() {
        return Err(format!("done twice: {repeated:#?}"));
    }
    let differences = zencat.settled(&world)?.differences(expected);
    if differences.is_empty() { Ok(()) } else { Err(format!("another end\n{differences}")) }
}

/// What a run through the library came to.
struct Ended {
    /// Why it failed, in all its parts; empty when all was done or rightly skipped.
    messages: Vec<String>,
    took: Duration,
}

impl Ended {
    /// A run that no fault struck is clean; one that was struck ends in time and names what it asked and what came.
    fn judge(&self, struck: bool, (_, method, path): &Endpoint, kind: &FaultKind) -> Result<(), String> {
        if self.took > LONGEST_RUN {
            return Err(format!("a run took {:?}: {:#?}", self.took, self.messages));
        }
        if self.messages.is_empty() {
            return Ok(());
        }
        if !struck {
            return Err(format!("a run without a fault failed: {:#?}", self.messages));
        }
        let start = path.split('*').next().unwrap_or(path);
        let named = |message: &&String| {
            let says_status = match kind {
                FaultKind::Status { status, .. } if *status >= 400 => message.contains(&status.to_string()),
                // What was wrong with a success is told by what was expected.
                _ => true,
            };
            (message.contains(method.as_str()) && message.contains(start) && says_status)
                || message.contains(ANONYMOUS)
        };
        match self.messages.iter().any(|message| named(&message)) {
            true => Ok(()),
            false => Err(format!("no message names method, URL and status: {:#?}", self.messages)),
        }
    }
}

/// The program without its edge: observe, plan, apply.
struct Zencat<'w> {
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
    fn new(world: &'w World) -> Self {
        let text = std::fs::read_to_string(world.path("zencat.yaml")).unwrap();
        let (manifest, _) = Manifest::parse("zencat.yaml", &text).unwrap();
        let owner =
            Owner { name: manifest.name.clone(), host: manifest.zendesk.host.clone(), adopted: Vec::new() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { runtime, world, manifest, owner }
    }

    fn services(&self) -> Services {
        let options = Options {
            tries: 3,
            back_off: Duration::from_millis(1),
            smartcat_per_second: 10_000,
            request_timeout: Duration::from_secs(5),
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

    /// One apply.
    fn run(&self) -> Ended {
        let began = Instant::now();
        let messages = match self.outcome() {
            Ok(outcome) => failures(&outcome),
            Err(why) => vec![why],
        };
        Ended { messages, took: began.elapsed() }
    }

    fn outcome(&self) -> Result<Outcome, String> {
        self.runtime.block_on(async {
            let services = self.services();
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

    /// The end state, if a further run has nothing to do.
    fn settled(&self, world: &World) -> Result<EndState, String> {
        let outcome = self.outcome()?;
        match outcome.steps.as_slice() {
            [] => Ok(scenario::end_state(world)),
            steps => Err(format!("the plan is not empty in the end: {steps:#?}")),
        }
    }
}

fn failures(outcome: &Outcome) -> Vec<String> {
    let failed = outcome.steps.iter().filter(|step| step.result == StepResult::Failed);
    failed.map(|step| step.detail.clone()).chain(outcome.stopped.clone()).collect()
}

#[test]
fn the_program_ends_by_its_contract_and_in_time() {
    thread::scope(|scope| {
        for (name, kind) in kinds() {
            scope.spawn(move || program_case(name, &kind));
        }
    });
}

/// The program under a fault of everything that is read, then of everything that is uploaded.
fn program_case(name: &str, kind: &FaultKind) {
    let reading = Fault::once(ServiceName::Zendesk, "GET", "*/help_center/articles*", kind.clone());
    let writing = Fault::once(ServiceName::Smartcat, "POST", "*/project/document", kind.clone());
    for fault in [reading, writing] {
        let world = scenario::small_world();
        let what = format!("{name}, {}", fault.path);
        world.sandbox.set_faults(vec![fault.every()]);
        let began = Instant::now();
        let ran = world.zencat(&["apply", "--auto-approve", "--timeout", "3s"]);
        assert!(began.elapsed() < LONGEST_RUN, "{what}: {:?}", began.elapsed());
        assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
        assert!(matches!(ran.code, Some(0 | 1)), "{what}: {:?} {}", ran.code, ran.stderr);
        if ran.code == Some(1) {
            let told = format!("{}{}", ran.stdout, ran.stderr);
            assert!(told.contains("/api/") || told.contains(ANONYMOUS), "{what}: {told}");
        }
    }
}
