//! Articles that were translated before zencat came: what each word of `existing_translations` does to them, that an
//! import happens once and its report is read, and that later edits follow `on_edit`.

use std::thread;

use serde_json::Value;
use serde_json::json;
use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::Options;
use zencat::sandbox::ServiceName;
use zencat::sandbox::smartcat::Behaviour;
use zencat::sandbox::smartcat::DocumentView;
use zencat::sandbox::smartcat::pseudo_translate;
use zencat::sandbox::zendesk::Kind;
use zencat::sandbox::zendesk::TranslationView;

use crate::scenario;
use crate::world::World;
use crate::world::of_lines;

/// An article with a published translation, one with a draft, one without any.
const PUBLISHED: u64 = 1_000_000;
const DRAFT: u64 = 1_000_001;
const UNTRANSLATED: u64 = 1_000_002;
const ARTICLES: [u64; 3] = [PUBLISHED, DRAFT, UNTRANSLATED];

const GERMAN: &str =
    "<p>Den <strong>Schlüssel</strong> im Schloss umdrehen.</p>\n<p>Dann ist das Rad frei.</p>";

fn world(lines: &[&str]) -> World {
    world_of(scenario::prompt(), lines)
}

fn world_of(smartcat: Behaviour, lines: &[&str]) -> World {
    let line = |id: u64| {
        let german = json!([{"locale": "de", "title": "Rad aufschließen", "body": GERMAN, "updated_at": null,
            "draft": id == DRAFT, "outdated": false}]);
        json!({"id": id, "section_id": 500, "title": "Unlock the bike", "locale": "en-us", "source_locale": "en-us",
            "body": "<p>Turn the <strong>key</strong> in the lock.</p>\n<p>Then the bike is free.</p>",
            "label_names": [], "updated_at": "2026-01-01T00:00:00Z",
            "translations": if id == UNTRANSLATED { json!([]) } else { german }})
        .to_string()
    };
    let seed = of_lines(&ARTICLES.map(line).join("\n"), &["de"]);
    let world = World::with(Options { seed, smartcat, ..Options::default() });
    world.manifest(&world.workflow_manifest("de", lines));
    world
}

fn text(world: &World, article: u64) -> Option<TranslationView> {
    world.sandbox.zendesk(|zendesk, _| zendesk.translation(Kind::Article, article, "de"))
}

/// Body and whether it is a draft.
fn shown(world: &World, article: u64) -> Option<(String, bool)> {
    text(world, article).map(|text| (text.body, text.draft))
}

fn document(world: &World, article: u64) -> Option<DocumentView> {
    let ending = format!("article:{article}");
    let documents = world.sandbox.smartcat(|smartcat, _| smartcat.documents());
    documents.into_iter().find(|document| document.external_id.as_ref().unwrap().ends_with(&ending))
}

/// The page as a machine makes it.
fn by_machine() -> String {
    let unit = |text: &str| pseudo_translate(text, true, "de");
    let lines = ["Turn the <strong>key</strong> in the lock.", "Then the bike is free."];
    lines.map(|text| format!("<p>{}</p>", unit(text))).join("\n")
}

fn edit(world: &World, body: &str) {
    world.sandbox.advance(std::time::Duration::from_secs(60));
    world.sandbox.zendesk(|zendesk, now| {
        zendesk.edit_translation(Kind::Article, PUBLISHED, "de", None, Some(body), now).unwrap();
    });
}

#[track_caller]
fn writes_no_more(world: &World, what: &str) {
    world.sandbox.clear_journal();
    world.apply().exits(0);
    assert_eq!(world.writes(), Vec::<String>::new(), "{what}");
}

