//! Who works on which stage: each way of assigning, by what Smartcat then holds and how often it was asked; and that
//! nobody is asked twice, whatever happens in between.

use std::collections::BTreeMap;
use std::process::Child;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use zencat::sandbox::Entry;
use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::Nth;
use zencat::sandbox::Options;
use zencat::sandbox::ServiceName;
use zencat::sandbox::smartcat::AssignmentMode;
use zencat::sandbox::smartcat::DocumentView;
use zencat::sandbox::smartcat::Invitations;

use crate::world::World;
use crate::world::generated;

const REVIEWER: &str = "{stage: postediting, people: [Reviewer@Example.com]}";

/// Two articles, to be translated into two languages.
fn world(change: impl FnOnce(&mut Options)) -> World {
    let mut options = Options { seed: generated(2, &[], &["de", "fr", "ja"]), ..Options::default() };
    options.smartcat.parse_ms = 20;
    options.smartcat.pretranslate_ms = 20;
    change(&mut options);
    World::with(options)
}

fn assigning(world: &World, languages: &str, entries: &[&str]) {
    let entries: String = entries.iter().map(|entry| format!("      - {entry}\n")).collect();
    let manifest = world.plain_manifest(languages);
    world.manifest(&manifest.replace("content:\n", &format!("    assign:\n{entries}content:\n")));
}

fn documents(world: &World) -> Vec<DocumentView> {
    world.sandbox.smartcat(|smartcat, _| smartcat.documents())
}

fn id_of(world: &World, address: &str) -> String {
    let snapshot = world.sandbox.smartcat(|smartcat, _| smartcat.snapshot());
    let people = snapshot["people"].as_array().unwrap().clone();
    let found = people.iter().find(|person| person["email"] == address);
    found.unwrap_or_else(|| panic!("{address} is not in {people:?}"))["id"].as_str().unwrap().to_owned()
}

/// Who has the second stage, by language; every article of a language is alike.
fn reviewers(world: &World) -> BTreeMap<String, Vec<String>> {
    let mut reviewers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for document in documents(world) {
        let stage = &document.stages[1];
        let who: Vec<String> = stage.executives.iter().chain(&stage.vendor).cloned().collect();
        let known = reviewers.entry(document.language).or_insert_with(|| who.clone());
        assert_eq!(*known, who);
    }
    reviewers
}

/// Requests by which somebody was to be assigned or invited.
fn asked(world: &World) -> Vec<Entry> {
    let endings = ["/document/assign", "/document/assignVendors", "/document/assignFromMyTeam"];
    let is_asking = |entry: &Entry| {
        let is_template = entry.path.contains("/assignment-templates/") && entry.method == "POST";
        is_template || endings.iter().any(|ending| entry.path.ends_with(ending))
    };
    world.asked(ServiceName::Smartcat).into_iter().filter(is_asking).collect()
}

/// How often each document's stage was assigned or its people invited, as the service saw it.
fn times_asked(world: &World) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    let succeeded = |entry: &Entry| {
        entry.committed && entry.fault != Some("status") && entry.status.is_none_or(|status| status < 300)
    };
    for entry in asked(world).iter().filter(|entry| succeeded(entry)) {
        let body: Value = serde_json::from_str(&entry.body).unwrap_or_default();
        let ids = body["documentIds"].as_array().cloned().unwrap_or_default();
        for id in ids {
            *times.entry(format!("{id} {}", body["stageNumber"])).or_default() += 1;
        }
        if body["documentIds"].is_null() {
            *times.entry(format!("{} {}", entry.path, entry.query)).or_default() += 1;
        }
    }
    times
}

#[track_caller]
fn asks_no_more(world: &World) {
    world.sandbox.clear_journal();
    world.apply().exits(0);
    assert_eq!(world.writes(), Vec::<String>::new());
    let summary = world.plan()["summary"].clone();
    assert_eq!(summary["assign"], 0, "{summary}");
}

fn steps(plan: &Value, action: &str) -> Vec<Value> {
    let steps = plan["steps"].as_array().unwrap().iter();
    steps.filter(|step| step["action"] == action).cloned().collect()
}

