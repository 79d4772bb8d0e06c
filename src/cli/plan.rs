//! `zencat plan`: observes, compares, shows. It cannot write to either service: it never makes a writer.

use std::path::Path;

use crate::manifest::load;
use crate::plan::guard;
use crate::report::PlanView;
use crate::report::diff;
use crate::report::github;
use crate::report::json;
use crate::report::markdown;
use crate::report::text;

use super::args::Common;
use super::args::PlanArgs;
use super::args::PlanFormat;
use super::environment::Access;
use super::error::CommandError;
use super::error::Kind;
use super::exit::Exit;
use super::session::Clients;
use super::session::Situation;
use super::session::Workspace;
use super::ui::Ui;
use super::unwritten;

pub(super) async fn run(ui: &Ui, common: &Common, args: &PlanArgs) -> Result<Exit, CommandError> {
    if args.diff && args.format != PlanFormat::Text {
        return Err(CommandError::new(Kind::Usage, "--diff is for people: it needs --format text"));
    }
    let workspace = Workspace::open(ui, &common.file)?;
    let clients = Clients::from_environment(ui, &workspace, Access::Read, common)?;
    let mut situation = Situation::find(ui, &workspace, &clients, &args.selection).await?;
    situation.ask_account(ui, &workspace, &clients).await?;
    let refusals = guard::refusals(&situation.plan, &workspace.manifest.limits, &args.allow);
    situation.header.refused = refusals.iter().map(|refusal| refusal.message.clone()).collect();
    let view = situation.view();
    // Files first: a failure is then the only document on stdout.
    if let Some(path) = &args.out {
        save(path, |out| json::print(&json::plan(view), out))?;
    }
    if let Some(path) = &args.markdown {
        save(path, |out| markdown::plan(view, args.max_bytes, out))?;
    }
    show(ui, view, args)?;
    if args.diff {
        let (views, left) = super::diff::of_plan(&workspace, &clients, &situation).await?;
        ui.data(|out| diff::of_plan(&views, left, out)).map_err(unwritten)?;
    }
    // A plan beyond the manifest's limits is shown, and refused.
    if !refusals.is_empty() {
        return refuse(ui, args, refused(&refusals));
    }
    let changes = args.detailed_exitcode && !view.plan.is_empty();
    Ok(if changes { Exit::Changes } else { Exit::Done })
}

fn show(ui: &Ui, view: PlanView<'_>, args: &PlanArgs) -> Result<(), CommandError> {
    ui.data(|out| match args.format {
        PlanFormat::Text => ui.fitted(out, |out| text::plan(view, out)),
        PlanFormat::Json => json::print(&json::plan(view), out),
        PlanFormat::Markdown => markdown::plan(view, args.max_bytes, out),
        PlanFormat::Github => github::plan(view, out),
    })
    .map_err(unwritten)
}

/// Writes the plan to a file, whole or not at all.
fn save(path: &Path, render: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Result<(), CommandError> {
    let unsaved = |error: &(dyn std::error::Error + 'static)| {
        CommandError::caused(
            Kind::File,
            format!("the plan could not be written to {}", path.display()),
            error,
        )
    };
    let mut bytes = Vec::new();
    render(&mut bytes).map_err(|error| unsaved(&error))?;
    load::write_atomically(path, &bytes).map_err(|error| unsaved(&error))
}

/// Where stdout holds the plan as JSON already, the refusal is told on stderr alone: one document, not two.
fn refuse(ui: &Ui, args: &PlanArgs, refusal: CommandError) -> Result<Exit, CommandError> {
    if args.format != PlanFormat::Json {
        return Err(refusal);
    }
    refusal.show(ui);
    Ok(refusal.exit())
}

/// The refusals of guards as the end of a command.
pub(super) fn refused(refusals: &[guard::Refusal]) -> CommandError {
    let messages: Vec<&str> = refusals.iter().map(|refusal| refusal.message.as_str()).collect();
    CommandError::new(Kind::Refused, messages.join("; "))
        .hint("look at the plan; when all of it is meant, allow it once, or raise the limit in the manifest's `limits`")
}
