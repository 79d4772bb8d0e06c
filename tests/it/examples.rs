//! The examples: each is valid for editors and for zencat, and runs to its end against the sandbox.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use zencat::manifest;
use zencat::manifest::Manifest;
use zencat::sandbox::smartcat::DocumentView;
use zencat::sandbox::zendesk::Kind;
use zencat::sandbox::zendesk::TranslationView;

use crate::docs;
use crate::world::World;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// Every `zencat.yaml` below a folder.
fn manifests(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(manifests(&path));
        } else if path.ends_with("zencat.yaml") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// The manifest, with the sandbox's addresses.
fn use_example(world: &World, path: &Path) {
    world.manifest(&at_the_sandbox(world, &text(path)));
}

fn at_the_sandbox(world: &World, text: &str) -> String {
    text.replace("http://127.0.0.1:8801", &world.sandbox.zendesk_url())
        .replace("http://127.0.0.1:8802", &world.sandbox.smartcat_url())
}

/// The examples' folders.
fn folders() -> Vec<PathBuf> {
    let entries = fs::read_dir(examples()).unwrap().map(|entry| entry.unwrap().path());
    let folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    assert!(folders.len() >= 5, "{folders:?}");
    folders
}

/// The files of a folder in the world's, with the sandbox's addresses.
fn copy(world: &World, from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(world, &path, &target),
            false => fs::write(target, at_the_sandbox(world, &text(&path))).unwrap(),
        }
    }
}

/// Somebody in the folder of an example types what its page says.
#[test]
fn each_page_s_commands_do_what_they_say_when_typed_in_order() {
    let mut typed = 0;
    for folder in folders() {
        let world = World::new();
        copy(&world, &folder, world.folder.path());
        for line in docs::shell(&text(&folder.join("README.md"))) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["zencat", "sandbox", ..] => {}
                ["curl", .., address] if address.ends_with("/_sandbox/smartcat/finish_all") => world.work(),
                ["zencat", arguments @ ..] => {
                    let ran = world.zencat(arguments);
                    assert_eq!(ran.code, Some(0), "{}: {line}\n{}", folder.display(), ran.stderr);
                    typed += 1;
                }
                _ => panic!("{}: `{line}` is run by no test", folder.display()),
            }
        }
    }
    assert!(typed >= 12, "{typed}");
}

/// What a page names in passing is a command line that zencat takes.
#[test]
fn each_command_in_the_pages_sentences_is_one() {
    let mut seen = 0;
    for folder in folders() {
        let page = text(&folder.join("README.md"));
        for command in page.split('`').filter(|part| part.starts_with("zencat ") && !part.contains('\n')) {
            let parsed = zencat::cli::command().try_get_matches_from(command.split_whitespace());
            assert!(parsed.is_ok(), "{}: {command}: {}", folder.display(), parsed.unwrap_err());
            seen += 1;
        }
    }
    assert!(seen >= 6, "{seen}");
}

#[test]
fn each_folder_says_what_it_is_for() {
    for folder in folders() {
        assert!(text(&folder.join("README.md")).starts_with("# "), "{}", folder.display());
        // The jobs in `ci` are for any manifest; `action.rs` runs what they run.
        assert!(folder.ends_with("ci") || !manifests(&folder).is_empty(), "{}", folder.display());
    }
}

