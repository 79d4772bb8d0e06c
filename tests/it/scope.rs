//! The scope as reviewable data: shown, locked, checked, compared with another commit.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use zencat::sandbox::ServiceName;
use zencat::sandbox::zendesk::Kind;

use crate::world::World;
use crate::world::generated;

/// A help center of a few articles, and git within reach.
fn world(articles: u64, translated: &[&str]) -> World {
    let mut world = World::seeded(generated(articles, translated, &["de", "fr", "ja"]));
    world.set("PATH", &std::env::var("PATH").unwrap());
    world
}

fn git(world: &World, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]);
    let output = command.args(arguments).current_dir(world.folder.path()).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Everything in the folder is the state of `main`; what follows is a branch.
fn commit_main(world: &World) {
    git(world, &["init", "--quiet", "--initial-branch", "main"]);
    git(world, &["add", "."]);
    git(world, &["commit", "--quiet", "--message", "What is translated"]);
    git(world, &["switch", "--quiet", "--create", "more"]);
}

fn without_credentials(world: &mut World) {
    for name in
        ["ZENDESK_OAUTH_CLIENT_ID", "ZENDESK_OAUTH_CLIENT_SECRET", "SMARTCAT_ACCOUNT_ID", "SMARTCAT_API_KEY"]
    {
        world.unset(name);
    }
}

fn lock(world: &World) -> String {
    fs::read_to_string(world.path("zencat.lock")).unwrap()
}

fn two_workflows(world: &World, rules: &str) -> String {
    let plain = world.plain_manifest("de");
    let (head, _) = plain.split_once("content:").unwrap();
    format!(
        "{head}  human:\n    stages: [translation, editing]\n    project: {{name: By hand}}\ncontent:\n{rules}"
    )
}

#[test]
fn the_scope_tells_items_languages_workflows_and_words() {
    let world = world(3, &["de"]);
    world.sandbox.clear_journal();
    let scope = world.zencat(&["scope", "--format", "json"]).exits(0).json();
    assert_eq!(world.writes(), Vec::<String>::new());
    assert!(world.asked(ServiceName::Smartcat).is_empty(), "Smartcat has no part in the scope");
    assert_eq!(scope["pairs"].as_array().unwrap().len(), 6);
    assert_eq!(
        (&scope["pairs"][0]["item"], &scope["pairs"][0]["locale"], &scope["pairs"][0]["new"]),
        (&Value::from("article:1000000"), &Value::from("de"), &Value::from(false))
    );
    let words = scope["pairs"][0]["words"].as_u64().unwrap();
    assert!(words > 5);
    // Every generated article has as many words; German is there already.
    assert_eq!(
        scope["languages"],
        serde_json::json!([
            {"locale": "de", "workflow": "ai", "pairs": 3, "words": 3 * words, "new_words": 0, "smartwords": 0},
            {"locale": "fr", "workflow": "ai", "pairs": 3, "words": 3 * words, "new_words": 3 * words, "smartwords": 3 * words},
        ])
    );
    let text = world.zencat(&["scope"]).exits(0).stdout;
    assert!(
        text.starts_with(&format!("Scope of acme: 6 pairs, {} words, {} of them", 6 * words, 3 * words)),
        "{text}"
    );
    assert!(text.contains("article:1000001") && text.contains("  de, fr\n"), "{text}");
    let page = world.zencat(&["scope", "--format", "markdown"]).exits(0).stdout;
    assert!(page.starts_with("<!-- zencat:scope:acme -->\n## zencat scope: acme\n"), "{page}");
    assert!(page.contains(&format!("| article 1000001 Article 1 | {words} | de, fr |")), "{page}");
}

#[test]
fn smartwords_are_those_of_machines_and_not_of_pairs_on_hold() {
    let world = world(2, &[]);
    world.manifest(&two_workflows(
        &world,
        "  - match: {kind: article}\n    languages: [de, fr]\n    workflow: human\n\
         \x20 - match: {article: 1000001}\n    languages: [fr]\n    workflow: ai\n    hold: true\n",
    ));
    let scope = world.zencat(&["scope", "--format", "json"]).exits(0).json();
    assert_eq!(scope["summary"]["smartwords"], 0);
    assert!(scope["summary"]["new_words"].as_u64().unwrap() > 0);
    let text = world.zencat(&["scope"]).exits(0).stdout;
    assert!(text.contains("ai: fr (on hold) · human: de"), "{text}");
}

