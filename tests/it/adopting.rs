//! Translations that people wrote before zencat came: what they say goes into Smartcat, and no machine is paid for it.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use serde_json::json;
use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::Options;
use zencat::sandbox::ServiceName;
use zencat::sandbox::smartcat::Behaviour;
use zencat::sandbox::smartcat::DocumentView;
use zencat::sandbox::zendesk::Kind;

use crate::scenario;
use crate::world::World;
use crate::world::of_lines;

const ARTICLES: u64 = 12;

/// The article whose translation lacks a paragraph in its second half.
const SHORTER: u64 = 1_000_005;

/// Words of the two paragraphs that do not line up there.
const NOT_LINED_UP: u64 = 3 + 4;

/// Articles that people translated into German.
fn world(change: impl FnOnce(&mut Behaviour)) -> World {
    let mut smartcat = scenario::prompt();
    change(&mut smartcat);
    let lines: Vec<String> = (0..ARTICLES).map(article).collect();
    let world = World::with(Options {
        seed: of_lines(&lines.join("\n"), &["de", "fr"]),
        smartcat,
        ..Options::default()
    });
    world.manifest(&world.plain_manifest("de"));
    world
}

fn article(number: u64) -> String {
    let body = format!(
        "<h2>Step {number}</h2>\n<p>Turn the <strong>key</strong> {number} times.</p>\n<h2>More</h2>\n<p>A second \
         paragraph</p>\n<p>And the very last</p>"
    );
    json!({"id": 1_000_000 + number, "section_id": 500, "title": format!("Article {number}"), "body": body,
        "locale": "en-us", "source_locale": "en-us", "label_names": [], "updated_at": "2026-01-01T00:00:00Z",
        "translations": [{"locale": "de", "title": format!("Artikel {number}"), "body": german(number, true),
            "updated_at": null, "draft": false, "outdated": false}]})
    .to_string()
}

fn german(number: u64, whole: bool) -> String {
    let last = if whole { "\n<p>Und der letzte</p>" } else { "" };
    format!(
        "<h2>Schritt {number}</h2>\n<p>Den <strong>Schlüssel</strong> {number} mal drehen.</p>\n<h2>Mehr</h2>\n<p>Ein \
         zweiter Absatz</p>{last}"
    )
}

fn edit(world: &World, article: u64, body: &str) {
    world.sandbox.zendesk(|zendesk, now| {
        zendesk.edit_translation(Kind::Article, article, "de", None, Some(body), now).unwrap();
    });
}

fn charged(world: &World) -> u64 {
    world.sandbox.advance(Duration::from_secs(600));
    world.sandbox.smartcat(|smartcat, _| smartcat.words_charged())
}

fn documents(world: &World, language: &str) -> Vec<DocumentView> {
    let documents = world.sandbox.smartcat(|smartcat, _| smartcat.documents());
    documents.into_iter().filter(|document| document.language == language).collect()
}

/// What the help center says in German.
fn shown(world: &World) -> Vec<(String, String)> {
    world.sandbox.zendesk(|zendesk, _| {
        let view = |id| zendesk.translation(Kind::Article, id, "de").unwrap();
        zendesk.ids(Kind::Article).into_iter().map(view).map(|view| (view.title, view.body)).collect()
    })
}

/// Every German text stands in its document, none of it confirmed.
#[track_caller]
fn holds_what_people_wrote(world: &World) {
    let documents = documents(world, "de");
    assert_eq!(documents.len() as u64, ARTICLES);
    for document in documents {
        let texts: Vec<&str> =
            document.segments.iter().map(|s| s.target.as_deref().unwrap_or_default()).collect();
        assert!(texts[0].starts_with("Artikel ") && texts[1].starts_with("Schritt "), "{document:#?}");
        assert_eq!(texts[3..], ["Mehr", "Ein zweiter Absatz", "Und der letzte"], "{document:#?}");
        assert!(document.segments.iter().all(|segment| segment.confirmed == 0), "{document:#?}");
    }
}

