//! Stories from the edges of the main loop: hand edits, broken translations, saved plans, failures half-way.

use zencat::sandbox::Every;
use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::Nth;
use zencat::sandbox::ServiceName;
use zencat::sandbox::smartcat::Damage;
use zencat::sandbox::smartcat::pseudo_translate;
use zencat::sandbox::zendesk::Kind;

use crate::world::World;
use crate::world::generated;

/// A finished loop over a few articles.
fn settled(articles: u64, languages: &[&str], line: &str) -> World {
    let world = World::seeded(generated(articles, &[], languages));
    let manifest = world.plain_manifest(&languages.join(", "));
    let project = "project: {name: Help center}";
    world.manifest(&manifest.replace(project, &format!("{project}\n    {line}")));
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
    world
}

fn body(world: &World, id: u64, locale: &str) -> String {
    world.sandbox.zendesk(|zendesk, _| zendesk.translation(Kind::Article, id, locale).unwrap().body)
}

fn edit(world: &World, id: u64, locale: &str, body: &str) {
    world.sandbox.zendesk(|zendesk, now| {
        zendesk.edit_translation(Kind::Article, id, locale, None, Some(body), now).unwrap();
    });
}

fn status(status: u16) -> FaultKind {
    let (headers, body) = (std::collections::BTreeMap::new(), String::new());
    FaultKind::Status { status, headers, body, content_type: None, after_commit: false }
}

#[test]
fn an_edit_that_does_not_line_up_is_neither_pulled_nor_overwritten() {
    let world = settled(2, &["de"], "on_edit: pull");
    for edited in ["<p>ganz von Hand</p>", "<h2>Neu</h2><p>Eins</p><p>Zwei</p><ul><li>A</li><li>B</li></ul>"]
    {
        edit(&world, 1_000_000, "de", edited);
        for _ in 0..3 {
            world.apply().exits(0);
            world.work();
        }
        assert_eq!(body(&world, 1_000_000, "de"), edited);
        let plan = world.zencat(&["plan", "--detailed-exitcode", "--format", "json"]).exits(0).json();
        assert_eq!(plan["held"][0]["code"], "edited-in-zendesk", "{plan}");
    }
}

#[test]
fn an_edit_that_lines_up_is_pulled_and_not_written_back() {
    let world = settled(2, &["de"], "on_edit: pull");
    let sent = body(&world, 1_000_000, "de");
    let edited = sent.replace(&pseudo_translate("First of 0", true, "de"), "Das erste");
    assert_ne!(edited, sent);
    edit(&world, 1_000_000, "de", &edited);
    world.apply().exits(0);
    let documents = world.sandbox.smartcat(|smartcat, _| smartcat.documents());
    let mut segments = documents.iter().flat_map(|document| &document.segments);
    let pulled =
        segments.find(|segment| segment.target.as_ref().is_some_and(|text| text.contains("Das erste")));
    assert!(pulled.is_some_and(|segment| segment.confirmed > 0), "{pulled:?}");
    world.work();
    world.sandbox.clear_journal();
    world.apply().exits(0);
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
    assert_eq!(body(&world, 1_000_000, "de"), edited);
    let written: Vec<_> = world.asked(ServiceName::Zendesk).into_iter().filter(|entry| entry.write).collect();
    assert!(written.is_empty(), "{written:#?}");
    world.sandbox.clear_journal();
    world.apply().exits(0);
    assert_eq!(world.writes(), Vec::<String>::new());
}

/// A finished translation that was damaged and is therefore held.
fn refused(damage: Damage) -> World {
    let world = World::seeded(generated(1, &[], &["de"]));
    world.manifest(&world.plain_manifest("de"));
    world.apply().exits(0);
    world.work();
    world.sandbox.smartcat(|smartcat, now| {
        let document = smartcat.documents()[0].id.clone();
        smartcat.break_markup(&document, None, damage, now).unwrap();
    });
    world.apply().exits(0);
    assert_eq!(world.plan()["held"][0]["code"], "structure-check-failed");
    world
}

