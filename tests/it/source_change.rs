//! A source that changes: what survives, what is paid for, what readers see meanwhile, and whom else it reaches.

use std::time::Duration;

use serde_json::Value;
use serde_json::json;
use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::Nth;
use zencat::sandbox::Options;
use zencat::sandbox::ServiceName;
use zencat::sandbox::smartcat::ErrorBody;
use zencat::sandbox::smartcat::SegmentView;
use zencat::sandbox::smartcat::pseudo_translate;
use zencat::sandbox::zendesk::Kind;

use crate::world::World;
use crate::world::generated;
use crate::world::of_lines;

const ARTICLE: u64 = 1_000_000;

/// An article of twenty paragraphs.
fn twenty_paragraphs() -> String {
    let paragraphs: Vec<String> = (1..=20)
        .map(|n| format!("<p>Paragraph {n} tells <strong>what</strong> to do at step {n}.</p>"))
        .collect();
    json!({"id": ARTICLE, "section_id": 5, "title": "Twenty steps", "body": paragraphs.join("\n"), "locale": "en-us",
        "source_locale": "en-us", "label_names": [], "updated_at": "2026-01-01T00:00:00Z", "translations": []})
    .to_string()
}

/// Everything is translated, delivered and quiet.
fn settle(world: &World) {
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
}

/// Replaces a part of the source.
fn change(world: &World, from: &str, to: &str) {
    world.sandbox.zendesk(|zendesk, now| {
        let body = zendesk.translation(Kind::Article, ARTICLE, "en-us").unwrap().body;
        assert!(body.contains(from), "{body}");
        zendesk.edit_source(ARTICLE, None, Some(&body.replace(from, to)), now).unwrap();
    });
}

/// A translation as readers see it: its text, and whether it is flagged as outdated or not published.
fn seen(world: &World, locale: &str) -> (String, bool, bool) {
    let view = world.sandbox.zendesk(|z, _| z.translation(Kind::Article, ARTICLE, locale).unwrap());
    (view.body, view.outdated, view.draft)
}

fn segments(world: &World, language: &str) -> Vec<SegmentView> {
    let documents = world.sandbox.smartcat(|smartcat, _| smartcat.documents());
    documents.into_iter().filter(|document| document.language == language).flat_map(|d| d.segments).collect()
}

fn charged(world: &World) -> u64 {
    world.sandbox.smartcat(|smartcat, _| smartcat.words_charged())
}