#[test]
fn drafts_are_not_in_scope_until_they_are_published() {
    let world = World::new();
    let scope = world.zencat(&["scope", "--format", "json"]).exits(0).json();
    let items: Vec<&str> =
        scope["pairs"].as_array().unwrap().iter().map(|pair| pair["item"].as_str().unwrap()).collect();
    assert!(!items.contains(&"article:14402580420113"), "{items:?}");
    assert_eq!(scope["notes"], serde_json::json!(["2 pairs are of drafts, left out until published"]));
    world.manifest(&world.plain_manifest("de, fr").replace("kind: article", "kind: article, drafts: true"));
    let scope = world.zencat(&["scope", "--format", "json"]).exits(0).json();
    assert_eq!(scope["notes"], serde_json::json!([]));
}

#[test]
fn the_lock_is_sorted_and_the_same_every_time() {
    let world = world(12, &[]);
    world.zencat(&["scope", "--lock"]).exits(0).tells("zencat.lock written: 24 pairs");
    let first = lock(&world);
    let records: Vec<&str> = first.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(records.len(), 24);
    assert!(
        records[0].starts_with("article:1000000 de ai ") && records[0].ends_with(" \"Article 0\""),
        "{records:?}"
    );
    assert!(records[21].starts_with("article:1000010 fr ai "), "{records:?}");
    let written = || fs::metadata(world.path("zencat.lock")).unwrap().modified().unwrap();
    let before = written();
    world.zencat(&["scope", "--lock"]).exits(0).tells("zencat.lock is up to date");
    assert_eq!((lock(&world), written()), (first, before), "a second run writes nothing");
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[test]
fn a_lock_that_is_not_what_the_rules_match_is_refused_with_the_differences() {
    let world = world(2, &[]);
    world.zencat(&["scope", "--check"]).exits(3).tells("there is no zencat.lock").tells("scope --lock");
    world.zencat(&["scope", "--lock"]).exits(0);
    let ran = world.zencat(&["scope", "--check"]).exits(0);
    assert!(ran.stdout.contains("The scope does not change."), "{}", ran.stdout);
    world.manifest(&world.plain_manifest("de, ja"));
    let ran = world.zencat(&["scope", "--check"]).exits(3).tells("not what the rules resolve to");
    for line in ["+ article:1000000 \"Article 0\"  ja  ai", "- article:1000000 \"Article 0\"  fr  ai"] {
        assert!(ran.stdout.contains(line), "{line} in\n{}", ran.stdout);
    }
    let document = world.zencat(&["scope", "--check", "--format", "json"]).exits(3).json();
    assert_eq!((&document["summary"]["added"], &document["summary"]["removed"]), (&2.into(), &2.into()));
}

#[test]
fn an_edited_article_leaves_the_lock_valid_and_is_told() {
    let world = world(2, &[]);
    world.zencat(&["scope", "--lock"]).exits(0);
    world.sandbox.zendesk(|zendesk, now| {
        zendesk.edit_source(1_000_001, None, Some("<p>Only four words here</p>"), now).unwrap();
    });
    let ran = world.zencat(&["scope", "--check"]).exits(0);
    assert!(ran.stdout.contains("article:1000001 \"Article 1\"  de, fr  ai  "), "{}", ran.stdout);
}

#[test]
fn a_lock_full_of_conflict_marks_is_named_and_repaired() {
    let world = world(2, &[]);
    world.zencat(&["scope", "--lock"]).exits(0);
    let good = lock(&world);
    fs::write(world.path("zencat.lock"), format!("<<<<<<< HEAD\n{good}")).unwrap();
    for command in
        [&["scope", "--check"][..], &["plan", "--locked"], &["apply", "--locked", "--auto-approve"]]
    {
        world.zencat(command).exits(3).tells("zencat.lock cannot be understood").tells("line 1 of the lock");
    }
    world.zencat(&["scope", "--lock"]).exits(0);
    assert_eq!(lock(&world), good);
}

/// Branches that each change one of two rules, and write the lock that goes with it.
fn branches(world: &World, [first, second]: [[&str; 2]; 2]) {
    let plain = world.plain_manifest("de");
    let (head, _) = plain.split_once("  - match").unwrap();
    let manifest = |[early, late]: [&str; 2]| {
        format!(
            "{head}  - match: {{article: [1000000, 1000001]}}\n    languages: [{early}]\n    workflow: ai\n\
             \x20 - match: {{article: [1000002, 1000003]}}\n    languages: [{late}]\n    workflow: ai\n"
        )
    };
    let commit = |languages: [&str; 2]| {
        world.manifest(&manifest(languages));
        world.zencat(&["scope", "--lock"]).exits(0);
        git(world, &["add", "."]);
        git(world, &["commit", "--quiet", "--message", &languages.join("; ")]);
    };
    git(world, &["init", "--quiet", "--initial-branch", "main"]);
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/monorepo-ci/.gitattributes");
    fs::copy(example, world.path(".gitattributes")).unwrap();
    commit(["de", "de"]);
    git(world, &["switch", "--quiet", "--create", "first"]);
    commit(first);
    git(world, &["switch", "--quiet", "--create", "second", "main"]);
    // Meanwhile somebody edits an article, so both branches change the same line.
    world.sandbox.zendesk(|zendesk, now| {
        zendesk.edit_source(1_000_001, None, Some("<p>Only four words here</p>"), now).unwrap();
    });
    commit(second);
    git(world, &["merge", "--quiet", "--no-edit", "first"]);
}

#[test]
fn locks_of_two_branches_are_merged_by_git_and_hold_what_both_hold() {
    let world = world(4, &[]);
    branches(&world, [["de, fr", "de"], ["de", "de, ja"]]);
    let merged = lock(&world);
    for pair in ["article:1000000 fr", "article:1000001 fr", "article:1000002 ja", "article:1000003 ja"] {
        assert!(merged.contains(pair), "{pair} in\n{merged}");
    }
    let ran = world.zencat(&["scope", "--check"]).exits(0);
    assert!(!ran.stdout.contains("+ ") && !ran.stdout.contains("- "), "{}", ran.stdout);
    let plan = world.zencat(&["plan", "--locked", "--format", "json"]).exits(0).json();
    assert_eq!((&plan["summary"]["create"], &plan["summary"]["held"]), (&8.into(), &0.into()));
    world.zencat(&["scope", "--lock"]).exits(0);
    assert_eq!(lock(&world).lines().filter(|line| line.starts_with("article:")).count(), 8);
}

/// A union keeps the lines that one of the branches took out beside a line that the other one changed.
#[test]
fn what_a_merge_keeps_of_a_smaller_scope_is_told_by_the_check() {
    let world = world(4, &[]);
    branches(&world, [["de", "ja"], ["de, fr", "de"]]);
    let ran = world.zencat(&["scope", "--check"]).exits(3).tells("run `zencat scope --lock`");
    for pair in ["- article:1000002 \"Article 2\"  de  ai", "- article:1000003 \"Article 3\"  de  ai"] {
        assert!(ran.stdout.contains(pair), "{pair} in\n{}", ran.stdout);
    }
    world.zencat(&["scope", "--lock"]).exits(0);
    world.zencat(&["scope", "--check"]).exits(0);
}

#[test]
fn what_the_rules_match_beyond_the_lock_is_held_and_never_sent() {
    let world = world(3, &[]);
    world.zencat(&["plan", "--locked"]).exits(3).tells("zencat.lock").tells("scope --lock");
    world.manifest(&world.plain_manifest("de"));
    world.zencat(&["scope", "--lock"]).exits(0);
    world.manifest(&world.plain_manifest("de, fr"));
    let plan = world.zencat(&["plan", "--locked", "--format", "json"]).exits(0).json();
    let held: Vec<_> =
        plan["held"].as_array().unwrap().iter().map(|held| (&held["code"], &held["language"])).collect();
    assert_eq!(held, vec![(&Value::from("not-in-lock"), &Value::from("fr")); 3]);
    world.zencat(&["apply", "--locked", "--auto-approve"]).exits(0);
    world.work();
    world.zencat(&["apply", "--locked", "--auto-approve"]).exits(0);
    let languages = world.sandbox.smartcat(|smartcat, _| {
        smartcat.documents().iter().map(|document| document.language.clone()).collect::<Vec<_>>()
    });
    assert_eq!(languages, ["de", "de", "de"]);
    let sent = world.sandbox.zendesk(|zendesk, _| zendesk.locales_of(Kind::Article, 1_000_001));
    assert!(sent.contains(&"de".to_owned()) && !sent.contains(&"fr".to_owned()), "{sent:?}");
    // An article written after the review waits for one, whatever the rules say.
    world.zencat(&["scope", "--lock"]).exits(0);
    let plan = world.zencat(&["plan", "--locked", "--format", "json"]).exits(0).json();
    assert_eq!((&plan["summary"]["held"], &plan["summary"]["create"]), (&0.into(), &3.into()));
}

#[test]
fn a_pull_request_shows_what_a_reviewer_wants_without_any_account() {
    let mut world = world(4, &[]);
    world.manifest(&two_workflows(
        &world,
        "  - match: {kind: article}\n    languages: [de, fr]\n    workflow: ai\n",
    ));
    world.zencat(&["scope", "--lock"]).exits(0);
    commit_main(&world);
    world.manifest(&two_workflows(
        &world,
        "  - match: {kind: article}\n    languages: [de, ja]\n    workflow: ai\n\
         \x20 - match: {article: 1000002}\n    languages: [de]\n    workflow: human\n\
         \x20 - match: {article: 1000003}\n    exclude: true\n",
    ));
    let scope = world.zencat(&["scope", "--lock", "--format", "json"]).exits(0).json();
    let words = scope["pairs"][0]["words"].as_u64().unwrap();
    git(&world, &["commit", "--quiet", "--all", "--message", "Japanese"]);
    without_credentials(&mut world);
    world.sandbox.clear_journal();
    let page = world.zencat(&["scope", "--base", "main", "--format", "markdown"]).exits(0).stdout;
    assert!(world.sandbox.journal().is_empty(), "two locks say everything");
    let (commit, after) = page.split_once("main \\(").unwrap().1.split_once("\\)").unwrap();
    assert_eq!(commit.len(), 12);
    let (w3, w5) = (3 * words, 5 * words);
    let row = |symbol: &str, number: u64, languages: &str, workflow: &str, words: u64| {
        format!(
            "| `{symbol}` | article {} Article {number} | {languages} | {workflow} | {words} |\n",
            1_000_000 + number
        )
    };
    let table = |title: &str, count: usize, rows: &[String]| {
        let head = "| | item | languages | workflow | words |\n| --- | --- | --- | --- | ---: |\n";
        format!(
            "\n<details open><summary>{title} ({count})</summary>\n\n{head}{}\n</details>\n",
            rows.concat()
        )
    };
    assert!(
        page.contains(&format!(
            "**3 pairs added ({w3} words) · 5 removed ({w5} words) · 1 moved ({words} words)**"
        )),
        "{page}"
    );
    let expected = format!(
        " · up to {w3} Smartwords · in scope now 6 pairs of item and language, {} words\n\n\
         | language | added | removed | moved | words added | words removed | Smartwords up to |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n\
         | de | 0 | 1 | 1 | 0 | {words} | 0 |\n\
         | fr | 0 | 4 | 0 | 0 | {} | 0 |\n\
         | ja | 3 | 0 | 0 | {w3} | 0 | {w3} |\n{}{}{}",
        6 * words,
        4 * words,
        table("Added", 3, &[0, 1, 2].map(|number| row("+", number, "ja", "ai", words))),
        table(
            "Removed",
            4,
            &[
                row("-", 0, "fr", "ai", words),
                row("-", 1, "fr", "ai", words),
                row("-", 2, "fr", "ai", words),
                row("-", 3, "de, fr", "ai", 2 * words),
            ]
        ),
        table("Moved to another workflow", 1, &[row("~", 2, "de", "ai → human", words)]),
    );
    assert_eq!(after, expected);
    let document = world.zencat(&["scope", "--base", "main", "--format", "json"]).exits(0).json();
    assert_eq!((&document["base"], &document["summary"]["moved"]), (&"main".into(), &1.into()));
    assert_eq!(document["changes"].as_array().unwrap().len(), 9);
    let text = world.zencat(&["scope", "--base", "main"]).exits(0).stdout;
    assert!(text.contains("~ article:1000002 \"Article 2\"  de  ai → human"), "{text}");
}

#[test]
fn a_forgotten_lock_is_told_in_the_review() {
    let mut world = world(2, &[]);
    world.zencat(&["scope", "--lock"]).exits(0);
    commit_main(&world);
    world.manifest(&world.plain_manifest("de, fr, ja"));
    without_credentials(&mut world);
    let text = world.zencat(&["scope", "--base", "main"]).exits(0).stdout;
    assert!(text.contains("Not known: the rules changed, the lock did not."), "{text}");
    assert!(text.contains("the manifest changed and zencat.lock did not"), "{text}");
}

#[test]
fn without_locks_the_help_center_says_what_both_sides_match() {
    let mut world = world(2, &[]);
    commit_main(&world);
    world.manifest(&world.plain_manifest("de, ja"));
    let document = world.zencat(&["scope", "--base", "main", "--format", "json"]).exits(0).json();
    let summary = &document["summary"];
    assert_eq!(
        (&summary["added"], &summary["removed"], &summary["pairs"]),
        (&2.into(), &2.into(), &4.into())
    );
    assert!(document["notes"][0].as_str().unwrap().contains("the base has no zencat.lock"), "{document}");
    assert_eq!(world.writes(), Vec::<String>::new());
    without_credentials(&mut world);
    world.zencat(&["scope", "--base", "main"]).exits(1).tells("credentials are missing");
}

#[test]
fn a_base_without_a_manifest_makes_everything_new_and_paths_follow_the_manifest() {
    let world = world(2, &[]);
    fs::rename(world.path("zencat.yaml"), world.path("kept")).unwrap();
    commit_main(&world);
    fs::create_dir_all(world.path("docs/help")).unwrap();
    fs::rename(world.path("kept"), world.path("docs/help/velo.yaml")).unwrap();
    let file = ["-f", "docs/help/velo.yaml", "scope"];
    let document =
        world.zencat(&[&file[..], &["--base", "main", "--format", "json"]].concat()).exits(0).json();
    assert_eq!(document["summary"]["added"], 4);
    world.zencat(&[&file[..], &["--lock"]].concat()).exits(0);
    git(&world, &["add", "."]);
    git(&world, &["commit", "--quiet", "--message", "Help"]);
    world.sandbox.clear_journal();
    let inside = ["-C", "docs/help", "-f", "velo.yaml", "scope", "--base", "HEAD"];
    for arguments in [&[&file[..], &["--base", "HEAD"]].concat()[..], &inside] {
        let text = world.zencat(arguments).exits(0).stdout;
        assert!(text.contains("The scope does not change."), "{text}");
    }
    assert!(world.sandbox.journal().is_empty());
}

#[test]
fn what_git_cannot_give_is_told() {
    let mut world = world(1, &[]);
    world.zencat(&["scope", "--base", "main"]).exits(64).tells("git finds no repository");
    world.zencat(&["scope", "--lock"]).exits(0);
    fs::write(world.path("zencat.lock"), "no record\n").unwrap();
    commit_main(&world);
    for name in ["nowhere", "HEAD~7", "main:zencat.yaml", "a b", "💥"] {
        world
            .zencat(&["scope", "--base", name])
            .exits(64)
            .tells("this repository has no commit")
            .tells("git fetch");
    }
    for name in ["--base=--help", "--base=-x", "--base="] {
        world.zencat(&["scope", name]).exits(64).tells("is no name of a commit");
    }
    world
        .zencat(&["scope", "--base", "main"])
        .exits(1)
        .tells("main:zencat.lock cannot be understood")
        .tells("line 1");
    world.zencat(&["scope", "--base", "main", "--check"]).exits(64);
    let nothing_in_it = world.folder.path().to_str().unwrap().to_owned();
    world.set("PATH", &nothing_in_it);
    world.zencat(&["scope", "--base", "main"]).exits(1).tells("`git` program");
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[test]
fn a_manifest_that_was_wrong_is_shown_at_its_place() {
    let world = world(1, &[]);
    let good = world.plain_manifest("de");
    world.manifest(&good.replace("workflow: ai", "workflow: ia"));
    commit_main(&world);
    world.manifest(&good);
    world.zencat(&["scope", "--base", "main"]).exits(1).tells("main:zencat.yaml:13:15");
}
