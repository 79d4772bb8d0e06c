//! `zencat init`: the first manifest of a help center that has translations already.

use std::fs;

use serde_json::Value;
use zencat::sandbox::seed;
use zencat::sandbox::seed::Seed;
use zencat::sandbox::seed::SeedArticle;
use zencat::sandbox::seed::SeedCategory;
use zencat::sandbox::seed::SeedSection;
use zencat::sandbox::seed::SeedTranslation;

use crate::snapshots;
use crate::world::World;
use crate::world::generated;

/// A help center, and a folder without a manifest.
fn empty_folder(seed: Seed) -> World {
    let world = World::seeded(seed);
    fs::remove_file(world.path("zencat.yaml")).unwrap();
    world
}

fn init<'a>(world: &'a World, more: &'a [&'a str]) -> crate::world::Ran {
    let (zendesk, smartcat) = (world.sandbox.zendesk_url(), world.sandbox.smartcat_url());
    let mut arguments = vec!["init", "--zendesk-url", &zendesk, "--smartcat-url", &smartcat];
    arguments.extend(more);
    world.zencat(&arguments)
}

fn written(world: &World) -> String {
    fs::read_to_string(world.path("zencat.yaml")).unwrap()
}

fn translation(locale: &str, title: &str) -> SeedTranslation {
    SeedTranslation { locale: locale.to_owned(), title: title.to_owned(), ..SeedTranslation::default() }
}

/// One category with a name, one section, and articles with the locales that each is translated into.
fn category(id: u64, name: &str, articles: &[&[&str]], seed: &mut Seed) {
    seed.categories.push(SeedCategory { id, name: name.to_owned(), ..SeedCategory::default() });
    let section =
        SeedSection { id: id * 10, category_id: id, name: name.to_owned(), ..SeedSection::default() };
    seed.sections.push(section);
    for (number, locales) in (0..).zip(articles) {
        seed.articles.push(SeedArticle {
            id: id * 100 + number,
            section_id: id * 10,
            title: format!("Article {number}"),
            body: "<p>Turn the key.</p>".to_owned(),
            translations: locales.iter().map(|locale| translation(locale, "Titel")).collect(),
            ..SeedArticle::default()
        });
    }
}

fn help_center(locales: &[&str]) -> Seed {
    Seed {
        locales: locales.iter().map(|locale| (*locale).to_owned()).collect(),
        default_locale: "en-us".to_owned(),
        ..Seed::default()
    }
}

#[test]
fn adopting_translates_nothing_twice_and_says_what_is_adopted() {
    let world = empty_folder(generated(12, &["de", "fr"], &["de", "fr", "ja"]));
    init(&world, &["--name", "acme"]).exits(0);
    assert_eq!(world.writes(), Vec::<String>::new(), "init only reads");
    let checked = world.zencat(&["validate"]).exits(0);
    assert_eq!(checked.stderr, "", "no warning either");

    let plan = world.plan();
    let held = plan["held"].as_array().unwrap();
    let adopted = |held: &&Value| {
        held["code"] == "existing-kept"
            && held["reason"].as_str().unwrap().contains("existing_translations: keep")
    };
    let articles: Vec<&Value> =
        held.iter().filter(|held| held["item"]["kind"] == "article").filter(adopted).collect();
    assert_eq!(articles.len(), 24, "each translated article, in both languages: {plan}");
    for step in plan["steps"].as_array().unwrap() {
        assert_ne!(step["item"]["kind"], "article", "no article is sent: {step}");
    }
}

#[test]
fn the_lock_is_written_with_the_manifest_and_says_the_same() {
    let world = empty_folder(generated(5, &["de"], &["de", "fr"]));
    let lock = world.path("zencat.lock");
    init(&world, &["--name", "acme"]).exits(0).tells("zencat.lock written");
    world.zencat(&["scope", "--check"]).exits(0);
    let steps = |arguments: &[&str]| world.zencat(arguments).exits(0).json()["steps"].clone();
    let all = steps(&["plan", "--format", "json"]);
    assert_eq!(
        steps(&["plan", "--locked", "--format", "json"]),
        all,
        "the first manifest is reviewed as a whole"
    );

    fs::write(&lock, "# another manifest's\n").unwrap();
    init(&world, &["--name", "acme", "-f", "other.yaml"]).exits(0).tells("zencat.lock is left as it is");
    assert_eq!(fs::read_to_string(&lock).unwrap(), "# another manifest's\n");
    init(&world, &["--name", "acme", "--force"]).exits(0);
    world.zencat(&["scope", "--check"]).exits(0);
}

