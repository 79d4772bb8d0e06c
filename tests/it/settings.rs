//! Settings of projects: given, kept, set back, taken back. Judged by what the account holds afterwards; each case ends
//! with a run that writes nothing.

use serde_json::Value;
use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::Options;
use zencat::sandbox::ServiceName;
use zencat::sandbox::smartcat;
use zencat::sandbox::smartcat::ProjectEdit;
use zencat::sandbox::smartcat::ProjectView;

use crate::kill::killed_at;
use crate::world::World;
use crate::world::generated;

/// The default project of the harness' manifest.
const PLAIN: &str = "project: {name: Help center}";

/// Every setting that a project can have.
const FULL: &str = "project: {name: Help center, deadline: 2026-12-09T12:00:00Z, translation_memory: Shared, \
    glossaries: [Product terms], client: Acme, vendor: Northwind Translations, managers: [manager@example.com]}";

/// A world with two articles, whose manifest has been applied.
fn applied(project: &str) -> World {
    let world = World::seeded(generated(2, &[], &["de", "fr", "ja"]));
    write(&world, project, "de");
    world.apply().exits(0);
    world.sandbox.advance(std::time::Duration::from_secs(60));
    settled(&world);
    world
}

fn write(world: &World, project: &str, languages: &str) {
    world.manifest(&world.plain_manifest(languages).replace(PLAIN, project));
}

/// There is nothing left to do, and doing it writes nothing.
#[track_caller]
fn settled(world: &World) {
    let plan = world.plan();
    assert_eq!(plan["steps"], Value::Array(Vec::new()), "{plan:#}");
    world.sandbox.clear_journal();
    world.apply().exits(0);
    assert_eq!(world.writes(), Vec::<String>::new());
}

fn project(world: &World) -> ProjectView {
    world.sandbox.smartcat(|smartcat, _| smartcat.projects().remove(0))
}

fn edit(world: &World, edit: ProjectEdit) {
    let id = project(world).id;
    world.sandbox.smartcat(|smartcat, now| smartcat.edit_project(&id, edit, now).unwrap());
}

fn memories(world: &World) -> Vec<Value> {
    let state = world.sandbox.smartcat(|smartcat, _| smartcat.snapshot());
    state["memories"].as_array().unwrap().clone()
}

/// What the plan's one update of the project says.
#[track_caller]
fn update(world: &World) -> String {
    let plan = world.plan();
    let steps = plan["steps"].as_array().unwrap();
    let updates: Vec<&Value> = steps.iter().filter(|step| step["action"] == "update_project").collect();
    assert_eq!(updates.len(), 1, "{plan:#}");
    updates[0]["reason"].as_str().unwrap().to_owned()
}

/// The settings of a project that zencat gives, apart from its mark.
fn given(project: &ProjectView) -> ProjectView {
    ProjectView { description: None, documents: Vec::new(), status: String::new(), ..project.clone() }
}

#[test]
fn a_project_gets_all_of_its_settings_and_a_second_run_writes_nothing() {
    let world = applied(FULL);
    let project = project(&world);
    assert_eq!(project.stages, ["translation", "postediting"]);
    assert_eq!(project.engines, ["engine:Intelligent Routing"]);
    assert_eq!(project.rules, ["mT"]);
    assert_eq!(project.deadline.as_deref(), Some("2026-12-09T12:00:00.000Z"));
    assert_eq!(memories(&world).len(), 1);
    assert_eq!(project.writable_memory.as_deref(), memories(&world)[0]["id"].as_str());
    assert_eq!((project.glossaries.len(), project.vendors.len(), project.managers.len()), (1, 1, 1));
    assert!(project.client.is_some());
}

