//! When a translation is sent and as what: every word of `send_when` at every moment of the work, who completes, and
//! what becomes of drafts.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use serde_json::json;
use zencat::sandbox::Options;
use zencat::sandbox::ServiceName;
use zencat::sandbox::smartcat::DocumentView;
use zencat::sandbox::smartcat::ExportStyle;
use zencat::sandbox::smartcat::Unfinished;
use zencat::sandbox::smartcat::pseudo_translate;
use zencat::sandbox::zendesk::Kind;
use zencat::sandbox::zendesk::TranslationView;

use crate::scenario;
use crate::world::World;
use crate::world::generated;
use crate::world::of_lines;

const ARTICLE: u64 = 1_000_000;

/// The paragraphs of the one article: sentences, which are never the same in two languages.
const PARAGRAPHS: [&str; 3] = [
    "The first paragraph tells what the page is about.",
    "The second paragraph tells what to do with it.",
    "The third paragraph tells where to go from there.",
];

/// What a linguist of the last stage makes of the first paragraph.
const POLISHED: &str = "Der erste Absatz, noch einmal gelesen.";

/// The moments of a document in two stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    NothingDone,
    HalfOfTheFirstStage,
    FirstStage,
    HalfOfTheLastStage,
    AllDone,
}

use Moment::AllDone;
use Moment::FirstStage;
use Moment::HalfOfTheFirstStage;
use Moment::HalfOfTheLastStage;
use Moment::NothingDone;

const MOMENTS: [Moment; 5] = [NothingDone, HalfOfTheFirstStage, FirstStage, HalfOfTheLastStage, AllDone];

/// At which moments the page is sent. What was sent already is not sent again: between the last two moments nobody
/// types anything.
const SENT: [(&str, &[Moment]); 5] = [
    ("completed", &[AllDone]),
    ("{stage: postediting}", &[AllDone]),
    ("confirmed", &[FirstStage, HalfOfTheLastStage]),
    ("{stage: translation}", &[FirstStage, HalfOfTheLastStage]),
    ("current", &[HalfOfTheFirstStage, FirstStage, HalfOfTheLastStage]),
];

/// How a service shows what is not translated.
const EXPORTS: [(ExportStyle, Unfinished); 3] = [
    (ExportStyle::Bilingual, Unfinished::Absent),
    (ExportStyle::Bilingual, Unfinished::Source),
    (ExportStyle::Monolingual, Unfinished::Source),
];

/// The article without a machine, so that what nobody has translated is empty.
fn by_hand(send_when: &str, (export_style, export_unfinished): (ExportStyle, Unfinished)) -> World {
    let body: Vec<String> = PARAGRAPHS.iter().map(|text| format!("<p>{text}</p>")).collect();
    let line = json!({"id": ARTICLE, "section_id": 500, "title": "The page about it all", "body": body.join("\n"),
        "locale": "en-us", "source_locale": "en-us", "label_names": [], "updated_at": "2026-01-01T00:00:00Z",
        "translations": []});
    let mut smartcat = scenario::prompt();
    smartcat.export_style = export_style;
    smartcat.export_unfinished = export_unfinished;
    let seed = of_lines(&line.to_string(), &["de"]);
    let world = World::with(Options { seed, smartcat, ..Options::default() });
    let manifest = world.workflow_manifest("de", &[&format!("send_when: {send_when}")]);
    world.manifest(&manifest.replace("    machine_translation: auto\n", ""));
    world
}

fn document(world: &World) -> DocumentView {
    world.sandbox.smartcat(|smartcat, _| smartcat.documents().remove(0))
}

/// People work up to a moment. The sandbox tells times in seconds, so some go by.
fn reach(world: &World, moment: Moment) {
    world.sandbox.advance(Duration::from_secs(60));
    let DocumentView { id, segments, .. } = document(world);
    let half = &segments[..2];
    world.sandbox.smartcat(|smartcat, now| match moment {
        NothingDone => {}
        HalfOfTheFirstStage => {
            half.iter().for_each(|segment| smartcat.confirm_segment(&id, &segment.key, 1, now).unwrap());
        }
        FirstStage => smartcat.confirm_stage(&id, 1, now).unwrap(),
        HalfOfTheLastStage => {
            smartcat.translate_segment(&id, &half[1].key, POLISHED, now).unwrap();
            half.iter().for_each(|segment| smartcat.confirm_segment(&id, &segment.key, 2, now).unwrap());
        }
        AllDone => smartcat.finish(&id, now).unwrap(),
    });
}