#[test]
fn people_get_a_stage_once_and_the_plan_says_so_before() {
    let world = world(|_| {});
    assigning(&world, "de, fr", &["{stage: postediting, languages: [de], people: [reviewer@example.com]}"]);
    let plan = world.plan();
    let assign = steps(&plan, "assign");
    assert_eq!((assign.len(), &plan["summary"]["assign"]), (2, &2.into()), "{plan}");
    assert_eq!((&assign[0]["languages"][0], &assign[0]["words"]), (&"de".into(), &0.into()));
    assert_eq!(assign[0]["reason"], "nobody has `postediting` yet; it goes to reviewer@example.com");
    assert_eq!(assign[0]["rule"]["line"], 11);
    let text = world.zencat(&["plan"]).exits(0).stdout;
    assert!(text.contains("assign article 1000000") && text.contains("2 to assign"), "{text}");
    assert_eq!(world.writes(), Vec::<String>::new());

    world.apply().exits(0);
    let reviewer = id_of(&world, "reviewer@example.com");
    assert_eq!(reviewers(&world), [("de".into(), vec![reviewer]), ("fr".into(), vec![])].into());
    assert_eq!(times_asked(&world).len(), 2);
    asks_no_more(&world);
    let searches = |entry: &Entry| entry.path.ends_with("/searchMyTeam");
    assert!(!world.asked(ServiceName::Smartcat).iter().any(searches), "nothing is to be assigned");
}

#[test]
fn every_way_of_asking_asks_each_document_once_whether_or_not_invitations_are_seen() {
    let ways = [
        ("people: [reviewer@example.com, manager@example.com]", 4),
        ("people: [reviewer@example.com, linguist@example.com], mode: rocket", 4),
        ("people: [reviewer@example.com, linguist@example.com], mode: invite", 4),
        ("agency: Northwind Translations", 4),
        ("team: true", 2),
    ];
    for (way, requests) in ways {
        for invitations in [Invitations::Listed, Invitations::Hidden] {
            let world = world(|options| options.smartcat.invitations = invitations);
            assigning(&world, "de, fr", &[&format!("{{stage: postediting, {way}}}")]);
            assert_eq!(world.plan()["summary"]["assign"], 4, "{way}");
            world.apply().exits(0);
            assert_eq!(asked(&world).len(), requests, "{way}: {:#?}", asked(&world));
            let who = reviewers(&world);
            assert!(who.values().all(|who| !who.is_empty()), "{way}: {who:?}");
            let is_open = invitations == Invitations::Hidden
                && (way.contains("mode") || way.contains("team"))
                || way.contains("mode: invite");
            let status = world.zencat(&["status", "--format", "json"]).exits(0).json();
            let stage = &status["pairs"][0]["stages"][1];
            assert_eq!(stage["assignment"], if is_open { "invited" } else { "assigned" }, "{way}: {stage}");
            asks_no_more(&world);
            if is_open {
                let first = documents(&world)[0].id.clone();
                world.sandbox.smartcat(|smartcat, now| smartcat.accept_invitation(&first, 2, now).unwrap());
                asks_no_more(&world);
            }
        }
    }
}

#[test]
fn freelancers_are_named_by_id_and_shown_by_address() {
    let world = world(|_| {});
    let (reviewer, linguist) = (id_of(&world, "reviewer@example.com"), id_of(&world, "linguist@example.com"));
    assigning(&world, "de", &[&format!("{{stage: postediting, people: [{reviewer}, {linguist}]}}")]);
    world.apply().exits(0);
    assert_eq!(reviewers(&world)["de"], [reviewer, linguist]);
    let searches = world.asked(ServiceName::Smartcat);
    assert!(!searches.iter().any(|entry| entry.path.ends_with("/searchMyTeam")), "ids need no search");
    let status = world.zencat(&["status", "--format", "json"]).exits(0).json();
    let stage = &status["pairs"][0]["stages"][1];
    assert_eq!(stage["assignees"], serde_json::json!(["reviewer@example.com", "linguist@example.com"]));
    let text = world.zencat(&["status"]).exits(0).stdout;
    assert!(text.contains("(reviewer@example.com, linguist@example.com)"), "{text}");
}

