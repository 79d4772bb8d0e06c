//! Plan files: read back, and held against what the services show now.

use std::collections::BTreeSet;
use std::path::Path;

use crate::id::ItemKey;
use crate::manifest::OnRemove;
use crate::manifest::load;
use crate::plan::Action;
use crate::plan::PairState;
use crate::plan::Step;
use crate::report::json;
use crate::report::json::ActionName;
use crate::report::json::SavedPlan;
use crate::report::json::SavedStep;

use super::args::SelectionArgs;
use super::error::CommandError;
use super::error::Kind;
use super::session::LARGEST_FILE;
use super::session::Situation;
use super::session::Workspace;

/// Reads a plan file of this manifest.
pub(super) fn read(path: &Path, workspace: &Workspace) -> Result<SavedPlan, CommandError> {
    let shown = path.display();
    let text = load::read_text(path, LARGEST_FILE).map_err(|error| {
        CommandError::caused(Kind::File, format!("the plan {shown} cannot be read"), &error)
    })?;
    let saved: SavedPlan = serde_json::from_str(&text).map_err(|error| {
        CommandError::caused(Kind::File, format!("{shown} is no plan of zencat"), &error)
            .hint("write one with `zencat plan --out FILE`")
    })?;
    if saved.format_version != json::FORMAT_VERSION {
        let message = format!("{shown} has format_version {}, this zencat reads 1", saved.format_version);
        return Err(CommandError::new(Kind::File, message));
    }
    if saved.manifest.name != workspace.manifest.name {
        let message = format!(
            "{shown} is a plan of \"{}\", the manifest is \"{}\"",
            saved.manifest.name, workspace.manifest.name
        );
        return Err(CommandError::new(Kind::Refused, message).hint(
            "name the manifest that it was made from with -f, or write a new one: zencat plan --out FILE",
        ));
    }
    Ok(saved)
}

/// The part of the scope that the plan was made for: what is a step of it depends on that part. What the lock does not
/// list may be left out besides.
pub(super) fn selection(saved: &SavedPlan, given: &SelectionArgs) -> SelectionArgs {
    let targets = saved.selection.targets.iter().filter_map(|target| target.parse().ok()).collect();
    let locked = given.locked || saved.selection.locked;
    SelectionArgs { targets, languages: saved.selection.languages.clone(), locked }
}

/// Leaves only the steps of the saved plan. Returns those of it that can no longer be carried out: a step's id is a
/// hash over its premises, so a step whose premises have moved is another step.
pub(super) fn restrict(situation: &mut Situation, saved: &SavedPlan, on_remove: OnRemove) -> Vec<SavedStep> {
    let plan = &mut situation.plan;
    let retired: BTreeSet<&str> = saved
        .steps
        .iter()
        .filter(|step| step.action == ActionName::RetireDocument)
        .filter(|step| plan.shows_retired(item(step), &step.languages, on_remove == OnRemove::Cancel))
        .map(|step| step.id.as_str())
        .collect();
    let ids: BTreeSet<&str> = saved.steps.iter().map(|step| step.id.as_str()).collect();
    let is_saved = |step: &Step| ids.contains(step.id().to_string().as_str());
    let instead: BTreeSet<Purpose> = plan.steps.iter().filter(|step| !is_saved(step)).map(purpose).collect();
    plan.retain(&situation.observed.help_center, is_saved);
    let current: BTreeSet<String> = plan.steps.iter().map(|step| step.id().to_string()).collect();
    let gone = saved.steps.iter().filter(|step| !current.contains(&step.id));
    let is_done = |step: &SavedStep| match step.action {
        ActionName::RetireDocument => retired.contains(step.id.as_str()),
        _ => plan.shows_done(item(step), &step.languages),
    };
    gone.filter(|step| instead.contains(&saved_purpose(step)) || !is_done(step)).cloned().collect()
}

/// What a step is for, whatever its premises: a step of a fresh plan for the same purpose takes its place.
type Purpose = (&'static str, Option<ItemKey>, Vec<String>, String);

fn purpose(step: &Step) -> Purpose {
    let action = &step.action;
    let languages = action.languages().into_iter().map(str::to_owned).collect();
    (ActionName::of(action).verb(), action.item(), languages, action.project().name.to_string())
}

fn saved_purpose(step: &SavedStep) -> Purpose {
    (step.action.verb(), item(step), step.languages.clone(), step.project.clone())
}

fn item(step: &SavedStep) -> Option<ItemKey> {
    step.item.as_ref().map(|item| item.key())
}

/// Leaves only what follows from the saved plan once its steps are done: its documents are delivered. Nothing is
/// ordered that nobody has seen.
pub(super) fn follow_up(situation: &mut Situation, saved: &SavedPlan) {
    let pairs = pairs(saved);
    let plan = &mut situation.plan;
    let ids: BTreeSet<&str> = saved.steps.iter().map(|step| step.id.as_str()).collect();
    plan.retain(&situation.observed.help_center, |step| {
        follows(step, &pairs, ids.contains(step.id().to_string().as_str()))
    });
    let waited_for = plan
        .pairs
        .iter()
        .filter(|pair| pair.state == PairState::InProgress && pairs.contains(&(pair.item, &*pair.language)));
    plan.summary.in_progress = waited_for.count() as u64;
}

fn pairs(saved: &SavedPlan) -> BTreeSet<(ItemKey, &str)> {
    let items = saved.steps.iter().filter_map(|step| Some((step.item.as_ref()?.key(), &step.languages)));
    items
        .flat_map(|(item, languages)| languages.iter().map(move |language| (item, language.as_str())))
        .collect()
}

fn follows(step: &Step, pairs: &BTreeSet<(ItemKey, &str)>, is_saved: bool) -> bool {
    let of_the_plan = step.action.item().is_some_and(|item| {
        step.action.languages().into_iter().all(|language| pairs.contains(&(item, language)))
    });
    of_the_plan
        && match step.action {
            Action::ImportTranslation(_) | Action::CompleteDocument(_) | Action::SendTranslation(_) => true,
            // Whom it costs time or money was agreed to in the plan.
            Action::Assign(_) => is_saved,
            Action::CreateProject(_)
            | Action::UpdateProject(_)
            | Action::AddLanguage(_)
            | Action::CreateDocument(_)
            | Action::UpdateDocument(_)
            | Action::RetireDocument(_) => false,
        }
}
