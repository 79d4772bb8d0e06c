//! The files that CI systems read: well-formed, least privilege, third parties by commit, and consistent with what
//! they call.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use serde_json::Value;

use crate::world::World;
use crate::world::generated;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Workflows of GitHub: ours and those to copy.
fn workflows() -> Vec<(PathBuf, Value)> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(root().join(".github/workflows")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let examples = ["ci/pull-request.yml", "ci/main.yml", "ci/nightly.yml", "monorepo-ci/workflow.yml"];
    files.extend(examples.map(|name| root().join("examples").join(name)));
    files.sort();
    files.into_iter().map(|path| (path.clone(), yaml(&path))).collect()
}

fn yaml(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap();
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn jobs(workflow: &Value) -> impl Iterator<Item = &Value> {
    workflow["jobs"].as_object().unwrap().values()
}

#[test]
fn every_workflow_is_well_formed_and_has_an_end() {
    for (path, workflow) in workflows() {
        let shown = path.display();
        assert!(workflow["name"].is_string(), "{shown}");
        assert!(workflow["on"].is_object(), "{shown}");
        assert!(
            workflow["permissions"].is_object(),
            "{shown}: permissions are said, not left to the default"
        );
        for job in jobs(&workflow) {
            assert!(job["timeout-minutes"].is_u64() && job["runs-on"].is_string(), "{shown}");
            for step in job["steps"].as_array().unwrap() {
                let does = [&step["uses"], &step["run"]].iter().filter(|does| does.is_string()).count();
                assert_eq!(does, 1, "{shown}: {step}");
            }
            let known = workflow["jobs"].as_object().unwrap();
            let needs = match &job["needs"] {
                Value::String(need) => vec![need.clone()],
                Value::Array(needs) => needs.iter().map(|need| need.as_str().unwrap().to_owned()).collect(),
                _ => Vec::new(),
            };
            assert!(needs.iter().all(|need| known.contains_key(need)), "{shown}: {needs:?}");
        }
        assert!(workflow["on"].get("pull_request_target").is_none(), "{shown}: forks would get secrets");
    }
}

fn steps(workflow: &Value) -> impl Iterator<Item = &Value> {
    jobs(workflow).flat_map(|job| job["steps"].as_array().unwrap())
}

/// Secrets are in reach of a job only where an environment guards them, and a token only of the step that needs it.
#[test]
fn secrets_are_given_to_those_who_need_them() {
    for (path, workflow) in workflows() {
        let shown = path.display();
        assert!(!workflow["env"].to_string().contains("token"), "{shown}: every step would have it");
        for job in jobs(&workflow) {
            assert!(!job["env"].to_string().contains("github.token"), "{shown}");
            let guarded = job["environment"].is_string();
            assert!(guarded || !job.to_string().contains("secrets."), "{shown}");
        }
        // A job on pull requests either has none, or none for forks.
        if workflow["on"].get("pull_request").is_some() {
            for job in jobs(&workflow).filter(|job| job.to_string().contains("secrets.")) {
                let guards = [&job["if"], &job["environment"]].map(ToString::to_string).concat();
                let knows =
                    ["head.repo.full_name == github.repository", "github.event_name != 'pull_request'"];
                assert!(knows.iter().any(|guard| guards.contains(guard)), "{shown}: {guards}");
            }
        }
    }
}

/// Two applies at once end in the same state, and the second does the work of the first again.
#[test]
fn one_apply_at_a_time_and_none_is_cut_short() {
    let mut seen = 0;
    for (path, workflow) in workflows() {
        let applies = |step: &Value| {
            step["with"]["command"] == "apply"
                || step["run"].as_str().is_some_and(|run| run.contains("zencat apply"))
        };
        if steps(&workflow).any(applies) {
            let (group, cancel) =
                (&workflow["concurrency"]["group"], &workflow["concurrency"]["cancel-in-progress"]);
            assert!(group.is_string() && *cancel == false, "{}", path.display());
            seen += 1;
        }
    }
    assert_eq!(seen, 3, "main, nightly and the monorepo");
}

/// What the action installs, and SECURITY.md tells to verify, is what a release has.
#[test]
fn a_release_has_every_binary_with_checksum_and_provenance() {
    let release = yaml(&root().join(".github/workflows/release.yml"));
    let binaries = &release["jobs"]["binaries"];
    let included = binaries["strategy"]["matrix"]["include"].as_array().unwrap();
    let mut targets: Vec<&str> = included.iter().map(|entry| entry["target"].as_str().unwrap()).collect();
    let install = fs::read_to_string(root().join("action/install.sh")).unwrap();
    let mut installed: Vec<&str> =
        install.split("target=").skip(1).map(|rest| rest.split(' ').next().unwrap()).collect();
    installed.retain(|target| {
        target.contains("-unknown-") || target.contains("-apple-") || target.contains("-pc-")
    });
    targets.sort_unstable();
    installed.sort_unstable();
    assert_eq!((targets.len(), &targets), (5, &installed));
    let text = binaries["steps"].to_string();
    for part in ["sha256sum", "shasum -a 256", "actions/attest-build-provenance@", ".tar.gz.sha256", "demo"] {
        assert!(text.contains(part), "{part}");
    }
    for permission in ["id-token", "attestations"] {
        assert_eq!(binaries["permissions"][permission], "write", "{permission}");
    }
    assert_eq!(release["permissions"], serde_json::json!({}), "each job has what it needs");
}

#[test]
fn third_parties_are_named_by_commit() {
    for (path, workflow) in workflows() {
        for used in steps(&workflow).filter_map(|step| step["uses"].as_str()) {
            let (name, version) = used.split_once('@').unwrap();
            let is_commit = version.len() == 40 && version.bytes().all(|b| b.is_ascii_hexdigit());
            let is_ours = name == "OWNER/zencat" && version == "COMMIT";
            assert!(is_commit || is_ours, "{}: {used}", path.display());
            if name == "actions/checkout" {
                let text = fs::read_to_string(&path).unwrap();
                assert!(text.contains("persist-credentials: false"), "{}", path.display());
            }
        }
    }
}

/// An example that sets an input the Action does not have would be ignored without a word.
#[test]
fn examples_set_inputs_that_there_are() {
    let inputs = yaml(&root().join("action.yml"))["inputs"].clone();
    let mut seen = 0;
    for (path, workflow) in workflows() {
        for step in steps(&workflow)
            .filter(|step| step["uses"].as_str().is_some_and(|used| used.starts_with("OWNER/zencat@")))
        {
            for input in step["with"].as_object().unwrap().keys() {
                assert!(inputs.get(input).is_some(), "{}: {input}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 6, "{seen}");
}

#[test]
fn the_action_tells_what_a_plan_is() {
    let action = yaml(&root().join("action.yml"));
    let outputs = action["outputs"].as_object().unwrap();
    for name in ["has-changes", "digest", "words", "create", "update", "import", "send", "retire", "held"] {
        assert!(outputs.contains_key(name), "{name}");
        assert!(outputs[name]["description"].is_string(), "{name}");
    }
}

#[test]
fn the_other_files_are_well_formed_too() {
    let gitlab = yaml(&root().join("examples/ci/gitlab-ci.yml"));
    for job in ["plan", "apply", "nightly"] {
        assert!(gitlab[job]["script"].is_array() && gitlab[job]["rules"].is_array(), "{job}");
    }
    for entry in fs::read_dir(root().join(".github/ISSUE_TEMPLATE")).unwrap() {
        let path = entry.unwrap().path();
        let template = yaml(&path);
        let is_form = template["name"].is_string() && template["body"].is_array();
        assert!(is_form || path.ends_with("config.yml"), "{}", path.display());
    }
    let cron = fs::read_to_string(root().join("examples/ci/crontab")).unwrap();
    assert!(cron.lines().any(|line| line.contains("zencat apply --auto-approve")), "{cron}");
}

/// A command line of a shell without where its output goes, and without quotes: what zencat is given.
fn words(line: &str) -> Vec<String> {
    let line = line.split(['|', '>']).next().unwrap();
    line.split_whitespace().map(|word| word.trim_matches('"').to_owned()).collect()
}

/// What the step of a workflow runs: by itself, or through the Action.
fn run_by(step: &Value) -> Vec<String> {
    let with = |input: &str| step["with"][input].as_str();
    match (step["run"].as_str(), step["uses"].as_str()) {
        (Some(script), _) => script.lines().map(|line| line.trim().to_owned()).collect(),
        (None, Some(used)) if used.starts_with("OWNER/zencat@") => {
            // By itself the Action plans on pull requests and applies elsewhere.
            let command = with("command").filter(|command| *command != "auto").unwrap_or("plan");
            vec![format!("zencat {command} {}", with("args").unwrap_or_default())]
        }
        _ => Vec::new(),
    }
}

/// Every `zencat …` in the files for CI systems is a command line that zencat takes.
#[test]
fn their_commands_are_taken() {
    let of_github = workflows();
    let of_github = of_github.iter().flat_map(|(_, workflow)| steps(workflow)).flat_map(run_by);
    let gitlab = yaml(&root().join("examples/ci/gitlab-ci.yml"));
    let scripts = ["plan", "apply", "nightly"].map(|job| gitlab[job]["script"].as_array().unwrap());
    let of_gitlab = scripts.into_iter().flatten().map(|line| line.as_str().unwrap().to_owned());
    let cron = fs::read_to_string(root().join("examples/ci/crontab")).unwrap();
    let of_cron = cron.lines().filter(|line| !line.starts_with('#'));
    let of_cron = of_cron.filter_map(|line| Some(line[line.find("zencat apply")?..].to_owned()));
    let commands: Vec<String> = of_github.chain(of_gitlab).chain(of_cron).collect();
    let commands: Vec<&String> = commands.iter().filter(|line| line.starts_with("zencat ")).collect();
    for command in &commands {
        let parsed = zencat::cli::command().try_get_matches_from(words(command));
        assert!(parsed.is_ok(), "{command}: {}", parsed.unwrap_err());
    }
    assert!(commands.len() >= 12, "{commands:#?}");
}

/// Whoever copies an example installs the release that it was written for.
#[test]
fn the_version_that_pages_and_examples_name_is_this_one() {
    let listed = std::process::Command::new("git")
        .args(["ls-files", "examples", "action", "action.yml", "README.md", "SECURITY.md"])
        .current_dir(root())
        .output();
    let Some(listed) = listed.ok().filter(|listed| listed.status.success()) else { return };
    let mut seen = 0;
    for file in String::from_utf8(listed.stdout).unwrap().lines() {
        let text = fs::read_to_string(root().join(file)).unwrap();
        // A comment beside a commit names the version of another project.
        for line in text.lines().filter(|line| !line.contains("@") || line.contains("zencat")) {
            for word in line.split(|c: char| !c.is_ascii_alphanumeric() && c != '.') {
                let Some(version) = word.strip_prefix('v') else { continue };
                let version = version.trim_end_matches('.');
                if version.split('.').filter(|part| part.parse::<u32>().is_ok()).count() == 3 {
                    assert_eq!(version, env!("CARGO_PKG_VERSION"), "{file}: {line}");
                    seen += 1;
                }
            }
        }
    }
    assert!(seen >= 8, "{seen}");
}

/// A merge request, its merge, a night and an hour of cron, with what the files say, one after the other: at the end
/// nothing is out of step.
#[test]
fn gitlab_s_jobs_and_cron_s_line_carry_a_help_center_through() {
    let world = World::seeded(generated(2, &[], &["de", "fr"]));
    world.zencat(&["scope", "--lock", "-q"]).exits(0);
    let gitlab = yaml(&root().join("examples/ci/gitlab-ci.yml"));
    let run = |line: &str| {
        // Nobody has an hour here: what is in work is looked at once.
        let words = line.split_whitespace().map(|word| match word {
            "30m" | "90m" => "1s",
            word => word,
        });
        world.zencat(&words.skip(1).collect::<Vec<_>>()).exits(0);
    };
    for job in ["plan", "apply", "nightly"] {
        if job == "nightly" {
            world.work();
        }
        gitlab[job]["script"].as_array().unwrap().iter().for_each(|line| run(line.as_str().unwrap()));
    }
    for path in gitlab["plan"]["artifacts"]["paths"].as_array().unwrap() {
        assert!(world.path(path.as_str().unwrap()).is_file(), "{path} is not written");
    }
    let cron = fs::read_to_string(root().join("examples/ci/crontab")).unwrap();
    let line = cron.lines().find(|line| !line.starts_with('#') && line.contains("zencat apply")).unwrap();
    run(line[line.find("zencat apply").unwrap()..].split('|').next().unwrap());
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
}

/// The account that the repository will live under is not known: its placeholder stands where the instructions to
/// replace it say, and nowhere else.
#[test]
fn owner_is_a_placeholder_in_the_places_that_are_named() {
    let listed =
        std::process::Command::new("git").args(["grep", "-lw", "OWNER"]).current_dir(root()).output();
    let Some(listed) = listed.ok().filter(|listed| listed.status.success()) else { return };
    let tells = ["CONTRIBUTING.md", "README.md", "tests/it/dependencies.rs", "tests/it/workflows.rs"];
    for file in String::from_utf8(listed.stdout).unwrap().lines() {
        let named = ["Cargo.toml", "SECURITY.md"].contains(&file) || file.starts_with("examples/");
        assert!(named || tells.contains(&file), "{file}");
    }
}