#[test]
fn the_last_entry_for_a_stage_and_language_decides() {
    let world = world(|_| {});
    let one = "{stage: postediting, languages: [fr], people: [linguist@example.com]}";
    assigning(&world, "de, fr", &[REVIEWER, one, "{stage: translation, agency: Northwind Translations}"]);
    world.apply().exits(0);
    let expected = [("de", "reviewer@example.com"), ("fr", "linguist@example.com")]
        .map(|(language, address)| (language.to_owned(), vec![id_of(&world, address)]));
    assert_eq!(reviewers(&world), expected.into());
    asks_no_more(&world);
}

#[test]
fn a_template_is_applied_to_the_project_once_with_its_deadline() {
    let world = world(|options| options.smartcat.assignment_mode = AssignmentMode::ProjectTask);
    assigning(&world, "de, fr", &["{stage: postediting, template: Agency DE/FR, deadline: 49h 1m}"]);
    assert_eq!(world.plan()["summary"]["assign"], 4);
    world.apply().exits(0);
    let asked = asked(&world);
    assert_eq!((asked.len(), asked[0].query.as_str()), (1, "deadlineHours=50"), "{asked:#?}");
    assert!(reviewers(&world).values().all(|who| who.len() == 1));
    asks_no_more(&world);
}

#[test]
fn a_lost_answer_to_a_template_is_looked_up_in_the_tasks() {
    for after_commit in [true, false] {
        let world = world(|options| options.smartcat.assignment_mode = AssignmentMode::ProjectTask);
        assigning(&world, "de, fr", &["{stage: postediting, template: Agency DE/FR}"]);
        let kind = FaultKind::Reset { after_commit };
        world.sandbox.set_faults(vec![Fault::once(
            ServiceName::Smartcat,
            "POST",
            "*/assignment-templates/*",
            kind,
        )]);
        world.apply().exits(0);
        assert_eq!(times_asked(&world).values().max(), Some(&1), "{:#?}", asked(&world));
        assert!(reviewers(&world).values().all(|who| who.len() == 1));
        asks_no_more(&world);
    }
}

#[test]
fn a_template_for_a_project_without_tasks_is_held_and_people_for_one_with_tasks_are_too() {
    let mismatches = [
        (AssignmentMode::Document, "template: Agency DE/FR"),
        (AssignmentMode::ProjectTask, "people: [reviewer@example.com]"),
    ];
    for (mode, way) in mismatches {
        let world = world(|options| options.smartcat.assignment_mode = mode);
        world.apply().exits(0);
        assigning(&world, "de, fr", &[&format!("{{stage: postediting, {way}}}")]);
        let plan = world.plan();
        assert_eq!(plan["held"][0]["code"], "assignment-impossible", "{plan}");
        assert_eq!(plan["summary"]["in_progress"], 4, "{plan}");
        asks_no_more(&world);
    }
}

#[test]
fn whoever_is_missing_is_told_at_the_line_before_anything_is_done() {
    let missing = [
        ("people: [reviewer@example.com, gone@example.com]", "gone@example.com", "not in the team"),
        ("agency: Southwind", "Southwind", "no such agency"),
    ];
    for (way, name, label) in missing {
        let world = world(|_| {});
        assigning(&world, "de, fr", &[&format!("{{stage: postediting, {way}}}")]);
        for arguments in [&["plan"][..], &["apply", "--auto-approve"]] {
            let ran = world.zencat(arguments).exits(1).tells("zencat.yaml:11:").tells(label);
            let marked = ran.stderr.lines().skip_while(|line| !line.contains(&format!("{way}}}"))).nth(1);
            let marked = marked.unwrap_or_default();
            assert!(marked.contains(&"^".repeat(name.len())), "{}", ran.stderr);
        }
        assert_eq!(world.writes(), Vec::<String>::new());
        let checked = world.zencat(&["check"]).exits(1).stdout;
        assert!(checked.contains("Manifest's assignees") && checked.contains(name), "{checked}");
        world.zencat(&["status"]).exits(0);
    }
    let world = world(|options| options.smartcat.assignment_mode = AssignmentMode::ProjectTask);
    world.apply().exits(0);
    assigning(&world, "de, fr", &["{stage: postediting, template: Gone}"]);
    world.zencat(&["plan"]).exits(1).tells("no such template").tells("it has Agency DE/FR");
}

