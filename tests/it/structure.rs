//! A translation that lost its markup is held with the block named, and not sent; once a linguist has repaired it, it is.

use serde_json::json;
use zencat::sandbox::Options;
use zencat::sandbox::ServiceName;
use zencat::sandbox::smartcat::Behaviour;
use zencat::sandbox::smartcat::Damage;
use zencat::sandbox::smartcat::ExportStyle;
use zencat::sandbox::zendesk::Kind;

use crate::scenario::prompt;
use crate::world::World;
use crate::world::of_lines;

const ARTICLE: u64 = 1_000_000;

/// Every way to damage a translation, and what the sentence about it must name.
const DAMAGES: [(Damage, &[&str]); 6] = [
    (Damage::DropTag, &["is missing", "strong"]),
    (Damage::Unbalance, &["strong"]),
    (Damage::AddTag, &["is not in the source"]),
    (Damage::Placeholder, &["{{ticket.id}}"]),
    (Damage::Empty, &["not translated"]),
    (Damage::SourceText, &["source language"]),
];

#[test]
fn damaged_markup_is_held_by_its_block_until_it_is_repaired() {
    std::thread::scope(|scope| {
        for (damage, names) in DAMAGES {
            for style in [ExportStyle::Bilingual, ExportStyle::Monolingual] {
                // A monolingual file has the source where nothing was translated.
                let names = if style == ExportStyle::Monolingual && damage == Damage::Empty {
                    &[][..]
                } else {
                    names
                };
                scope.spawn(move || held_then_sent(damage, names, style));
            }
        }
    });
}

fn held_then_sent(damage: Damage, names: &[&str], style: ExportStyle) {
    let world = world(style);
    world.apply().exits(0);
    world.work();
    let document = world.sandbox.smartcat(|smartcat, _| smartcat.documents()[0].id.clone());
    let whole = segments(&world);
    let key = world.sandbox.smartcat(|smartcat, now| {
        let in_body = whole.iter().find(|(_, source, _)| source.contains("{{")).map(|(key, ..)| key.as_str());
        smartcat.break_markup(&document, in_body, damage, now).unwrap()
    });
    world.sandbox.clear_journal();
    world.apply().exits(0);
    let sent = world.asked(ServiceName::Zendesk).iter().filter(|entry| entry.write).count();
    assert_eq!(sent, 0, "{damage:?}: sent all the same");
    assert!(translation(&world).is_none(), "{damage:?}");
    let plan = world.plan();
    assert_eq!(plan["steps"], json!([]), "{damage:?}");
    let held = &plan["held"][0];
    assert_eq!(held["code"], "structure-check-failed", "{damage:?}: {plan:#}");
    let reason = held["reason"].as_str().unwrap();
    assert!(names.iter().all(|name| reason.contains(name)), "{damage:?}: {reason}");
    assert!(reason.contains("block 2") || reason.contains("Use "), "{damage:?} names no block: {reason}");
    repair(&world, &document, &key, &whole);
    world.apply().exits(0);
    let sent = translation(&world).unwrap_or_else(|| panic!("{damage:?}: repaired and not sent"));
    assert!(sent.contains("{{ticket.id}}") && sent.contains("<strong>"), "{damage:?}: {sent}");
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
}

fn world(export_style: ExportStyle) -> World {
    let line = json!({"id": ARTICLE, "section_id": 500, "title": "Tickets", "locale": "en-us", "source_locale": "en-us",
        "body": "<p>Welcome here.</p>\n<p>Use <strong>ticket {{ticket.id}}</strong> to ask.</p>", "label_names": [],
        "updated_at": "2026-01-01T00:00:00Z", "translations": []});
    let seed = of_lines(&line.to_string(), &["de"]);
    let world =
        World::with(Options { seed, smartcat: Behaviour { export_style, ..prompt() }, ..Options::default() });
    world.manifest(&world.plain_manifest("de"));
    world
}

/// Key, source and translation of every segment.
fn segments(world: &World) -> Vec<(String, String, String)> {
    let documents = world.sandbox.smartcat(|smartcat, _| smartcat.documents());
    let segments = documents.into_iter().flat_map(|document| document.segments);
    segments.map(|segment| (segment.key, segment.source, segment.target.unwrap_or_default())).collect()
}

/// The linguist puts back what was there. The sandbox tells times in seconds, so some go by.
fn repair(world: &World, document: &str, key: &str, whole: &[(String, String, String)]) {
    world.sandbox.advance(std::time::Duration::from_secs(60));
    let (.., good) = whole.iter().find(|(known, ..)| known == key).unwrap();
    world.sandbox.smartcat(|smartcat, now| smartcat.translate_segment(document, key, good, now).unwrap());
}

fn translation(world: &World) -> Option<String> {
    world
        .sandbox
        .zendesk(|zendesk, _| zendesk.translation(Kind::Article, ARTICLE, "de"))
        .map(|text| text.body)
}
