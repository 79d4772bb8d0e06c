//! What a plan needs of the Smartcat account: the things that the manifest names, and Smartwords. Both are asked for
//! only where the plan depends on them.

use std::collections::BTreeSet;

use crate::desired;
use crate::diag::Diagnostic;
use crate::id::WorkflowName;
use crate::manifest::Manifest;
use crate::observe;
use crate::observed::Project;
use crate::plan::Action;
use crate::report::Smartwords;

use super::error::CommandError;
use super::session::Clients;
use super::session::Situation;
use super::session::Workspace;
use super::ui::Ui;

impl Situation {
    /// Holds the plan against the account. People and names that Smartcat does not have end the command before anything
    /// is done; Smartwords are for the report.
    pub(super) async fn ask_account(
        &mut self,
        ui: &Ui,
        workspace: &Workspace,
        clients: &Clients,
    ) -> Result<(), CommandError> {
        let manifest = &workspace.manifest;
        // Settings are given to projects that are new or whose settings changed. All others have what they name.
        let steps = self.plan.steps.iter().filter_map(|step| match &step.action {
            Action::CreateProject(create) => Some(&create.project.workflow),
            Action::UpdateProject(update) => Some(&update.project.workflow),
            _ => None,
        });
        let workflows = steps.collect();
        let unknown = unknown_names(ui, manifest, clients, &workflows, &self.observed.projects).await;
        workspace.judge(ui, unknown)?;
        self.find_assignees(ui, workspace, clients).await?;
        self.header.smartwords = smartwords(ui, clients, self.plan.machine_words(manifest)).await;
        Ok(())
    }
}

/// Names of these workflows that Smartcat does not have.
pub(super) async fn unknown_names(
    ui: &Ui,
    manifest: &Manifest,
    clients: &Clients,
    workflows: &BTreeSet<&WorkflowName>,
    projects: &[Project],
) -> Vec<Diagnostic> {
    let questions = desired::questions(manifest, workflows, projects);
    if questions.is_empty() {
        return Vec::new();
    }
    let (offer, notices) = observe::offer(&clients.smartcat, &questions).await;
    notices.iter().for_each(|notice| ui.warning(&notice.0));
    desired::unknown_to_smartcat(manifest, workflows, &offer)
}

/// The account's Smartwords, where machine translation takes any.
async fn smartwords(ui: &Ui, clients: &Clients, needed: u64) -> Option<Smartwords> {
    if needed == 0 {
        return None;
    }
    match clients.smartcat.balance().await {
        Ok(balance) => Some(Smartwords { needed, balance: u64::try_from(balance).unwrap_or_default() }),
        Err(error) => {
            ui.warning(&format!("how many Smartwords the account has is not known: {error}"));
            None
        }
    }
}
