//! `zencat report`: the state of everything as one HTML page.

use crate::manifest::load;
use crate::report::counted;
use crate::report::html;

use super::args::Common;
use super::args::ReportArgs;
use super::environment::Access;
use super::error::CommandError;
use super::error::Kind;
use super::exit::Exit;
use super::session::Clients;
use super::session::Situation;
use super::session::Workspace;
use super::ui::Ui;

pub(super) async fn run(ui: &Ui, common: &Common, args: &ReportArgs) -> Result<Exit, CommandError> {
    let workspace = Workspace::open(ui, &common.file)?;
    let clients = Clients::from_environment(ui, &workspace, Access::Read, common)?;
    let situation = Situation::find(ui, &workspace, &clients, &args.selection).await?;
    let page = html::page(situation.view());
    let shown = args.out.display();
    load::write_atomically(&args.out, page.as_bytes()).map_err(|error| {
        CommandError::caused(Kind::File, format!("the report could not be written to {shown}"), &error)
    })?;
    let pairs = counted(situation.plan.pairs.len() as u64, "pair", "pairs");
    ui.note(&format!("{shown} shows {pairs} of item and language; open it in a browser"));
    Ok(Exit::Done)
}
