//! Links to other pages of the help center move to the target locale exactly while their targets have that translation;
//! attachments, whose addresses Zendesk writes anew for each translation, make no endless differences.

use std::time::Duration;

use serde_json::json;
use zencat::sandbox::Options;
use zencat::sandbox::ServiceName;
use zencat::sandbox::zendesk::Kind;

use crate::scenario;
use crate::world::World;
use crate::world::of_lines;

/// The article with the links, and what it links to.
const LINKING: u64 = 1_000_000;
const TRANSLATED: u64 = 1_000_001;
const DRAFT: u64 = 1_000_002;
const UNTRANSLATED: u64 = 1_000_003;
const SECTION: u64 = 500;
const OTHER_SECTION: u64 = 501;

/// Every form of link, as it stands in the source; `{}` is the brand's own host.
const LINKS: [(&str, Kind, u64); 12] = [
    ("{}/hc/en-us/articles/1000001", Kind::Article, TRANSLATED),
    ("{}/hc/en-us/articles/1000001-The-slug#h_01", Kind::Article, TRANSLATED),
    (
        "https://help.example.com/hc/en-us/articles/1000001-The-slug?utm=a&amp;b=c#top",
        Kind::Article,
        TRANSLATED,
    ),
    ("//help.example.com/hc/en-us/articles/1000001", Kind::Article, TRANSLATED),
    ("/hc/en-us/articles/1000001-The-slug", Kind::Article, TRANSLATED),
    ("/hc/en-us/articles/1000000-Itself#h_02", Kind::Article, LINKING),
    ("/hc/en-us/articles/1000002-A-draft#h_01", Kind::Article, DRAFT),
    ("{}/hc/en-us/articles/1000003-%C3%9Cber?x=1", Kind::Article, UNTRANSLATED),
    ("/hc/en-us/sections/500-First", Kind::Section, SECTION),
    ("https://help.example.com/hc/en-us/sections/501?page=2#articles", Kind::Section, OTHER_SECTION),
    ("{}/hc/en-us/articles/999-Not-there", Kind::Article, 999),
    ("https://example.com/hc/en-us/community/topics/1000001", Kind::Article, 0),
];

fn hrefs(world: &World) -> Vec<(String, Kind, u64)> {
    let host = world.sandbox.zendesk_url();
    LINKS.iter().map(|(href, kind, id)| (href.replace("{}", &host), *kind, *id)).collect()
}

/// The linking article alone is in scope.
fn world(policy: &str) -> World {
    let line = |id: u64| {
        let translation = json!([{"locale": "de", "title": "Seite", "body": "<p>Text.</p>", "updated_at": null,
            "draft": id == DRAFT, "outdated": false}]);
        json!({"id": id, "section_id": if id == UNTRANSLATED { OTHER_SECTION } else { SECTION }, "title": "Page",
            "body": "<p>Text of the page.</p>", "locale": "en-us", "source_locale": "en-us", "label_names": [],
            "updated_at": "2026-01-01T00:00:00Z",
            "translations": if [TRANSLATED, DRAFT].contains(&id) { translation } else { json!([]) }})
        .to_string()
    };
    let seed = of_lines(&[LINKING, TRANSLATED, DRAFT, UNTRANSLATED].map(line).join("\n"), &["de"]);
    let mut options = Options { seed, smartcat: scenario::prompt(), ..Options::default() };
    options.zendesk.html_host = Some("https://help.example.com".to_owned());
    let world = World::with(options);
    let links: String = hrefs(&world)
        .iter()
        .map(|(href, ..)| format!("<li>See <a href=\"{href}\">there</a> as well</li>"))
        .collect();
    world.sandbox.zendesk(|zendesk, now| {
        zendesk.edit_source(LINKING, None, Some(&format!("<p>Text.</p><ul>{links}</ul>")), now).unwrap();
        zendesk.edit_translation(Kind::Section, SECTION, "de", Some("Erster"), None, now).unwrap();
    });
    let manifest = world.workflow_manifest("de", &[&format!("links: {policy}")]);
    world.manifest(&manifest.replace("{kind: article}", &format!("{{article: {LINKING}}}")));
    world
}

fn body(world: &World, article: u64, locale: &str) -> String {
    world.sandbox.zendesk(|zendesk, _| zendesk.translation(Kind::Article, article, locale).unwrap().body)
}

/// The links to these items lead to the target locale, and no others.
#[track_caller]
fn moved(world: &World, items: &[(Kind, u64)]) {
    let body = body(world, LINKING, "de");
    for (href, kind, id) in hrefs(world) {
        let expected = match items.contains(&(kind, id)) {
            true => href.replace("/hc/en-us/", "/hc/de/"),
            false => href,
        };
        assert!(body.contains(&format!("href=\"{expected}\"")), "expected {expected} in {body}");
    }
}

fn charged(world: &World) -> u64 {
    world.sandbox.smartcat(|smartcat, _| smartcat.words_charged())
}

#[track_caller]
fn writes_no_more(world: &World, what: &str) {
    world.sandbox.clear_journal();
    world.apply().exits(0);
    assert_eq!(world.writes(), Vec::<String>::new(), "{what}");
}