/// The next run has nothing to do; once people are done, the help center says what it said before.
#[track_caller]
fn ends_as_it_was(world: &World, before: &[(String, String)]) {
    world.sandbox.clear_journal();
    world.apply().exits(0);
    assert_eq!(world.writes(), Vec::<String>::new());
    scenario::finish(world);
    scenario::settled(world, "adopted");
    assert_eq!(shown(world), before);
    assert_eq!(scenario::repeated(&world.sandbox.journal()), Vec::<String>::new());
}

fn uploads(world: &World) -> usize {
    world.writes().iter().filter(|write| write.ends_with("/project/document")).count()
}

#[test]
fn what_lines_up_with_its_source_costs_no_words() {
    let world = world(|_| {});
    let before = shown(&world);
    let plan = world.plan();
    assert_eq!(
        (&plan["summary"]["create"], &plan["summary"]["import"]),
        (&json!(ARTICLES), &json!(ARTICLES))
    );
    let text = world.zencat(&["plan"]).exits(0).stdout;
    assert!(text.contains("\nAt most ") && text.contains("at most these words are new"), "{text}");
    world.apply().exits(0);
    assert_eq!(charged(&world), 0);
    assert_eq!(uploads(&world), 1);
    holds_what_people_wrote(&world);
    assert!(documents(&world, "de").iter().all(|document| document.imports == 1));
    ends_as_it_was(&world, &before);
    assert_eq!(charged(&world), 0);
}

#[test]
fn only_what_does_not_line_up_and_what_is_missing_is_paid_for() {
    let world = world(|_| {});
    edit(&world, SHORTER, &german(5, false));
    world.apply().exits(0);
    assert_eq!(charged(&world), NOT_LINED_UP);
    let shorter =
        documents(&world, "de").into_iter().find(|document| document.name.contains("1000005")).unwrap();
    let confirmed: Vec<usize> = shorter.segments.iter().map(|segment| segment.confirmed).collect();
    assert_eq!(
        confirmed,
        [0, 0, 0, 0, 1, 1],
        "the machine's work is confirmed at the first stage: {shorter:#?}"
    );

    let world = self::world(|_| {});
    world.manifest(&world.plain_manifest("de, fr"));
    world.apply().exits(0);
    let sources = documents(&world, "fr").into_iter().flat_map(|document| document.segments);
    let french: usize = sources
        .map(|s| s.source.replace("<strong>", "").replace("</strong>", "").split_whitespace().count())
        .sum();
    assert_eq!(charged(&world), french as u64);
    assert_eq!(uploads(&world), 2, "twenty-four files");
    holds_what_people_wrote(&world);
    assert!(documents(&world, "fr").iter().all(|document| document.imports == 0));
}

#[test]
fn where_no_machine_translates_the_languages_of_an_item_share_a_file() {
    let world = world(|_| {});
    world.manifest(&world.plain_manifest("de, fr").replace("    machine_translation: auto\n", ""));
    world.apply().exits(0);
    assert_eq!((charged(&world), uploads(&world)), (0, 1));
    holds_what_people_wrote(&world);
}

#[test]
fn a_service_that_makes_nothing_of_the_texts_in_a_file_costs_words_and_no_text() {
    let answers: [fn(&mut Behaviour); 2] =
        [|b| b.upload_takes_targets = false, |b| b.pretranslation_respects_targets = false];
    for answer in answers {
        let world = world(answer);
        let before = shown(&world);
        world.apply().exits(0);
        assert!(charged(&world) > 0);
        holds_what_people_wrote(&world);
        ends_as_it_was(&world, &before);
    }
}

