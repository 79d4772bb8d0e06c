//! `zencat help`: the help of a command, or a page about a topic. Lists on a page come from the types they tell of.

use clap::Args;
use clap::CommandFactory as _;
use clap::ValueEnum;

use crate::plan::HeldCode;
use crate::report::held;
use crate::report::pairs::STATES;
use crate::report::pairs::state_name;
use crate::report::wrap;

use super::args::Cli;
use super::args::meaning;
use super::environment;
use super::error::CommandError;
use super::error::Kind;
use super::exit::Exit;
use super::ui::Ui;
use super::unwritten;

#[derive(Debug, Args)]
pub(super) struct HelpArgs {
    /// A command, or a topic: manifest, credentials, states, hashes, exit-codes, environment
    #[arg(value_name = "COMMAND|TOPIC")]
    pub(super) subject: Option<String>,
}

/// What there is a page about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Topic {
    /// What is translated, into what, and how
    Manifest,
    /// Which are needed, and where to get them
    Credentials,
    /// What may be true of an item in a language
    States,
    /// How zencat knows what has changed
    Hashes,
    /// How a run has ended
    ExitCodes,
    /// Every variable that zencat reads
    Environment,
}

impl Topic {
    /// The names of all.
    pub(super) const NAMES: [&str; 6] =
        ["manifest", "credentials", "states", "hashes", "exit-codes", "environment"];
}

pub(super) fn run(ui: &Ui, args: &HelpArgs) -> Result<Exit, CommandError> {
    let Some(subject) = &args.subject else { return command_help(ui, &mut Cli::command()) };
    let shown = match Topic::from_str(subject, true) {
        Ok(topic) => Some(page(topic, ui.page_width())),
        Err(_) => (subject == "topics").then(|| definitions(&topics(), ui.page_width())),
    };
    if let Some(page) = shown {
        ui.data(|out| out.write_all(page.as_bytes())).map_err(unwritten)?;
        return Ok(Exit::Done);
    }
    let mut top = Cli::command();
    // Building fills in the options of all commands and the full name.
    top.build();
    match top.find_subcommand_mut(subject) {
        Some(command) => command_help(ui, command),
        None => Err(unknown(subject)),
    }
}

fn command_help(ui: &Ui, command: &mut clap::Command) -> Result<Exit, CommandError> {
    let help = command.render_long_help();
    ui.data(|out| write!(out, "{}", help.ansi())).map_err(unwritten)?;
    Ok(Exit::Done)
}

fn unknown(subject: &str) -> CommandError {
    let top = Cli::command();
    let commands: Vec<&str> = top.get_subcommands().map(clap::Command::get_name).collect();
    CommandError::new(Kind::Usage, format!("there is no command and no topic `{subject}`"))
        .hint(format!("commands are {}", commands.join(", ")))
        .hint(format!("topics are {}", Topic::NAMES.join(", ")))
}

/// All pages, and what each is about.
fn topics() -> Vec<(String, String)> {
    let topics = Topic::value_variants().iter().filter_map(|topic| topic.to_possible_value());
    let about = |topic: &clap::builder::PossibleValue| topic.get_help().map(ToString::to_string);
    topics.map(|topic| (topic.get_name().to_owned(), about(&topic).unwrap_or_default())).collect()
}

/// A page in lines of at most `width` columns. Indented lines are examples and stay as they are.
fn page(topic: Topic, width: usize) -> String {
    let mut page = String::new();
    for paragraph in text(topic).lines() {
        match list(paragraph) {
            Some(entries) => page.push_str(&definitions(&entries, width)),
            None if paragraph.starts_with(' ') => page.push_str(&format!("{paragraph}\n")),
            None => {
                let count = environment::SECRETS.len().to_string();
                let hang = if paragraph.starts_with(|c: char| c.is_ascii_digit()) { 3 } else { 0 };
                page.push_str(&wrap::paragraph(&paragraph.replace("{secrets}", &count), width, hang));
                page.push('\n');
            }
        }
    }
    page
}

