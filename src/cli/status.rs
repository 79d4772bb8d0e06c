//! `zencat status`: every pair of item and language.

use crate::id::WorkflowName;
use crate::observe;
use crate::observed::Observed;
use crate::plan::PairState;
use crate::report::html;
use crate::report::json;
use crate::report::status;
use crate::report::status::Shape;

use super::args::Common;
use super::args::State;
use super::args::StatusArgs;
use super::args::StatusFormat;
use super::environment::Access;
use super::error::CommandError;
use super::error::Kind;
use super::exit::Exit;
use super::session::Clients;
use super::session::Situation;
use super::session::Workspace;
use super::ui::Ui;
use super::unwritten;

pub(super) async fn run(ui: &Ui, common: &Common, args: &StatusArgs) -> Result<Exit, CommandError> {
    let workspace = Workspace::open(ui, &common.file)?;
    let clients = Clients::from_environment(ui, &workspace, Access::Read, common)?;
    let mut situation = Situation::find(ui, &workspace, &clients, &args.selection).await?;
    name_people(ui, &clients, &mut situation.observed).await;
    let workflows = workflows(&workspace, &situation, &args.workflows)?;
    status::narrow(&mut situation.plan, &workflows);
    let fails = states(&args.fail_on);
    let failed = situation.plan.pairs.iter().any(|pair| fails.contains(&pair.state));
    show(ui, &mut situation, args)?;
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

/// Learns what the people are called who work on something. Without that their ids are shown.
async fn name_people(ui: &Ui, clients: &Clients, observed: &mut Observed) {
    let documents =
        observed.projects.iter().flat_map(|project| &project.files).flat_map(|file| file.documents.values());
    let mut stages = documents.flat_map(|document| document.stages.iter());
    if stages.any(|stage| !stage.assignees.is_empty()) {
        match observe::names(&clients.smartcat).await {
            Ok(names) => observed.team.names = names,
            Err(error) => ui.warning(&format!("people are shown by their ids: {error}")),
        }
    }
}

fn show(ui: &Ui, situation: &mut Situation, args: &StatusArgs) -> Result<(), CommandError> {
    let shape = Shape { states: states(&args.states), links: ui.shows_links() };
    ui.data(|out| match args.format {
        StatusFormat::Text => ui.fitted(out, |out| status::text(situation.view(), &shape, out)),
        StatusFormat::Html => out.write_all(html::page(situation.view()).as_bytes()),
        StatusFormat::Markdown => status::markdown(situation.view(), &shape, out),
        StatusFormat::Json => json::print(&json::status(situation.view(), &shape), out),
    })
    .map_err(unwritten)
}

fn states(named: &[State]) -> Vec<PairState> {
    named.iter().map(|state| state.0).collect()
}

/// The workflows that were asked for. A misspelt one must not look like an empty status; one that the manifest no
/// longer has may still own documents.
fn workflows(
    workspace: &Workspace,
    situation: &Situation,
    named: &[String],
) -> Result<Vec<WorkflowName>, CommandError> {
    let of_manifest = workspace.manifest.workflows.values().map(|workflow| &workflow.name);
    let known: Vec<&WorkflowName> =
        of_manifest.chain(situation.plan.pairs.iter().map(|pair| &pair.workflow)).collect();
    let find = |name: &String| {
        known.iter().find(|known| known.as_str() == name).map(|known| (*known).clone()).ok_or_else(|| {
            let names: Vec<&str> =
                workspace.manifest.workflows.values().map(|workflow| workflow.name.as_str()).collect();
            let message = format!("--workflow {name}: the manifest has {}", names.join(", "));
            CommandError::new(Kind::Usage, message)
        })
    };
    named.iter().map(find).collect()
}