#[test]
fn where_all_is_translated_the_first_plan_has_no_words() {
    let mut seed = help_center(&["en-us", "de", "fr"]);
    category(1, "Riding", &[&["de"], &["de"]], &mut seed);
    seed.categories[0].translations = vec![translation("de", "Fahren")];
    seed.sections[0].translations = vec![translation("de", "Fahren")];
    let world = empty_folder(seed);
    init(&world, &[]).exits(0);
    let plan = world.plan();
    assert_eq!(plan["summary"]["words"], 0, "{plan}");
    assert_eq!(plan["summary"]["held"], 4);
    assert_eq!(plan["steps"].as_array().unwrap().len(), 0);
    let before = world.writes();
    world.apply().exits(0);
    assert_eq!(world.writes(), before, "apply has nothing to do");
}

#[test]
fn languages_are_those_that_a_category_has_and_the_words_foretold_are_those_of_the_plan() {
    let mut seed = help_center(&["en-us", "de", "fr", "ja"]);
    category(1, "Riding", &[&["de", "fr"], &["de"], &[]], &mut seed);
    category(2, "Account", &[&[], &[]], &mut seed);
    let world = empty_folder(seed);
    let told = init(&world, &["--name", "acme"]).exits(0).stdout;
    let text = written(&world);
    let rule =
        "  - match: {category: 1, kind: [category, section, article]}\n    languages: [\"de\", \"fr\"]\n";
    assert!(text.contains(rule), "{text}");
    assert!(!text.contains("\n  - match: {category: 2"), "nothing of it is translated: {text}");
    assert!(text.contains("  # - match: {category: 2"), "but suggested: {text}");
    assert!(text.contains("de 2 of 3, fr 1 of 3"), "{text}");
    let words = world.plan()["summary"]["words"].as_u64().unwrap();
    assert!(words > 0 && told.contains(&format!("{words} words are new")), "{words}: {told}");
}

#[test]
fn every_suggestion_is_a_rule_once_its_comment_is_taken_away() {
    let mut seed = help_center(&["en-us", "de", "ja"]);
    category(1, "Riding", &[&["de"]], &mut seed);
    category(2, "Account", &[&[]], &mut seed);
    let world = empty_folder(seed);
    init(&world, &[]).exits(0);
    let text = written(&world);
    let mut lines: Vec<String> = Vec::new();
    let mut taken = 0;
    for line in text.lines() {
        let is_rule = line.starts_with("  # - match: {category")
            || (taken > 0 && (line.starts_with("  #   languages:") || line.starts_with("  #   workflow: ")));
        taken = if is_rule { 1 } else { 0 };
        lines.push(if is_rule { line.replacen("# ", "", 1) } else { line.to_owned() });
    }
    world.manifest(&lines.join("\n"));
    let plan = world.plan();
    let steps = plan["steps"].as_array().unwrap();
    let has = |item: u64, language: &str| {
        let asks =
            |step: &&Value| step["languages"].as_array().unwrap().iter().any(|asked| asked == language);
        steps.iter().filter(asks).any(|step| step["item"]["id"] == item)
    };
    assert!(has(100, "ja") && has(200, "de") && has(200, "ja"), "{plan}");
    assert!(!has(100, "de"), "translated already: {plan}");
}

#[test]
fn without_translations_the_only_rule_is_on_hold() {
    let mut seed = help_center(&["en-us", "de", "fr"]);
    category(1, "Riding", &[&[], &[]], &mut seed);
    let world = empty_folder(seed);
    init(&world, &["--languages", "de"]).exits(0);
    let plan = world.plan();
    assert_eq!(plan["summary"]["words"], 0);
    assert!(plan["held"].as_array().unwrap().iter().all(|held| held["code"] == "on-hold"), "{plan}");
    assert!(plan["held"].as_array().unwrap().iter().all(|held| held["language"] == "de"), "{plan}");
}

#[test]
fn a_help_center_with_nothing_in_it_has_a_valid_manifest_too() {
    let world = empty_folder(help_center(&["en-us"]));
    init(&world, &[]).exits(0);
    world.zencat(&["validate"]).exits(0);
    world.zencat(&["plan"]).exits(0);
}

