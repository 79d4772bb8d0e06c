//! The command line. The doc comments are the help texts.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::id::ItemKey;
use crate::plan::PairState;
use crate::plan::guard::Guard;
use crate::report::pairs::STATES;
use crate::report::pairs::state_name;

use super::examples;
use super::help::HelpArgs;
use super::man::ManArgs;

/// Keeps the translations of a Zendesk Help Center in step with a manifest in git, through Smartcat
#[derive(Debug, Parser)]
#[command(
    name = "zencat",
    version,
    max_term_width = 100,
    disable_help_subcommand = true,
    after_help = "Topics (zencat help TOPIC): manifest, credentials, states, hashes, exit-codes, environment\n\
                  Your own help center: zencat help credentials, zencat init, zencat check, zencat plan\n\
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

/// A format for people, or one for machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TextOrJson {
    /// For a terminal
    Text,
    /// One JSON document
    Json,
}

/// The formats of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PlanFormat {
    /// For a terminal
    Text,
    /// One JSON document
    Json,
    /// For a pull request comment
    Markdown,
    /// Annotations of GitHub Actions
    Github,
}

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// The help center's address: https://acme.zendesk.com
    #[arg(long, value_name = "URL")]
    pub(super) zendesk_url: Option<String>,
    /// Smartcat's address, instead of a region
    #[arg(long, value_name = "URL", conflicts_with = "region")]
    pub(super) smartcat_url: Option<String>,
    /// The region that the Smartcat account lives in
    #[arg(long, value_enum)]
    pub(super) region: Option<RegionName>,
    /// The owner mark on what zencat creates; without one, from the help center's address
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// Target languages, by their Zendesk locales; without any, all that are enabled
    #[arg(long, value_name = "LOCALE", value_delimiter = ',')]
    pub(super) languages: Vec<String>,
    /// Replace the manifest and the lock that are there
    #[arg(long)]
    pub(super) force: bool,
}

/// The regions of Smartcat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum RegionName {
    /// Europe: smartcat.com
    Eu,
    /// The Americas: us.smartcat.com
    Us,
    /// Asia: ea.smartcat.com
    Asia,
}

impl RegionName {
    /// Its name, as the manifest writes it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Eu => "eu",
            Self::Us => "us",
            Self::Asia => "asia",
        }
    }

    /// The region with this name.
    pub(super) fn find(name: &str) -> Option<Self> {
        [Self::Eu, Self::Us, Self::Asia].into_iter().find(|region| region.as_str().eq_ignore_ascii_case(name))
    }
}

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// An item: article:ID, section:ID or category:ID
    #[arg(value_name = "ITEM")]
    pub(super) item: ItemKey,
    /// A language, by its Zendesk locale
    #[arg(value_name = "LOCALE")]
    pub(super) language: String,
    /// The output's format
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(super) format: TextOrJson,
}

#[derive(Debug, Args)]
pub(super) struct ValidateArgs {
    /// The output's format
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(super) format: TextOrJson,
}

/// A part of the scope.
#[derive(Clone, Debug, Args)]
pub(super) struct SelectionArgs {
    /// Only this item, or all below this section or category: article:ID, section:ID, category:ID (repeatable)
    #[arg(long = "target", value_name = "ITEM")]
    pub(super) targets: Vec<ItemKey>,
    /// Only this language, by its Zendesk locale (repeatable)
    #[arg(long = "language", value_name = "LOCALE")]
    pub(super) languages: Vec<String>,
    /// Hold what the rules match beyond zencat.lock
    #[arg(long)]
    pub(super) locked: bool,
}

#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    pub(super) selection: SelectionArgs,
    /// Write the plan, as JSON, for `zencat apply FILE`
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Show below the plan which blocks of sources and translations change
    #[arg(long)]
    pub(super) diff: bool,
    /// Write the plan as markdown too, for a pull request comment
    #[arg(long, value_name = "FILE")]
    pub(super) markdown: Option<PathBuf>,
    /// Exit with 2 when the plan has changes
    #[arg(long)]
    pub(super) detailed_exitcode: bool,
    /// The output's format
    #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
    pub(super) format: PlanFormat,
    /// Keep the markdown within this size
    #[arg(long, value_name = "N", default_value_t = crate::report::markdown::MOST_BYTES)]
    pub(super) max_bytes: usize,
    /// Lift one limit of the manifest: max-words, max-items, max-change (repeatable)
    #[arg(long = "allow", value_name = "GUARD")]
    pub(super) allow: Vec<Guard>,
}

#[derive(Debug, Args)]
pub(super) struct ApplyArgs {
    /// A plan written by `zencat plan --out`: only its steps are carried out, and those that have gone stale are refused
    #[arg(value_name = "PLAN")]
    pub(super) plan: Option<PathBuf>,
    #[command(flatten)]
    pub(super) selection: SelectionArgs,
    /// Do not ask
    #[arg(long)]
    pub(super) auto_approve: bool,
    /// Go on until everything in flight has arrived, or this time is over (`30m`)
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(super) wait: Option<Duration>,
    /// Lift one limit of the manifest: max-words, max-items, max-change (repeatable)
    #[arg(long = "allow", value_name = "GUARD")]
    pub(super) allow: Vec<Guard>,
    /// The output's format
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(super) format: TextOrJson,
}

