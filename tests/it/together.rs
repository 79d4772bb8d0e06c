//! Two runs at once: started together, or one while another waits for work. They end where one run ends.

use std::process::Child;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::ServiceName;

use crate::scenario;
use crate::scenario::CHAPTERS;
use crate::scenario::EndState;
use crate::world::Ran;
use crate::world::World;

/// The end state of one run after the other.
fn alone() -> EndState {
    let world = scenario::world();
    for chapter in 0..CHAPTERS {
        scenario::happens(&world, chapter);
        world.apply().exits(0);
    }
    scenario::settled(&world, "alone")
}

fn start(world: &World, more: &[&str]) -> Child {
    let mut command = world.command(&["apply", "--auto-approve", "--format", "json"]);
    command.args(more).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn end(child: Child) -> Ran {
    Ran::of(child.wait_with_output().unwrap())
}

/// Answers that come late, after their request was done: the two runs then meet in the middle of their writes.
fn slow(path: &str, ms: u64) -> Fault {
    let kind = FaultKind::Delay { ms };
    let service = if path.contains("help_center") { ServiceName::Zendesk } else { ServiceName::Smartcat };
    Fault { method: None, ..Fault::once(service, "", path, kind).every() }
}

#[test]
fn two_applies_started_together_end_where_one_ends() {
    let expected = alone();
    let slowness: [&[Fault]; 4] = [
        &[],
        &[slow("*/project/create", 150)],
        &[slow("*/project/list", 100), slow("*/project/document", 150)],
        &[slow("*/help_center/*translations*", 40), slow("*/document*", 40)],
    ];
    for (round, faults) in slowness.into_iter().enumerate() {
        let world = scenario::world();
        for chapter in 0..CHAPTERS {
            scenario::happens(&world, chapter);
            world.sandbox.set_faults(faults.to_vec());
            let second = start(&world, &[]);
            let first = end(start(&world, &[]));
            let second = end(second);
            world.sandbox.set_faults(Vec::new());
            for ran in [first, second] {
                ends_by_contract(&ran, &format!("round {round}, chapter {chapter}"));
            }
            world.apply().exits(0);
        }
        scenario::finish(&world);
        let what = format!("round {round}");
        let differences = scenario::settled(&world, &what).differences(&expected);
        assert_eq!(differences, "", "{what}");
        assert_eq!(twice_sent(&world), Vec::<String>::new(), "{what}");
    }
}

#[test]
fn an_apply_beside_one_that_waits_ends_where_one_ends() {
    let expected = alone();
    let world = scenario::world();
    // The answers to its uploads are late, so that the other uploads what it was to upload next.
    world.sandbox.set_faults(vec![slow("*/project/document", 400)]);
    let waiting = start(&world, &["--wait", "60s"]);
    let documents = || world.sandbox.smartcat(|smartcat, _| smartcat.documents().len());
    while documents() == 0 {
        thread::sleep(Duration::from_millis(10));
    }
    let beside = end(start(&world, &[]));
    ends_by_contract(&beside, "while the other creates");
    world.sandbox.set_faults(Vec::new());
    scenario::happens(&world, 1);
    ends_by_contract(&end(start(&world, &[])), "while the other waits");
    world.work();
    ends_by_contract(&end(start(&world, &[])), "while the other sends");
    world.work();
    ends_by_contract(&end(waiting), "the one that waited");
    scenario::finish(&world);
    assert_eq!(scenario::settled(&world, "beside a waiting one").differences(&expected), "");
    assert_eq!(twice_sent(&world), Vec::<String>::new());
}

/// A run that comes late to what another has sent leaves it, and says why.
#[test]
fn what_another_run_sent_meanwhile_is_not_sent_again_and_that_is_said() {
    let world = scenario::small_world();
    world.apply().exits(0);
    world.work();
    // The late run has its plan, and no export.
    let hang = FaultKind::Hang { after_commit: true };
    world.sandbox.set_faults(vec![Fault::once(ServiceName::Smartcat, "POST", "*/document/export", hang)]);
    let late = start(&world, &[]);
    while world.sandbox.struck("hang") == 0 {
        thread::sleep(Duration::from_millis(3));
    }
    let other = end(start(&world, &[])).exits(0).json();
    world.sandbox.set_faults(Vec::new());
    let late = end(late).exits(0).json();
    let steps = late["steps"].as_array().unwrap();
    assert!(!steps.is_empty() && steps.len() == other["steps"].as_array().unwrap().len(), "{late:#}");
    for step in steps {
        let says = match step["result"].as_str() {
            Some("skipped") => "the translation in Zendesk changed after the plan was made",
            // The adopted one stands as it stood when the plan was made.
            _ => "Zendesk holds this text already; receipt renewed",
        };
        assert_eq!(step["detail"], says, "{step}");
    }
    assert_eq!(late["summary"]["skipped"], steps.len() - 1, "{late:#}");
    assert_eq!(twice_sent(&world), Vec::<String>::new());
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
}

/// A run beside another is done, or says of every step that it left to the other why.
#[track_caller]
fn ends_by_contract(ran: &Ran, what: &str) {
    assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
    let outcome = ran.json();
    let steps = outcome["steps"].as_array().unwrap();
    let open: Vec<_> = steps.iter().filter(|step| step["result"] != "done").collect();
    assert_eq!(ran.code, Some(0), "{what}: {open:#?}\n{}", ran.stderr);
    for step in open {
        assert!(step["detail"].as_str().is_some_and(|detail| detail.len() > 20), "{what}: {step}");
    }
}

/// Texts that were written to Zendesk twice.
fn twice_sent(world: &World) -> Vec<String> {
    let sent = world.asked(ServiceName::Zendesk);
    scenario::repeated(&sent)
}
