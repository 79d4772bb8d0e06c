//! `zencat schema`: the JSON Schemas, generated from the types.

use crate::manifest;
use crate::report::json;

use super::args::SchemaArgs;
use super::args::SchemaOf;
use super::error::CommandError;
use super::exit::Exit;
use super::ui::Ui;
use super::unwritten;

pub(super) fn run(ui: &Ui, args: &SchemaArgs) -> Result<Exit, CommandError> {
    let schema = match args.of {
        SchemaOf::Manifest => manifest::schema_text(),
        SchemaOf::Plan => json::schema::<json::PlanDocument>(),
        SchemaOf::Outcome => json::schema::<json::OutcomeDocument>(),
        SchemaOf::Status => json::schema::<json::StatusDocument>(),
    };
    ui.data(|out| out.write_all(schema.as_bytes())).map_err(unwritten)?;
    Ok(Exit::Done)
}
