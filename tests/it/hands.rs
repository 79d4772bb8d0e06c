//! Hands that are quicker than zencat: people edit between its look and its write.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::ServiceName;
use zencat::sandbox::zendesk::Kind;

use crate::scenario;
use crate::world::World;

const EDITED: u64 = 1_000_000;
const SOURCE_EDITED: u64 = 1_000_001;
const LEFT_ALONE: u64 = 1_000_002;

/// Everything was delivered, and the linguists have retyped a word in every document since.
fn with_news() -> World {
    let world = scenario::small_world();
    scenario::finish(&world);
    world.sandbox.advance(Duration::from_secs(600));
    world.sandbox.smartcat(|smartcat, now| {
        for document in smartcat.documents() {
            if let Some(segment) = document.segments.iter().find(|segment| segment.source == "Second") {
                smartcat.translate_segment(&document.id, &segment.key, "Anders", now).unwrap();
            }
        }
    });
    world
}

fn body(world: &World, article: u64, locale: &str) -> String {
    world.sandbox.zendesk(|zendesk, _| zendesk.translation(Kind::Article, article, locale).unwrap().body)
}

#[test]
fn an_edit_between_the_look_and_the_write_is_seen_and_stays() {
    let world = with_news();
    world.sandbox.clear_journal();
    let slow = FaultKind::Delay { ms: 2_000 };
    world.sandbox.set_faults(vec![Fault::once(ServiceName::Smartcat, "POST", "*/document/export", slow)]);
    let mut command = world.command(&["apply", "--auto-approve", "--format", "json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while !world.sandbox.journal().iter().any(|entry| entry.path.ends_with("/document/export")) {
        thread::sleep(Duration::from_millis(3));
    }
    let source = world.sandbox.zendesk(|zendesk, now| {
        zendesk.edit_translation(Kind::Article, EDITED, "de", None, Some("<p>Von Hand</p>"), now).unwrap();
        let source = zendesk.translation(Kind::Article, SOURCE_EDITED, "en-us").unwrap().body;
        let source = source.replace("Second", "Quite another");
        zendesk.edit_source(SOURCE_EDITED, None, Some(&source), now).unwrap();
        source
    });
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let outcome: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();
    for step in outcome["steps"].as_array().unwrap() {
        *told.entry(step["result"].as_str().unwrap()).or_default() += 1;
        let says = step["detail"].as_str().unwrap();
        assert!(step["result"] != "skipped" || says.contains("after the plan was made"), "{step}");
    }
    // One translation was edited; two are of a source that was.
    assert_eq!(told, BTreeMap::from([("done", 3), ("skipped", 3)]), "{outcome:#}");
    assert_eq!(body(&world, EDITED, "de"), "<p>Von Hand</p>");
    assert!(body(&world, EDITED, "fr").contains("Anders"));
    assert_eq!(body(&world, SOURCE_EDITED, "en-us"), source);
    assert!(!body(&world, SOURCE_EDITED, "de").contains("Anders"));
    assert!(body(&world, LEFT_ALONE, "de").contains("Anders"));
    scenario::finish(&world);
    assert_eq!(body(&world, EDITED, "de"), "<p>Von Hand</p>");
    assert!(world.plan()["steps"].as_array().unwrap().is_empty());
}

#[test]
fn an_edit_after_a_write_that_was_refused_for_now_is_not_written_over() {
    for status in [409, 429, 502, 503] {
        let world = with_news();
        let place = format!("*/articles/{EDITED}/translations/de");
        let refusal = serde_json::json!({"service": "zendesk", "method": "PUT", "path": place,
            "kind": {"status": {"status": status, "headers": {"Retry-After": "1"}}}});
        world.sandbox.set_faults(vec![serde_json::from_value::<Fault>(refusal).unwrap()]);
        world.sandbox.clear_journal();
        let mut command = world.command(&["apply", "--auto-approve", "--format", "json"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        while !world.sandbox.journal().iter().any(|entry| entry.status == Some(status)) {
            thread::sleep(Duration::from_millis(3));
        }
        // Whoever had the page open saves it.
        world.sandbox.zendesk(|zendesk, now| {
            zendesk
                .edit_translation(Kind::Article, EDITED, "de", None, Some("<p>Von Hand</p>"), now)
                .unwrap();
        });
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{status}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(body(&world, EDITED, "de"), "<p>Von Hand</p>", "{status}");
        assert!(body(&world, EDITED, "fr").contains("Anders"), "{status}");
        assert!(body(&world, LEFT_ALONE, "de").contains("Anders"), "{status}");
    }
}

#[test]
fn after_a_long_pause_one_look_is_enough() {
    let world = with_news();
    let place = format!("*/articles/{EDITED}/translations/de");
    // Longer than what was read stays good for.
    let pause = serde_json::json!({"service": "zendesk", "method": "PUT", "path": place,
        "kind": {"status": {"status": 429, "headers": {"Retry-After": "4"}}}});
    world.sandbox.set_faults(vec![serde_json::from_value::<Fault>(pause).unwrap()]);
    world.sandbox.clear_journal();
    assert_eq!(world.apply().exits(0).json()["summary"]["done"], 6);
    let asked = world.asked(ServiceName::Zendesk);
    let writes = asked.iter().filter(|entry| entry.write).count();
    let looks =
        asked.iter().filter(|entry| entry.method == "GET" && entry.path.ends_with("/translations")).count();
    // Each translation is looked at and written; that of the pause twice, and what was read ahead of it is old by then.
    assert_eq!((writes, looks), (6 + 1, 6 + 1 + 1));
    assert!(body(&world, EDITED, "de").contains("Anders"));
}
