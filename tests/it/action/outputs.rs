//! The outputs of the Action, each with the number that later steps of a job read.

use std::ops::Range;

use super::GitHub;
use super::Job;
use crate::world::World;
use crate::world::generated;
use zencat::sandbox::zendesk::Kind;

const FIRST: u64 = 1_000_000;

/// What becomes of the articles, by number.
const UP_TO_DATE: Range<u64> = 0..4;
const CHANGED: Range<u64> = 4..6;
const FINISHED: Range<u64> = 6..9;
const IN_PROGRESS: Range<u64> = 9..14;
const EDITED: u64 = 14;
const LEAVING: Range<u64> = 15..21;
const NEW: Range<u64> = 21..28;
const NEW_FOR_PEOPLE: Range<u64> = 28..38;
const TRANSLATED_BEFORE: Range<u64> = 38..46;

fn rule(numbers: impl Iterator<Item = u64>, workflow: &str) -> String {
    let ids: Vec<String> = numbers.map(|number| (FIRST + number).to_string()).collect();
    format!("  - match: {{article: [{}]}}\n    languages: [de]\n    workflow: {workflow}\n", ids.join(", "))
}

/// A help center in which something is to be done of every kind.
fn world() -> World {
    let mut seed = generated(TRANSLATED_BEFORE.end, &["de"], &["de"]);
    let is_new = |id: u64| !TRANSLATED_BEFORE.contains(&(id - FIRST));
    seed.articles
        .iter_mut()
        .filter(|article| is_new(article.id))
        .for_each(|article| article.translations.clear());
    let world = World::seeded(seed);
    let plain = world.plain_manifest("de");
    let (head, _) = plain.split_once("content:").unwrap();
    let known = |more: Range<u64>| rule((0..CHANGED.end).chain(EDITED..LEAVING.end).chain(more), "ai");
    let manifest = |rules: String| world.manifest(&format!("{head}content:\n{rules}"));

    manifest(known(0..0));
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    manifest(known(FINISHED));
    world.apply().exits(0);
    world.work();
    manifest(known(FINISHED.start..IN_PROGRESS.end));
    let targets: Vec<String> =
        IN_PROGRESS.map(|number| format!("--target=article:{}", FIRST + number)).collect();
    let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
    world.zencat(&[&["apply", "--auto-approve"], &targets[..]].concat()).exits(0);
    world.sandbox.zendesk(|zendesk, now| {
        for number in CHANGED {
            zendesk.edit_source(FIRST + number, None, Some("<p>Quite another text</p>"), now).unwrap();
        }
        let edit =
            zendesk.edit_translation(Kind::Article, FIRST + EDITED, "de", None, Some("<p>von Hand</p>"), now);
        edit.unwrap();
    });
    let workflow = |name: &str, line: &str| {
        format!(
            "  {name}:\n    stages: [translation, postediting]\n    project: {{name: {name}}}\n    {line}\n"
        )
    };
    let workflows = workflow("people", "assign: [{stage: postediting, people: [reviewer@example.com]}]")
        + &workflow("adopting", "existing_translations: import");
    world.manifest(&format!(
        "{head}{workflows}on_remove: delete\ncontent:\n{}{}{}",
        rule((0..=EDITED).chain(NEW), "ai"),
        rule(NEW_FOR_PEOPLE, "people"),
        rule(TRANSLATED_BEFORE, "adopting")
    ));
    world
}

#[test]
fn each_output_has_its_number() {
    let (world, github) = (world(), GitHub::start());
    let planned = Job::pull_request(&world, &github).runs();
    planned.ran.exits(0);
    let plan = world.plan();
    let count = |numbers: Range<u64>| numbers.end - numbers.start;
    for (output, expected) in [
        // What was translated before is created too, and then imported.
        ("create", count(NEW) + count(NEW_FOR_PEOPLE) + count(TRANSLATED_BEFORE)),
        ("update", count(CHANGED)),
        ("import", count(TRANSLATED_BEFORE)),
        ("assign", count(NEW_FOR_PEOPLE)),
        ("send", count(FINISHED)),
        ("retire", count(LEAVING)),
        ("in-progress", count(IN_PROGRESS)),
        ("up-to-date", count(UP_TO_DATE)),
        ("held", 1),
        // All sixteen of what is created, for no block lines up with its translation, and three of what has changed.
        ("words", 25 * 16 + 2 * 3),
    ] {
        assert_eq!(planned.outputs[output], expected.to_string(), "{output}");
    }
    assert_eq!(planned.outputs["has-changes"], "true");
    assert_eq!(planned.outputs["digest"], plan["digest"]);

    let steps = plan["steps"].as_array().unwrap().len();
    let applied = Job::push(&world, &github).with("INPUT_REVIEWED", "false").runs();
    applied.ran.exits(0);
    for (output, expected) in [("done", steps), ("skipped", 0), ("failed", 0)] {
        assert_eq!(applied.outputs[output], expected.to_string(), "{output}");
    }
    assert_eq!(applied.outputs["digest"], plan["digest"]);
}
