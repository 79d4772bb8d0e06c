//! The files that CI systems read: well-formed, least privilege, third parties by commit, and consistent with what
//! they call.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use serde_json::Value;

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

#[test]
fn third_parties_are_named_by_commit() {
    for (path, workflow) in workflows() {
        let steps = jobs(&workflow).flat_map(|job| job["steps"].as_array().unwrap());
        for used in steps.filter_map(|step| step["uses"].as_str()) {
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
        let steps = jobs(&workflow).flat_map(|job| job["steps"].as_array().unwrap());
        for step in
            steps.filter(|step| step["uses"].as_str().is_some_and(|used| used.starts_with("OWNER/zencat@")))
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

/// Every `zencat …` in the files for CI systems is a command line that zencat takes.
#[test]
fn their_commands_are_taken() {
    let files = ["ci/gitlab-ci.yml", "ci/crontab", "monorepo-ci/workflow.yml"];
    let mut seen = 0;
    for file in files {
        let text = fs::read_to_string(root().join("examples").join(file)).unwrap();
        for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
            let Some(at) = line.find("zencat apply").or_else(|| line.find("- zencat ").map(|at| at + 2))
            else {
                continue;
            };
            let command = line[at..].split('|').next().unwrap();
            let parsed = zencat::cli::command().try_get_matches_from(command.split_whitespace());
            assert!(parsed.is_ok(), "{file}: {command}: {}", parsed.unwrap_err());
            seen += 1;
        }
    }
    assert!(seen >= 4, "{seen}");
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