/// The page as it is to be at a moment: as far as the work is, and in the source language where `current` asks for it.
fn expected(moment: Moment) -> String {
    let translated = |text: &str| pseudo_translate(text, false, "de");
    let first = if moment >= HalfOfTheLastStage { POLISHED.to_owned() } else { translated(PARAGRAPHS[0]) };
    let others = PARAGRAPHS[1..].iter().map(|text| match moment {
        HalfOfTheFirstStage => (*text).to_owned(),
        _ => translated(text),
    });
    let paragraphs: Vec<String> =
        [first].into_iter().chain(others).map(|text| format!("<p>{text}</p>")).collect();
    paragraphs.join("\n")
}

fn text(world: &World, article: u64, locale: &str) -> Option<TranslationView> {
    world.sandbox.zendesk(|zendesk, _| zendesk.translation(Kind::Article, article, locale))
}

/// How many texts the runs since brought to Zendesk.
fn deliveries(world: &World) -> usize {
    let written = world.asked(ServiceName::Zendesk).into_iter().filter(|entry| entry.write);
    written.filter(|entry| entry.body.contains("\"body\"")).count()
}

/// Another run writes nothing.
#[track_caller]
fn writes_no_more(world: &World, what: &str) {
    world.sandbox.clear_journal();
    world.apply().exits(0);
    assert_eq!(world.writes(), Vec::<String>::new(), "{what}");
}

#[test]
fn a_page_is_sent_when_the_workflow_says_so_and_never_in_part_unless_current_asks_for_it() {
    thread::scope(|scope| {
        for (send_when, sent) in SENT {
            let exports = if send_when == "current" { &EXPORTS[..] } else { &EXPORTS[..1] };
            for export in exports {
                scope.spawn(move || sent_at(send_when, *export, sent));
            }
        }
    });
}

fn sent_at(send_when: &str, export: (ExportStyle, Unfinished), sent: &[Moment]) {
    let world = by_hand(send_when, export);
    world.apply().exits(0);
    let mut stands = None;
    for moment in MOMENTS {
        let what = format!("send_when: {send_when} at {moment:?} with {export:?}");
        reach(&world, moment);
        world.sandbox.clear_journal();
        let outcome = world.apply().exits(0).json();
        assert_eq!(deliveries(&world), usize::from(sent.contains(&moment)), "{what}: {outcome:#}");
        if sent.contains(&moment) {
            stands = Some(expected(moment));
        }
        assert_eq!(text(&world, ARTICLE, "de").map(|text| text.body), stands, "{what}");
        writes_no_more(&world, &what);
    }
    assert_eq!(stands, Some(expected(AllDone)));
    assert_eq!(world.plan()["held"], json!([]), "send_when: {send_when}");
}

#[test]
fn what_a_manager_completes_unfinished_is_held_unless_current_asks_for_what_there_is_of_it() {
    let table = [
        ("completed", HalfOfTheFirstStage, None),
        ("confirmed", HalfOfTheFirstStage, None),
        ("current", NothingDone, None),
        ("current", HalfOfTheFirstStage, Some(expected(HalfOfTheFirstStage))),
    ];
    for (send_when, moment, sent) in table {
        let what = format!("send_when: {send_when}, completed at {moment:?}");
        let world = by_hand(send_when, EXPORTS[0]);
        world.apply().exits(0);
        reach(&world, moment);
        let id = document(&world).id;
        world.sandbox.smartcat(|s, now| s.complete_document_by_hand(&id, now).unwrap());
        world.apply().exits(0);
        assert_eq!(text(&world, ARTICLE, "de").map(|text| text.body), sent, "{what}");
        writes_no_more(&world, &what);
        let plan = world.plan();
        let code = sent.is_none().then_some("structure-check-failed");
        assert_eq!(plan["held"][0]["code"].as_str(), code, "{what}: {plan:#}");
    }
}

#[test]
fn a_document_that_waits_for_completion_is_completed_by_zencat_only_when_the_workflow_says_so() {
    for completes in [false, true] {
        let what = format!("auto_complete: {completes}");
        let mut smartcat = scenario::prompt();
        smartcat.manager_review = true;
        let seed = generated(1, &[], &["de"]);
        let world = World::with(Options { seed, smartcat, ..Options::default() });
        world.manifest(&world.workflow_manifest("de", &[&what]));
        world.apply().exits(0);
        world.sandbox.advance(Duration::from_secs(60));
        let DocumentView { id, segments, .. } = document(&world);
        world.sandbox.smartcat(|s, now| s.confirm_segment(&id, &segments[0].key, 2, now).unwrap());
        writes_no_more(&world, "a document in work is nobody's to complete");
        world.work();
        assert!(document(&world).ready_for_completion);
        assert_eq!(actions(&world.plan()), if completes { vec!["complete_document"] } else { vec![] });
        world.apply().exits(0);
        assert_eq!(document(&world).status == "completed", completes, "{what}");
        if !completes {
            writes_no_more(&world, &what);
            assert!(text(&world, ARTICLE, "de").is_none(), "not completed, not sent");
            world.sandbox.smartcat(|s, now| s.complete_document_by_hand(&id, now).unwrap());
        }
        world.apply().exits(0);
        assert!(text(&world, ARTICLE, "de").is_some(), "{what}");
        writes_no_more(&world, &what);
    }
}

