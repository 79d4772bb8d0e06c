//! What people get wrong: one clear message with its place, the exit code of the contract, and nothing written.

use std::fs;

use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::ServiceName;

use crate::world::Ran;
use crate::world::World;

/// The plan of a manifest that is wrong.
#[track_caller]
fn refused(world: &World, code: i32) -> Ran {
    let ran = world.zencat(&["plan"]).exits(code);
    assert_eq!(world.writes(), Vec::<String>::new());
    assert_eq!(ran.stdout, "");
    ran
}

#[test]
fn a_wrong_manifest_is_told_with_its_place() {
    let world = World::new();
    let good = world.plain_manifest("de, fr");
    for (from, to, place, message) in [
        ("name: acme", "name: acme\nsouce_locale: en-us", ":3:1", "source_locale"),
        ("workflow: ai\n", "workflow: ia\n", ":13:15", "ai"),
        ("[de, fr]", "[de, xx-yy]", ":12:21", "xx-yy"),
        ("[de, fr]", "[de, de-x-informal]", ":12:", "de-x-informal"),
        ("http://127.0.0.1", "http://example.com", ":3:", "https"),
        ("stages: [translation, postediting]", "stages: [translation, postedit]", ":7:27", "postediting"),
    ] {
        world.manifest(&good.replacen(from, to, 1));
        let ran = refused(&world, 1);
        assert!(ran.stderr.contains(&format!("zencat.yaml{place}")), "{place} in\n{}", ran.stderr);
        assert!(ran.stderr.contains(message), "{message} in\n{}", ran.stderr);
    }
    assert!(world.sandbox.journal().is_empty(), "a wrong manifest asks nothing of anybody");
}

#[test]
fn what_only_the_services_know_is_told_at_the_same_places() {
    let world = World::new();
    let good = world.plain_manifest("de, fr");
    world.manifest(&good.replace("{kind: article}", "{section: 987654}"));
    refused(&world, 1).tells("zencat.yaml:11:").tells("987654");
    world.manifest(&good.replace("[de, fr]", "[de, nl]"));
    refused(&world, 1).tells("zencat.yaml:12:21").tells("nl");
}

#[test]
fn missing_credentials_are_named_before_anything_else_happens() {
    let mut world = World::new();
    for name in ["ZENDESK_OAUTH_CLIENT_ID", "ZENDESK_OAUTH_CLIENT_SECRET", "SMARTCAT_API_KEY"] {
        world.unset(name);
    }
    refused(&world, 1)
        .tells("ZENDESK_OAUTH_CLIENT_ID")
        .tells("SMARTCAT_ACCOUNT_ID is set, SMARTCAT_API_KEY is not");
    assert!(world.sandbox.journal().is_empty());
}

#[test]
fn wrong_credentials_are_told_by_method_url_and_status() {
    let mut world = World::new();
    world.set("SMARTCAT_API_KEY", "wrong");
    refused(&world, 1).tells("GET").tells("/api/integration/v2/project/list").tells("401");
    let mut world = World::new();
    world.set("ZENDESK_OAUTH_CLIENT_SECRET", "wrong");
    refused(&world, 1).tells("POST").tells("/oauth/tokens").tells("401");
    let mut world = World::new();
    world.unset("ZENDESK_OAUTH_CLIENT_ID");
    world.unset("ZENDESK_OAUTH_CLIENT_SECRET");
    world.set("ZENDESK_EMAIL", "somebody@example.com");
    world.set("ZENDESK_API_TOKEN", "wrong");
    // Zendesk takes a wrong token for a visitor, whom it shows public articles.
    refused(&world, 1).tells("Zendesk");
}

#[test]
fn a_forbidden_list_stops_the_run() {
    let world = World::new();
    world.sandbox.set_faults(vec![
        Fault::once(
            ServiceName::Zendesk,
            "GET",
            "*/articles*",
            FaultKind::Status {
                status: 403,
                headers: Default::default(),
                body: r#"{"error":{"title":"Forbidden","message":"You do not have access to this page"}}"#
                    .to_owned(),
                content_type: Some("application/json".to_owned()),
                after_commit: false,
            },
        )
        .every(),
    ]);
    refused(&world, 1).tells("403").tells("/articles");
}

#[test]
fn wrong_usage_has_its_own_code() {
    let world = World::new();
    world.zencat(&["plan", "--no-such-option"]).exits(64);
    world.zencat(&["paln"]).exits(64);
    world.zencat(&["plan", "--target", "page:1"]).exits(64).tells("article:ID");
    world.zencat(&["-C", "nowhere", "plan"]).exits(64);
    world.zencat(&["-f", "missing.yaml", "plan"]).exits(1).tells("missing.yaml");
}

#[test]
fn json_is_one_document_in_failure_too() {
    let world = World::new();
    world.manifest("version: 1\nname: acme\nunknown: 1\n");
    for command in ["plan", "apply", "status", "validate"] {
        let ran = world.zencat(&[command, "--format", "json"]).exits(1);
        let document = ran.json();
        assert_eq!(document["format_version"], 1, "{command}");
        let diagnostics = document.pointer("/error/diagnostics").or(document.get("diagnostics")).unwrap();
        assert!(diagnostics.as_array().unwrap().iter().any(|problem| problem["line"] == 3), "{document}");
    }
}

#[test]
fn no_secret_is_ever_shown() {
    let mut world = World::new();
    world.set("SMARTCAT_API_KEY", "super-secret-key");
    let ran = world.zencat(&["plan", "-v"]).exits(1);
    assert!(
        !ran.stderr.contains("super-secret-key") && !ran.stdout.contains("super-secret-key"),
        "{}",
        ran.stderr
    );
    let good = World::new();
    let secrets: Vec<String> = good
        .sandbox
        .settings()
        .into_iter()
        .filter(|(name, _)| !name.ends_with("_ID"))
        .map(|(_, value)| value)
        .collect();
    let ran = good.zencat(&["apply", "-v", "--auto-approve", "--format", "json"]).exits(0);
    for secret in secrets {
        assert!(!ran.stderr.contains(&secret) && !ran.stdout.contains(&secret), "{secret}");
        assert!(good.sandbox.journal().iter().all(|entry| !entry.body.contains(&secret)));
    }
}

#[test]
fn a_file_that_cannot_be_written_is_told_in_one_document() {
    let world = World::new();
    // No file can take the place of a folder.
    fs::create_dir(world.path("zencat.lock")).unwrap();
    for (file, arguments) in [
        ("missing/plan.json", &["plan", "--out", "missing/plan.json"][..]),
        ("missing/plan.md", &["plan", "--markdown", "missing/plan.md"]),
        ("zencat.lock", &["scope", "--lock"]),
    ] {
        let failure = world.zencat(&[arguments, &["--format", "json"]].concat()).exits(1).json();
        assert_eq!(failure["error"]["kind"], "file", "{failure}");
        assert!(failure["error"]["message"].as_str().unwrap().contains(file), "{failure}");
        assert_eq!(world.zencat(arguments).exits(1).stdout, "", "{file}");
    }
}