#[test]
fn what_stands_in_the_help_center_is_imported_or_replaced_or_kept() {
    let people_s = |draft| Some((GERMAN.to_owned(), draft));
    let new = |draft| Some((by_machine(), draft));
    // How often each document was imported into (`None`: it has none), and what readers see in the end.
    let table = [
        ("import", [Some(1), Some(1), Some(0)], [people_s(false), people_s(true), new(false)]),
        ("skip", [Some(0), Some(0), Some(0)], [new(false), new(true), new(false)]),
        ("keep", [None, None, Some(0)], [people_s(false), people_s(true), new(false)]),
    ];
    for (word, imports, end) in table {
        let what = format!("existing_translations: {word}");
        let world = world(&[&what]);
        let imported = || ARTICLES.map(|article| document(&world, article).map(|document| document.imports));
        world.apply().exits(0);
        assert_eq!(imported(), imports, "{what}");
        for article in ARTICLES.into_iter().filter(|article| *article != UNTRANSLATED) {
            let Some(document) = document(&world, article) else { continue };
            let is_imported = word == "import";
            let theirs =
                document.segments.iter().filter(|s| s.target.as_deref() == Some("Dann ist das Rad frei."));
            assert_eq!(theirs.count(), usize::from(is_imported), "{what}: {document:#?}");
            assert!(document.segments.iter().all(|s| s.confirmed == 0) || !is_imported, "{document:#?}");
        }
        let before = [people_s(false), people_s(true), None];
        assert_eq!(ARTICLES.map(|article| shown(&world, article)), before, "{what}: while it is in work");
        writes_no_more(&world, &what);
        scenario::finish(&world);
        assert_eq!(ARTICLES.map(|article| shown(&world, article)), end, "{what}");
        assert_eq!(imported(), imports, "{what}: once");
        scenario::settled(&world, &what);
        let held: Vec<Value> = world.plan()["held"].as_array().unwrap().clone();
        let codes: Vec<&str> = held.iter().map(|held| held["code"].as_str().unwrap()).collect();
        assert_eq!(codes, if word == "keep" { vec!["existing-kept"; 2] } else { vec![] }, "{what}");
    }
}

#[test]
fn an_import_that_fails_is_told_with_its_report_and_done_by_the_next_run() {
    // What came with the file needs no import.
    let world = world_of(Behaviour { upload_takes_targets: false, ..scenario::prompt() }, &[]);
    let says = |method: &str, path: &str, body: &str| {
        let kind = FaultKind::Status {
            status: 200,
            headers: [].into(),
            body: body.to_owned(),
            content_type: Some("application/json".to_owned()),
            after_commit: false,
        };
        Fault::once(ServiceName::Smartcat, method, path, kind).every()
    };
    // Taken, and nothing comes of it.
    world.sandbox.set_faults(vec![
        says("PUT", "*/document/translate", "{}"),
        says("GET", "*/document/translate/status", "\"faulted\""),
        says("GET", "*/document/translate/result", "{\"message\": \"unit title: no such key\"}"),
    ]);
    for _ in 0..2 {
        let outcome = world.apply().exits(1).json();
        let failed: Vec<&Value> =
            outcome["steps"].as_array().unwrap().iter().filter(|step| step["result"] == "failed").collect();
        assert_eq!(failed.len(), 2, "{outcome:#}");
        for step in failed {
            let told = step["detail"].as_str().unwrap();
            assert!(told.contains("could not import") && told.contains("unit title: no such key"), "{told}");
        }
    }
    world.sandbox.set_faults(Vec::new());
    world.apply().exits(0);
    writes_no_more(&world, "imported");
    scenario::finish(&world);
    assert_eq!(shown(&world, PUBLISHED), Some((GERMAN.to_owned(), false)));
    scenario::settled(&world, "imported at last");
}

/// What becomes of an edit of an imported translation.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Held,
    Overwritten,
    Pulled,
}

#[test]
fn edits_of_an_imported_translation_follow_on_edit() {
    let table = [("keep", End::Held), ("overwrite", End::Overwritten), ("pull", End::Pulled)];
    thread::scope(|scope| {
        for (on_edit, end) in table {
            for delivered in [false, true] {
                scope.spawn(move || edited(on_edit, delivered, end));
            }
        }
    });
}

/// People edit an imported translation, before or after its first delivery.
fn edited(on_edit: &str, delivered: bool, end: End) {
    let what = format!("on_edit: {on_edit}, delivered: {delivered}");
    let world = world(&["existing_translations: import", &format!("on_edit: {on_edit}")]);
    world.apply().exits(0);
    if delivered {
        scenario::finish(&world);
    }
    let by_hand = GERMAN.replace("frei", "offen");
    edit(&world, &by_hand);
    scenario::finish(&world);
    let pulled: usize = document(&world, PUBLISHED)
        .unwrap()
        .segments
        .iter()
        .filter(|segment| segment.target.as_deref() == Some("Dann ist das Rad offen."))
        .map(|segment| segment.confirmed)
        .sum();
    assert_eq!(pulled > 0, end == End::Pulled, "{what}");
    let expected = if end == End::Overwritten { GERMAN.to_owned() } else { by_hand };
    assert_eq!(shown(&world, PUBLISHED), Some((expected, false)), "{what}");
    let held = world.plan()["held"].clone();
    assert_eq!(held.as_array().unwrap().len(), usize::from(end == End::Held), "{what}: {held:#}");
    if end == End::Held {
        assert_eq!(held[0]["code"], "edited-in-zendesk", "{what}: {held:#}");
    }
    scenario::settled(&world, &what);
}