#[test]
fn people_who_are_new_are_added_once_where_the_manifest_says_so() {
    let invite = "{stage: postediting, people: [new@example.com, reviewer@example.com], invite_new: true}";
    let after = FaultKind::Reset { after_commit: true };
    let lost = Fault::once(ServiceName::Smartcat, "POST", "*/account/myTeam", after);
    for faults in [Vec::new(), vec![lost]] {
        let world = world(|_| {});
        assigning(&world, "de, fr", &[invite]);
        world.sandbox.set_faults(faults);
        world.apply().exits(0);
        let added = world.asked(ServiceName::Smartcat).into_iter();
        assert_eq!(added.filter(|entry| entry.path.ends_with("/account/myTeam")).count(), 1);
        let both = ["new@example.com", "reviewer@example.com"].map(|address| id_of(&world, address));
        assert_eq!(reviewers(&world)["de"], both);
        asks_no_more(&world);
        let checked = world.zencat(&["check"]).exits(0).stdout;
        assert!(checked.contains("all of them are in Smartcat"), "{checked}");
    }
}

#[test]
fn what_comes_later_is_assigned_and_what_has_somebody_is_left_alone() {
    let world = world(|_| {});
    assigning(&world, "de", &[REVIEWER]);
    world.zencat(&["apply", "--auto-approve", "--target", "article:1000000"]).exits(0);
    assert_eq!(times_asked(&world).len(), 1);
    assigning(&world, "de, ja", &[REVIEWER]);
    world.apply().exits(0);
    let reviewer = vec![id_of(&world, "reviewer@example.com")];
    assert_eq!(reviewers(&world), [("de".into(), reviewer.clone()), ("ja".into(), reviewer)].into());
    let times = times_asked(&world);
    assert_eq!((times.len(), times.values().max()), (4, Some(&1)), "{times:#?}");
    asks_no_more(&world);
}

#[test]
fn what_people_decide_by_hand_stands() {
    let world = world(|_| {});
    world.apply().exits(0);
    let linguist = id_of(&world, "linguist@example.com");
    let ids: Vec<String> = documents(&world).into_iter().map(|document| document.id).collect();
    world.sandbox.smartcat(|smartcat, now| smartcat.assign_by_hand(&ids[0], 2, &linguist, now).unwrap());
    assigning(&world, "de, fr", &[REVIEWER]);
    assert_eq!(world.plan()["summary"]["assign"], 3, "one has somebody already");
    world.apply().exits(0);
    assert_eq!(documents(&world)[0].stages[1].executives, [linguist]);

    world.sandbox.smartcat(|smartcat, now| smartcat.release_by_hand(&ids[1], 2, now).unwrap());
    let plan = world.plan();
    assert_eq!(plan["held"][0]["code"], "unassigned-by-hand", "{plan}");
    asks_no_more(&world);
    assert_eq!(documents(&world)[1].stages[1].executives, Vec::<String>::new());

    assigning(&world, "de, fr", &["{stage: postediting, people: [manager@example.com]}"]);
    assert_eq!(world.plan()["summary"]["assign"], 1, "the manifest names somebody else");
    world.apply().exits(0);
    assert_eq!(documents(&world)[1].stages[1].executives, [id_of(&world, "manager@example.com")]);
    asks_no_more(&world);
}

#[test]
fn who_was_released_with_the_scope_is_assigned_again_when_it_comes_back() {
    let world = world(|_| {});
    let manifest = |languages: &str| {
        assigning(&world, languages, &["{stage: postediting, people: [reviewer@example.com]}"]);
        let text = std::fs::read_to_string(world.path("zencat.yaml")).unwrap();
        world.manifest(&format!("{text}on_remove: cancel\n"));
    };
    manifest("de, fr");
    world.apply().exits(0);
    manifest("de");
    world.apply().exits(0);
    assert_eq!(reviewers(&world)["fr"], Vec::<String>::new());
    asks_no_more(&world);
    manifest("de, fr");
    world.apply().exits(0);
    assert_eq!(reviewers(&world)["fr"], [id_of(&world, "reviewer@example.com")]);
    asks_no_more(&world);
}

