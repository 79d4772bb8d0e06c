//! The kill matrix: the program is killed at every request of the story, when the service has done what it was asked
//! and the answer has not been seen; then it is started again.

use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::Nth;
use zencat::sandbox::ServiceName;

use crate::scenario;
use crate::scenario::CHAPTERS;
use crate::world::World;

/// Stories that are told at the same time: they wait for processes more than they work.
const AT_ONCE: usize = 4;

#[test]
fn killed_at_any_request_and_started_again_the_end_is_the_same_and_nothing_is_done_twice() {
    let (expected, requests) = uninterrupted();
    let failures = Mutex::new(Vec::new());
    let mut kills = 0;
    for service in [ServiceName::Zendesk, ServiceName::Smartcat] {
        let last = requests(service);
        let (next, struck) = (AtomicU32::new(1), AtomicU32::new(0));
        thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    loop {
                        let nth = next.fetch_add(1, Ordering::Relaxed);
                        if nth > last {
                            break;
                        }
                        match interrupted_story(service, nth, &expected) {
                            Ok(kills) => drop(struck.fetch_add(kills, Ordering::Relaxed)),
                            Err(why) => failures.lock().unwrap().push(why),
                        }
                    }
                });
            }
        });
        let struck = struck.into_inner();
        println!(
            "{service}: {struck} kills, at every request up to number {last} of each of {CHAPTERS} chapters"
        );
        kills += struck;
    }
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{} of the stories went wrong:\n{}", failures.len(), failures.join("\n\n"));
    assert!(kills > 60, "only {kills} kills: the story is too short to show anything");
}

#[cfg(unix)]
#[test]
fn a_signal_lets_the_step_in_flight_finish_and_says_what_is_open() {
    let (expected, _) = uninterrupted();
    for signal in ["-INT", "-TERM"] {
        let world = scenario::world();
        let slow = FaultKind::Delay { ms: 500 };
        world.sandbox.set_faults(vec![Fault::once(
            ServiceName::Smartcat,
            "POST",
            "*/project/document",
            slow,
        )]);
        let mut command = world.command(&["apply", "--auto-approve", "--format", "json"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        while !world.sandbox.journal().iter().any(|entry| entry.fault == Some("delay")) {
            thread::sleep(Duration::from_millis(3));
        }
        std::process::Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{signal}: {told}");
        assert!(told.contains("finishing what is in flight"), "{signal}: {told}");
        let outcome: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let steps = outcome["steps"].as_array().unwrap();
        let is = |result: &str, action: &str| {
            steps.iter().filter(|step| step["result"] == result && step["action"] == action).count()
        };
        assert!(
            is("done", "create_document") > 0,
            "{signal}: the upload in flight was not finished: {outcome:#}"
        );
        assert_eq!(is("skipped", "import_translation"), 1, "{signal}: {outcome:#}");
        for chapter in 0..CHAPTERS {
            scenario::happens(&world, chapter);
            world.apply().exits(0);
        }
        assert_eq!(scenario::settled(&world, signal).differences(&expected), "", "{signal}");
        assert_eq!(scenario::repeated(&world.sandbox.journal()), Vec::<String>::new(), "{signal}");
    }
}

/// The end state without a kill, and how many requests the longest chapter makes to a service.
fn uninterrupted() -> (scenario::EndState, impl Fn(ServiceName) -> u32) {
    let world = scenario::world();
    let mut longest = [0, 0];
    for chapter in 0..CHAPTERS {
        scenario::happens(&world, chapter);
        let before = [ServiceName::Zendesk, ServiceName::Smartcat].map(|service| world.asked(service).len());
        world.apply().exits(0);
        let after = [ServiceName::Zendesk, ServiceName::Smartcat].map(|service| world.asked(service).len());
        for service in 0..2 {
            longest[service] = longest[service].max(after[service] - before[service]);
        }
    }
    let expected = scenario::settled(&world, "uninterrupted");
    assert_eq!(scenario::repeated(&world.sandbox.journal()), Vec::<String>::new());
    (expected, move |service| {
        u32::try_from(if service == ServiceName::Zendesk { longest[0] } else { longest[1] }).unwrap()
    })
}

/// The story with a kill at the n-th request to a service in each chapter. How many kills there were, or what is wrong.
fn interrupted_story(service: ServiceName, nth: u32, expected: &scenario::EndState) -> Result<u32, String> {
    let told = thread::spawn(move || {
        let world = scenario::world();
        let mut kills = 0;
        for chapter in 0..CHAPTERS {
            scenario::happens(&world, chapter);
            kills += u32::from(killed(&world, service, nth));
            world.apply().exits(0);
        }
        scenario::finish(&world);
        let what = format!("{service}, request {nth}");
        let repeated = scenario::repeated(&world.sandbox.journal());
        (kills, scenario::settled(&world, &what), repeated)
    });
    // What a story asserts on its way fails its own thread.
    let (kills, state, repeated) =
        told.join().map_err(|panic| format!("{service}, request {nth}: {}", said(panic.as_ref())))?;
    if !repeated.is_empty() {
        return Err(format!("{service}, request {nth}: done twice: {repeated:#?}"));
    }
    match state.differences(expected) {
        same if same.is_empty() => Ok(kills),
        differences => Err(format!("{service}, request {nth}: another end\n{differences}")),
    }
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

/// Runs an apply and kills it when its n-th request to a service hangs, done and unanswered. Whether it came so far.
fn killed(world: &World, service: ServiceName, nth: u32) -> bool {
    world.sandbox.set_faults(vec![Fault {
        service,
        method: None,
        path: "*".to_owned(),
        query: "*".to_owned(),
        nth: Nth::At(nth),
        count: None,
        kind: FaultKind::Hang { after_commit: true },
    }]);
    let hangs = || world.sandbox.journal().iter().filter(|entry| entry.fault == Some("hang")).count();
    let before = hangs();
    let mut child = world.command(&["apply", "--auto-approve", "-q"]).stdout(Stdio::null()).spawn().unwrap();
    while hangs() == before && child.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_millis(3));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    world.sandbox.set_faults(Vec::new());
    hangs() > before
}
