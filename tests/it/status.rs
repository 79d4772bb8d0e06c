//! `zencat status`: what it shows, leaves out, and ends with.

use std::time::Duration;

use serde_json::Value;
use zencat::sandbox::zendesk::Kind;

use crate::world::World;
use crate::world::generated;

/// Two articles in two languages, all delivered; then one source is changed and one translation is edited by hand.
fn stale_and_edited() -> World {
    let world = World::seeded(generated(2, &[], &["de", "fr"]));
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    world.sandbox.zendesk(|zendesk, now| {
        let body = zendesk.translation(Kind::Article, 1_000_000, "en-us").unwrap().body;
        zendesk.edit_source(1_000_000, None, Some(&body.replace("Second", "Three new words")), now).unwrap();
        zendesk.edit_translation(Kind::Article, 1_000_001, "de", None, Some("<p>von Hand</p>"), now).unwrap();
    });
    world
}

fn pairs(document: &Value) -> Vec<String> {
    let pairs = document["pairs"].as_array().unwrap().iter();
    pairs
        .map(|pair| {
            format!(
                "{} {} {}",
                pair["id"],
                pair["language"].as_str().unwrap(),
                pair["state"].as_str().unwrap()
            )
        })
        .collect()
}

#[test]
fn states_choose_what_is_shown_and_coverage_stays_whole() {
    let world = stale_and_edited();
    let all = world.zencat(&["status", "--format", "json"]).exits(0).json();
    let expected = ["1000000 de stale", "1000000 fr stale", "1000001 de edited", "1000001 fr up_to_date"];
    assert_eq!(pairs(&all), expected);
    let edited = world.zencat(&["status", "--format", "json", "--state", "edited"]).exits(0).json();
    assert_eq!(pairs(&edited), ["1000001 de edited"]);
    assert_eq!(edited["coverage"], all["coverage"]);
    assert_eq!(all["coverage"][1]["language"], "fr");
    assert_eq!(all["coverage"][1]["percent"], 50);
    assert_eq!(all["coverage"][1]["states"], serde_json::json!({"stale": 1, "up_to_date": 1}));
    let two = world.zencat(&["status", "--format", "json", "--state", "edited,up-to-date"]).exits(0).json();
    assert_eq!(pairs(&two), ["1000001 de edited", "1000001 fr up_to_date"]);
    let text = world.zencat(&["status", "--state", "edited"]).exits(0).stdout;
    assert!(text.contains("Article 1 ") && !text.contains("Article 0 "), "{text}");
    world.zencat(&["status", "--state", "done"]).exits(64).tells("in_progress");
}

#[test]
fn fail_on_ends_with_1_exactly_when_such_a_pair_is_there() {
    let world = stale_and_edited();
    world.zencat(&["status", "--fail-on", "stale,edited"]).exits(1);
    world.zencat(&["status", "--fail-on", "edited", "--target", "article:1000001"]).exits(1);
    world.zencat(&["status", "--fail-on", "edited", "--target", "article:1000000"]).exits(0);
    world.zencat(&["status", "--fail-on", "edited", "--language", "fr"]).exits(0);
    world.zencat(&["status", "--fail-on", "missing,orphan"]).exits(0);
    // What is shown and what fails are two questions.
    let ran =
        world.zencat(&["status", "--fail-on", "stale", "--state", "edited", "--format", "json"]).exits(1);
    assert_eq!(pairs(&ran.json()), ["1000001 de edited"]);
    assert_eq!(world.zencat(&["status"]).exits(0).stderr, "");
}

#[test]
fn a_workflow_is_chosen_by_name_and_a_misspelt_one_is_an_error() {
    let world = World::seeded(generated(2, &[], &["de", "fr"]));
    let people = "content:\n  - match: {article: [1000001]}\n    languages: [de]\n    workflow: people\n";
    let manifest = world
        .plain_manifest("de")
        .replace(
            "workflows:\n",
            "workflows:\n  people:\n    stages: [translation]\n    project: {name: People}\n",
        )
        .replace("content:\n  - match: {kind: article}", "content:\n  - match: {article: [1000000]}")
        + &people.replace("content:\n", "");
    world.manifest(&manifest);
    let ran = world.zencat(&["status", "--workflow", "people", "--format", "json"]).exits(0).json();
    assert_eq!(pairs(&ran), ["1000001 de missing"]);
    assert_eq!(ran["coverage"][0]["pairs"], 1);
    let both = world.zencat(&["status", "--workflow", "people", "--workflow", "ai", "--format", "json"]);
    assert_eq!(pairs(&both.exits(0).json()).len(), 2);
    world.zencat(&["status", "--workflow", "peopel"]).exits(64).tells("the manifest has ai, people");
}

#[test]
fn markdown_shows_coverage_and_what_somebody_should_look_at() {
    let world = stale_and_edited();
    let text = world.zencat(&["status", "--format", "markdown"]).exits(0).stdout;
    assert!(text.starts_with("## zencat status: acme\n\n| language | coverage |"), "{text}");
    assert!(text.contains("| fr | 50 % | 1 |"), "{text}");
    assert!(text.contains("edited-in-zendesk") && text.contains("](<http://127.0.0.1"), "{text}");
    assert_eq!(text.matches("| stale | [100 %]").count(), 2, "{text}");
    let listed = world.zencat(&["status", "--format", "markdown", "--state", "up_to_date"]).exits(0).stdout;
    assert_eq!(listed.matches("| up to date | [100 %]").count(), 1, "{listed}");
}

#[test]
fn age_and_deadline_are_told_where_they_are_known() {
    let world = World::seeded(generated(1, &[], &["de", "fr"]));
    let manifest = world
        .plain_manifest("de")
        .replace("    project: {name: Help center}\n", "    project: {name: Help center, deadline: 10d}\n");
    world.manifest(&manifest);
    world.apply().exits(0);
    world.sandbox.advance(Duration::from_secs(600));
    let pair = world.zencat(&["status", "--format", "json"]).exits(0).json()["pairs"][0].clone();
    assert_eq!(pair["state"], "in_progress");
    assert!(pair["moved_at"].is_string() && pair["deadline"].is_string(), "{pair}");
    assert!(pair["words"].as_u64().unwrap() > 0, "{pair}");
    let text = world.zencat(&["status"]).exits(0).stdout;
    assert!(text.contains("due in ") || text.contains(" overdue"), "{text}");
}

#[test]
fn outside_of_a_terminal_there_are_neither_links_nor_long_addresses() {
    let world = World::seeded(generated(1, &[], &["de", "fr"]));
    world.apply().exits(0);
    for colour in ["auto", "always", "never"] {
        for command in ["status", "tree"] {
            let text = world.zencat(&[command, "--color", colour]).exits(0).stdout;
            assert!(!text.contains("\x1b]8;") && !text.contains("http"), "{text}");
        }
    }
    let json = world.zencat(&["status", "--format", "json"]).exits(0).json();
    assert!(json["pairs"][0]["editor_url"].as_str().unwrap().contains("/editor?DocumentId="), "{json}");
}
