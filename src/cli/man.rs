//! `zencat man`: pages made from the command line's own sentences.

use std::path::Path;
use std::path::PathBuf;

use clap::Args;
use clap::CommandFactory as _;

use crate::manifest::load;

use super::args::Cli;
use super::error::CommandError;
use super::error::Kind;
use super::exit::Exit;
use super::ui::Ui;
use super::unwritten;

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// The command; without one, the page of zencat itself
    #[arg(value_name = "COMMAND", conflicts_with = "dir")]
    pub(super) command: Option<String>,
    /// Write the pages of zencat and of every command into this directory, for a package
    #[arg(long, value_name = "DIR")]
    pub(super) dir: Option<PathBuf>,
}

pub(super) fn run(ui: &Ui, args: &ManArgs) -> Result<Exit, CommandError> {
    if let Some(directory) = &args.dir {
        return write_all(ui, directory);
    }
    let top = built();
    let command = match &args.command {
        None => &top,
        Some(name) => top.find_subcommand(name).ok_or_else(|| {
            CommandError::new(Kind::Usage, format!("there is no command `{name}`"))
                .hint("`zencat help` lists the commands")
        })?,
    };
    let page = page(command).map_err(unwritten)?;
    ui.data(|out| out.write_all(&page)).map_err(unwritten)?;
    Ok(Exit::Done)
}

/// The command line, each command with its full name and the options of all.
fn built() -> clap::Command {
    let mut top = Cli::command();
    top.build();
    top
}

fn write_all(ui: &Ui, directory: &Path) -> Result<Exit, CommandError> {
    let top = built();
    let commands: Vec<&clap::Command> = std::iter::once(&top).chain(top.get_subcommands()).collect();
    for command in &commands {
        let path = directory.join(format!("{}.1", title(command)));
        let page = page(command).map_err(unwritten)?;
        load::write_atomically(&path, &page).map_err(|error| {
            CommandError::caused(Kind::File, format!("{} could not be written", path.display()), &error)
                .hint("--dir names a directory that is there")
        })?;
    }
    ui.note(&format!("{} pages are in {}", commands.len(), directory.display()));
    Ok(Exit::Done)
}

/// `zencat`, `zencat-plan`, …: what `man` is asked for.
fn title(command: &clap::Command) -> String {
    match command.get_name() {
        "zencat" => "zencat".to_owned(),
        name => format!("zencat-{name}"),
    }
}

fn page(command: &clap::Command) -> std::io::Result<Vec<u8>> {
    let title = title(command);
    // The page's own name is the whole one; in its usage it has a space.
    let named = command.clone().name(title.clone()).disable_help_flag(true);
    let mut page = Vec::new();
    clap_mangen::Man::new(named).title(title.to_uppercase()).render(&mut page)?;
    Ok(page)
}
