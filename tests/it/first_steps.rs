//! Somebody who has never seen zencat: an empty folder, nothing in the environment, and what the program itself says
//! to do next. Five commands later there is a plan.

use std::fs;
use std::process::Command;
use std::process::Stdio;

use crate::world::Ran;
use crate::world::World;

/// The person, who has two accounts and knows where they are.
struct Newcomer {
    accounts: World,
    folder: tempfile::TempDir,
    exported: Vec<(String, String)>,
}

impl Newcomer {
    fn new() -> Self {
        Self { accounts: World::new(), folder: tempfile::tempdir().unwrap(), exported: Vec::new() }
    }

    fn types(&self, line: &str) -> Ran {
        let words = line.strip_prefix("zencat ").unwrap_or_else(|| panic!("`{line}` is no command"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_zencat"));
        command
            .args(words.split_whitespace())
            .current_dir(self.folder.path())
            .env_clear()
            .stdin(Stdio::null());
        Ran::of(command.envs(self.exported.iter().cloned()).output().unwrap())
    }

    /// Does what lines with `export` say, with the values that were found where the page says they are.
    fn exports(&mut self, page: &str) {
        let found = self.accounts.sandbox.settings();
        for line in page.lines().filter_map(|line| line.trim().strip_prefix("export ")) {
            let (name, _) = line.split_once('=').unwrap();
            let variable = name.trim_end_matches("_FILE");
            let (_, value) =
                found.iter().find(|(known, _)| *known == variable).unwrap_or_else(|| panic!("{variable}"));
            let value = if name == variable {
                value.clone()
            } else {
                let file = self.folder.path().join(format!("../{variable}"));
                fs::write(&file, value).unwrap();
                file.display().to_string()
            };
            self.exported.push((name.to_owned(), value));
        }
    }
}

/// The command after a text that leads to it, to the end of its line.
#[track_caller]
fn command_after<'t>(said: &'t str, before: &str) -> &'t str {
    let (_, rest) = said.split_once(before).unwrap_or_else(|| panic!("nothing says `{before}` in\n{said}"));
    rest.lines().next().unwrap().trim()
}

#[test]
fn five_commands_lead_from_an_empty_folder_to_a_plan_and_each_is_told_by_the_one_before() {
    let mut newcomer = Newcomer::new();

    let first = newcomer.types("zencat check").exits(1);
    assert!(
        first.stdout.contains("✗ Credentials") && first.stdout.contains("✗ Manifest"),
        "{}",
        first.stdout
    );
    assert_eq!(first.stderr, "");

    let page = newcomer.types(command_after(&first.stdout, "how to set them: ")).exits(0).stdout;
    newcomer.exports(&page);
    assert_eq!(newcomer.exported.len(), 4, "{page}");

    // Where the two accounts are only a person knows; a sandbox has no region.
    let (zendesk, smartcat) =
        (newcomer.accounts.sandbox.zendesk_url(), newcomer.accounts.sandbox.smartcat_url());
    let init = command_after(&first.stdout, "from what your help center and Smartcat hold: ");
    assert_eq!(init, "zencat init --zendesk-url https://SUBDOMAIN.zendesk.com --region eu");
    let init = init
        .replace("https://SUBDOMAIN.zendesk.com", &zendesk)
        .replace("--region eu", &format!("--smartcat-url {smartcat}"));
    let written = newcomer.types(&init).exits(0).stdout;

    let next = command_after(&written, "Read it, then: ");
    let (check, plan) = next.split_once(", ").unwrap();
    assert_eq!(check, "zencat check");
    let checked = newcomer.types(check).exits(0).stdout;
    assert!(checked.lines().all(|line| !line.starts_with('✗')), "{checked}");
    assert_eq!(command_after(&checked, "Next: "), plan);

    let shown = newcomer.types(plan).exits(0).stdout;
    assert!(shown.contains("Plan: ") || shown.contains("Nothing to do."), "{shown}");
    assert!(
        newcomer.accounts.writes().iter().all(|write| write.ends_with("/oauth/tokens")),
        "nothing is written"
    );
}

/// Whatever is missing, `check` says it and where to get it, and looks at all that is there.
#[test]
fn check_tells_of_one_thing_at_a_time_what_is_missing() {
    let world = World::new();
    let good = world.zencat(&["check"]).exits(0).stdout;
    assert!(good.ends_with("Nothing that zencat needs is missing. Next: zencat plan\n"), "{good}");

    let twice = "  - match: {kind: section}\n    languages: [pt-pt]\n    workflow: ai\n";
    world.manifest(&format!("{}{twice}", world.plain_manifest("de, pt-pt")));
    let said = world.zencat(&["check"]).exits(1).stdout;
    assert!(said.contains("✗ Manifest's languages   not enabled in the help center: pt-pt\n"), "{said}");

    let mut keyless = World::new();
    keyless.unset("SMARTCAT_API_KEY");
    let said = keyless.zencat(&["check"]).exits(1).stdout;
    assert!(said.contains("SMARTCAT_ACCOUNT_ID is set, SMARTCAT_API_KEY is not"), "{said}");
    assert!(said.contains("✓ Manifest") && said.contains("zencat help credentials"), "{said}");

    let mut refused = World::new();
    refused.set("SMARTCAT_API_KEY", "wrong");
    let said = refused.zencat(&["check"]).exits(1).stdout;
    assert!(said.contains("✗ Smartcat credentials"), "{said}");
    assert!(said.contains("✓ Zendesk permissions"), "the other service is looked at all the same: {said}");
    assert!(said.contains("  hint: both are in Smartcat under Settings → API"), "{said}");

    fs::remove_file(refused.path("zencat.yaml")).unwrap();
    let json = refused.zencat(&["check", "--format", "json"]).exits(1).json();
    let verdicts: Vec<_> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| (&finding["what"], &finding["verdict"]))
        .collect();
    assert_eq!(
        serde_json::json!(verdicts),
        serde_json::json!([["Credentials", "ok"], ["Manifest", "failed"]])
    );
}