/// The edit is of a translation of the old source: taken into Smartcat, it would replace what was translated since.
#[test]
fn an_edit_of_an_older_source_is_not_taken_over_the_newer_translation() {
    let world = world(&["existing_translations: import", "on_edit: pull"]);
    world.apply().exits(0);
    scenario::finish(&world);
    let by_hand = GERMAN.replace("frei", "offen");
    edit(&world, &by_hand);
    world.sandbox.zendesk(|zendesk, now| {
        let source = zendesk.translation(Kind::Article, PUBLISHED, "en-us").unwrap().body;
        zendesk
            .edit_source(PUBLISHED, None, Some(&format!("{source}<p>Helmets are lent too.</p>")), now)
            .unwrap();
    });
    scenario::finish(&world);
    let held = world.plan()["held"].clone();
    assert_eq!(held[0]["code"], "edited-in-zendesk", "{held:#}");
    assert!(held[0]["reason"].as_str().unwrap().contains("its source has changed since"), "{held:#}");
    assert_eq!(shown(&world, PUBLISHED).unwrap().0, by_hand);
    let document = document(&world, PUBLISHED).unwrap();
    let new = document.segments.iter().find(|segment| segment.source.contains("Helmets")).unwrap();
    assert!(new.target.as_deref().is_some_and(|target| !target.is_empty()), "{new:?}");
    scenario::settled(&world, "an edit of an older source");
}

/// The page with a picture among its words and one by itself.
fn pictured(words: [&str; 2], attachments: [u64; 2]) -> String {
    let [first, second] = attachments.map(|id| format!("<img src=\"/hc/article_attachments/{id}\">"));
    format!("<p>{} {first} {}</p>\n<figure>{second}</figure>", words[0], words[1])
}

/// An article whose translation shows copies of its own of the pictures, as Zendesk makes them for each translation.
fn with_pictures(lines: &[&str]) -> World {
    let german = json!([{"locale": "de", "title": "Rad aufschließen", "body": pictured(["Den Knopf", "drücken."], [81, 82]),
        "updated_at": null, "draft": false, "outdated": false}]);
    let line = json!({"id": PUBLISHED, "section_id": 500, "title": "Unlock the bike", "locale": "en-us",
        "source_locale": "en-us", "body": pictured(["Press the", "button now."], [71, 72]), "label_names": [],
        "updated_at": "2026-01-01T00:00:00Z", "translations": german});
    let seed = of_lines(&line.to_string(), &["de"]);
    let world = World::with(Options { seed, smartcat: scenario::prompt(), ..Options::default() });
    world.manifest(&world.workflow_manifest("de", lines));
    world
}

#[test]
fn a_translation_with_pictures_of_its_own_stays_as_it_is_until_its_words_change() {
    for on_edit in ["on_edit: keep", "on_edit: pull"] {
        let world = with_pictures(&[on_edit]);
        let mut stands = shown(&world, PUBLISHED);
        scenario::finish(&world);
        assert_eq!(shown(&world, PUBLISHED), stands, "imported, read, and nothing was to be written");
        assert_eq!(world.plan()["held"], json!([]), "{on_edit}");
        scenario::settled(&world, on_edit);
        if on_edit == "on_edit: pull" {
            edit(&world, &pictured(["Diesen Knopf", "drücken."], [81, 82]));
            stands = shown(&world, PUBLISHED);
            scenario::finish(&world);
            assert_eq!(shown(&world, PUBLISHED), stands, "pulled, and nothing was to be written");
            scenario::settled(&world, on_edit);
        }
        let DocumentView { id, segments, .. } = document(&world, PUBLISHED).unwrap();
        let [title, paragraph] = &segments[..] else { panic!("{segments:#?}") };
        let target = paragraph.target.as_ref().unwrap();
        assert!(target.contains("Knopf") && target.contains("/71\""), "the source's picture: {target}");
        world.sandbox.advance(std::time::Duration::from_secs(60));
        world.sandbox.smartcat(|smartcat, now| {
            smartcat.translate_segment(&id, &title.key, "Das Rad aufschließen", now).unwrap();
            smartcat
                .translate_segment(&id, &paragraph.key, &target.replace("drücken", "halten"), now)
                .unwrap();
        });
        world.apply().exits(0);
        let (body, _) = shown(&world, PUBLISHED).unwrap();
        assert!(body.contains("halten.") && body.matches("/hc/article_attachments/").count() == 2, "{body}");
        scenario::settled(&world, on_edit);
        assert_eq!(world.plan()["held"], json!([]), "{on_edit}");
    }
}
