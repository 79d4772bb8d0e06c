//! What a plan needs of the Smartcat account: things that the manifest names, and Smartwords. Told before anything is
//! done, at the manifest's line, and asked for only where the plan depends on it.

use serde_json::Value;
use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::Options;
use zencat::sandbox::ServiceName;
use zencat::sandbox::smartcat::Behaviour;

use crate::world::Ran;
use crate::world::World;

/// The plain manifest with another engine, and more keys of the project.
fn naming(world: &World, engine: &str, project: &str) {
    let plain = world.plain_manifest("de, fr");
    let engine = plain.replace("machine_translation: auto", &format!("machine_translation: {engine}"));
    world.manifest(&engine.replace("{name: Help center}", &format!("{{name: Help center{project}}}")));
}

/// Smartcat's paths that answer what is named, or what is left.
fn asked(world: &World) -> Vec<String> {
    let of_account = ["mtengines", "mt/available", "v1/template", "v1/glossaries", "smartwords/balance"];
    let asked = world.asked(ServiceName::Smartcat).into_iter().map(|entry| entry.path);
    asked.filter(|path| of_account.iter().any(|end| path.ends_with(end))).collect()
}

fn of_account(ends: &[&str]) -> Vec<String> {
    ends.iter().map(|end| format!("/api/integration/v1/{end}")).collect()
}

#[track_caller]
fn refused(ran: Ran, line: &str, name: &str, hint: &str) {
    let ran = ran.exits(1);
    for text in ["not-in-smartcat", line, &"^".repeat(name.len()), hint] {
        assert!(ran.stderr.contains(text), "expected `{text}` in\n{}", ran.stderr);
    }
}

fn with_smartwords(smartwords: u64) -> World {
    World::with(Options { smartcat: Behaviour { smartwords, ..Behaviour::default() }, ..Options::default() })
}

#[test]
fn a_manifest_that_names_nothing_asks_for_nothing_but_the_balance() {
    let world = World::new();
    world.plan();
    assert_eq!(asked(&world), of_account(&["smartwords/balance"]));
    world.manifest(
        &world.plain_manifest("de").replace("machine_translation: auto", "machine_translation: off"),
    );
    world.sandbox.clear_journal();
    assert_eq!(world.plan().get("smartwords"), None, "no machine takes any");
    assert_eq!(asked(&world), Vec::<String>::new());
}

#[test]
fn an_engine_that_is_misspelt_is_told_at_its_line_and_nothing_is_made() {
    let world = World::new();
    naming(&world, "Gogle NMT", "");
    for command in [&["plan"][..], &["apply", "--auto-approve"], &["check"]] {
        let ran = world.zencat(command);
        refused(ran, "zencat.yaml:8:26", "Gogle NMT", "did you mean `Google NMT`?");
    }
    assert_eq!(world.writes(), Vec::<String>::new());
    let failure = world.zencat(&["plan", "--format", "json"]).exits(1).json();
    let problem = &failure["error"]["diagnostics"][0];
    assert_eq!(problem["code"], "not-in-smartcat", "{failure}");
    assert_eq!((&problem["line"], &problem["column"]), (&Value::from(8), &Value::from(26)), "{failure}");
}

#[test]
fn an_engine_is_known_by_its_name_in_any_case() {
    let world = World::new();
    for engine in ["Google NMT", "google nmt", "\"intelligent routing\""] {
        naming(&world, engine, "");
        let ran = world.zencat(&["plan"]).exits(0);
        assert_eq!(ran.stderr, "", "{engine}");
    }
}

/// Profiles are told by a project alone, so until there is one the name may be right.
#[test]
fn a_name_far_from_every_engine_is_a_warning_until_a_project_can_tell() {
    let world = World::new();
    naming(&world, "Our own house style", "");
    let ran = world.zencat(&["plan"]).exits(0).tells("not-in-smartcat").tells("profile");
    assert!(ran.stdout.contains("create project"), "{}", ran.stdout);

    world.manifest(&world.plain_manifest("de, fr"));
    world.apply().exits(0);
    naming(&world, "Our own house style", "");
    world.sandbox.clear_journal();
    refused(world.zencat(&["plan"]), "zencat.yaml:8:26", "Our own house style", "it has");
    let project = world.sandbox.smartcat(|smartcat, _| smartcat.projects()[0].id.clone());
    assert!(asked(&world).contains(&format!("/api/integration/v1/project/{project}/mt/available")));
}

