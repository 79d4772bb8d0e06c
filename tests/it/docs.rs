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
    fn new(world: World) -> Self {
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
    let mut quick_start = QuickStart::new(World::new());
    // The plan tells the time at the rate of a reader, who has set none.
    quick_start.0.unset("ZENCAT_SMARTCAT_RATE");
    let plan = quick_start.says(&["plan"]);
    quick_start.0.set("ZENCAT_SMARTCAT_RATE", "1000");
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

/// Properties without a description, in a schema and all that it holds.
fn undescribed(schema: &Value, place: &str) -> Vec<String> {
    let own = schema["properties"].as_object().into_iter().flatten();
    let own = own.filter(|(_, property)| property["description"].as_str().is_none_or(str::is_empty));
    let mut found: Vec<String> = own.map(|(name, _)| format!("{place}/{name}")).collect();
    match schema {
        Value::Object(parts) => {
            found.extend(parts.iter().flat_map(|(name, part)| undescribed(part, &format!("{place}/{name}"))));
        }
        Value::Array(parts) => found.extend(parts.iter().flat_map(|part| undescribed(part, place))),
        _ => {}
    }
    found
}

#[test]
fn every_property_of_every_schema_has_a_description() {
    for entry in fs::read_dir(root().join("schema")).unwrap() {
        let path = entry.unwrap().path();
        let schema = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(undescribed(&schema, ""), Vec::<String>::new(), "{}", path.display());
    }
}

#[test]
fn what_the_commands_print_is_what_the_schemas_say() {
    let QuickStart(world) = QuickStart::new(World::new());
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

/// Blocks of shell in a page, each line without its comment.
pub(crate) fn shell(page: &str) -> Vec<String> {
    let blocks = page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let lines = blocks.flat_map(str::lines).map(|line| line.split(" #").next().unwrap().trim().to_owned());
    lines.filter(|line| !line.is_empty()).collect()
}

/// A reader who types what the pages say, from top to bottom, on a quick start: nothing is refused, and at the end
/// nothing is left to do. `.ci/run` has the two commands of the fresh machine, the rest runs here.
#[test]
fn the_readme_s_commands_do_what_they_say_when_typed_in_order() {
    let QuickStart(world) = QuickStart::new(World::new());
    let mut typed = Vec::new();
    for page in ["README.md", "examples/quickstart/README.md"] {
        for line in shell(&fs::read_to_string(root().join(page)).unwrap()) {
            let mut words = line.split_whitespace();
            match (words.next().unwrap(), words.collect::<Vec<_>>().as_slice()) {
                ("cargo", ["run", "--release", "--", "demo"] | ["test"]) | ("zencat", ["sandbox", ..]) => {}
                ("curl", ["-s", "-X", "POST", address]) => {
                    assert_eq!(*address, format!("{SMARTCAT}/_sandbox/smartcat/finish_all"));
                    world.work();
                }
                ("zencat", arguments) => {
                    // Nobody has half an hour here; what is in work is looked at once.
                    let arguments: Vec<&str> =
                        arguments.iter().map(|word| if *word == "30m" { "1s" } else { word }).collect();
                    world.zencat(&arguments).exits(0);
                    typed.push(line.clone());
                }
                _ => panic!("{page} says `{line}`, which no test runs"),
            }
        }
    }
    assert!(typed.len() >= 10, "{typed:?}");
}

#[test]
fn help_and_manual_tell_of_every_command_and_topic() {
    let world = World::new();
    let top = world.zencat(&["help"]).exits(0).stdout;
    assert_eq!(top, world.zencat(&["--help"]).exits(0).stdout);
    for command in zencat::cli::command().get_subcommands() {
        let name = command.get_name();
        let help = world.zencat(&["help", name]).exits(0).stdout;
        assert_eq!(help, world.zencat(&[name, "--help"]).exits(0).stdout, "{name}");
        let page = world.zencat(&["man", name]).exits(0).stdout;
        assert!(page.contains(&format!("zencat\\-{name}")), "{page}");
    }
    let topics = world.zencat(&["help", "topics"]).exits(0).stdout;
    for topic in ["manifest", "credentials", "states", "hashes", "exit-codes", "environment"] {
        assert!(top.contains(topic), "{topic} is not offered");
        assert!(topics.lines().any(|line| line.trim().starts_with(topic)), "{topics}");
        let page = world.zencat(&["help", topic]).exits(0).stdout;
        assert!(page.lines().count() > 8, "{page}");
    }
    fs::create_dir(world.path("man1")).unwrap();
    world.zencat(&["man", "--dir", "man1"]).exits(0);
    let written = fs::read_dir(world.path("man1")).unwrap().count();
    assert_eq!(written, zencat::cli::command().get_subcommands().count() + 1);
    world.zencat(&["man", "--dir", "nowhere"]).exits(1).tells("a directory that is there");
}

#[test]
fn every_shell_is_completed() {
    let world = World::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = world.zencat(&["completions", shell]).exits(0).stdout;
        for word in ["zencat", "plan", "detailed-exitcode"] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
    // A script that its shell does not take is no completion.
    let script = world.zencat(&["completions", "bash"]).exits(0).stdout;
    fs::write(world.path("zencat.bash"), script).unwrap();
    if let Ok(checked) = std::process::Command::new("bash").arg("-n").arg(world.path("zencat.bash")).output()
    {
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    }
}

#[test]
fn every_page_and_option_has_a_sentence() {
    for command in zencat::cli::command().get_subcommands() {
        assert!(command.get_about().is_some(), "{}", command.get_name());
        for argument in
            command.get_arguments().filter(|argument| argument.get_id() != "help" && !argument.is_hide_set())
        {
            assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument.get_id());
        }
    }
}