#[test]
fn what_was_changed_by_hand_is_shown_and_set_back() {
    let world = applied(FULL);
    let before = project(&world);
    edit(
        &world,
        ProjectEdit {
            deadline: Some("2026-12-01T00:00:00.000Z".to_owned()),
            managers: Some(Vec::new()),
            released: true,
            stage: Some("proofreading".to_owned()),
            ..ProjectEdit::default()
        },
    );
    let told = update(&world);
    for part in [
        "deadline: 2026-12-01T00:00:00Z in Smartcat, 2026-12-09T12:00:00Z in the manifest",
        "stages: translation → postediting → proofreading in Smartcat",
        "client: none in Smartcat, \"Acme\" in the manifest",
        "vendor: none in Smartcat",
        "managers: 1 of 1",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    world.apply().exits(0);
    assert_eq!(given(&project(&world)), given(&before));
    settled(&world);
}

#[test]
fn a_deadline_that_counts_from_the_creation_is_where_work_begins_and_people_move_it() {
    let world = applied("project: {name: Help center, deadline: 14d}");
    assert!(project(&world).deadline.is_some());
    let moved = "2027-01-31T00:00:00.000Z";
    edit(&world, ProjectEdit { deadline: Some(moved.to_owned()), ..ProjectEdit::default() });
    settled(&world);
    write(&world, "project: {name: Help center, deadline: 14d, glossaries: [Product terms]}", "de");
    world.apply().exits(0);
    assert_eq!(project(&world).deadline.as_deref(), Some(moved), "another setting leaves it alone");
    write(&world, "project: {name: Help center, deadline: 21d, glossaries: [Product terms]}", "de");
    assert_eq!(update(&world), "`deadline` changed in the manifest");
    world.apply().exits(0);
    assert_ne!(project(&world).deadline.as_deref(), Some(moved));
    settled(&world);
}

#[test]
fn what_the_manifest_no_longer_has_is_taken_back_and_what_people_gave_stays() {
    let world = applied(FULL);
    let full = project(&world);
    let theirs = ["reviewer@example.com"].map(|email| person(&world, email));
    let managers = [full.managers.clone(), theirs.to_vec()].concat();
    edit(&world, ProjectEdit { managers: Some(managers), ..ProjectEdit::default() });
    settled(&world);
    write(&world, PLAIN, "de");
    let told = update(&world);
    for setting in ["deadline", "translation_memory", "glossaries", "client", "vendor", "managers"] {
        assert!(told.contains(&format!("`{setting}` is no longer in the manifest")), "{told}");
    }
    world.apply().exits(0);
    let left = project(&world);
    assert_eq!(left.managers, theirs);
    assert_eq!((left.deadline, left.client, left.writable_memory), (None, None, None));
    assert!(left.vendors.is_empty() && left.glossaries.is_empty());
    assert_eq!(left.rules, ["mT"], "machine translation is still asked for");
    settled(&world);
}

fn person(world: &World, email: &str) -> String {
    let state = world.sandbox.smartcat(|smartcat, _| smartcat.snapshot());
    let people = state["people"].as_array().unwrap();
    let found = people.iter().find(|person| person["email"] == email).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_language_that_is_added_is_served_by_engine_and_memory_and_one_that_is_removed_stays() {
    let world = applied(FULL);
    write(&world, FULL, "de, ja");
    assert_eq!(update(&world), "the project's languages changed");
    world.apply().exits(0);
    assert_eq!(project(&world).target_languages, ["de", "ja"]);
    assert_eq!(memories(&world)[0]["targets"], serde_json::json!(["de", "ja"]));
    world.sandbox.advance(std::time::Duration::from_secs(60));
    let confirmed = world.sandbox.smartcat(|smartcat, _| {
        let documents = smartcat.documents();
        let japanese: Vec<_> = documents.iter().filter(|document| document.language == "ja").collect();
        japanese.len() == 2 && japanese.iter().all(|document| document.stages[0].progress >= 100.0)
    });
    assert!(confirmed, "the machine has translated the new language");
    settled(&world);
    write(&world, FULL, "de");
    let plan = world.plan();
    assert_eq!(plan["summary"]["held"], 2, "{plan:#}");
    settled(&world);
    assert_eq!(project(&world).target_languages, ["de", "ja"]);
}

#[test]
fn engine_memory_and_glossaries_are_looked_at_where_text_is_sent() {
    let world = applied(FULL);
    let before = project(&world);
    edit(
        &world,
        ProjectEdit {
            by_hand_only: true,
            memories_locked: true,
            glossaries: Some(Vec::new()),
            ..ProjectEdit::default()
        },
    );
    world.sandbox.clear_journal();
    assert_eq!(world.plan()["steps"], Value::Array(Vec::new()), "no text is sent, so nobody looks");
    let asked = world.asked(ServiceName::Smartcat).len();
    world.sandbox.zendesk(|zendesk, now| {
        zendesk.edit_source(1_000_000, None, Some("<p>Quite another text.</p>"), now).unwrap();
    });
    world.sandbox.clear_journal();
    let told = update(&world);
    for setting in ["machine_translation", "translation_memory", "glossaries"] {
        assert!(told.contains(setting), "{told}");
    }
    // Rules, engine, memories and glossaries of the project; the account's glossaries, for the name; its Smartwords.
    assert_eq!(world.asked(ServiceName::Smartcat).len(), asked + 6);
    world.apply().exits(0);
    assert_eq!(given(&project(&world)), given(&before));
    world.sandbox.advance(std::time::Duration::from_secs(60));
    settled(&world);
}

#[test]
fn machine_translation_is_chosen_by_the_manifest_and_switched_off_by_it() {
    for (says, engine) in [("auto", "engine:Intelligent Routing"), ("Google NMT", "engine:Google NMT")] {
        let world = machine(Options::default(), says);
        assert_eq!(
            (project(&world).engines, project(&world).rules),
            (vec![engine.to_owned()], vec!["mT".to_owned()])
        );
    }
    let mut options = Options::default();
    options.smartcat.mt_engines.retain(|engine| engine.name != "Intelligent Routing");
    let world = machine(options, "auto");
    assert_eq!(project(&world).engines, ["engine:Google NMT"]);
    let world = machine(Options::default(), "off");
    assert!(project(&world).rules.is_empty());
    let world = machine(Options::default(), "auto");
    world.manifest(&world.plain_manifest("de").replace("translation: auto", "translation: off"));
    assert_eq!(update(&world), "`machine_translation` is no longer in the manifest");
    world.apply().exits(0);
    assert!(project(&world).rules.is_empty());
    settled(&world);
}

fn machine(options: Options, says: &str) -> World {
    let world = World::with(Options { seed: generated(2, &[], &["de"]), ..options });
    world.manifest(
        &world
            .plain_manifest("de")
            .replace("machine_translation: auto", &format!("machine_translation: {says}")),
    );
    world.apply().exits(0);
    world.sandbox.advance(std::time::Duration::from_secs(60));
    settled(&world);
    world
}

#[test]
fn a_template_brings_its_stages_and_its_machine_and_another_one_is_told() {
    let world = World::seeded(generated(2, &[], &["de"]));
    let stages = "stages: [translation, postediting]\n    machine_translation: auto";
    let manifest = world.plain_manifest("de").replace(stages, "template: Help center AI");
    world.manifest(&manifest);
    world.apply().exits(0);
    assert_eq!(project(&world).rules, ["mT"], "the template's own");
    world.sandbox.advance(std::time::Duration::from_secs(60));
    settled(&world);
    world.manifest(&manifest.replace("Help center AI", "Another"));
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0).tells("fixed-template");
}

#[test]
fn a_project_named_by_its_id_gets_what_the_manifest_says_and_keeps_the_rest() {
    let world = applied(PLAIN);
    let id = project(&world).id;
    world.sandbox.smartcat(|smartcat, now| {
        smartcat.retag_project(&id, None, now).unwrap();
        smartcat.rename_project(&id, "Theirs", now).unwrap();
        let edit = ProjectEdit { stage: Some("proofreading".to_owned()), ..ProjectEdit::default() };
        smartcat.edit_project(&id, edit, now).unwrap();
    });
    write(&world, &format!("project: {{id: {id}}}"), "de");
    settled(&world);
    write(&world, &format!("project: {{id: {id}, deadline: 2026-12-09T12:00:00Z}}"), "de");
    world.apply().exits(0);
    let project = project(&world);
    assert_eq!((project.name.as_str(), project.stages.len()), ("Theirs", 3));
    assert_eq!(project.deadline.as_deref(), Some("2026-12-09T12:00:00.000Z"));
    settled(&world);
}

#[test]
fn a_memory_that_is_there_is_found_and_gets_the_languages_it_lacks() {
    let mut options = Options { seed: generated(2, &[], &["de", "fr"]), ..Options::default() };
    options.smartcat.seed.memories = vec![smartcat::MemorySeed {
        name: "Shared".to_owned(),
        source: "en-US".to_owned(),
        targets: vec!["de".to_owned()],
    }];
    let world = World::with(options);
    write(&world, FULL, "de, fr");
    world.apply().exits(0);
    assert_eq!(memories(&world).len(), 1);
    assert_eq!(memories(&world)[0]["targets"], serde_json::json!(["de", "fr"]));
    assert_eq!(project(&world).writable_memory.as_deref(), memories(&world)[0]["id"].as_str());
    world.sandbox.advance(std::time::Duration::from_secs(60));
    settled(&world);
}

#[test]
fn another_memory_takes_the_place_of_the_one_before() {
    let world = applied(FULL);
    write(&world, &FULL.replace("Shared", "Legal"), "de");
    assert_eq!(update(&world), "`translation_memory` changed in the manifest");
    world.apply().exits(0);
    let project = project(&world);
    assert_eq!((memories(&world).len(), project.memories.len()), (2, 1));
    let legal = memories(&world).into_iter().find(|memory| memory["name"] == "Legal").unwrap();
    assert_eq!(project.writable_memory.as_deref(), legal["id"].as_str());
    settled(&world);
}

/// A document is translated by the settings that it finds.
#[test]
fn nothing_is_uploaded_into_a_project_that_has_not_got_its_settings() {
    let world = World::seeded(generated(2, &[], &["de"]));
    write(&world, FULL, "de");
    let refused = FaultKind::Status {
        status: 400,
        headers: Default::default(),
        body: String::new(),
        content_type: None,
        after_commit: false,
    };
    let rules = Fault::once(ServiceName::Smartcat, "", "*/pretranslation-rules", refused).every();
    world.sandbox.set_faults(vec![Fault { method: None, ..rules }]);
    // The first run makes the project, the second one finds it.
    for why in ["could not be created in this run", "are not complete; the next plan completes them first"] {
        let outcome = world.apply().exits(1).json();
        assert!(outcome.to_string().contains(why), "{why}: {outcome:#}");
        assert_eq!(world.sandbox.smartcat(|smartcat, _| smartcat.documents().len()), 0);
    }
    world.sandbox.set_faults(Vec::new());
    world.apply().exits(0);
    assert_eq!(world.sandbox.smartcat(|smartcat, _| smartcat.documents().len()), 2);
    world.sandbox.advance(std::time::Duration::from_secs(60));
    settled(&world);
}

#[test]
fn killed_at_any_request_of_the_settings_there_is_no_second_memory_rule_or_client() {
    let expected = given(&project(&applied(FULL)));
    for nth in 1.. {
        let world = World::seeded(generated(2, &[], &["de", "fr", "ja"]));
        write(&world, FULL, "de");
        if !killed_at(&world, ServiceName::Smartcat, nth, true) {
            break;
        }
        world.apply().exits(0);
        assert_eq!(given(&project(&world)), expected, "killed at request {nth}");
        assert_eq!(memories(&world).len(), 1, "killed at request {nth}");
        assert_eq!(world.sandbox.smartcat(|smartcat, _| smartcat.projects().len()), 1);
        world.sandbox.advance(std::time::Duration::from_secs(60));
        settled(&world);
    }
}