/// The plan is to send the linking article once more, which costs no words; after that there is nothing to do.
#[track_caller]
fn sent_again_for_nothing(world: &World, what: &str) {
    let (paid, plan) = (charged(world), world.plan());
    let steps = plan["steps"].as_array().unwrap();
    assert_eq!(
        (steps.len(), &plan["summary"]["send"], &plan["summary"]["words"]),
        (1, &json!(1), &json!(0)),
        "{plan}"
    );
    world.sandbox.clear_journal();
    world.apply().exits(0);
    let written: Vec<_> = world.asked(ServiceName::Zendesk).into_iter().filter(|entry| entry.write).collect();
    assert_eq!(written.len(), 1, "{what}: {written:#?}");
    assert_eq!(charged(world), paid, "{what}");
    writes_no_more(world, what);
}

#[test]
fn links_move_exactly_while_their_targets_are_published_in_the_locale() {
    let world = world("localize");
    scenario::finish(&world);
    let mut there = vec![(Kind::Article, LINKING), (Kind::Article, TRANSLATED), (Kind::Section, SECTION)];
    moved(&world, &there);
    writes_no_more(&world, "sent");

    world.sandbox.zendesk(|zendesk, now| {
        zendesk.set_draft(Kind::Article, DRAFT, "de", false, now).unwrap();
        zendesk
            .edit_translation(Kind::Article, UNTRANSLATED, "de", Some("Seite"), Some("<p>Neu</p>"), now)
            .unwrap();
        zendesk.edit_translation(Kind::Section, OTHER_SECTION, "de", Some("Zweiter"), None, now).unwrap();
    });
    there.extend([(Kind::Article, DRAFT), (Kind::Article, UNTRANSLATED), (Kind::Section, OTHER_SECTION)]);
    sent_again_for_nothing(&world, "three targets came");
    moved(&world, &there);

    world.sandbox.zendesk(|zendesk, now| {
        zendesk.delete_text(Kind::Article, TRANSLATED, "de", now).unwrap();
        zendesk.set_draft(Kind::Article, DRAFT, "de", true, now).unwrap();
    });
    there.retain(|item| ![(Kind::Article, TRANSLATED), (Kind::Article, DRAFT)].contains(item));
    sent_again_for_nothing(&world, "two targets went");
    moved(&world, &there);
}

#[test]
fn links_are_kept_where_the_workflow_says_so_and_follow_a_change_of_mind() {
    let world = world("keep");
    scenario::finish(&world);
    moved(&world, &[]);
    writes_no_more(&world, "kept");
    world.sandbox.zendesk(|z, now| z.set_draft(Kind::Article, DRAFT, "de", false, now).unwrap());
    writes_no_more(&world, "a target came");

    let manifest = std::fs::read_to_string(world.path("zencat.yaml")).unwrap();
    world.manifest(&manifest.replace("links: keep", "links: localize"));
    sent_again_for_nothing(&world, "localised");
    let there = [LINKING, TRANSLATED, DRAFT].map(|id| (Kind::Article, id));
    moved(&world, &[&there[..], &[(Kind::Section, SECTION)]].concat());
    world.manifest(&manifest);
    sent_again_for_nothing(&world, "kept again");
    moved(&world, &[]);
}

#[test]
fn attachments_are_sent_once_and_saving_makes_no_difference() {
    let line = |id: u64| {
        json!({"id": id, "section_id": SECTION, "title": "Pictures", "locale": "en-us", "source_locale": "en-us",
            "body": format!("<p>Look <img src=\"/hc/article_attachments/{id}1/first.png\" alt=\"the first\"> here.</p>\n\
                <figure><img src=\"https://help.example.com/hc/en-us/article_attachments/{id}2/second.png\"></figure>\n\
                <p>Get <a href=\"/hc/article_attachments/{id}3/manual.pdf\">the manual</a> now.</p>"),
            "label_names": [], "updated_at": "2026-01-01T00:00:00Z", "translations": []})
        .to_string()
    };
    let articles = [LINKING, TRANSLATED];
    let seed = of_lines(&articles.map(line).join("\n"), &["de"]);
    let options = Options { seed, smartcat: scenario::prompt(), ..Options::default() };
    assert!(options.zendesk.rewrites_attachments);
    let world = World::with(options);
    world.manifest(&world.plain_manifest("de"));
    scenario::finish(&world);
    for id in articles {
        let stored = body(&world, id, "de");
        assert_eq!(stored.matches("article_attachments/").count(), 3, "{stored}");
        assert!(!stored.contains(&format!("/{id}1")) && !stored.contains("first.png"), "rewritten: {stored}");
    }
    let sent = scenario::repeated(&world.sandbox.journal());
    assert_eq!(sent, Vec::<String>::new(), "each text is sent once");
    writes_no_more(&world, "sent");

    world.sandbox.advance(Duration::from_secs(60));
    world.sandbox.zendesk(|zendesk, now| {
        for (id, locale) in articles.into_iter().flat_map(|id| ["en-us", "de"].map(|locale| (id, locale))) {
            zendesk.editor_save(id, locale, now).unwrap();
        }
    });
    assert_eq!(world.plan()["steps"], json!([]));
    writes_no_more(&world, "saved in the editor");

    // Another picture in the source: the page is sent once more, its words are not.
    world.sandbox.zendesk(|zendesk, now| {
        let source = body_in(zendesk.translation(Kind::Article, LINKING, "en-us"));
        let other = source.replace(&format!("{LINKING}2"), "7777777");
        assert_ne!(other, source);
        zendesk.edit_source(LINKING, None, Some(&other), now).unwrap();
    });
    sent_again_for_nothing(&world, "another picture");
}

fn body_in(view: Option<zencat::sandbox::zendesk::TranslationView>) -> String {
    view.unwrap().body
}
