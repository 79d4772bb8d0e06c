//! `zencat explain ITEM [LANG]`: which rule decides and which it overrides, the hashes, the state, and what happens next.

use std::process::Command;

use zencat::diag::Code;
use zencat::plan::HeldCode;

use crate::snapshots;
use crate::world::Ran;
use crate::world::World;

const LEGAL: &str = "article:14402590000017";

/// What is said about the legal article in German; runs of spaces count as one.
fn german(world: &World) -> Vec<String> {
    let ran = world.zencat(&["explain", LEGAL, "de"]).exits(0);
    ran.stdout.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[track_caller]
fn says(lines: &[String], expected: &[&str]) {
    for expected in expected {
        assert!(lines.iter().any(|line| line.starts_with(expected)), "expected `{expected}` in {lines:#?}");
    }
}

fn two_rules(world: &World) -> String {
    let human = "  human:\n    stages: [translation]\n    send_when: confirmed\ncontent:\n";
    let rule = "  - match: {labels: [legal]}\n    languages: [de]\n    workflow: human\n";
    world.plain_manifest("de, fr").replace("content:\n", human) + rule
}

#[test]
fn the_deciding_rule_and_the_overridden_ones_are_named_by_their_lines() {
    let world = World::new();
    world.manifest(&two_rules(&world));
    let lines = german(&world);
    let of_rules: Vec<&String> = lines.iter().filter(|line| line.contains("zencat.yaml:")).collect();
    assert_eq!(
        of_rules,
        [
            "decided by zencat.yaml:17:5 (translated through `human`)",
            "overridden zencat.yaml:14:5 (translated through `ai`)"
        ]
    );
    let all = world.zencat(&["explain", LEGAL]).exits(0).stdout;
    assert!(all.contains("\nfr\n  decided by   zencat.yaml:14:5 (translated through `ai`)\n"), "{all}");
}

#[test]
fn each_state_says_what_happens_next() {
    let world = World::new();
    world.manifest(&two_rules(&world));
    let lines = german(&world);
    let hash = lines[1].split_whitespace().nth(1).unwrap().to_owned();
    assert_eq!(hash.len(), 32, "{lines:?}");
    says(
        &lines,
        &["in Zendesk no translation", "in Smartcat no document", "state missing", "next translate: "],
    );

    world.apply().exits(0);
    let lines = german(&world);
    let holds = format!("holds source {hash}");
    says(&lines, &["in Smartcat document ", &holds, "state in progress"]);
    says(&lines, &["next Smartcat is at work; it is sent when one stage is done"]);

    world.work();
    says(&german(&world), &["state ready", "next send: "]);
    world.apply().exits(0);
    says(&german(&world), &["delivered ", "accepted ", "state up to date", "next nothing"]);

    let held = two_rules(&world).replace("workflow: human\n", "workflow: human\n    hold: true\n");
    world.manifest(&held);
    says(
        &german(&world),
        &["decided by zencat.yaml:17:5 (`human`, on hold)", "state held", "held on-hold: "],
    );
    world.manifest(&(two_rules(&world) + "  - match: {labels: [legal]}\n    exclude: true\n"));
    says(&german(&world), &["decided by zencat.yaml:20:5 (excluded)", "overridden zencat.yaml:17:5"]);
}

#[test]
fn what_is_not_there_is_said() {
    let world = World::new();
    world.zencat(&["explain", "article:1"]).exits(64).tells("the help center shows no article 1");
    let lines = world.zencat(&["explain", "category:360000105001"]).exits(0).stdout;
    assert!(lines.contains("No rule speaks of it"), "{lines}");
}

/// Everything that zencat calls by a code, whether a diagnostic or a pair that is left alone, has a page, and it needs no
/// manifest and no service.
#[test]
fn every_code_has_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let explain = |subject: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zencat"));
        command.args(["explain", subject]).current_dir(folder.path()).env_clear();
        Ran::of(command.output().unwrap())
    };
    let diagnostics = Code::ALL.iter().map(|code| code.as_str());
    let held = serde_json::to_value(schemars::schema_for!(HeldCode)).unwrap();
    let held: Vec<&str> =
        held["oneOf"].as_array().unwrap().iter().map(|code| code["const"].as_str().unwrap()).collect();
    let mut pages = String::new();
    for code in diagnostics.chain(held) {
        let page = explain(code).exits(0).stdout;
        let (head, text) = page.split_once("\n\n").unwrap();
        assert!(head.starts_with(&format!("{code}: ")) && head.ends_with('.'), "{page}");
        assert!(text.len() > 20 && text.ends_with(".\n"), "{page}");
        pages += &format!("{page}\n");
    }
    snapshots::matches("explain.txt", &pages);
}

#[test]
fn an_unknown_code_is_told_with_what_is_near() {
    let world = World::new();
    for (unknown, near) in [("unknwon-key", "unknown-key"), ("EditedInZendesk", "edited-in-zendesk")] {
        let ran = world.zencat(&["explain", unknown]).exits(64).tells(&format!("did you mean `{near}`?"));
        assert!(!ran.stderr.contains("codes of"), "{}", ran.stderr);
    }
    let far = world.zencat(&["explain", "xyz"]).exits(64);
    far.tells("codes of diagnostics are syntax, ").tells("codes of held pairs are draft-source, ");
}
