//! What leaves the scope: each word of `on_remove`, for an item and for a language, by what is left in Smartcat. Zendesk
//! is never touched, and limits count what is taken away.

use std::collections::BTreeSet;
use std::thread;

use serde_json::Value;
use zencat::sandbox::Options;
use zencat::sandbox::ServiceName;
use zencat::sandbox::smartcat::Behaviour;
use zencat::sandbox::smartcat::MetaInfoScope;

use crate::scenario;
use crate::world::World;
use crate::world::generated;

const ARTICLES: u64 = 6;
const REMOVED: u64 = 1_000_002;

/// What is taken out of the scope.
#[derive(Clone, Copy, Debug)]
enum Out {
    Item,
    Language,
}

impl Out {
    fn has(self, (article, language): &(u64, String)) -> bool {
        match self {
            Self::Item => *article == REMOVED,
            Self::Language => language == "fr",
        }
    }

    /// Pairs that leave.
    fn pairs(self) -> u64 {
        match self {
            Self::Item => 2,
            Self::Language => ARTICLES,
        }
    }
}

/// The documents, and those of them that somebody works on.
#[derive(Debug, PartialEq)]
struct Account {
    documents: BTreeSet<(u64, String)>,
    assigned: BTreeSet<(u64, String)>,
}

fn account(world: &World) -> Account {
    let mut account = Account { documents: BTreeSet::new(), assigned: BTreeSet::new() };
    for document in world.sandbox.smartcat(|smartcat, _| smartcat.documents()) {
        let article = document.external_id.unwrap().rsplit(':').next().unwrap().parse().unwrap();
        let pair = (article, document.language);
        if document.stages.iter().any(|stage| !stage.executives.is_empty()) {
            account.assigned.insert(pair.clone());
        }
        account.documents.insert(pair);
    }
    account
}

const REVIEWER: &str = "{stage: postediting, people: [reviewer@example.com]}";

/// Six articles in two languages with a reviewer, all delivered.
fn delivered() -> World {
    delivered_by(REVIEWER, MetaInfoScope::File)
}

fn delivered_by(assignment: &str, meta_info: MetaInfoScope) -> World {
    let seed = generated(ARTICLES, &[], &["de", "fr", "ja"]);
    let smartcat = Behaviour { meta_info, ..scenario::prompt() };
    let world = World::with(Options { seed, smartcat, ..Options::default() });
    manifest(&world, None, "");
    let text = std::fs::read_to_string(world.path("zencat.yaml")).unwrap();
    world.manifest(&text.replace(REVIEWER, assignment));
    scenario::finish(&world);
    world
}

/// The manifest without what is out, and with a line at its end.
fn manifest(world: &World, out: Option<Out>, line: &str) {
    let languages = if matches!(out, Some(Out::Language)) { "de" } else { "de, fr" };
    let excluded = match out {
        Some(Out::Item) => format!("  - match: {{article: {REMOVED}}}\n    exclude: true\n"),
        _ => String::new(),
    };
    world.manifest(&format!(
        "{}{excluded}{line}\n",
        world.workflow_manifest(languages, &[&format!("assign: [{REVIEWER}]")])
    ));
}

fn retirements(plan: &Value) -> Vec<bool> {
    let steps = plan["steps"].as_array().unwrap();
    steps.iter().map(|step| step["action"] == "retire_document").collect()
}

#[test]
fn what_leaves_the_scope_is_kept_or_released_or_deleted_and_zendesk_is_never_touched() {
    thread::scope(|scope| {
        for on_remove in ["keep", "cancel", "delete"] {
            for out in [Out::Item, Out::Language] {
                scope.spawn(move || removed(on_remove, out, MetaInfoScope::File));
            }
            // What is known of the languages that stay must not go with the one that goes.
            scope.spawn(move || removed(on_remove, Out::Language, MetaInfoScope::Language));
        }
    });
}

fn removed(on_remove: &str, out: Out, meta_info: MetaInfoScope) {
    let what = format!("on_remove: {on_remove}, {out:?}, receipts per {meta_info:?}");
    let world = delivered_by(REVIEWER, meta_info);
    let (texts, before) = (scenario::texts(&world), account(&world));
    assert_eq!((before.documents.len(), before.assigned.len()), (12, 12));
    manifest(&world, Some(out), &format!("on_remove: {on_remove}"));
    let plan = world.plan();
    let acts = on_remove != "keep";
    assert_eq!(plan["summary"]["retire"], if acts { out.pairs() } else { 0 }, "{what}: {plan:#}");
    assert_eq!(plan["summary"]["held"], if acts { 0 } else { out.pairs() }, "{what}: {plan:#}");
    world.sandbox.clear_journal();
    world.apply().exits(0);
    assert!(world.asked(ServiceName::Zendesk).iter().all(|entry| !entry.write), "{what}");
    assert_eq!(scenario::texts(&world), texts, "{what}");
    let without = |pairs: &BTreeSet<(u64, String)>, gone: bool| -> BTreeSet<(u64, String)> {
        pairs.iter().filter(|pair| !(gone && out.has(pair))).cloned().collect()
    };
    let expected = Account {
        documents: without(&before.documents, on_remove == "delete"),
        assigned: without(&before.assigned, acts),
    };
    assert_eq!(account(&world), expected, "{what}");
    scenario::settled(&world, &what);
}