#[test]
fn a_changed_source_leaves_people_where_they_are_and_shows_the_words_that_nobody_has() {
    let world = world(|_| {});
    assigning(&world, "de", &[REVIEWER]);
    world.apply().exits(0);
    world.sandbox.zendesk(|zendesk, now| {
        zendesk.edit_source(1_000_000, None, Some("<p>One two three four five six seven words and many more, so many more than there were before this.</p><p>And a second paragraph of it, which is new as well.</p>"), now).unwrap();
    });
    world.apply().exits(0);
    world.sandbox.advance(Duration::from_secs(600));
    let status = world.zencat(&["status", "--format", "json"]).exits(0).json();
    let stage = &status["pairs"][0]["stages"][1];
    assert_eq!(stage["assignment"], "assigned", "{stage}");
    assert!(stage["unassigned_words"].as_u64().unwrap() > 0, "{stage}");
    asks_no_more(&world);
}

#[test]
fn a_lost_answer_is_looked_up_and_never_asked_again_blindly() {
    let ways = [
        ("people: [reviewer@example.com]", "*/document/assign"),
        ("agency: Northwind Translations", "*/assignVendors"),
    ];
    for (way, path) in ways {
        for after_commit in [true, false] {
            let world = world(|_| {});
            assigning(&world, "de, fr", &[&format!("{{stage: postediting, {way}}}")]);
            let kind = FaultKind::Reset { after_commit };
            world.sandbox.set_faults(vec![Fault::once(ServiceName::Smartcat, "POST", path, kind)]);
            world.apply().exits(0);
            let times = times_asked(&world);
            assert_eq!(
                (times.len(), times.values().max()),
                (4, Some(&1)),
                "{way} {after_commit}: {times:#?}"
            );
            asks_no_more(&world);
        }
    }
}

#[test]
fn an_invitation_that_nobody_can_see_is_not_sent_twice_when_its_answer_is_lost() {
    let world = world(|options| options.smartcat.invitations = Invitations::Hidden);
    assigning(&world, "de", &["{stage: postediting, team: true}"]);
    let kind = FaultKind::Reset { after_commit: true };
    let path = "*/document/assignFromMyTeam";
    world.sandbox.set_faults(vec![Fault::once(ServiceName::Smartcat, "POST", path, kind)]);
    let ran = world.apply().exits(1);
    assert!(ran.stdout.contains("did not say whether it sent invitations"), "{}", ran.stdout);
    let plan = world.plan();
    assert_eq!(plan["held"][0]["code"], "assignment-unclear", "{plan}");
    asks_no_more(&world);
    let first = documents(&world)[0].id.clone();
    world.sandbox.smartcat(|smartcat, now| smartcat.accept_invitation(&first, 2, now).unwrap());
    assert_eq!(world.plan()["summary"]["held"], 1, "somebody accepted the one");
}

/// Kills an apply when its n-th write of Smartcat is done and unanswered. Whether it came so far.
fn killed(world: &World, nth: u32) -> bool {
    let kind = FaultKind::Hang { after_commit: true };
    let write = |method: &str| Fault {
        nth: Nth::At(nth),
        ..Fault::once(ServiceName::Smartcat, method, "*/document/*", kind.clone())
    };
    world.sandbox.set_faults(vec![write("POST"), write("PUT")]);
    let mut child = start(world);
    let hangs = || world.sandbox.struck("hang") > 0;
    while !hangs() && child.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_millis(3));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    world.sandbox.set_faults(Vec::new());
    hangs()
}

