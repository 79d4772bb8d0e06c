//! The command line: its commands, and what all of them take. The doc comments are the help texts.

mod formats;
mod start;
mod views;
mod work;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;

use super::examples;
use super::help::HelpArgs;
use super::man::ManArgs;

pub(super) use formats::PlanFormat;
pub(super) use formats::ScopeFormat;
pub(super) use formats::StatusFormat;
pub(super) use formats::TextOrJson;
pub(super) use formats::ValidateFormat;
pub(super) use start::InitArgs;
pub(super) use start::SandboxArgs;
pub(super) use start::SchemaArgs;
pub(super) use start::SchemaOf;
pub(super) use views::CheckArgs;
pub(super) use views::DiffArgs;
pub(super) use views::ExplainArgs;
pub(super) use views::ReportArgs;
pub(super) use views::ScopeArgs;
pub(super) use views::State;
pub(super) use views::StatusArgs;
pub(super) use views::TreeArgs;
pub(super) use views::ValidateArgs;
pub(super) use views::meaning;
pub(super) use work::ApplyArgs;
pub(super) use work::PlanArgs;
pub(super) use work::SelectionArgs;

/// Keeps the translations of a Zendesk Help Center in step with a manifest in git, through Smartcat
#[derive(Debug, Parser)]
#[command(
    name = "zencat",
    version,
    max_term_width = 100,
    disable_help_subcommand = true,
    after_help = "Topics (zencat help TOPIC): manifest, credentials, states, hashes, exit-codes, environment\n\
                  Your own help center: zencat check says what is missing; then zencat init, zencat plan\n\
                  Without any account: zencat demo"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Options of all commands.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of all commands")]
pub(super) struct Common {
    /// The manifest: what is translated, into what, how
    #[arg(short, long, global = true, value_name = "MANIFEST", default_value = "zencat.yaml")]
    pub(super) file: PathBuf,
    /// Work in this directory
    #[arg(short = 'C', long, global = true, value_name = "DIR")]
    pub(super) chdir: Option<PathBuf>,
    /// Colours: `auto` obeys NO_COLOR and leaves them out of pipes
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
    /// Say nothing but results and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Show every request on stderr
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
    /// How talk on stderr is written
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    pub(super) log_format: LogFormat,
    /// Remember there what the help center held, so that looking again costs a handful of requests. The directory may be
    /// deleted, shared, and kept between CI runs
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) cache_dir: Option<PathBuf>,
    /// Read everything again, whatever is remembered in the cache
    #[arg(long, global = true, requires = "cache_dir")]
    pub(super) refresh: bool,
    /// Give up after this time (`90s`, `15m`, `2h`)
    #[arg(long, global = true, value_name = "DURATION", value_parser = duration)]
    pub(super) timeout: Option<Duration>,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// In pipes and files too
    Always,
    /// Not at all
    Never,
}

/// How talk is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// Lines for people
    Text,
    /// One JSON object on each line
    Json,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write a first manifest from what the help center and Smartcat hold
    #[command(after_help = examples::INIT)]
    Init(InitArgs),
    /// Check the manifest alone, offline: every problem at once, with line and column
    #[command(after_help = examples::VALIDATE)]
    Validate(ValidateArgs),
    /// Show what apply would do and why, and what it will not do and why
    #[command(after_help = examples::PLAN)]
    Plan(PlanArgs),
    /// Carry a plan out
    #[command(after_help = examples::APPLY)]
    Apply(ApplyArgs),
    /// Show every pair of item and language: state, stage, progress, links
    #[command(after_help = examples::STATUS)]
    Status(StatusArgs),
    /// Write one HTML page to look at: coverage, progress, what is held, every pair; no network is needed to open it
    #[command(after_help = examples::REPORT)]
    Report(ReportArgs),
    /// Show the hierarchy of content: categories, sections, articles, and the languages of each
    #[command(after_help = examples::TREE)]
    Tree(TreeArgs),
    /// Show what the rules match: items, languages, workflows, words; write it to zencat.lock; compare it
    #[command(after_help = examples::SCOPE)]
    Scope(ScopeArgs),
    /// Check credentials, permissions, locales, rate limits and the Smartcat account
    #[command(after_help = examples::CHECK)]
    Check(CheckArgs),
    /// Show what differs: the source as sent and as it is now, the translation in Smartcat and in Zendesk
    #[command(after_help = examples::DIFF)]
    Diff(DiffArgs),
    /// Show which rule decides, which hashes, which state, and what would happen next; or explain a code
    #[command(after_help = examples::EXPLAIN)]
    Explain(ExplainArgs),
    /// Print a JSON Schema
    #[command(args = unused(), after_help = examples::SCHEMA)]
    Schema(SchemaArgs),
    /// Print shell completions
    #[command(args = unused(), after_help = examples::COMPLETIONS)]
    Completions {
        /// The shell that they are for
        shell: clap_complete::Shell,
    },
    /// Print the man page of zencat or of one command, or write all of them into a directory
    #[command(args = unused(), after_help = examples::MAN)]
    Man(ManArgs),
    /// Serve a simulated Zendesk and Smartcat on loopback, and print the settings to use them
    #[command(args = unused(), after_help = examples::SANDBOX)]
    Sandbox(SandboxArgs),
    /// Run the whole loop on an embedded sandbox: plan, apply, translation, send, and a second plan that is empty
    #[command(args = unused(), after_help = examples::DEMO)]
    Demo,
    /// Show the help of a command, or a page about a topic
    #[command(args = unused(), after_help = examples::HELP)]
    Help(HelpArgs),
}

/// Options of all commands that mean nothing to one that reads no manifest and asks no service: taken, not shown.
fn unused() -> [clap::Arg; 2] {
    [
        clap::Arg::new("file").short('f').long("file").value_parser(clap::value_parser!(PathBuf)).hide(true),
        clap::Arg::new("timeout").long("timeout").value_parser(duration).hide(true),
    ]
}

/// A year: nobody waits longer, and clocks end somewhere.
const LONGEST: Duration = Duration::from_hours(366 * 24);

/// A duration as people write it: `90s`, `15m`, `2h 30m`.
fn duration(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration =
        text.parse().map_err(|_| format!("expected a duration such as 90s, 15m or 2h, found `{text}`"))?;
    match Duration::try_from(span) {
        Err(_) => Err("a duration cannot be negative".to_owned()),
        Ok(duration) if duration > LONGEST => Err("a duration is a year at most (8784h)".to_owned()),
        Ok(duration) => Ok(duration),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_option_and_value_has_a_sentence() {
        let top = Cli::command();
        for command in std::iter::once(&top).chain(top.get_subcommands()) {
            let name = command.get_name();
            assert!(command.get_about().is_some(), "{name}");
            for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
                assert!(argument.get_help().is_some(), "{name} {}", argument.get_id());
                let values = argument.get_possible_values();
                let shells = name == "completions" || argument.get_action().takes_values().eq(&false);
                let told = values.iter().all(|value| value.get_help().is_some());
                assert!(shells || told, "{name} {}", argument.get_id());
            }
        }
    }

    #[test]
    fn durations_are_written_as_people_write_them() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("2h 30m"), Ok(Duration::from_secs(9_000)));
        assert!(duration("soon").is_err());
        assert!(duration("-1s").is_err());
        assert_eq!(duration("8784h"), Ok(LONGEST));
        for text in ["8785h", "9223372036854775807s"] {
            assert!(duration(text).unwrap_err().contains("a year at most"), "{text}");
        }
    }
}
