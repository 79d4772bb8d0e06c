//! The program under the same faults: exit codes, messages, and time.

use std::thread;
use std::time::Duration;
use std::time::Instant;

use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::ServiceName;

use super::ANONYMOUS;
use super::LONGEST_RUN;
use super::kinds;
use super::status;
use crate::scenario;
use crate::scenario::CHAPTERS;
use crate::scenario::EndState;
use crate::world::World;

#[test]
fn the_program_ends_by_its_contract_and_in_time() {
    thread::scope(|scope| {
        for (name, kind) in kinds() {
            scope.spawn(move || case(name, &kind));
        }
    });
}

/// The program under a fault of everything that is read, then of everything that is uploaded.
fn case(name: &str, kind: &FaultKind) {
    let reading = Fault::once(ServiceName::Zendesk, "GET", "*/help_center/articles*", kind.clone());
    let writing = Fault::once(ServiceName::Smartcat, "POST", "*/project/document", kind.clone());
    for fault in [reading, writing] {
        let world = scenario::small_world();
        let what = format!("{name}, {}", fault.path);
        world.sandbox.set_faults(vec![fault.every()]);
        let began = Instant::now();
        let ran = world.zencat(&["apply", "--auto-approve", "--timeout", "3s", "--format", "json"]);
        assert!(began.elapsed() < LONGEST_RUN, "{what}: {:?}", began.elapsed());
        assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
        let told = ran.json();
        let is_well = told["summary"]["failed"] == 0 && told["stopped"].is_null();
        assert_eq!(ran.code, Some(if is_well { 0 } else { 1 }), "{what}: {told:#}");
        let told = told.to_string();
        assert!(is_well || told.contains("/api/") || told.contains(ANONYMOUS), "{what}: {told}");
    }
}

/// Where one item is refused: how often, which is once more where all travel together first, and in which chapter.
const REFUSED: [(ServiceName, &str, &str, u32, usize); 4] = [
    (ServiceName::Smartcat, "POST", "*/project/document", 2, 0),
    (ServiceName::Smartcat, "PUT", "*/document/update", 1, 1),
    (ServiceName::Smartcat, "POST", "*/document/export", 2, 1),
    (ServiceName::Zendesk, "POST", "*/translations", 1, 1),
];

#[test]
fn what_is_refused_for_one_item_is_done_for_all_others_and_made_up_for() {
    let expected = &told(|_, _| {});
    thread::scope(|scope| {
        for (service, method, path, times, chapter) in REFUSED {
            scope.spawn(move || {
                let refused =
                    status(422, &[], r#"{"error":"RecordInvalid","description":"It does not fit"}"#);
                let fault = Fault { count: Some(times), ..Fault::once(service, method, path, refused) };
                let end = told(|world, now| {
                    if now == chapter {
                        world.sandbox.set_faults(vec![fault.clone()]);
                        let outcome = world.apply().exits(1).json();
                        world.sandbox.set_faults(Vec::new());
                        assert_eq!(outcome["summary"]["failed"], 1, "{method} {path}: {outcome:#}");
                        assert_ne!(outcome["summary"]["done"], 0, "{method} {path}: {outcome:#}");
                    }
                });
                assert_eq!(end.differences(expected), "", "{method} {path}");
            });
        }
    });
}

/// The story, with something that goes wrong in a chapter before it is told.
fn told(disturb: impl Fn(&World, usize)) -> EndState {
    let world = scenario::small_world();
    for chapter in 0..CHAPTERS {
        scenario::happens(&world, chapter);
        disturb(&world, chapter);
        world.apply().exits(0);
    }
    scenario::finish(&world);
    scenario::settled(&world, "told")
}

/// Nobody listens there: the system gives no program a port below 1024 that did not ask for it.
pub(crate) const CLOSED: &str = "http://127.0.0.1:1";

/// A service whose port is closed, or whose name nobody knows, is named with what was asked of it, by every command.
#[test]
fn a_service_that_is_not_there_is_named() {
    let commands: [&[&str]; 5] =
        [&["plan"], &["apply", "--auto-approve"], &["status"], &["check"], &["plan", "--format", "json"]];
    thread::scope(|scope| {
        for nowhere in [CLOSED, "https://zencat-test.invalid"] {
            for is_zendesk in [true, false] {
                scope.spawn(move || {
                    let world = scenario::small_world();
                    let there =
                        if is_zendesk { world.sandbox.zendesk_url() } else { world.sandbox.smartcat_url() };
                    world.manifest(
                        &std::fs::read_to_string(world.path("zencat.yaml")).unwrap().replace(&there, nowhere),
                    );
                    let world = &world;
                    thread::scope(|scope| {
                        for command in commands {
                            scope.spawn(move || not_there(world, command, nowhere));
                        }
                    });
                    assert_eq!(world.writes(), Vec::<String>::new());
                });
            }
        }
    });
}

/// The tries end before the time does: of a run whose time is over that is told first.
fn not_there(world: &World, command: &[&str], nowhere: &str) {
    let ran = world.zencat(&[command, &["--timeout", "60s"]].concat());
    let told = format!("{}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.code, Some(1), "{nowhere} {command:?}: {told}");
    assert!(told.contains(nowhere) && told.contains("no connection"), "{nowhere} {command:?}: {told}");
}

/// Nothing answers any more: every command ends when its time is over, and says so.
#[test]
fn the_time_given_to_a_run_is_its_end() {
    let commands: [&[&str]; 7] = [
        &["plan"],
        &["apply", "--auto-approve"],
        &["apply", "--auto-approve", "--wait", "1h"],
        &["status"],
        &["check"],
        &["tree"],
        &["diff", "article:1000000", "de"],
    ];
    thread::scope(|scope| {
        for command in commands {
            scope.spawn(move || {
                let world = scenario::small_world();
                let hang = |service| {
                    Fault {
                        method: None,
                        ..Fault::once(service, "", "*", FaultKind::Hang { after_commit: false })
                    }
                    .every()
                };
                world.sandbox.set_faults(vec![hang(ServiceName::Zendesk), hang(ServiceName::Smartcat)]);
                let began = Instant::now();
                let ran = world.zencat(&[command, &["--timeout", "1s"]].concat());
                let took = began.elapsed();
                let told = format!("{}{}", ran.stdout, ran.stderr);
                assert_eq!(ran.code, Some(1), "{command:?}: {told}");
                assert!(told.contains("the time given to this run is over"), "{command:?}: {told}");
                assert!(took >= Duration::from_millis(900) && took < LONGEST_RUN, "{command:?}: {took:?}");
            });
        }
    });
}
