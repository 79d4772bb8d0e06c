//! What is written down is what happens: the README's samples are runs of the quick start, its tables come from the
//! command line, and the schemas in `schema/` are those of the types.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use serde_json::Value;

use crate::world::World;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Compares a part of a file with what it should be, or with `ZENCAT_BLESS=1` writes it.
#[track_caller]
fn holds(file: &str, part: &str, actual: &str) {
    let path = root().join(file);
    let text = fs::read_to_string(&path).unwrap();
    if std::env::var_os("ZENCAT_BLESS").is_some() {
        fs::write(&path, text.replace(part, actual)).unwrap();
    } else {
        assert_eq!(
            part, actual,
            "{file} is not what happens; refresh it with: ZENCAT_BLESS=1 cargo test docs"
        );
    }
}

/// The part of a text between two marks.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let (_, rest) = text.split_once(from).unwrap();
    rest.split_once(to).unwrap().0
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// The quick start in a world of its own, at the addresses that its page names.
struct QuickStart(World);

const ZENDESK: &str = "http://127.0.0.1:8801";
const SMARTCAT: &str = "http://127.0.0.1:8802";

impl QuickStart {
    fn new() -> Self {
        let world = World::new();
        let manifest = fs::read_to_string(root().join("examples/quickstart/zencat.yaml")).unwrap();
        let (zendesk, smartcat) = (world.sandbox.zendesk_url(), world.sandbox.smartcat_url());
        world.manifest(&manifest.replace(ZENDESK, &zendesk).replace(SMARTCAT, &smartcat));
        Self(world)
    }

    fn says(&self, arguments: &[&str]) -> String {
        let ran = self.0.zencat(arguments).exits(0);
        let (zendesk, smartcat) = (self.0.sandbox.zendesk_url(), self.0.sandbox.smartcat_url());
        ran.stdout.replace(&zendesk, ZENDESK).replace(&smartcat, SMARTCAT)
    }
}

// One test after the other, since blessing rewrites one file.
#[test]
fn the_readme_shows_what_happens() {
    let quick_start = QuickStart::new();
    let plan = quick_start.says(&["plan"]);
    holds("README.md", between(&readme(), "<!-- sample: plan -->\n```text\n", "```"), &plan);
    quick_start.says(&["apply", "--auto-approve"]);
    quick_start.0.work();
    let apply = quick_start.says(&["apply", "--auto-approve"]);
    holds("README.md", between(&readme(), "<!-- sample: apply -->\n```text\n", "```"), &apply);
    assert!(quick_start.says(&["plan", "--detailed-exitcode"]).contains("Nothing to do."));

    let manifest = fs::read_to_string(root().join("examples/quickstart/zencat.yaml")).unwrap();
    holds("README.md", between(&readme(), "```yaml\n", "```"), &manifest);

    let commands: String = zencat::cli::command()
        .get_subcommands()
        .map(|command| {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            format!("| `zencat {}` | {} |\n", command.get_name(), about.replace('|', "\\|"))
        })
        .collect();
    holds(
        "README.md",
        between(&readme(), "| command | what it does |\n| --- | --- |\n", "\n`zencat COMMAND"),
        &commands,
    );
}

#[test]
fn the_committed_schemas_are_those_of_the_types() {
    let world = World::new();
    for name in ["manifest", "plan", "outcome", "status"] {
        let file = format!("schema/{name}.schema.json");
        let committed = fs::read_to_string(root().join(&file)).unwrap();
        let generated = world.zencat(&["schema", name]).exits(0).stdout;
        assert_eq!(committed, generated, "refresh it with: cargo run -- schema {name} > {file}");
    }
}

#[test]
fn what_the_commands_print_is_what_the_schemas_say() {
    let QuickStart(world) = QuickStart::new();
    let check = |schema: &str, document: &Value| {
        let text = fs::read_to_string(root().join(format!("schema/{schema}.schema.json"))).unwrap();
        let validator = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
        let errors: Vec<String> = validator.iter_errors(document).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{schema}");
    };
    check("plan", &world.plan());
    check("outcome", &world.apply().exits(0).json());
    check("status", &world.zencat(&["status", "--format", "json"]).exits(0).json());
    world.work();
    check("plan", &world.plan());
    check("outcome", &world.apply().exits(0).json());
}

#[test]
fn every_page_and_option_has_a_sentence() {
    for command in zencat::cli::command().get_subcommands() {
        assert!(command.get_about().is_some(), "{}", command.get_name());
        for argument in command.get_arguments().filter(|argument| argument.get_id() != "help") {
            assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument.get_id());
        }
    }
}