#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    #[command(flatten)]
    pub(super) selection: SelectionArgs,
    /// Show only pairs in this state (repeatable, or with commas)
    #[arg(long = "state", value_name = "STATE", value_enum, value_delimiter = ',')]
    pub(super) states: Vec<State>,
    /// Only what goes through this workflow (repeatable)
    #[arg(long = "workflow", value_name = "NAME")]
    pub(super) workflows: Vec<String>,
    /// Exit with 1 when a pair is in one of these states (repeatable, or with commas)
    #[arg(long, value_name = "STATE", value_enum, value_delimiter = ',', hide_possible_values = true)]
    pub(super) fail_on: Vec<State>,
    /// The output's format
    #[arg(long, value_enum, default_value_t = StatusFormat::Text)]
    pub(super) format: StatusFormat,
}

/// The formats of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum StatusFormat {
    /// For a terminal
    Text,
    /// One JSON document
    Json,
    /// For a comment or a job summary
    Markdown,
    /// The page that `zencat report` writes, of all pairs
    Html,
}

/// A state of a pair, by its name in JSON; dashes are as good as underscores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State(pub(super) PairState);

impl ValueEnum for State {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [State; STATES.len()] = {
            let mut all = [State(PairState::UpToDate); STATES.len()];
            let mut index = 0;
            while index < all.len() {
                all[index] = State(STATES[index]);
                index += 1;
            }
            all
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let name = state_name(self.0);
        Some(PossibleValue::new(name).alias(name.replace('_', "-")).help(meaning(self.0)))
    }
}

/// What a state means, for the help.
pub(super) fn meaning(state: PairState) -> &'static str {
    match state {
        PairState::UpToDate => "Delivered, and nothing has moved since",
        PairState::Ready => "There is something to deliver",
        PairState::InProgress => "Smartcat is at work",
        PairState::Stale => "The document holds an older source",
        PairState::Missing => "Never sent to Smartcat",
        PairState::Edited => "Changed by hand in Zendesk",
        PairState::Held => "Left alone for another reason",
        PairState::Orphan => "Ours, and no rule asks for it any more",
    }
}

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    pub(super) selection: SelectionArgs,
    /// Where the page is written
    #[arg(long, value_name = "FILE", default_value = "zencat-report.html")]
    pub(super) out: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct TreeArgs {
    /// The output's format
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(super) format: TextOrJson,
}

/// The formats of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ScopeFormat {
    /// For a terminal
    Text,
    /// One JSON document
    Json,
    /// For a pull request comment
    Markdown,
}

#[derive(Debug, Args)]
pub(super) struct ScopeArgs {
    /// Write zencat.lock beside the manifest
    #[arg(long, conflicts_with_all = ["check", "base"])]
    pub(super) lock: bool,
    /// Exit with 3, and show the differences, when zencat.lock is not what the rules match
    #[arg(long, conflicts_with = "base")]
    pub(super) check: bool,
    /// Show how the scope differs from that of another git commit; offline when both have a zencat.lock
    #[arg(long, value_name = "REF")]
    pub(super) base: Option<String>,
    /// The output's format
    #[arg(long, value_enum, default_value_t = ScopeFormat::Text)]
    pub(super) format: ScopeFormat,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// The output's format
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(super) format: TextOrJson,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// An item (article:ID, section:ID, category:ID), or the code of a diagnostic
    #[arg(value_name = "ITEM|CODE")]
    pub(super) subject: String,
    /// One language, by its Zendesk locale; else all
    #[arg(value_name = "LOCALE")]
    pub(super) language: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// The document whose schema is printed
    #[arg(value_enum)]
    pub(super) of: SchemaOf,
}

/// Documents that have a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    /// `zencat.yaml`
    Manifest,
    /// What `zencat plan --format json` prints and `--out` writes
    Plan,
    /// What `zencat apply --format json` prints
    Outcome,
    /// What `zencat status --format json` prints
    Status,
}

#[derive(Debug, Args)]
pub(super) struct SandboxArgs {
    /// Ports for Zendesk and Smartcat (0: any free one)
    #[arg(long, num_args = 2, value_names = ["ZENDESK", "SMARTCAT"], default_values_t = [0, 0])]
    pub(super) ports: Vec<u16>,
    /// Seed the help center with articles from JSON Lines files instead of the example (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(super) articles: Vec<PathBuf>,
    /// The locale that seeded articles are in
    #[arg(long, value_name = "LOCALE", default_value = "en-us")]
    pub(super) source_locale: String,
    /// Further locales of the help center
    #[arg(long, value_name = "LOCALE", value_delimiter = ',', default_value = "de,fr,ja,es-419,pt-br")]
    pub(super) locales: Vec<String>,
    /// Faults and behaviours, as a JSON file
    #[arg(long, value_name = "FILE")]
    pub(super) faults: Option<PathBuf>,
    /// Enforce the rate limits of the services
    #[arg(long)]
    pub(super) limits: bool,
    /// Let people finish all translation work as soon as it is there
    #[arg(long)]
    pub(super) finish: bool,
}

/// A duration as people write it: `90s`, `15m`, `2h 30m`.
fn duration(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration =
        text.parse().map_err(|_| format!("expected a duration such as 90s, 15m or 2h, found `{text}`"))?;
    Duration::try_from(span).map_err(|_| "a duration cannot be negative".to_owned())
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
    }
}
