//! `zencat status`: every pair of item and language.

use crate::report::json;
use crate::report::status;

use super::args::Common;
use super::args::StatusArgs;
use super::args::TextOrJson;
use super::environment::Access;
use super::error::CommandError;
use super::exit::Exit;
use super::session::Clients;
use super::session::Situation;
use super::session::Workspace;
use super::ui::Ui;
use super::unwritten;

pub(super) async fn run(ui: &Ui, common: &Common, args: &StatusArgs) -> Result<Exit, CommandError> {
    let workspace = Workspace::open(ui, &common.file)?;
    let clients = Clients::new(ui, &workspace, Access::Read, common.timeout)?;
    let situation = Situation::find(ui, &workspace, &clients, &args.selection).await?;
    ui.data(|out| match args.format {
        TextOrJson::Text => status::text(situation.view(), out),
        TextOrJson::Json => json::print(&json::status(situation.view()), out),
    })
    .map_err(unwritten)?;
    Ok(Exit::Done)
}