fn start(world: &World) -> Child {
    let mut command = world.command(&["apply", "--auto-approve", "-q"]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn killed_at_any_write_and_started_again_nobody_is_asked_twice() {
    let ways = [
        ("people: [reviewer@example.com]", Invitations::Listed),
        ("people: [reviewer@example.com], mode: rocket", Invitations::Listed),
        ("people: [reviewer@example.com], mode: rocket", Invitations::Hidden),
        ("team: true", Invitations::Listed),
    ];
    for (way, invitations) in ways {
        for nth in 1.. {
            let world = world(|options| options.smartcat.invitations = invitations);
            assigning(&world, "de, fr", &[&format!("{{stage: postediting, {way}}}")]);
            let struck = killed(&world, nth);
            world.apply().exits(0);
            let times = times_asked(&world);
            assert!(times.values().all(|times| *times == 1), "{way}, write {nth}: {times:#?}");
            let held = world.plan()["summary"]["held"].as_u64().unwrap();
            assert_eq!(times.len() as u64 + unseen(&world), 4, "{way}, write {nth}: {times:#?}");
            assert!(held == 0 || way != "people: [reviewer@example.com]", "{way}, write {nth}");
            asks_no_more(&world);
            if !struck {
                assert!(nth > 4, "{way}: only {nth} writes");
                break;
            }
        }
    }
}

/// Documents that were noted to be invited and never were: people are told to look at them.
fn unseen(world: &World) -> u64 {
    let plan = world.plan();
    let unclear = plan["held"].as_array().unwrap().iter().filter(|held| held["code"] == "assignment-unclear");
    let reviewed = |held: &&Value| {
        let language = held["language"].as_str().unwrap();
        let id = held["item"]["id"].to_string();
        let documents = documents(world);
        let of_pair = |document: &&DocumentView| {
            document.language == language
                && document.external_id.as_ref().is_some_and(|key| key.ends_with(&id))
        };
        documents.iter().find(of_pair).is_some_and(|document| document.stages[1].executives.is_empty())
    };
    unclear.filter(reviewed).count() as u64
}

#[test]
fn two_applies_at_once_ask_each_document_once() {
    let slow = |path: &str| {
        let kind = FaultKind::Delay { ms: 60 };
        Fault { method: None, ..Fault::once(ServiceName::Smartcat, "", path, kind).every() }
    };
    for way in ["people: [reviewer@example.com]", "agency: Northwind Translations"] {
        let world = world(|_| {});
        world.apply().exits(0);
        assigning(&world, "de, fr", &[&format!("{{stage: postediting, {way}}}")]);
        world.sandbox.clear_journal();
        world.sandbox.set_faults(vec![slow("*/document/assign*"), slow("*/v1/project/*")]);
        let mut second = start(&world);
        let mut first = start(&world);
        assert!(first.wait().unwrap().success() && second.wait().unwrap().success(), "{way}");
        world.sandbox.set_faults(Vec::new());
        let times = times_asked(&world);
        assert_eq!((times.len(), times.values().max()), (4, Some(&1)), "{way}: {times:#?}");
        asks_no_more(&world);
    }
}

#[test]
fn a_plan_file_assigns_whom_it_names_and_nobody_else() {
    let world = world(|_| {});
    assigning(&world, "de", &[REVIEWER]);
    world.zencat(&["plan", "--out", "plan.json"]).exits(0);
    assert!(killed(&world, 1), "the first assignment hangs");
    world.zencat(&["apply", "plan.json"]).exits(0);
    assert_eq!(reviewers(&world)["de"], [id_of(&world, "reviewer@example.com")]);
    asks_no_more(&world);
}

#[test]
fn an_assignment_that_the_manifest_no_longer_wants_is_no_done_one() {
    let world = World::seeded(generated(1, &[], &["de"]));
    world.manifest(&world.plain_manifest("de"));
    world.apply().exits(0);
    let assigned_to = |person: &str| {
        let line = format!("assign: [{{stage: postediting, people: [{person}@example.com]}}]");
        world.manifest(&world.workflow_manifest("de", &[&line]));
    };
    assigned_to("reviewer");
    world.zencat(&["plan", "--out", "plan.json"]).exits(0);
    assigned_to("linguist");
    world.sandbox.clear_journal();
    let ran = world.zencat(&["apply", "plan.json", "--auto-approve"]).exits(3);
    assert!(ran.stdout.contains("stale"), "{}", ran.stdout);
    assert_eq!(world.writes(), Vec::<String>::new());
}
