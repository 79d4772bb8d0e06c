//! The main loop as people run it: manifest → plan → apply → translation → apply → nothing to do.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use zencat::content::Segmented;
use zencat::content::Text;
use zencat::content::links;
use zencat::id::Locale;
use zencat::sandbox::Options;
use zencat::sandbox::ServiceName;
use zencat::sandbox::smartcat::pseudo_translate;
use zencat::sandbox::zendesk::Kind;

use crate::world::World;
use crate::world::corpora;
use crate::world::generated;
use crate::world::of_lines;

/// Every translation in Zendesk, by item and locale: title, body, draft.
fn translations(world: &World) -> BTreeMap<String, (String, String, bool)> {
    world.sandbox.zendesk(|zendesk, _| {
        let mut all = BTreeMap::new();
        for kind in [Kind::Category, Kind::Section, Kind::Article] {
            for id in zendesk.ids(kind) {
                for locale in zendesk.locales_of(kind, id) {
                    let view = zendesk.translation(kind, id, &locale).unwrap();
                    all.insert(
                        format!("{kind:?} {id} {locale}").to_lowercase(),
                        (view.title, view.body, view.draft),
                    );
                }
            }
        }
        all
    })
}

/// The account in numbers that two runs must agree on.
fn account(world: &World) -> (usize, usize, u64) {
    world.sandbox.smartcat(|smartcat, _| {
        (smartcat.projects().len(), smartcat.documents().len(), smartcat.words_charged())
    })
}

#[test]
fn the_whole_loop_ends_with_an_empty_plan_and_no_writes() {
    let seed = generated(1, &["de"], &["de", "fr"]);
    let world = World::patient(Options { seed, ..Options::default() });
    world.zencat(&["apply", "--auto-approve"]).exits(0);
    world.work();
    let outcome = world.apply().exits(0).json();
    assert!(outcome["summary"]["done"].as_u64().unwrap() > 0, "{outcome}");
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
    world.sandbox.clear_journal();
    let outcome = world.apply().exits(0).json();
    assert_eq!(world.writes(), Vec::<String>::new());
    assert_eq!(outcome["requests"]["zendesk"]["writes"], 0);
    assert_eq!(outcome["requests"]["smartcat"]["writes"], 0);
}