fn text(topic: Topic) -> &'static str {
    match topic {
        Topic::Manifest => include_str!("help/manifest.txt"),
        Topic::Credentials => include_str!("help/credentials.txt"),
        Topic::States => include_str!("help/states.txt"),
        Topic::Hashes => include_str!("help/hashes.txt"),
        Topic::ExitCodes => include_str!("help/exit-codes.txt"),
        Topic::Environment => include_str!("help/environment.txt"),
    }
}

/// The list that stands in for a line of a page.
fn list(line: &str) -> Option<Vec<(String, String)>> {
    let list = match line {
        "{states}" => STATES.map(|state| (state_name(state).to_owned(), meaning(state).to_owned())).to_vec(),
        "{held}" => {
            HeldCode::ALL.iter().map(|code| (code.as_str().to_owned(), held::explain(*code))).collect()
        }
        "{exits}" => {
            Exit::ALL.iter().map(|exit| (exit.code().to_string(), exit.meaning().to_owned())).collect()
        }
        "{variables}" => {
            let variables = environment::SECRETS.iter().chain(environment::OTHERS);
            variables.map(|(name, meaning)| ((*name).to_owned(), (*meaning).to_owned())).collect()
        }
        _ => return None,
    };
    Some(list)
}

/// Terms in one column, what they mean in the other.
fn definitions(entries: &[(String, String)], width: usize) -> String {
    let column = entries.iter().map(|(term, _)| term.len()).max().unwrap_or_default() + 4;
    let line = |(term, meaning): &(String, String)| {
        wrap::paragraph(&format!("  {term:<gap$}{meaning}\n", gap = column - 2), width, column)
    };
    entries.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_named_everywhere() {
        let (names, meanings): (Vec<String>, Vec<String>) = topics().into_iter().unzip();
        assert!(meanings.iter().all(|meaning| !meaning.is_empty()));
        assert_eq!(names, Topic::NAMES);
        let top = Cli::command();
        let help = top.get_after_help().unwrap().to_string();
        assert!(help.contains(&Topic::NAMES.join(", ")), "{help}");
    }

    #[test]
    fn every_page_fits_and_names_what_it_is_about() {
        for topic in Topic::value_variants() {
            for width in [60, 80, 100] {
                let page = page(*topic, width);
                assert!(!page.contains('{') || *topic == Topic::Manifest, "{page}");
                let long =
                    page.lines().find(|line| line.chars().count() > width && !line.starts_with("    "));
                assert_eq!(long, None, "{topic:?} at {width}");
            }
        }
    }

    #[test]
    fn every_state_and_every_code_is_on_the_page() {
        let page = page(Topic::States, 100);
        let schema = schemars::schema_for!(HeldCode);
        let named = schema.as_value()["oneOf"].as_array().unwrap();
        for name in named.iter().map(|code| code["const"].as_str().unwrap()) {
            assert!(page.contains(&format!("  {name} ")), "{name}");
        }
        assert_eq!((named.len(), STATES.len()), (HeldCode::ALL.len(), 8));
        for state in STATES {
            assert!(page.contains(&format!("  {} ", state_name(state))), "{page}");
        }
    }

    #[test]
    fn a_variable_that_is_read_is_on_the_page() {
        let page = page(Topic::Environment, 100);
        let source = include_str!("environment.rs");
        let names = source.split('"').filter(|text| {
            ["ZENDESK_", "SMARTCAT_", "ZENCAT_"].iter().any(|prefix| text.starts_with(prefix))
                && text.chars().all(|c| c.is_ascii_uppercase() || c == '_')
        });
        let mut count = 0;
        for name in names {
            assert!(page.contains(&format!("  {name} ")), "{name} is missing in\n{page}");
            count += 1;
        }
        assert!(count > 7, "{count}");
    }

    #[test]
    fn credentials_are_all_explained() {
        let page = text(Topic::Credentials);
        for (name, _) in environment::SECRETS {
            assert!(page.contains(name), "{name}");
        }
    }

    /// The manifest on the page is one.
    #[test]
    fn the_manifest_shown_is_valid() {
        let shown: String = text(Topic::Manifest)
            .lines()
            .filter_map(|line| line.strip_prefix("    "))
            .map(|line| format!("{line}\n"))
            .collect();
        let (_, warnings) = crate::manifest::Manifest::parse("zencat.yaml", &shown).unwrap();
        assert!(warnings.is_empty(), "{warnings:?}");
    }
}
