//! `zencat diff`: what Smartcat holds against what stands in Zendesk.

use serde_json::Value;
use zencat::sandbox::Options;
use zencat::sandbox::smartcat::Behaviour;
use zencat::sandbox::zendesk::Kind;

use crate::world::World;
use crate::world::generated;

const ARTICLE: u64 = 1_000_001;

fn diff(world: &World, item: &str, locale: &str) -> Value {
    world.zencat(&["diff", item, locale, "--format", "json"]).exits(0).json()
}

/// Everything is translated and delivered.
fn delivered() -> World {
    let world = World::seeded(generated(3, &[], &["de", "fr"]));
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    world
}

fn changed(part: &Value, change: &str) -> Vec<String> {
    let blocks = part["blocks"].as_array().unwrap().iter();
    blocks
        .filter(|block| block["change"] == change)
        .map(|block| block["text"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn after_a_delivery_both_sides_are_the_same_and_nothing_is_written() {
    let world = delivered();
    world.sandbox.clear_journal();
    let document = diff(&world, "article:1000001", "de");
    assert_eq!(document["source"]["result"], "same", "{document}");
    assert_eq!(document["translation"]["result"], "same", "{document}");
    let text = world.zencat(&["diff", "article:1000001", "de"]).exits(0).stdout;
    assert!(text.contains("source: the same on both sides (5 blocks)"), "{text}");
    assert!(text.contains("translation: the same on both sides (5 blocks)"), "{text}");
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[test]
fn a_changed_source_and_an_edited_translation_are_shown_block_by_block() {
    let world = delivered();
    world.sandbox.zendesk(|zendesk, now| {
        let body = zendesk.translation(Kind::Article, ARTICLE, "en-us").unwrap().body;
        zendesk.edit_source(ARTICLE, None, Some(&body.replace("Second", "A third one")), now).unwrap();
        zendesk
            .edit_translation(Kind::Article, ARTICLE, "de", Some("Von Hand \u{1b}[2J"), None, now)
            .unwrap();
    });
    world.sandbox.clear_journal();
    let document = diff(&world, "article:1000001", "de");
    assert_eq!(changed(&document["source"], "removed"), ["Second"]);
    assert_eq!(changed(&document["source"], "added"), ["A third one"]);
    assert_eq!(changed(&document["translation"], "added"), ["Von Hand \u{1b}[2J"]);
    assert_eq!(changed(&document["translation"], "removed").len(), 1);
    assert_eq!(changed(&document["translation"], "same").len(), 4);

    let text = world.zencat(&["diff", "article:1000001", "de"]).exits(0).stdout;
    assert!(
        text.contains("--- source in en-us, as Smartcat holds it\n+++ source in en-us, now in Zendesk\n@@ "),
        "{text}"
    );
    assert!(text.contains("\n-Second\n+A third one\n"), "{text}");
    assert!(text.contains("\n+Von Hand \u{fffd}[2J\n"), "{text}");
    let coloured = world.zencat(&["diff", "article:1000001", "de", "--color", "always"]).exits(0).stdout;
    assert!(coloured.contains("\u{1b}[31m-Second\u{1b}[0m"), "{coloured:?}");
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[test]
fn links_that_a_delivery_moves_to_the_locale_are_no_difference() {
    let mut seed = generated(2, &[], &["de"]);
    seed.articles[0].body = "<p>See <a href=\"/hc/en-us/articles/1000001\">the other</a>.</p>".to_owned();
    let world = World::seeded(seed);
    world.manifest(&world.plain_manifest("de"));
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    let body =
        world.sandbox.zendesk(|zendesk, _| zendesk.translation(Kind::Article, 1_000_000, "de").unwrap()).body;
    assert!(body.contains("/hc/de/articles/1000001"), "{body}");
    assert_eq!(diff(&world, "article:1000000", "de")["translation"]["result"], "same");
}

#[test]
fn what_is_missing_is_said() {
    let world = World::seeded(generated(2, &["fr"], &["de", "fr"]));
    let document = diff(&world, "article:1000001", "de");
    assert_eq!(document["source"]["result"], "missing");
    let reason = |document: &Value| document["translation"]["reason"].as_str().unwrap().to_owned();
    assert!(reason(&document).contains("no document"), "{document}");
    assert!(reason(&document).contains("none stands in Zendesk"), "{document}");
    let document = diff(&world, "article:1000001", "fr");
    assert!(reason(&document).contains("a translation stands in Zendesk"), "{document}");

    world.manifest(&world.plain_manifest("de"));
    world.apply().exits(0);
    world.sandbox.advance(std::time::Duration::from_secs(600));
    let document = diff(&world, "article:1000001", "de");
    assert_eq!(document["source"]["result"], "same", "{document}");
    assert!(reason(&document).contains("no translation into de in Zendesk"), "{document}");
    assert_eq!(document["document"].as_str().map(|id| id.is_empty()), Some(false));
}

#[test]
fn what_cannot_be_compared_is_wrong_usage() {
    let world = World::seeded(generated(1, &[], &["de", "fr"]));
    world.zencat(&["diff", "article:7", "de"]).exits(64).tells("no article 7");
    world.zencat(&["diff", "article:1000000", "tlh"]).exits(64).tells("`tlh`");
    world.zencat(&["diff", "article:1000000", "en-us"]).exits(64).tells("written in");
    world.zencat(&["diff", "page:1", "de"]).exits(64).tells("article:ID");
}

#[test]
fn an_export_that_fails_or_comes_as_an_archive_is_no_obstacle() {
    let smartcat = Behaviour { export_single_as_zip: true, ..Behaviour::default() };
    let world =
        World::with(Options { seed: generated(1, &[], &["de", "fr"]), smartcat, ..Options::default() });
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    let document = diff(&world, "article:1000000", "de");
    assert_eq!(document["source"]["result"], "same", "{document}");
    assert_eq!(document["translation"]["result"], "same", "{document}");
    world.sandbox.smartcat(|smartcat, _| {
        smartcat.set_behaviour(Behaviour { export_fails: true, ..Behaviour::default() });
    });
    let document = diff(&world, "article:1000000", "de");
    assert!(document["source"]["reason"].as_str().unwrap().contains("could not export"), "{document}");
}

#[test]
fn a_plan_shows_which_blocks_it_changes_and_writes_nothing() {
    let world = delivered();
    world.sandbox.zendesk(|zendesk, now| {
        let body = zendesk.translation(Kind::Article, ARTICLE, "en-us").unwrap().body;
        zendesk.edit_source(ARTICLE, None, Some(&body.replace("Second", "A third one")), now).unwrap();
    });
    world.sandbox.clear_journal();
    let text = world.zencat(&["plan", "--diff"]).exits(0).stdout;
    assert_eq!(text.matches("\n-Second\n+A third one\n").count(), 1, "once for all languages: {text}");
    assert!(!text.contains("translation into"), "{text}");
    world.zencat(&["plan", "--diff", "--format", "json"]).exits(64).tells("--format text");
    assert_eq!(world.writes(), Vec::<String>::new());

    world.apply().exits(0);
    world.work();
    let text = world.zencat(&["plan", "--diff"]).exits(0).stdout;
    assert!(
        text.contains("--- translation into de in Zendesk\n+++ translation into de in Smartcat"),
        "{text}"
    );
    assert!(text.contains("translation into fr"), "{text}");
}