#[test]
fn plan_writes_nothing_and_says_what_apply_then_does() {
    let world = World::new();
    let plan = world.plan();
    assert_eq!(world.writes(), Vec::<String>::new());
    let outcome = world.apply().exits(0).json();
    let ids = |document: &Value| -> Vec<String> {
        document["steps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| step["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids(&plan), ids(&outcome));
    assert_eq!(plan["digest"], outcome["plan_digest"]);
    let pairs: u64 = world.sandbox.smartcat(|smartcat, _| smartcat.documents().len() as u64);
    assert_eq!(plan["summary"]["create"], pairs);
}

#[test]
fn detailed_exit_codes_tell_changes_from_none() {
    let world = World::new();
    world.zencat(&["plan", "--detailed-exitcode"]).exits(2);
    world.zencat(&["plan"]).exits(0);
}

#[test]
fn what_is_sent_is_the_translation_on_the_source_s_own_page() {
    let world = World::seeded(generated(3, &[], &["de", "fr"]));
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    let sent = translations(&world);
    let (title, body, draft) = &sent["article 1000001 de"];
    assert_eq!(title, &pseudo_translate("Article 1", false, "de"));
    let unit = |text: &str| pseudo_translate(text, true, "de");
    assert_eq!(
        body,
        &format!(
            "<h2 id=\"h_01{:022}\">{}</h2>\n<p>{}</p>\n<ul><li>{}</li><li>{}</li></ul>",
            1,
            unit("Step 1"),
            unit(
                "Turn the <strong>key</strong> 1 times, see <a href=\"https://example.com/1\">the list</a>."
            ),
            unit("First of 1"),
            unit("Second")
        )
    );
    assert!(!draft);
}

#[test]
fn unfinished_work_is_not_sent() {
    let world = World::seeded(generated(2, &[], &["de", "fr"]));
    world.apply().exits(0);
    world.sandbox.advance(Duration::from_secs(600));
    let plan = world.plan();
    assert_eq!(plan["summary"]["in_progress"], 4);
    assert_eq!(plan["summary"]["send"], 0);
    world.sandbox.clear_journal();
    world.apply().exits(0);
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[test]
fn a_changed_paragraph_is_translated_anew_and_nothing_else_is() {
    let world = World::seeded(generated(3, &[], &["de", "fr"]));
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    let charged = account(&world).2;
    let before = translations(&world);
    world.sandbox.zendesk(|zendesk, now| {
        let body = zendesk.translation(Kind::Article, 1_000_001, "en-us").unwrap().body;
        zendesk.edit_source(1_000_001, None, Some(&body.replace("Second", "Three new words")), now).unwrap();
    });
    let plan = world.plan();
    assert_eq!((plan["summary"]["update"].as_u64(), plan["summary"]["words"].as_u64()), (Some(2), Some(6)));
    world.apply().exits(0);
    let during =
        world.sandbox.zendesk(|zendesk, _| zendesk.translation(Kind::Article, 1_000_001, "de").unwrap());
    assert!(during.outdated && !during.draft, "published and flagged while the new one is in work");
    assert_eq!(during.body, before["article 1000001 de"].1);
    world.work();
    world.apply().exits(0);
    let after =
        world.sandbox.zendesk(|zendesk, _| zendesk.translation(Kind::Article, 1_000_001, "de").unwrap());
    assert!(
        after.body.contains(&pseudo_translate("Three new words", true, "de")) && !after.outdated,
        "{after:?}"
    );
    assert_eq!(account(&world).2 - charged, 6, "only the new words were charged");
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
}

#[test]
fn an_editor_that_saves_without_a_change_changes_nothing() {
    let world = World::new();
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    world.sandbox.zendesk(|zendesk, now| {
        for id in zendesk.ids(Kind::Article) {
            for locale in ["en-us", "de", "fr"] {
                // Not every article has every locale.
                let _ = zendesk.editor_save(id, locale, now);
            }
            zendesk.vote(id, true, now).unwrap();
        }
    });
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
}

#[test]
fn an_edit_by_hand_is_never_overwritten() {
    let world = World::seeded(generated(2, &[], &["de", "fr"]));
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    world.sandbox.zendesk(|zendesk, now| {
        zendesk.edit_translation(Kind::Article, 1_000_000, "de", None, Some("<p>von Hand</p>"), now).unwrap();
    });
    let plan = world.plan();
    assert_eq!(plan["held"][0]["code"], "edited-in-zendesk", "{plan}");
    // The source changes and the new translation is ready: the edit still stands.
    world
        .sandbox
        .zendesk(|zendesk, now| zendesk.edit_source(1_000_000, None, Some("<p>All new.</p>"), now).unwrap());
    world.apply();
    world.work();
    world.apply();
    world.apply();
    let sent = translations(&world);
    assert_eq!(sent["article 1000000 de"].1, "<p>von Hand</p>");
    assert_eq!(sent["article 1000000 fr"].1, format!("<p>{}</p>", pseudo_translate("All new.", true, "fr")));
}

#[test]
fn a_published_translation_is_never_taken_offline_and_the_source_never_written() {
    let world = World::new();
    world.apply().exits(0);
    world.work();
    world.sandbox.clear_journal();
    world.apply().exits(0);
    // A changed source has its translations flagged, and later written anew.
    world.sandbox.zendesk(|zendesk, now| {
        let changed = zendesk.ids(Kind::Article)[0];
        zendesk.edit_source(changed, None, Some("<p>Quite another text.</p>"), now).unwrap();
    });
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    let written: Vec<_> = world.asked(ServiceName::Zendesk).into_iter().filter(|entry| entry.write).collect();
    assert!(["POST", "PUT"].iter().all(|method| written.iter().any(|entry| entry.method == *method)));
    for entry in written {
        assert!(!entry.path.contains("/translations/en-us"), "{entry:?}");
        assert!(entry.method != "PUT" || !entry.body.contains("\"draft\""), "{entry:?}");
        let body: Value = serde_json::from_str(&entry.body).unwrap();
        assert_ne!(body["translation"]["locale"], "en-us", "{entry:?}");
    }
}

#[test]
fn a_saved_plan_is_carried_out_and_what_moved_since_is_refused_item_by_item() {
    let world = World::seeded(generated(3, &[], &["de"]));
    world.manifest(&world.plain_manifest("de"));
    world.zencat(&["plan", "--out", "plan.json"]).exits(0);
    world
        .sandbox
        .zendesk(|zendesk, now| zendesk.edit_source(1_000_001, None, Some("<p>Moved on.</p>"), now).unwrap());
    let ran = world.zencat(&["apply", "plan.json", "--format", "json"]).exits(3);
    let outcome = ran.json();
    let skipped: Vec<&Value> =
        outcome["steps"].as_array().unwrap().iter().filter(|step| step["result"] == "skipped").collect();
    assert_eq!(skipped.len(), 1, "{outcome}");
    assert!(skipped[0]["detail"].as_str().unwrap().contains("stale"), "{outcome}");
    assert_eq!(account(&world).1, 2, "the two others were created");
    // Applied again, the same plan has nothing left but the stale step.
    world.sandbox.clear_journal();
    world.zencat(&["apply", "plan.json"]).exits(3);
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[test]
fn apply_asks_and_without_a_terminal_it_does_nothing() {
    let world = World::new();
    world.zencat(&["apply"]).exits(64).tells("--auto-approve");
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[test]
fn targets_and_languages_narrow_what_is_done() {
    let world = World::seeded(generated(4, &[], &["de", "fr"]));
    let arguments = ["apply", "--auto-approve", "--target", "article:1000002", "--language", "fr"];
    world.zencat(&arguments).exits(0);
    assert_eq!(account(&world).1, 1);
    world.zencat(&["plan", "--target", "article:7"]).exits(64).tells("shows no article 7");
    world.zencat(&["plan", "--language", "xx"]).exits(64).tells("the help center has");
}

#[test]
fn waiting_takes_a_text_from_source_to_zendesk_in_one_run() {
    let options = Options { seed: generated(2, &[], &["de"]), ..Options::default() };
    let world = World::with(options);
    let manifest = world.plain_manifest("de").replace("[translation, postediting]", "[translation]");
    world.manifest(&manifest);
    world.zencat(&["apply", "--auto-approve", "--wait", "60s"]).exits(0);
    assert!(translations(&world).contains_key("article 1000001 de"));
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
}

#[test]
fn real_articles_go_through_the_whole_loop() {
    let Some(lines) = corpora() else { return };
    let mut options = Options { seed: of_lines(&lines, &["de", "ja"]), ..Options::default() };
    // So that texts can be compared to the letter; the other tests have attachments rewritten.
    options.zendesk.rewrites_attachments = false;
    let world = World::with(options);
    let manifest = world.plain_manifest("de, ja");
    world.manifest(&manifest.replace("project: {", "existing_translations: skip\n    project: {"));
    world.apply().exits(0);
    let pairs = account(&world).1;
    assert!(pairs > 1_400, "{pairs}");
    world.work();
    world.apply().exits(0);
    let last = world.zencat(&["plan", "--detailed-exitcode", "--format", "json"]).exits(0).json();
    assert_eq!(last["held"], Value::Array(Vec::new()), "the structure check has no false alarms");
    world.sandbox.clear_journal();
    world.apply().exits(0);
    assert_eq!(world.writes(), Vec::<String>::new());
    let sent = translations(&world);
    let mut compared = 0;
    for (key, (title, body, _)) in
        sent.iter().filter(|(key, _)| key.starts_with("article") && key.ends_with(" en-us"))
    {
        let source = Text { title: title.clone(), body: body.clone() };
        for locale in ["de", "ja"] {
            let (title, body, draft) = &sent[&key.replace("en-us", locale)];
            let expected = expected(&source, locale, &sent);
            assert_eq!((title, body, draft), (&expected.title, &expected.body, &false), "{key} → {locale}");
            compared += 1;
        }
    }
    assert_eq!(compared, pairs);
}

/// The source's page with every unit pseudo-translated, and its links moved to where the linked article is translated.
fn expected(source: &Text, locale: &str, sent: &BTreeMap<String, (String, String, bool)>) -> Text {
    let segmented = Segmented::of(source);
    let units = segmented.units().iter();
    let translated =
        units.map(|unit| (unit.key.clone(), pseudo_translate(&unit.text, unit.is_html, locale))).collect();
    let mut text = segmented.assemble(&translated).unwrap();
    let mut linked = links::linked_items(&source.body);
    linked.retain(|item| sent.contains_key(&format!("{} {} {locale}", item.kind, item.id)));
    text.body = links::localise(&text.body, &Locale::new("en-us"), &Locale::new(locale), &linked);
    text
}

#[test]
fn while_one_translation_is_written_the_next_is_read_and_none_is_written_beside_it() {
    const WRITE_MS: u64 = 1_000;
    let mut options = Options { seed: generated(3, &[], &["de"]), ..Options::default() };
    options.zendesk.write_ms = Some(WRITE_MS);
    let world = World::with(options);
    world.manifest(&world.plain_manifest("de"));
    world.apply().exits(0);
    world.work();
    world.sandbox.clear_journal();
    world.apply().exits(0);
    let asked = world.asked(ServiceName::Zendesk);
    // A write beside another is refused with 409.
    assert!(asked.iter().all(|entry| entry.status.is_some_and(|status| status < 300)), "{asked:?}");
    let of_texts = asked.iter().filter(|entry| entry.path.ends_with("/translations"));
    let (writes, reads): (Vec<_>, Vec<_>) = of_texts.partition(|entry| entry.write);
    assert_eq!((reads.len(), writes.len()), (3, 3), "each is read once");
    for (read, write) in reads[1..].iter().zip(&writes) {
        let later = read.at.duration_since(write.at).as_millis();
        assert!(later < i128::from(WRITE_MS), "read {later} ms after the write before began");
    }
}