#[test]
fn of_twenty_paragraphs_one_is_translated_anew_and_the_old_page_stays_up_meanwhile() {
    let world = World::seeded(of_lines(&twenty_paragraphs(), &["de", "fr"]));
    settle(&world);
    let (old, paid, finished) = (seen(&world, "de").0, charged(&world), segments(&world, "de"));

    change(&world, "Paragraph 7 tells <strong>what</strong> to do at step 7.", "Four quite new words");
    let plan = world.plan();
    assert_eq!((&plan["summary"]["update"], &plan["summary"]["words"]), (&json!(2), &json!(8)), "{plan}");
    world.apply().exits(0);
    world.sandbox.advance(Duration::from_secs(600));
    let survivors: Vec<SegmentView> = segments(&world, "de");
    assert_eq!(
        survivors.iter().filter(|segment| finished.contains(segment)).count(),
        20,
        "title and 19 paragraphs"
    );
    assert!(finished.iter().all(|segment| segment.confirmed == 2), "{finished:#?}");

    // The machine has been at it and people have not: twice nothing is sent.
    for _ in 0..2 {
        world.sandbox.clear_journal();
        world.apply().exits(0);
        assert_eq!(world.writes(), Vec::<String>::new());
        assert_eq!(seen(&world, "de"), (old.clone(), true, false));
    }
    world.work();
    world.apply().exits(0);
    let (new, outdated, draft) = seen(&world, "de");
    assert!(!outdated && !draft);
    assert_eq!(new.matches("<p>").count(), 20);
    assert!(new.contains(&pseudo_translate("Four quite new words", true, "de")), "{new}");
    let kept = old.lines().filter(|line| new.contains(*line)).count();
    assert_eq!(kept, 19, "the other paragraphs are what they were");
    assert_eq!(charged(&world) - paid, 8, "four words in two languages");
    world.sandbox.clear_journal();
    world.apply().exits(0);
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[test]
fn an_interruption_between_the_flag_and_the_new_source_loses_neither() {
    let fault = |service, path: &str, status| Fault {
        service,
        method: Some("PUT".to_owned()),
        path: path.to_owned(),
        query: "*".to_owned(),
        nth: Nth::At(1),
        count: None,
        kind: FaultKind::Status {
            status,
            headers: std::collections::BTreeMap::new(),
            body: String::new(),
            content_type: None,
            after_commit: false,
        },
    };
    let broken = [
        fault(ServiceName::Zendesk, "*/translations/*", 400),
        fault(ServiceName::Smartcat, "*/document/update", 400),
        fault(ServiceName::Smartcat, "*/document/updateMetaInfo", 400),
    ];
    for fault in broken {
        let world = World::seeded(generated(1, &[], &["de", "fr"]));
        settle(&world);
        let path = fault.path.clone();
        change(&world, "Second", "Three new words");
        world.sandbox.set_faults(vec![fault]);
        world.apply().exits(1);
        world.sandbox.set_faults(Vec::new());
        world.sandbox.advance(Duration::from_secs(60));
        world.apply().exits(0);
        assert!(seen(&world, "de").1 && seen(&world, "fr").1, "{path}: flagged while the new one is in work");
        world.work();
        let sent = world.apply().exits(0).json();
        assert!(!seen(&world, "de").1 && !seen(&world, "fr").1, "{path}: {sent}");
        world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
    }
}

#[test]
fn a_new_source_reaches_all_languages_of_its_file_and_the_step_names_them() {
    let world = World::seeded(generated(1, &[], &["de", "fr"]));
    settle(&world);
    change(&world, "Second", "Three new words");
    let plan = world.zencat(&["plan", "--language", "fr", "--format", "json"]).exits(0).json();
    assert_eq!(plan["steps"][0]["languages"], json!(["de", "fr"]), "{plan}");
    assert_eq!((&plan["summary"]["update"], &plan["summary"]["words"]), (&json!(2), &json!(6)));
    world.zencat(&["apply", "--auto-approve", "--language", "fr"]).exits(0);
    assert!(seen(&world, "de").1 && seen(&world, "fr").1, "both are flagged");
    world.work();
    // What is sent is what was asked for.
    world.zencat(&["apply", "--auto-approve", "--language", "fr"]).exits(0);
    assert!(seen(&world, "de").1 && !seen(&world, "fr").1);
    world.apply().exits(0);
    assert!(!seen(&world, "de").1);
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
}

#[test]
fn a_held_language_holds_the_source_of_its_file() {
    let world = World::seeded(generated(1, &[], &["de", "fr"]));
    settle(&world);
    let free = world.plain_manifest("de, fr");
    let held = "  - match: {kind: article}\n    languages: [fr]\n    workflow: ai\n    hold: true\n";
    world.manifest(&format!("{free}{held}"));
    change(&world, "Second", "Three new words");
    for arguments in [&["plan", "--format", "json"][..], &["plan", "--language", "de", "--format", "json"]] {
        let plan = world.zencat(arguments).exits(0).json();
        assert_eq!(plan["steps"], json!([]), "{plan}");
        assert_eq!(
            (&plan["held"][0]["language"], &plan["held"][0]["code"]),
            (&json!("de"), &json!("shared-file"))
        );
        assert!(
            plan["held"][0]["reason"].as_str().unwrap().contains("fr, which is held (on-hold)"),
            "{plan}"
        );
    }
    world.sandbox.clear_journal();
    world.apply().exits(0);
    assert_eq!(world.writes(), Vec::<String>::new());
    // Released, both go on.
    world.manifest(&free);
    settle(&world);
    assert!(seen(&world, "fr").0.contains(&pseudo_translate("Three new words", true, "fr")));
}

#[test]
fn a_language_that_no_rule_asks_for_any_more_is_named_and_counted_when_its_file_is_sent_again() {
    let world = World::seeded(generated(1, &[], &["de", "fr"]));
    settle(&world);
    world.manifest(&world.plain_manifest("de"));
    change(&world, "Second", "Three new words");
    let plan = world.plan();
    assert_eq!(plan["summary"]["words"], 6, "{plan}");
    assert!(
        plan["steps"][0]["reason"].as_str().unwrap().ends_with("its documents in fr get it too"),
        "{plan}"
    );
}

#[test]
fn the_status_of_a_stale_pair_says_what_is_new() {
    let world = World::seeded(generated(1, &[], &["de", "fr"]));
    settle(&world);
    change(&world, "Second", "Three new words");
    let reason = "the source changed: about 3 of ";
    for format in ["text", "markdown"] {
        let shown = world.zencat(&["status", "--format", format]).exits(0).stdout;
        assert_eq!(shown.matches(reason).count(), 2, "{shown}");
    }
    let pairs: Value = world.zencat(&["status", "--format", "json"]).exits(0).json()["pairs"].clone();
    assert!(pairs[1]["change"].as_str().unwrap().starts_with(reason), "{pairs}");
    world.zencat(&["report", "-q"]).exits(0);
    assert!(std::fs::read_to_string(world.path("zencat-report.html")).unwrap().contains(reason));
}

/// A Smartcat account without source updates.
fn without_updates(languages: &[&str]) -> World {
    let mut options = Options { seed: of_lines(&twenty_paragraphs(), languages), ..Options::default() };
    options.smartcat.update_enabled = false;
    World::with(options)
}

/// Paths of the requests that changed something in Smartcat.
fn smartcat_writes(world: &World) -> Vec<String> {
    let entries = world.asked(ServiceName::Smartcat);
    entries
        .into_iter()
        .filter(|entry| entry.write)
        .map(|entry| format!("{} {}", entry.method, entry.path))
        .collect()
}

#[test]
fn where_source_updates_are_refused_a_new_document_takes_over_what_is_finished() {
    let world = without_updates(&["de", "fr"]);
    settle(&world);
    let (old, finished) = (seen(&world, "de").0, segments(&world, "de"));
    let first: Vec<String> = world.sandbox.smartcat(|s, _| s.documents()).into_iter().map(|d| d.id).collect();

    change(&world, "Paragraph 7 tells <strong>what</strong> to do at step 7.", "Four quite new words");
    let refused = world.apply().exits(0).json();
    assert_eq!(refused["summary"]["skipped"], 1, "{refused}");
    assert!(refused["steps"][0]["detail"].as_str().unwrap().contains("the next plan replaces the document"));

    replaced(&world, &finished, &old, &first);
    let (new, second) = (seen(&world, "de").0, world.sandbox.smartcat(|s, _| s.documents()));
    assert_eq!(new.matches("<p>").count(), 20);
    assert!(new.contains(&pseudo_translate("Four quite new words", true, "de")), "{new}");

    // The next time nothing is tried first.
    let finished = segments(&world, "de");
    change(&world, "Four quite new words", "Four entirely other words");
    world.sandbox.clear_journal();
    let ids: Vec<String> = second.into_iter().map(|document| document.id).collect();
    replaced(&world, &finished, &new, &ids);
    assert!(smartcat_writes(&world).iter().all(|write| !write.ends_with("/document/update")));
}

/// The plan says that documents are replaced, and applying it leads to the new translation: twenty segments survive,
/// four words are paid in each language, the old page stays up meanwhile, and the old documents are gone.
fn replaced(world: &World, finished: &[SegmentView], old: &str, ids: &[String]) {
    let paid = charged(world);
    let plan = world.plan();
    assert_eq!((&plan["summary"]["update"], &plan["summary"]["words"]), (&json!(2), &json!(8)), "{plan}");
    for step in plan["steps"].as_array().unwrap() {
        assert_eq!(step["action"], "create_document", "{plan}");
        assert!(step["reason"].as_str().unwrap().contains("takes its place"), "{plan}");
    }
    world.apply().exits(0);
    assert_eq!(seen(world, "de"), (old.to_owned(), true, false));
    world.sandbox.advance(Duration::from_secs(600));
    let documents = world.sandbox.smartcat(|smartcat, _| smartcat.documents());
    assert_eq!(documents.len(), 4);
    let new: Vec<&SegmentView> = documents
        .iter()
        .filter(|document| document.language == "de" && !ids.contains(&document.id))
        .flat_map(|document| &document.segments)
        .collect();
    assert_eq!(new.iter().filter(|segment| finished.contains(segment)).count(), 20, "{new:#?}");
    // The old documents go as soon as the new ones can be worked on, and nothing else is done.
    let plan = world.plan();
    assert_eq!(plan["summary"]["retire"], 0, "no pair is given up: {plan}");
    let steps = plan["steps"].as_array().unwrap();
    assert!(!steps.is_empty() && steps.iter().all(|step| step["action"] == "retire_document"), "{plan}");
    world.apply().exits(0);
    let left = world.sandbox.smartcat(|smartcat, _| smartcat.documents());
    assert!(left.len() == 2 && left.iter().all(|document| !ids.contains(&document.id)), "{left:#?}");
    assert_eq!(seen(world, "de"), (old.to_owned(), true, false));
    world.work();
    world.apply().exits(0);
    assert!(!seen(world, "de").1 && !seen(world, "fr").1);
    assert_eq!(charged(world) - paid, 8, "four words in two languages");
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
}

#[test]
fn a_refusal_is_understood_in_whatever_shape_it_comes() {
    use ErrorBody::Empty;
    use ErrorBody::ErrorResponse;
    use ErrorBody::JsonString;
    use ErrorBody::Message;
    use ErrorBody::ProblemDetails;
    use ErrorBody::Text;
    for shape in [ProblemDetails, ErrorResponse, Message, JsonString, Text, Empty] {
        let mut options = Options { seed: generated(1, &[], &["de", "fr"]), ..Options::default() };
        options.smartcat.update_enabled = false;
        options.smartcat.error_body = shape;
        let world = World::with(options);
        settle(&world);
        change(&world, "Second", "Three new words");
        let refused = world.apply().exits(0).json();
        assert_eq!(refused["summary"]["skipped"], 1, "{shape:?}: {refused}");
        let plan = world.plan();
        assert_eq!(plan["summary"]["update"], 2, "{shape:?}: {plan}");
        assert_eq!(plan["steps"][0]["action"], "create_document", "{shape:?}: {plan}");
    }
}

#[test]
fn a_document_whose_finished_segments_did_not_arrive_in_its_successor_is_kept() {
    for machine in ["    machine_translation: auto\n", ""] {
        let mut options = Options { seed: of_lines(&twenty_paragraphs(), &["de"]), ..Options::default() };
        options.smartcat.update_enabled = false;
        options.smartcat.upload_takes_targets = false;
        let world = World::with(options);
        world.manifest(&world.plain_manifest("de").replace("    machine_translation: auto\n", machine));
        world.apply().exits(0);
        world.work();
        let old = world.sandbox.smartcat(|smartcat, now| {
            let old = smartcat.documents().remove(0);
            smartcat.translate_segment(&old.id, &old.segments[3].key, "Von Hand", now).unwrap();
            old.id
        });
        settle(&world);
        change(&world, "Paragraph 7 tells", "Paragraph seven says");
        for _ in 0..2 {
            world.apply().exits(0);
            world.sandbox.advance(Duration::from_secs(600));
        }
        let kept = world.apply().exits(0).json();
        let steps = kept["steps"].as_array().unwrap();
        assert!(steps.is_empty() || steps[0]["result"] == "skipped", "{machine}: {kept:#}");
        let documents = world.sandbox.smartcat(|smartcat, _| smartcat.documents());
        assert_eq!(documents.len(), 2, "{machine}");
        let old = documents.iter().find(|document| document.id == old).unwrap();
        assert_eq!(old.segments[3].target.as_deref(), Some("Von Hand"));
        world.work();
        world.apply().exits(0);
        let plan = world.plan();
        assert_eq!(plan["steps"], json!([]), "{machine}: {plan:#}");
        assert!(
            plan["held"][0]["reason"].as_str().unwrap().contains("not everything that was finished"),
            "{plan:#}"
        );
        world.sandbox.clear_journal();
        world.apply().exits(0);
        assert_eq!(world.writes(), Vec::<String>::new());
    }
}

#[test]
fn a_replacement_sets_a_held_language_of_the_file_aside() {
    let world = without_updates(&["de", "fr"]);
    settle(&world);
    change(&world, "Paragraph 7 tells", "Paragraph seven says");
    world.apply().exits(0);
    let held = "  - match: {kind: article}\n    languages: [fr]\n    workflow: ai\n    hold: true\n";
    world.manifest(&(world.plain_manifest("de, fr") + held));
    for _ in 0..2 {
        world.apply().exits(0);
        world.work();
    }
    world.apply().exits(0);
    assert!(!seen(&world, "de").1 && seen(&world, "fr").1, "German goes on, French waits");
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
    world.manifest(&world.plain_manifest("de, fr"));
    for _ in 0..2 {
        world.apply().exits(0);
        world.work();
    }
    settle(&world);
    assert!(!seen(&world, "fr").1);
    assert_eq!(world.sandbox.smartcat(|smartcat, _| smartcat.documents().len()), 2);
}

#[test]
fn a_replacement_is_killed_and_started_again_without_doing_anything_twice() {
    for (path, method) in
        [("*/document/export*", "POST"), ("*/project/document", "POST"), ("*/document*", "DELETE")]
    {
        let world = without_updates(&["de", "fr"]);
        settle(&world);
        let paid = charged(&world);
        change(&world, "Paragraph 7 tells", "Paragraph seven says");
        world.apply().exits(0);
        world.sandbox.set_faults(vec![Fault {
            service: ServiceName::Smartcat,
            method: Some(method.to_owned()),
            path: path.to_owned(),
            query: "*".to_owned(),
            nth: Nth::At(1),
            count: Some(1),
            kind: FaultKind::Hang { after_commit: true },
        }]);
        let hangs = || world.sandbox.struck("hang") > 0;
        for _ in 0..2 {
            let mut child = world.command(&["apply", "--auto-approve", "-q"]).spawn().unwrap();
            while !hangs() && child.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_millis(5));
            }
            child.kill().unwrap();
            child.wait().unwrap();
            world.sandbox.advance(Duration::from_secs(600));
        }
        world.sandbox.set_faults(Vec::new());
        settle(&world);
        assert_eq!(world.sandbox.smartcat(|smartcat, _| smartcat.documents().len()), 2, "{path}");
        assert!(
            charged(&world) - paid <= 2 * 10,
            "{path}: only the changed paragraph: {}",
            charged(&world) - paid
        );
        let (new, outdated, _) = seen(&world, "de");
        let paragraph = "Paragraph seven says <strong>what</strong> to do at step 7.";
        assert!(new.contains(&pseudo_translate(paragraph, true, "de")) && !outdated, "{path}: {new}");
    }
}