#[test]
fn no_name_from_outside_becomes_yaml() {
    let hostile = "x\n  - match: {kind: article}\n    exclude: true\r\u{2028}# \"}]: &a *a !!b %\u{85}\u{202e}\u{1b}[2J";
    let mut seed = help_center(&["en-us", "de"]);
    category(1, hostile, &[&["de"]], &mut seed);
    category(2, "\": {", &[&[]], &mut seed);
    let world = empty_folder(seed);
    init(&world, &[]).exits(0);
    world.zencat(&["validate"]).exits(0);
    let text = written(&world);
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{85}', '\u{2028}', '\r']), "{text:?}");
    let rules = text.lines().filter(|line| line.starts_with("  - match")).count();
    assert_eq!(rules, 1, "{text}");
}

#[test]
fn locales_that_cannot_be_targets_are_left_out_and_said() {
    // `en-150` and `en-gb` are one language in Smartcat; the one with translations stays.
    let mut seed = help_center(&["en-us", "en-150", "en-gb", "de"]);
    category(1, "Riding", &[&["en-gb", "de"]], &mut seed);
    let world = empty_folder(seed);
    let ran = init(&world, &[]).exits(0);
    assert!(ran.stderr.contains("Left out: en-150"), "{}", ran.stderr);
    world.zencat(&["validate"]).exits(0);
    assert!(written(&world).contains("languages: [\"de\", \"en-gb\"]"));
}

#[test]
fn a_file_that_is_there_stays_without_force() {
    let world = World::seeded(generated(2, &["de"], &["de"]));
    let before = written(&world);
    init(&world, &[]).exits(3).tells("zencat.yaml exists").tells("--force");
    assert_eq!(written(&world), before);
    assert_eq!(world.sandbox.journal().len(), 0, "nobody is asked in vain");
    init(&world, &["--force"]).exits(0);
    assert_ne!(written(&world), before);
    init(&world, &["-f", "other.yaml"]).exits(0);
    world.zencat(&["validate", "-f", "other.yaml"]).exits(0);
}

#[test]
fn without_a_terminal_all_missing_flags_are_named() {
    let world = empty_folder(generated(1, &[], &["de"]));
    world.zencat(&["init"]).exits(64).tells("--zendesk-url").tells("--region").tells("--smartcat-url");
    let url = world.sandbox.zendesk_url();
    let ran = world.zencat(&["init", "--zendesk-url", &url]).exits(64).tells("--region");
    assert!(ran.stderr.starts_with("error: init needs --region (or --smartcat-url)\n"), "{}", ran.stderr);
    init(&world, &["--languages", "tlh"]).exits(64).tells("`tlh`").tells("de");
    init(&world, &["--name", "Acme Inc"]).exits(64).tells("`Acme Inc`");
    assert!(!world.path("zencat.yaml").exists());
}

#[test]
fn the_workflow_is_the_one_that_smartcat_s_projects_have() {
    let world = World::seeded(generated(2, &[], &["de"]));
    let human =
        world.plain_manifest("de").replace("translation, postediting", "translation, editing, proofreading");
    world.manifest(&human.replace("machine_translation: auto", "machine_translation: off"));
    world.apply().exits(0);
    init(&world, &["--force", "--name", "other"]).exits(0);
    let text = written(&world);
    assert!(
        text.contains(
            "  translation-editing-proofreading:\n    stages: [translation, editing, proofreading]\n"
        ),
        "{text}"
    );
    let id = world.sandbox.smartcat(|smartcat, _| smartcat.projects()[0].id.clone());
    assert!(text.contains(&format!("#   project: {{id: \"{id}\"}}")), "{text}");
    world.zencat(&["validate"]).exits(0);
    world.zencat(&["plan"]).exits(0);
}

#[test]
fn the_example_s_manifest_teaches_and_holds() {
    let world = empty_folder(seed::example());
    init(&world, &["--name", "acme"]).exits(0);
    let text = written(&world);
    snapshots::matches("init.yaml", &snapshots::redacted(&world, &text));
    world.zencat(&["validate"]).exits(0);
    world.zencat(&["plan"]).exits(0);
    assert!(text.lines().all(|line| line.chars().count() <= 160), "{text}");
}
