//! The kill matrix: the program is killed at every request of the story, when the service has done what it was asked
//! and the answer has not been seen, and when the answer has come and nothing after it; then it is started again.

#[cfg(unix)]
mod signals;

use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::Nth;
use zencat::sandbox::ServiceName;

use crate::scenario;
use crate::scenario::CHAPTERS;
use crate::scenario::EndState;
use crate::world::World;

/// Stories that are told at the same time: they wait for processes more than they work.
const AT_ONCE: usize = 4;

/// Every so many requests the program is killed after the answer as well, when it is not said that all are to be tried.
const AFTER_ANSWER_EVERY: usize = 4;

/// When the program dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// The service has done the request, and the answer has not come.
    BeforeAnswer,
    /// The answer has come, and the service has done nothing more that was asked.
    AfterAnswer,
}

/// A story: in each chapter the program dies at the same request.
#[derive(Clone, Copy, Debug)]
struct Kill {
    service: ServiceName,
    moment: Moment,
    request: u32,
}

#[test]
fn killed_at_any_request_and_started_again_the_end_is_the_same_and_nothing_is_done_twice() {
    let (expected, requests) = uninterrupted();
    let stories = stories(requests);
    let (failures, next, kills) = (Mutex::new(Vec::new()), AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(kill) = stories.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match interrupted_story(*kill, &expected) {
                        Ok(struck) => drop(kills.fetch_add(struck, Ordering::Relaxed)),
                        Err(why) => failures.lock().unwrap().push(why),
                    }
                }
            });
        }
    });
    let kills = kills.into_inner();
    println!("{kills} kills in {} stories of {CHAPTERS} chapters; requests: {requests:?}", stories.len());
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{} of the stories went wrong:\n{}", failures.len(), failures.join("\n\n"));
    assert!(kills > 120, "only {kills} kills: the story is too short to show anything");
}

/// Every request of either service before its answer, and of those after it every fourth, or with `ZENCAT_KILL=all`
/// each.
#[expect(clippy::disallowed_methods, reason = "whoever starts the test says how much of it")]
fn stories(requests: [(ServiceName, u32); 2]) -> Vec<Kill> {
    let all = std::env::var("ZENCAT_KILL").is_ok_and(|value| value == "all");
    let step = if all { 1 } else { AFTER_ANSWER_EVERY };
    let mut stories = Vec::new();
    for (service, last) in requests {
        let kill = |moment| move |request| Kill { service, moment, request };
        stories.extend((1..=last).map(kill(Moment::BeforeAnswer)));
        stories.extend((1..last).step_by(step).map(kill(Moment::AfterAnswer)));
    }
    stories
}

/// The end state without a kill, and how many requests the longest chapter makes to each service.
fn uninterrupted() -> (EndState, [(ServiceName, u32); 2]) {
    let world = scenario::world();
    let mut longest = [(ServiceName::Zendesk, 0), (ServiceName::Smartcat, 0)];
    for chapter in 0..CHAPTERS {
        scenario::happens(&world, chapter);
        world.sandbox.clear_journal();
        world.apply().exits(0);
        for (service, requests) in &mut longest {
            *requests = (*requests).max(u32::try_from(world.asked(*service).len()).unwrap());
        }
        assert_eq!(scenario::repeated(&world.sandbox.journal()), Vec::<String>::new());
    }
    (scenario::settled(&world, "uninterrupted"), longest)
}

/// A story. How many kills there were, or what is wrong.
fn interrupted_story(kill: Kill, expected: &EndState) -> Result<usize, String> {
    let told = thread::spawn(move || {
        let world = scenario::world();
        let mut kills = 0;
        for chapter in 0..CHAPTERS {
            scenario::happens(&world, chapter);
            // A run that came to its end before the request needs no other.
            if killed(&world, kill) {
                kills += 1;
                world.apply().exits(0);
            }
        }
        scenario::finish(&world);
        let mut repeated = scenario::repeated(&world.sandbox.journal());
        repeated.extend(scenario::imported_again(&world));
        (kills, scenario::settled(&world, &format!("{kill:?}")), repeated)
    });
    // What a story asserts on its way fails its own thread.
    let (kills, state, repeated) =
        told.join().map_err(|panic| format!("{kill:?}: {}", said(panic.as_ref())))?;
    if !repeated.is_empty() {
        return Err(format!("{kill:?}: done twice: {repeated:#?}"));
    }
    match state.differences(expected) {
        same if same.is_empty() => Ok(kills),
        differences => Err(format!("{kill:?}: another end\n{differences}")),
    }
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

/// Runs an apply and kills it at its moment. Whether it came so far.
fn killed(world: &World, kill: Kill) -> bool {
    let (nth, after_commit) = match kill.moment {
        Moment::BeforeAnswer => (kill.request, true),
        // What follows the answer is the next request, and the service has not done it.
        Moment::AfterAnswer => (kill.request + 1, false),
    };
    killed_at(world, kill.service, nth, after_commit)
}

/// Runs an apply and kills it when its n-th request to a service hangs, done or not. Whether it came so far.
pub(crate) fn killed_at(world: &World, service: ServiceName, nth: u32, after_commit: bool) -> bool {
    world.sandbox.set_faults(vec![Fault {
        service,
        method: None,
        path: "*".to_owned(),
        query: "*".to_owned(),
        nth: Nth::At(nth),
        count: None,
        kind: FaultKind::Hang { after_commit },
    }]);
    let hangs = || world.sandbox.struck("hang");
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