#[test]
fn integrity_warn_releases_what_strict_refused() {
    let world = refused(Damage::DropTag);
    let manifest = world.plain_manifest("de");
    world.manifest(&manifest.replace("    project:", "    integrity: warn\n    project:"));
    let outcome = world.apply().exits(0).json();
    assert!(outcome["steps"][0]["detail"].as_str().unwrap().contains("differs from the source"), "{outcome}");
    assert!(!body(&world, 1_000_000, "de").contains("<strong>"));
    world.sandbox.clear_journal();
    world.apply().exits(0);
    assert_eq!(world.writes(), Vec::<String>::new());
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
}

#[test]
fn integrity_warn_does_not_try_again_what_is_no_whole_page() {
    let world = refused(Damage::Empty);
    let manifest = world.plain_manifest("de");
    world.manifest(&manifest.replace("    project:", "    integrity: warn\n    project:"));
    world.sandbox.clear_journal();
    world.apply().exits(0);
    assert_eq!(world.writes(), Vec::<String>::new());
    assert_eq!(world.plan()["held"][0]["code"], "structure-check-failed");
}

#[test]
fn a_saved_plan_that_retires_may_be_applied_twice() {
    let world = settled(2, &["de", "fr"], "on_edit: keep");
    world.manifest(&(world.plain_manifest("de") + "on_remove: delete\n"));
    let plan = world.zencat(&["plan", "--out", "plan.json", "--format", "json"]).exits(0).json();
    assert_eq!(plan["summary"]["retire"], 2, "{plan}");
    world.zencat(&["apply", "plan.json"]).exits(0);
    world.sandbox.clear_journal();
    world.zencat(&["apply", "plan.json"]).exits(0);
    assert_eq!(world.writes(), Vec::<String>::new());
    // What is there and would not be deleted any more is not done.
    let world = settled(2, &["de", "fr"], "on_edit: keep");
    world.manifest(&(world.plain_manifest("de") + "on_remove: delete\n"));
    world.zencat(&["plan", "--out", "plan.json"]).exits(0);
    world.manifest(&world.plain_manifest("de"));
    world.zencat(&["apply", "plan.json"]).exits(3);
}

#[test]
fn a_broken_translation_over_a_hand_edit_settles() {
    let world = settled(2, &["de"], "on_edit: keep");
    edit(&world, 1_000_000, "de", "<p>von Hand</p>");
    world.sandbox.smartcat(|smartcat, now| {
        for document in smartcat.documents() {
            smartcat.break_markup(&document.id, None, Damage::DropTag, now).unwrap();
        }
    });
    world.work();
    world.apply().exits(0);
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
    assert_eq!(body(&world, 1_000_000, "de"), "<p>von Hand</p>");
}

#[test]
fn a_saved_plan_of_one_language_holds() {
    let world = World::seeded(generated(3, &[], &["de", "fr"]));
    world.zencat(&["plan", "--language", "fr", "--target", "article:1000001", "--out", "plan.json"]).exits(0);
    world.zencat(&["apply", "plan.json"]).exits(0);
    assert_eq!(world.sandbox.smartcat(|smartcat, _| smartcat.documents().len()), 1);
}

#[test]
fn waiting_after_a_saved_plan_orders_nothing_else() {
    let world = World::seeded(generated(3, &[], &["de"]));
    let manifest = world.plain_manifest("de").replace("[translation, postediting]", "[translation]");
    world.manifest(&manifest);
    world.zencat(&["plan", "--target", "article:1000001", "--out", "plan.json"]).exits(0);
    world.zencat(&["apply", "plan.json", "--wait", "30s"]).exits(0);
    assert_eq!(world.sandbox.smartcat(|smartcat, _| smartcat.documents().len()), 1);
    assert!(world.sandbox.zendesk(|z, _| z.translation(Kind::Article, 1_000_001, "de")).is_some());
}

#[test]
fn limits_look_at_what_a_saved_plan_does_and_not_at_the_rest() {
    let world = World::seeded(generated(6, &[], &["de"]));
    world.manifest(&(world.plain_manifest("de") + "limits: {max_words: 30}\n"));
    world.zencat(&["plan", "--target", "article:1000001", "--out", "plan.json"]).exits(0);
    world.zencat(&["apply", "plan.json"]).exits(0);
}