#[test]
fn what_is_sent_before_all_stages_are_done_is_completed_too() {
    for send_when in ["confirmed", "{stage: translation}", "current"] {
        let mut smartcat = scenario::prompt();
        smartcat.manager_review = true;
        let seed = generated(1, &[], &["de"]);
        let world = World::with(Options { seed, smartcat, ..Options::default() });
        let lines = [&format!("send_when: {send_when}"), "auto_complete: true"];
        world.manifest(&world.workflow_manifest("de", &lines));
        scenario::finish(&world);
        assert!(text(&world, ARTICLE, "de").is_some(), "send_when: {send_when}");
        assert_eq!(document(&world).status, "completed", "send_when: {send_when}");
        scenario::settled(&world, send_when);
        let sent = scenario::repeated(&world.sandbox.journal());
        assert_eq!(sent, Vec::<String>::new(), "send_when: {send_when}");
    }
}

fn actions(plan: &Value) -> Vec<&str> {
    plan["steps"].as_array().unwrap().iter().map(|step| step["action"].as_str().unwrap()).collect()
}

#[test]
fn a_new_translation_is_a_draft_as_the_workflow_says_and_afterwards_as_people_say() {
    const OF_DRAFT: u64 = ARTICLE + 1;
    // What a translation of a published source is created as, and one of a draft.
    let table = [("as_source", [false, true]), ("published", [false, false]), ("draft", [true, true])];
    for (publish, drafts) in table {
        let world = World::with(Options {
            seed: generated(2, &[], &["de"]),
            smartcat: scenario::prompt(),
            ..Options::default()
        });
        world.sandbox.zendesk(|z, now| z.set_draft(Kind::Article, OF_DRAFT, "en-us", true, now).unwrap());
        let manifest = world.workflow_manifest("de", &[&format!("publish: {publish}")]);
        world.manifest(&manifest.replace("{kind: article}", "{kind: article, drafts: true}"));
        let are_drafts = || [ARTICLE, OF_DRAFT].map(|id| text(&world, id, "de").unwrap().draft);
        scenario::finish(&world);
        assert_eq!(are_drafts(), drafts, "publish: {publish}");
        writes_no_more(&world, publish);
        // People decide otherwise, and a newer text comes.
        world.sandbox.zendesk(|zendesk, now| {
            for (id, draft) in [ARTICLE, OF_DRAFT].into_iter().zip(drafts) {
                zendesk.set_draft(Kind::Article, id, "de", !draft, now).unwrap();
            }
        });
        writes_no_more(&world, publish);
        world.sandbox.advance(Duration::from_secs(60));
        let touched =
            world.sandbox.smartcat(|s, now| s.translate_everywhere("de", "Second", "Zweitens", now));
        assert_eq!(touched, 2);
        world.apply().exits(0);
        assert_eq!(deliveries(&world), 2);
        assert_eq!(are_drafts(), drafts.map(|draft| !draft), "publish: {publish}");
        writes_no_more(&world, publish);
    }
}

#[test]
fn one_article_in_one_language_is_sent_now_and_the_others_wait() {
    let seed = generated(3, &[], &["de", "fr"]);
    let world = World::with(Options { seed, smartcat: scenario::prompt(), ..Options::default() });
    world.apply().exits(0);
    world.work();
    let target = format!("article:{ARTICLE}");
    let one = ["apply", "--auto-approve", "--target", &target, "--language", "de"];
    let sent = || -> BTreeSet<(u64, &str)> {
        let pairs = (ARTICLE..ARTICLE + 3).flat_map(|id| ["de", "fr"].map(|locale| (id, locale)));
        pairs.filter(|(id, locale)| text(&world, *id, locale).is_some()).collect()
    };
    world.zencat(&one).exits(0);
    assert_eq!(sent(), BTreeSet::from([(ARTICLE, "de")]));
    world.sandbox.clear_journal();
    world.zencat(&one).exits(0);
    assert_eq!(world.writes(), Vec::<String>::new());
    world.apply().exits(0);
    assert_eq!((sent().len(), deliveries(&world)), (6, 5));
    writes_no_more(&world, "all");
}
