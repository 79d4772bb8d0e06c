//! The command line: one file per command; alone reads the environment and knows the streams.

mod account;
mod advice;
mod apply;
mod args;
mod assignees;
mod cache;
mod check;
mod demo;
mod diff;
mod environment;
mod error;
mod examples;
mod exit;
mod explain;
mod git;
mod help;
mod init;
mod man;
mod plan;
mod progress;
mod report;
mod sandbox;
mod saved;
mod schema;
mod scope;
mod session;
mod status;
mod tree;
mod ui;
mod validate;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap::Parser as _;

use crate::report::github;
use crate::report::json;

use args::Cli;
use args::Color;
use args::Command;
use args::LogFormat;
use args::PlanFormat;
use args::ScopeFormat;
use args::StatusFormat;
use args::TextOrJson;
use args::ValidateFormat;
use error::CommandError;
use error::Kind;
use exit::Exit;
use ui::Ui;

/// Runs the program with the process's arguments.
pub fn run() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => start(cli).into(),
        Err(error) => {
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Done };
            match error.use_stderr() && wants_json_log(std::env::args_os()) {
                true => usage(&error).show(&Ui::new(Color::Auto, false, false, LogFormat::Json)),
                // Nothing is left to do when the stream is gone.
                false => drop(error.print()),
            }
            exit.into()
        }
    }
}

/// Whether a command line that could not be understood asks for a log for machines.
fn wants_json_log(arguments: impl Iterator<Item = OsString>) -> bool {
    let words: Vec<OsString> = arguments.collect();
    let apart = words.windows(2).any(|pair| pair[0] == "--log-format" && pair[1] == "json");
    apart || words.iter().any(|word| word == "--log-format=json")
}

/// A command line that could not be understood: a sentence, and what clap advises.
fn usage(error: &clap::Error) -> CommandError {
    let text = error.to_string();
    let (sentence, advice) = text.split_once("\n\n").unwrap_or((&text, ""));
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = CommandError::new(Kind::Usage, words(sentence.trim_start_matches("error: ")));
    let advice = advice.split("\n\n").map(words).filter(|advice| !advice.is_empty());
    advice.fold(told, CommandError::hint)
}

/// The command line as data, for documentation.
pub fn command() -> clap::Command {
    Cli::command()
}

fn start(cli: Cli) -> Exit {
    let mut ui = Ui::new(cli.common.color, cli.common.quiet, cli.common.verbose, cli.common.log_format);
    ui.annotates = asks_for_annotations(&cli.command);
    let as_json = asks_for_json(&cli.command);
    match enter(&cli).and_then(|()| dispatch(&ui, cli)) {
        Ok(exit) => exit,
        Err(error) => {
            error.show(&ui);
            if as_json {
                // The error was shown on stderr; that stdout is gone too changes nothing.
                let _ = ui.data(|out| json::print(&error.document(), out));
            } else if ui.annotates {
                let _ = ui.data(|out| github::failure(&error.document(), out));
            }
            error.exit()
        }
    }
}

fn enter(cli: &Cli) -> Result<(), CommandError> {
    let Some(directory) = &cli.common.chdir else { return Ok(()) };
    std::env::set_current_dir(directory).map_err(|error| {
        CommandError::caused(Kind::Usage, format!("cannot work in {}", directory.display()), &error)
    })
}

fn asks_for_annotations(command: &Command) -> bool {
    match command {
        Command::Plan(args) => args.format == PlanFormat::Github,
        Command::Validate(args) => args.format == ValidateFormat::Github,
        _ => false,
    }
}

/// Whether a command promised one JSON document on stdout, which then also tells of its failure.
fn asks_for_json(command: &Command) -> bool {
    let format = match command {
        Command::Plan(args) => return args.format == PlanFormat::Json,
        Command::Scope(args) => return args.format == ScopeFormat::Json,
        Command::Validate(args) => return args.format == ValidateFormat::Json,
        Command::Apply(args) => args.format,
        Command::Status(args) => return args.format == StatusFormat::Json,
        Command::Tree(args) => args.format,
        Command::Check(args) => args.format,
        Command::Diff(args) => args.format,
        Command::Init(_)
        | Command::Explain(_)
        | Command::Schema(_)
        | Command::Completions { .. }
        | Command::Man(_)
        | Command::Help(_)
        | Command::Sandbox(_)
        | Command::Demo
        | Command::Report(_) => TextOrJson::Text,
    };
    format == TextOrJson::Json
}

fn dispatch(ui: &Ui, cli: Cli) -> Result<Exit, CommandError> {
    let common = cli.common;
    match cli.command {
        Command::Init(args) => block_on(init::run(ui, &common, &args)),
        Command::Diff(args) => block_on(diff::run(ui, &common, &args)),
        Command::Validate(args) => validate::run(ui, &common, &args),
        Command::Schema(args) => schema::run(ui, &args),
        Command::Completions { shell } => completions(ui, shell),
        Command::Man(args) => man::run(ui, &args),
        Command::Help(args) => help::run(ui, &args),
        Command::Plan(args) => block_on(plan::run(ui, &common, &args)),
        Command::Apply(args) => block_on(apply::run(ui, &common, &args)),
        Command::Status(args) => block_on(status::run(ui, &common, &args)),
        Command::Report(args) => block_on(report::run(ui, &common, &args)),
        Command::Tree(args) => block_on(tree::run(ui, &common, &args)),
        Command::Scope(args) => block_on(scope::run(ui, &common, &args)),
        Command::Check(args) => block_on(check::run(ui, &common, &args)),
        Command::Explain(args) => block_on(explain::run(ui, &common, &args)),
        Command::Sandbox(args) => block_on(sandbox::run(ui, &args)),
        Command::Demo => block_on(demo::run(ui)),
    }
}

fn block_on(command: impl Future<Output = Result<Exit, CommandError>>) -> Result<Exit, CommandError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| {
        CommandError::caused(Kind::Service, "the program could not start its workers", &error)
    })?;
    runtime.block_on(command)
}

fn completions(ui: &Ui, shell: clap_complete::Shell) -> Result<Exit, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "zencat", &mut script);
    ui.data(|out| out.write_all(&script)).map_err(unwritten)?;
    Ok(Exit::Done)
}

/// Output that could not be written.
fn unwritten(error: std::io::Error) -> CommandError {
    CommandError::caused(Kind::File, "the output could not be written", &error)
}