#[test]
fn nothing_is_uploaded_into_a_project_whose_settings_failed() {
    let world = World::seeded(generated(3, &[], &["de"]));
    world.manifest(&world.plain_manifest("de"));
    let refuse = || Fault {
        service: ServiceName::Smartcat,
        method: None,
        path: "*pretranslation-rules*".to_owned(),
        query: "*".to_owned(),
        nth: Nth::Every(Every::Every),
        count: None,
        kind: status(400),
    };
    world.sandbox.set_faults(vec![refuse()]);
    world.apply().exits(1);
    world.apply().exits(1);
    assert_eq!(world.sandbox.smartcat(|smartcat, _| smartcat.documents().len()), 0);
    world.sandbox.set_faults(Vec::new());
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
}

#[test]
fn a_failure_while_waiting_still_tells_what_was_done() {
    let world = World::seeded(generated(2, &[], &["de"]));
    world.manifest(&world.plain_manifest("de"));
    world.sandbox.set_faults(vec![Fault {
        service: ServiceName::Zendesk,
        method: Some("GET".to_owned()),
        path: "*/locales*".to_owned(),
        query: "*".to_owned(),
        nth: Nth::At(2),
        count: None,
        kind: status(403),
    }]);
    let ran = world.zencat(&["apply", "--auto-approve", "--wait", "10s", "--format", "json"]).exits(1);
    let outcome = ran.json();
    assert_eq!(outcome["summary"]["done"], 3, "{outcome}");
    assert!(outcome["stopped"].is_string(), "{outcome}");
}

#[test]
fn a_project_that_is_ours_may_be_named_by_its_id() {
    let world = settled(3, &["de", "fr"], "on_edit: keep");
    let id = world.sandbox.smartcat(|smartcat, _| smartcat.projects()[0].id.clone());
    let manifest = world.plain_manifest("de").replace("{name: Help center}", &format!("{{id: {id}}}"));
    world.manifest(&manifest);
    let plan = world.plan();
    assert_eq!(plan["summary"]["held"], 3, "one orphan per article: {plan}");
    world.manifest(&(manifest + "on_remove: delete\n"));
    assert_eq!(world.plan()["summary"]["retire"], 3);
    world.apply().exits(0);
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
}

#[test]
fn sections_and_categories_go_through_the_loop_too() {
    let world = World::seeded(generated(3, &[], &["de"]));
    let manifest =
        world.plain_manifest("de").replace("{kind: article}", "{kind: [article, section, category]}");
    world.manifest(&manifest);
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
    world.sandbox.zendesk(|zendesk, _| {
        for kind in [Kind::Category, Kind::Section, Kind::Article] {
            for id in zendesk.ids(kind) {
                assert!(zendesk.translation(kind, id, "de").is_some(), "{kind:?} {id}");
            }
        }
    });
}

#[test]
fn a_source_that_is_changed_and_changed_back_leaves_no_flag() {
    let world = settled(2, &["de"], "on_edit: keep");
    let source = body(&world, 1_000_000, "en-us");
    for text in [source.replace("Second", "Something else entirely"), source] {
        world.sandbox.zendesk(|zendesk, now| {
            zendesk.edit_source(1_000_000, None, Some(&text), now).unwrap();
        });
        world.apply().exits(0);
        world.sandbox.advance(std::time::Duration::from_secs(600));
        world.apply().exits(0);
    }
    world.work();
    world.apply().exits(0);
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
    let found =
        world.sandbox.zendesk(|zendesk, _| zendesk.translation(Kind::Article, 1_000_000, "de").unwrap());
    assert!(!found.outdated, "{found:?}");
}

#[test]
fn machine_translation_that_is_turned_off_is_off() {
    let world = settled(2, &["de"], "on_edit: keep");
    world.manifest(&world.plain_manifest("de").replace("    machine_translation: auto\n", ""));
    world.apply().exits(0);
    world.sandbox.zendesk(|zendesk, now| {
        zendesk.edit_source(1_000_000, None, Some("<p>Five quite new words here.</p>"), now).unwrap();
    });
    world.apply().exits(0);
    world.sandbox.advance(std::time::Duration::from_secs(600));
    let documents = world.sandbox.smartcat(|smartcat, _| smartcat.documents());
    let new: Vec<_> = documents
        .iter()
        .flat_map(|document| &document.segments)
        .filter(|segment| segment.source.contains("quite new"))
        .collect();
    assert!(!new.is_empty() && new.iter().all(|segment| segment.target.is_none()), "{new:#?}");
}
