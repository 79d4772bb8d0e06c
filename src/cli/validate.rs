//! `zencat validate`: the manifest alone, offline.

use std::path::Path;

use serde::Serialize;

use crate::manifest::Manifest;
use crate::report::counted;
use crate::report::github;
use crate::report::json;
use crate::report::safe;

use super::args::Common;
use super::args::ValidateArgs;
use super::args::ValidateFormat;
use super::error::CommandError;
use super::error::Problems;
use super::error::diagnostic_documents;
use super::exit::Exit;
use super::session::Workspace;
use super::session::manifest_text;
use super::ui::Ui;
use super::unwritten;

#[derive(Serialize)]
struct Document {
    format_version: u32,
    valid: bool,
    diagnostics: Vec<json::DiagnosticDocument>,
}

pub(super) fn run(ui: &Ui, common: &Common, args: &ValidateArgs) -> Result<Exit, CommandError> {
    if args.format == ValidateFormat::Json {
        return as_json(ui, &common.file);
    }
    let manifest = Workspace::open(ui, &common.file)?.manifest;
    let path = common.file.display().to_string();
    let rules = counted(manifest.rules.len() as u64, "rule", "rules");
    let workflows = counted(manifest.workflows.len() as u64, "workflow", "workflows");
    let sentence = format!("{path} is valid: {rules}, {workflows}");
    ui.data(|out| match ui.annotates {
        true => github::valid(&path, &sentence, out),
        false => writeln!(out, "{}", safe::line(&sentence)),
    })
    .map_err(unwritten)?;
    Ok(Exit::Done)
}

fn as_json(ui: &Ui, path: &Path) -> Result<Exit, CommandError> {
    let (shown, text) = manifest_text(path)?;
    let (valid, diagnostics) = match Manifest::parse(&shown, &text) {
        Ok((_, warnings)) => (true, warnings),
        Err(diagnostics) => (false, diagnostics),
    };
    let problems = Problems { path: shown, text, diagnostics };
    let document = Document {
        format_version: json::FORMAT_VERSION,
        valid,
        diagnostics: diagnostic_documents(&problems),
    };
    ui.data(|out| json::print(&document, out)).map_err(unwritten)?;
    Ok(if valid { Exit::Done } else { Exit::Failed })
}