#[test]
fn what_an_agency_was_given_is_told_and_left_to_people() {
    let world = delivered_by("{stage: postediting, agency: Northwind Translations}", MetaInfoScope::File);
    let text = std::fs::read_to_string(world.path("zencat.yaml")).unwrap();
    world.manifest(&format!("{}on_remove: cancel\n", text.replace("[de, fr]", "[de]")));
    let plan = world.plan();
    assert_eq!(plan["held"].as_array().unwrap().len() as u64, ARTICLES, "{plan:#}");
    let reason = plan["held"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("Northwind Translations has its document"), "{reason}");
    scenario::settled(&world, "agency");
}

#[test]
fn what_moves_to_another_workflow_leaves_the_first_one_and_keeps_its_text() {
    for (on_remove, documents) in [("keep", 12), ("delete", 0)] {
        let world = delivered();
        let texts = scenario::texts(&world);
        let first: BTreeSet<String> =
            world.sandbox.smartcat(|smartcat, _| smartcat.documents()).into_iter().map(|d| d.id).collect();
        manifest(&world, None, &format!("on_remove: {on_remove}"));
        let text = std::fs::read_to_string(world.path("zencat.yaml")).unwrap();
        let moved = text.replace("  ai:", "  other:").replace("workflow: ai", "workflow: other");
        world.manifest(&moved.replace("name: Help center", "name: The other"));
        scenario::finish(&world);
        let now = world.sandbox.smartcat(|smartcat, _| smartcat.documents());
        let (old, new): (Vec<_>, Vec<_>) = now.into_iter().partition(|document| first.contains(&document.id));
        assert_eq!((old.len(), new.len()), (documents, 12), "on_remove: {on_remove}");
        assert!(new.iter().all(|document| document.imports == 1), "{new:#?}");
        assert_eq!(scenario::texts(&world), texts, "on_remove: {on_remove}");
        scenario::settled(&world, on_remove);
    }
}

#[test]
fn what_is_taken_away_stands_first_in_the_plan() {
    let world = delivered();
    manifest(&world, Some(Out::Language), "on_remove: delete");
    let text = std::fs::read_to_string(world.path("zencat.yaml")).unwrap();
    world.manifest(&text.replace("[de]", "[de, ja]"));
    world.sandbox.zendesk(|zendesk, now| {
        zendesk.edit_source(REMOVED, None, Some("<p>Quite another text.</p>"), now).unwrap();
    });
    let plan = world.plan();
    let is_retirement = retirements(&plan);
    let first = is_retirement.iter().take_while(|is_one| **is_one).count();
    assert_eq!(first, is_retirement.iter().filter(|is_one| **is_one).count(), "{plan:#}");
    assert!(first > 0 && first < is_retirement.len(), "{plan:#}");
}

#[test]
fn a_limit_refuses_to_take_away_too_much_and_says_the_numbers() {
    for on_remove in ["cancel", "delete"] {
        let world = delivered();
        let before = account(&world);
        let lines = format!("on_remove: {on_remove}\nlimits: {{max_change: 30%}}");
        manifest(&world, Some(Out::Language), &lines);
        world.sandbox.clear_journal();
        let refused = world.zencat(&["apply", "--auto-approve"]).exits(3);
        refused.tells("50 % is over 30 % (6/12)").tells("--allow max-change");
        assert_eq!((world.writes(), account(&world)), (Vec::new(), before), "{on_remove}");
        world.zencat(&["apply", "--auto-approve", "--allow", "max-change"]).exits(0);
        scenario::settled(&world, on_remove);

        // Two of twelve pairs are not too much, and what is only kept is no change.
        let world = delivered();
        manifest(&world, Some(Out::Item), &lines);
        world.zencat(&["apply", "--auto-approve"]).exits(0);
        let kept = lines.replace(on_remove, "keep");
        manifest(&world, Some(Out::Language), &kept);
        world.zencat(&["apply", "--auto-approve"]).exits(0);
    }
}
