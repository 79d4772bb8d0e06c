//! Signals: the step in flight ends, and what is left is told and done by the next run.

use std::io::BufRead;
use std::io::BufReader;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::ServiceName;

use super::uninterrupted;
use crate::scenario;
use crate::scenario::CHAPTERS;
use crate::scenario::EndState;
use crate::world::Ran;
use crate::world::World;

/// Where a signal finds a run.
struct InFlight {
    chapter: usize,
    /// The request whose answer comes late.
    request: (ServiceName, &'static str, &'static str),
    /// What is in flight then, and how many steps of that are done when the run has ended.
    finished: (&'static str, usize),
    /// What is not begun any more.
    left: &'static str,
}

const IN_FLIGHT: [InFlight; 3] = [
    // The files of a project go up together.
    InFlight {
        chapter: 0,
        request: (ServiceName::Smartcat, "POST", "*/project/document"),
        finished: ("create_document", 7),
        left: "import_translation",
    },
    InFlight {
        chapter: 2,
        request: (ServiceName::Smartcat, "GET", "*/document/export/*"),
        finished: ("send_translation", 1),
        left: "send_translation",
    },
    InFlight {
        chapter: 1,
        request: (ServiceName::Zendesk, "POST", "*/translations*"),
        finished: ("send_translation", 1),
        left: "send_translation",
    },
];

#[test]
fn a_signal_lets_the_step_in_flight_finish_and_says_what_is_open() {
    let (expected, _) = uninterrupted();
    thread::scope(|scope| {
        for signal in ["-INT", "-TERM"] {
            for moment in &IN_FLIGHT {
                scope.spawn(|| stopped_in_flight(moment, signal, &expected));
            }
        }
    });
}

fn stopped_in_flight(moment: &InFlight, signal: &str, expected: &EndState) {
    let world = scenario::world();
    for chapter in 0..moment.chapter {
        scenario::happens(&world, chapter);
        world.apply().exits(0);
    }
    scenario::happens(&world, moment.chapter);
    let (service, method, path) = moment.request;
    world.sandbox.set_faults(vec![Fault::once(service, method, path, FaultKind::Delay { ms: 500 })]);
    let mut command = world.command(&["apply", "--auto-approve", "--format", "json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while world.sandbox.struck("delay") == 0 {
        thread::sleep(Duration::from_millis(3));
    }
    send(signal, &child);
    let ran = Ran::of(child.wait_with_output().unwrap()).exits(1).tells("finishing what is in flight");
    let outcome = ran.json();
    let count = |result: &str, action: &str| {
        let steps = outcome["steps"].as_array().unwrap().iter();
        steps.filter(|step| step["result"] == result && step["action"] == action).count()
    };
    let (action, done) = moment.finished;
    assert_eq!(count("done", action), done, "{signal}, {path}: {outcome:#}");
    assert!(count("skipped", moment.left) > 0, "{signal}, {path}: {outcome:#}");
    assert_eq!(outcome["stopped"], "stopped on request; the next run goes on from here");
    goes_on(&world, moment.chapter, expected);
}

/// Nobody who asks a run to stop waits for what Smartcat has in work, and neither service is asked about it any more.
#[test]
fn a_signal_ends_the_wait_for_work() {
    let (expected, _) = uninterrupted();
    for signal in ["-INT", "-TERM"] {
        let world = scenario::world();
        let mut command = world.command(&["apply", "--auto-approve", "--wait", "10m", "--format", "json"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut talk = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        assert!(talk.any(|line| line.contains("translations in work; looking again in ")));
        let asked = world.sandbox.journal().len();
        let at = Instant::now();
        send(signal, &child);
        while child.try_wait().unwrap().is_none() && at.elapsed() < Duration::from_secs(5) {
            thread::sleep(Duration::from_millis(10));
        }
        // A run that goes on is ended here, so that it fails in bounded time.
        child.kill().unwrap();
        let ran = Ran::of(child.wait_with_output().unwrap()).exits(1);
        let outcome = ran.json();
        assert_eq!(outcome["stopped"], "stopped on request; the next run goes on from here", "{signal}");
        assert!(outcome["summary"]["done"].as_u64() > Some(20), "what was done before is told: {outcome:#}");
        assert_eq!(world.sandbox.journal().len(), asked, "{signal}");
        goes_on(&world, 0, &expected);
    }
}

fn send(signal: &str, child: &Child) {
    let status = Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(status.unwrap().success());
}

/// After a chapter that was cut short, the next runs come to the same end, and nothing was done twice.
fn goes_on(world: &World, cut_short: usize, expected: &EndState) {
    world.sandbox.set_faults(Vec::new());
    world.apply().exits(0);
    for chapter in cut_short + 1..CHAPTERS {
        scenario::happens(world, chapter);
        world.apply().exits(0);
    }
    assert_eq!(scenario::settled(world, "stopped").differences(expected), "");
    assert_eq!(scenario::repeated(&world.sandbox.journal()), Vec::<String>::new());
}

#[test]
fn a_second_signal_ends_the_program_at_once_and_the_next_run_goes_on() {
    let (expected, _) = uninterrupted();
    let world = scenario::world();
    let hang = FaultKind::Hang { after_commit: true };
    world.sandbox.set_faults(vec![Fault::once(ServiceName::Smartcat, "POST", "*/project/document", hang)]);
    let mut child = world
        .command(&["apply", "--auto-approve"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while world.sandbox.struck("hang") == 0 {
        thread::sleep(Duration::from_millis(3));
    }
    let mut signals = 0;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        send("-INT", &child);
        signals += 1;
        thread::sleep(Duration::from_millis(100));
    };
    assert_eq!(status.code(), Some(130), "as the shell says of a program that Ctrl-C ended");
    assert!(signals >= 2, "the first signal lets the step in flight finish");
    goes_on(&world, 0, &expected);
}