/// Kills an apply at a request that hangs.
fn killed_at(world: &World, method: &str, path: &str, after_commit: bool) {
    let hang = FaultKind::Hang { after_commit };
    world.sandbox.set_faults(vec![Fault::once(ServiceName::Smartcat, method, path, hang)]);
    let mut child = world.command(&["apply", "--auto-approve", "-q"]).stdout(Stdio::null()).spawn().unwrap();
    while world.sandbox.struck("hang") == 0 {
        assert!(child.try_wait().unwrap().is_none(), "it never came to {method} {path}");
        thread::sleep(Duration::from_millis(3));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    world.sandbox.set_faults(Vec::new());
}

#[test]
fn killed_between_upload_and_import_nothing_is_paid_and_nothing_is_lost() {
    let moments = [
        ("POST", "*/project/document", true),
        ("PUT", "*/document/translate", false),
        ("PUT", "*/document/translate", true),
    ];
    for (method, path, after_commit) in moments {
        let world = world(|_| {});
        let before = shown(&world);
        killed_at(&world, method, path, after_commit);
        let plan = world.plan();
        assert_eq!((&plan["summary"]["create"], &plan["summary"]["words"]), (&json!(0), &json!(0)), "{plan}");
        // Meanwhile somebody begins.
        let begun = documents(&world, "de").pop().unwrap();
        world.sandbox.smartcat(|smartcat, now| {
            smartcat.translate_segment(&begun.id, &begun.segments[4].key, "Ein neuer Absatz", now).unwrap();
        });
        world.apply().exits(0);
        assert_eq!(charged(&world), 0);
        let now = documents(&world, "de").pop().unwrap();
        assert_eq!(now.segments[4].target.as_deref(), Some("Ein neuer Absatz"), "{method} {path}: {now:#?}");
        world.sandbox.smartcat(|smartcat, at| {
            smartcat.translate_segment(&begun.id, &begun.segments[4].key, "Ein zweiter Absatz", at).unwrap();
        });
        holds_what_people_wrote(&world);
        ends_as_it_was(&world, &before);
    }
}

#[test]
fn a_translation_that_is_edited_meanwhile_goes_up_with_the_next_plan() {
    let world = world(|_| {});
    let slow = FaultKind::Delay { ms: 1_500 };
    world.sandbox.set_faults(vec![Fault::once(ServiceName::Smartcat, "POST", "*/project/create", slow)]);
    let mut command = world.command(&["apply", "--auto-approve", "--format", "json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while !world.sandbox.journal().iter().any(|entry| entry.path.ends_with("/project/create")) {
        thread::sleep(Duration::from_millis(3));
    }
    let edited = german(5, true).replace("Mehr", "Weiteres");
    edit(&world, SHORTER, &edited);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let outcome: Value = serde_json::from_slice(&output.stdout).unwrap();
    let steps = outcome["steps"].as_array().unwrap();
    let skipped: Vec<&Value> = steps.iter().filter(|step| step["result"] == "skipped").collect();
    assert_eq!(skipped.len(), 2, "upload and import: {outcome:#}");
    assert!(
        skipped[0]["detail"].as_str().unwrap().contains("changed after the plan was made"),
        "{outcome:#}"
    );
    let before = shown(&world);
    world.apply().exits(0);
    assert_eq!(charged(&world), 0);
    let document =
        documents(&world, "de").into_iter().find(|document| document.name.contains("1000005")).unwrap();
    assert_eq!(document.segments[3].target.as_deref(), Some("Weiteres"));
    ends_as_it_was(&world, &before);
}

#[test]
fn an_unknown_word_for_a_file_that_is_being_read_is_told_and_waited_for_once() {
    let world = world(|smartcat| {
        smartcat.parsing_status = "queued".to_owned();
        smartcat.parse_ms = 3_600_000;
    });
    let begun = std::time::Instant::now();
    let ran = world.apply().exits(0).tells("Smartcat says `queued` of the uploaded file");
    assert_eq!(ran.stderr.matches("`queued`").count(), 1, "{}", ran.stderr);
    let steps = ran.json()["steps"].clone();
    let says =
        "still reading the file (its word for that is `queued`, which zencat does not know); the next run";
    let waiting =
        steps.as_array().unwrap().iter().filter(|step| step["detail"].as_str().unwrap().contains(says));
    assert_eq!(waiting.count() as u64, ARTICLES, "{steps:#}");
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    world.sandbox.advance(Duration::from_secs(3_600));
    world.apply().exits(0);
    assert_eq!(charged(&world), 0);
    holds_what_people_wrote(&world);
}