#[test]
fn a_template_and_a_glossary_are_told_as_well_and_all_at_once() {
    let world = World::new();
    naming(&world, "Gogle NMT", ", glossaries: [Product terms, Produkt terms, Fruit]");
    let text = std::fs::read_to_string(world.path("zencat.yaml")).unwrap();
    world.manifest(&text.replace("stages: [translation, postediting]", "template: Helpcenter AI"));
    let ran = world.zencat(&["plan"]).exits(1);
    let found: Vec<&str> = ran.stderr.lines().filter(|line| line.contains("not-in-smartcat")).collect();
    assert_eq!(found.len(), 4, "{}", ran.stderr);
    let manifest = std::fs::read_to_string(world.path("zencat.yaml")).unwrap();
    for name in ["Helpcenter AI", "Gogle NMT", "Produkt terms", "Fruit"] {
        let (line, text) = (1..).zip(manifest.lines()).find(|(_, text)| text.contains(name)).unwrap();
        let place = format!("zencat.yaml:{line}:{}\n", text.find(name).unwrap() + 1);
        assert!(ran.stderr.contains(&place), "{name} at {place}: {}", ran.stderr);
    }
    for hint in ["`Help center AI`", "`Google NMT`", "`Product terms`"] {
        assert!(ran.stderr.contains(&format!("did you mean {hint}?")), "{hint}: {}", ran.stderr);
    }
    assert!(ran.stderr.contains("it has Product terms"), "{}", ran.stderr);
    world.zencat(&["check"]).exits(1).tells("Smartcat has no glossary `Fruit`");

    world.manifest(
        &text
            .replace("stages: [translation, postediting]", "template: Help center AI")
            .replace("Gogle", "Google")
            .replace(", Produkt terms, Fruit", ""),
    );
    world.zencat(&["check"]).exits(0);
    world.apply().exits(0);
}

#[test]
fn a_memory_is_made_when_it_is_missing_and_so_no_mistake() {
    let world = World::new();
    naming(&world, "auto", ", translation_memory: Brand new");
    assert_eq!(world.zencat(&["plan"]).exits(0).stderr, "");
    assert_eq!(world.zencat(&["check"]).exits(0).stderr, "");
    world.apply().exits(0);
}

#[test]
fn what_a_project_has_already_is_not_asked_for_again() {
    let world = World::new();
    naming(&world, "Google NMT", ", glossaries: [Product terms]");
    world.plan();
    let first = ["v1/glossaries", "account/mtengines", "smartwords/balance"];
    assert_eq!(asked(&world), of_account(&first.map(|path| path.trim_start_matches("v1/"))));
    world.apply().exits(0);
    world.sandbox.clear_journal();
    world.zencat(&["plan"]).exits(0);
    assert_eq!(asked(&world), Vec::<String>::new(), "the project has its settings, and nothing is ordered");
}

#[test]
fn a_list_that_cannot_be_read_is_told_and_stops_nothing() {
    let world = World::new();
    naming(&world, "auto", ", glossaries: [Product terms]");
    let garbled = |path| Fault::once(ServiceName::Smartcat, "GET", path, FaultKind::Garbage).every();
    world.sandbox.set_faults(["*/glossaries", "*/smartwords/balance"].map(garbled).to_vec());
    let ran =
        world.zencat(&["plan"]).exits(0).tells("the manifest's glossaries is not known").tells("Smartwords");
    assert!(ran.stdout.contains("Plan: "), "{}", ran.stdout);
}

#[test]
fn the_plan_says_what_the_machine_takes_and_what_the_account_has() {
    let world = World::new();
    let plan = world.plan();
    let words = plan["summary"]["words"].as_u64().unwrap();
    assert_eq!(plan["smartwords"], serde_json::json!({"needed": words, "balance": 1_000_000}));
    let text = world.zencat(&["plan"]).exits(0);
    assert!(text.stdout.contains("Smartwords; the account has 1,000,000."), "{}", text.stdout);
    assert_eq!(text.stderr, "");
}

#[test]
fn too_few_smartwords_are_a_warning_with_the_numbers_in_every_format() {
    let world = with_smartwords(100);
    let plan = world.plan();
    let words = zencat::report::number(plan["summary"]["words"].as_u64().unwrap());
    let told = format!("machine translation takes about {words}, the account has 100");
    for format in ["text", "markdown", "github"] {
        let ran = world.zencat(&["plan", "--format", format]).exits(0);
        assert!(ran.stdout.contains(&told), "{format}: {}", ran.stdout);
    }
    assert_eq!(plan["smartwords"]["balance"], 100);
    world.zencat(&["apply", "--auto-approve"]).exits(0).tells(&told);
}

#[test]
fn only_the_words_of_workflows_with_a_machine_count() {
    let world = World::new();
    let human = "  human:\n    stages: [translation]\ncontent:\n";
    let rule = "  - match: {labels: [legal]}\n    languages: [de]\n    workflow: human\n";
    world.manifest(&(world.plain_manifest("de").replace("content:\n", human) + rule));
    let plan = world.plan();
    let steps = plan["steps"].as_array().unwrap().iter();
    let by_machine: u64 =
        steps.filter(|step| step["workflow"] == "ai").map(|step| step["words"].as_u64().unwrap()).sum();
    assert!(by_machine < plan["summary"]["words"].as_u64().unwrap(), "{plan}");
    assert_eq!(plan["smartwords"]["needed"], by_machine);
}

/// SECURITY.md gives pull requests a client that may only read.
#[test]
fn a_client_that_may_only_read_is_enough_to_plan_and_not_to_apply() {
    let mut options = Options::default();
    options.zendesk.client_scopes = vec!["hc:read".to_owned()];
    let world = World::with(options);
    for command in [&["plan"][..], &["status"], &["check"], &["scope"]] {
        world.zencat(command).exits(0);
    }
    world.sandbox.clear_journal();
    world.apply().exits(1).tells("scope");
    let writes = world.sandbox.journal().into_iter().filter(|entry| entry.method != "GET");
    let writes: Vec<String> = writes.map(|entry| entry.path).filter(|path| path != "/oauth/tokens").collect();
    assert_eq!(writes, Vec::<String>::new());
}