#[test]
fn editors_and_zencat_accept_each() {
    let schema: Value = serde_json::from_str(include_str!("../../schema/manifest.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for path in manifests(&examples()) {
        let text = text(&path);
        let value: Value = serde_yaml::from_str(&text).unwrap();
        let problems: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{}: {problems:?}", path.display());
        let (_, warnings) = Manifest::parse("zencat.yaml", &text).unwrap();
        assert!(warnings.is_empty(), "{}: {warnings:?}", path.display());
    }
}

#[test]
fn each_names_the_schema_that_is_there() {
    for path in manifests(&examples()) {
        let text = text(&path);
        let line = text.lines().next().unwrap();
        let schema = line.strip_prefix("# yaml-language-server: $schema=").unwrap();
        assert!(path.with_file_name(schema).is_file(), "{}: {schema}", path.display());
    }
}

#[test]
fn each_runs_until_nothing_is_left_to_do() {
    for path in manifests(&examples()) {
        let world = World::new();
        use_example(&world, &path);
        let shown = path.display();
        let plan = world.plan();
        assert!(!plan["steps"].as_array().unwrap().is_empty(), "{shown}");
        world.zencat(&["apply", "--auto-approve"]).exits(0);
        world.work();
        world.zencat(&["apply", "--auto-approve"]).exits(0);
        world.work();
        world.zencat(&["apply", "--auto-approve"]).exits(0);
        world.sandbox.clear_journal();
        let ran = world.zencat(&["plan", "--detailed-exitcode"]);
        assert_eq!(ran.code, Some(0), "{shown}:\n{}{}", ran.stdout, ran.stderr);
        world.apply().exits(0);
        assert_eq!(world.writes(), Vec::<String>::new(), "{shown}");
    }
}

#[test]
fn no_rule_of_an_example_is_idle() {
    for path in manifests(&examples()) {
        let world = World::new();
        use_example(&world, &path);
        let ran = world.zencat(&["scope"]).exits(0);
        assert_eq!(ran.stderr, "", "{}", path.display());
    }
}

#[test]
fn legal_texts_see_no_machine_and_arrive_as_drafts() {
    let world = World::new();
    use_example(&world, &examples().join("legal-by-hand/zencat.yaml"));
    let scope = world.zencat(&["scope", "--format", "json"]).exits(0).json();
    let pairs = scope["pairs"].as_array().unwrap();
    let legal: Vec<_> = pairs
        .iter()
        .filter(|pair| LEGAL.iter().any(|id| pair["item"] == format!("article:{id}")))
        .map(|pair| {
            (pair["locale"].as_str().unwrap(), pair["workflow"].as_str().unwrap(), pair["hold"] == true)
        })
        .collect();
    let lawyers = |locale, hold| (locale, "lawyers", hold);
    assert_eq!(
        legal,
        [lawyers("de", false), lawyers("fr", false), lawyers("de", false), lawyers("fr", true)]
    );

    world.zencat(&["apply", "--auto-approve"]).exits(0);
    world.sandbox.advance(Duration::from_secs(600));
    let documents = documents_of(&world, "Acme Velo: legal");
    assert_eq!(documents.len(), 3, "the held one is not ordered: {documents:#?}");
    for document in &documents {
        assert_eq!(document.stages.len(), 3);
        let is_filled = document.segments.iter().any(|segment| segment.target.is_some());
        // What stood in Zendesk was imported.
        assert_eq!(is_filled, document.imports > 0, "a machine was here: {}", document.name);
    }
    assert_eq!(documents.iter().filter(|document| document.imports > 0).count(), 1);
    assert!(
        documents_of(&world, "Acme Velo: AI + review")
            .iter()
            .all(|document| LEGAL.iter().all(|id| !document.name.contains(&id.to_string()))),
        "no legal text is anywhere else"
    );

    let before = texts(&world, &LEGAL);
    world.work();
    world.zencat(&["apply", "--auto-approve"]).exits(0);
    let after = texts(&world, &LEGAL);
    let new: Vec<_> = after.iter().filter(|(place, _)| !before.contains_key(*place)).collect();
    assert_eq!(new.len(), 2, "{new:?}");
    for (place, text) in new {
        assert!(text.draft, "{place:?} is published before anybody has read it");
    }
    for (place, text) in &before {
        assert_eq!(after[place].draft, text.draft, "{place:?}");
    }
}

/// The articles of the example help center with the label `legal`.
const LEGAL: [u64; 2] = [14_402_590_000_017, 14_402_589_999_505];

fn documents_of(world: &World, project: &str) -> Vec<DocumentView> {
    world.sandbox.smartcat(|smartcat, _| {
        let projects = smartcat.projects();
        let id = &projects.iter().find(|known| known.name == project).unwrap().id;
        smartcat.documents().into_iter().filter(|document| document.project_id == *id).collect()
    })
}

/// The words of a page, without its markup.
fn words(body: &str) -> Vec<&str> {
    let outside = body.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    outside.flat_map(str::split_whitespace).collect()
}

fn texts(world: &World, articles: &[u64]) -> BTreeMap<(u64, String), TranslationView> {
    world.sandbox.zendesk(|zendesk, _| {
        let places = articles
            .iter()
            .flat_map(|id| zendesk.locales_of(Kind::Article, *id).into_iter().map(|locale| (*id, locale)));
        places
            .filter_map(|(id, locale)| {
                let text = zendesk.translation(Kind::Article, id, &locale)?;
                Some(((id, locale), text))
            })
            .collect()
    })
}

#[test]
fn two_brands_never_touch_each_other() {
    let world = World::new();
    let folder = examples().join("two-brands");
    let apply = |brand: &str| {
        use_example(&world, &folder.join(brand).join("zencat.yaml"));
        world.apply().exits(0);
    };
    apply("velo");
    apply("members");
    let documents = || world.sandbox.smartcat(|smartcat, _| smartcat.documents().len());
    let both = documents();
    world.sandbox.clear_journal();
    apply("velo");
    assert_eq!((world.writes(), documents()), (Vec::<String>::new(), both));
}

#[test]
fn adopting_says_what_is_adopted_and_translates_it_not_again() {
    let world = World::new();
    use_example(&world, &examples().join("adopting-translations/zencat.yaml"));
    let summary = &world.plan()["summary"];
    // Fahren, Die erste Fahrt, Ein Rad öffnen; Datenschutz is kept.
    assert_eq!(summary["import"], 3, "{summary}");
    let plan = world.plan();
    let kept: Vec<&Value> =
        plan["held"].as_array().unwrap().iter().filter(|held| held["code"] == "existing-kept").collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    let of = |step: &Value| {
        (step["item"]["kind"].clone(), step["item"]["id"].clone(), step["languages"][0].clone())
    };
    let steps = plan["steps"].as_array().unwrap();
    let adopted: Vec<_> =
        steps.iter().filter(|step| step["action"] == "import_translation").map(of).collect();

    let articles = world.sandbox.zendesk(|zendesk, _| zendesk.ids(Kind::Article));
    let before = texts(&world, &articles);
    world.apply().exits(0);
    let documents = world.sandbox.smartcat(|smartcat, _| smartcat.documents());
    let imported: Vec<&DocumentView> = documents.iter().filter(|document| document.imports > 0).collect();
    assert_eq!(imported.len(), adopted.len(), "{adopted:?}");
    let kept_id = kept[0]["item"]["id"].to_string();
    assert!(documents.iter().all(|document| !document.name.contains(&kept_id)), "what is kept goes nowhere");

    // To the end of the story: what people wrote in Zendesk stands there as it stood.
    for _ in 0..3 {
        world.work();
        world.apply().exits(0);
    }
    let after = texts(&world, &articles);
    for (place, text) in &before {
        assert_eq!(words(&after[place].body), words(&text.body), "{place:?}");
        assert_eq!(after[place].title, text.title, "{place:?}");
    }
    assert!(after.len() > before.len(), "what was missing is there");
}

#[test]
fn the_lock_of_the_monorepo_is_what_its_rules_match() {
    let world = World::new();
    use_example(&world, &examples().join("monorepo-ci/zencat.yaml"));
    let lock = text(&examples().join("monorepo-ci/zencat.lock"));
    fs::write(world.path("zencat.lock"), &lock).unwrap();
    world.zencat(&["scope", "--check"]).exits(0);
    world.zencat(&["scope", "--lock"]).exits(0);
    assert_eq!(text(&world.path("zencat.lock")), lock, "write it again with `zencat scope --lock`");
    let plan = world.zencat(&["plan", "--locked", "--format", "json"]).exits(0).json();
    let held: Vec<&Value> = plan["held"].as_array().unwrap().iter().map(|held| &held["code"]).collect();
    assert_eq!(held, ["draft-source"], "nothing is beyond the lock");
}

/// Keys of the manifest below a value; names that people choose (of workflows, of locales) are no keys.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            for (key, below) in entries {
                let place = format!("{at}/{key}");
                places(below, &place, found);
                if at != "/workflows" && at != "/locales" {
                    found.push(place);
                }
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| places(item, &format!("{at}/{index}"), found));
        }
        _ => {}
    }
}

#[test]
fn each_misspelt_key_of_each_example_fails_in_editors_and_in_zencat() {
    let validator = jsonschema::validator_for(manifest::schema()).unwrap();
    let mut misspelt = 0;
    for path in manifests(&examples()) {
        let value: Value = serde_yaml::from_str(&text(&path)).unwrap();
        let mut keys = Vec::new();
        places(&value, "", &mut keys);
        for place in keys {
            let (object, key) = place.rsplit_once('/').unwrap();
            let mut wrong = value.clone();
            let object = wrong.pointer_mut(object).unwrap().as_object_mut().unwrap();
            let content = object.remove(key).unwrap();
            object.insert(format!("{key}z"), content);
            assert!(!validator.is_valid(&wrong), "{}: the schema takes {place}z", path.display());
            // JSON is YAML.
            let problems = Manifest::parse("zencat.yaml", &wrong.to_string()).unwrap_err();
            let named = problems.iter().any(|problem| problem.message.contains(&format!("`{key}z`")));
            assert!(named, "{}: {place}z: {problems:?}", path.display());
            misspelt += 1;
        }
    }
    assert!(misspelt > 150, "{misspelt}");
}
