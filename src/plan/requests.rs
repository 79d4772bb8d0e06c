//! The least requests that a plan needs. Both services allow few requests a second, so requests are its price.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Serialize;

use crate::id::FileId;
use crate::id::ItemKind;
use crate::observed::HelpCenter;

use super::Action;
use super::Assign;
use super::Engine;
use super::ProjectRef;
use super::Settings;
use super::Step;
use super::Who;
use super::Work;

/// Files in one upload: what Smartcat's own connectors send at once (smartcat.md §7.3).
pub const UPLOAD_BATCH: usize = 20;

/// Documents in one export task: what Smartcat's own command line takes at once (smartcat.md §3).
pub const EXPORT_BATCH: usize = 10;

/// Documents for which the team is invited at once. Smartcat tells no limit; they fail together, so they stay few.
pub const TEAM_BATCH: usize = 20;

/// Items on one page of a list (zendesk-help-center.md §5.1).
const PAGE: usize = 100;

/// How the sources of new documents are read again: one by one, or, when that is less, a page of all items at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceReads {
    /// How many requests.
    pub requests: usize,
    /// By pages of all items.
    pub by_pages: bool,
}

impl SourceReads {
    /// For so many sources of one kind, where the help center has so many items of it.
    pub fn of(wanted: usize, existing: usize) -> Self {
        let pages = existing.div_ceil(PAGE).max(1);
        Self { requests: wanted.min(pages), by_pages: wanted > pages }
    }
}

/// Requests per service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Requests {
    /// Reads and writes of Zendesk.
    pub zendesk: u64,
    /// Reads and writes of Smartcat.
    pub smartcat: u64,
}

/// Counts the requests that the steps need when nothing goes wrong.
pub(super) fn of(steps: &[Step], help_center: &HelpCenter) -> Requests {
    let mut requests = Requests::default();
    let mut sources: BTreeMap<ItemKind, usize> = BTreeMap::new();
    let mut uploads: BTreeMap<&ProjectRef, usize> = BTreeMap::new();
    let mut sends = 0_usize;
    let mut delivered_files: Vec<&FileId> = Vec::new();
    let mut assigned = Vec::new();
    let mut imported_into: BTreeSet<&ProjectRef> = BTreeSet::new();
    for step in steps {
        match &step.action {
            // Listed before and after (two runs at once), created.
            Action::CreateProject(create) => requests.smartcat += 3 + settings(&create.settings),
            Action::UpdateProject(update) => requests.smartcat += 1 + settings(&update.settings),
            Action::AddLanguage(_) | Action::CompleteDocument(_) => requests.smartcat += 1,
            Action::RetireDocument(step) => {
                // Where another document took the place, both are exported and the source is read.
                let superseded = step.superseded.len() as u64;
                requests.zendesk += superseded;
                requests.smartcat += u64::from(step.delete) + 4 * superseded;
            }
            Action::CreateDocument(create) => {
                *sources.entry(create.item.kind).or_default() += 1;
                *uploads.entry(&create.project).or_default() += 1;
                if let Some(predecessor) = &create.predecessor {
                    // What is finished there is exported.
                    requests.smartcat += 2;
                    requests.zendesk += u64::from(predecessor.mark_outdated);
                }
            }
            Action::UpdateDocument(update) => {
                requests.zendesk += 1 + update.mark_outdated.len() as u64;
                requests.smartcat += 2;
            }
            // The text is read; the file is sent, its report read, the receipt written.
            Action::ImportTranslation(import) => {
                requests.zendesk += 1;
                imported_into.insert(&import.project);
                // Into a document that was there before: what it holds is looked at first.
                requests.smartcat += if import.file.is_some() && !import.pull { 5 } else { 3 };
            }
            Action::Assign(assign) => assigned.push(assign),
            Action::SendTranslation(send) => {
                sends += 1;
                // Source and translation are read together right before the write.
                requests.zendesk += 2;
                // The languages of a file follow each other, so that few are noted twice.
                if delivered_files.last() != Some(&&send.file) {
                    delivered_files.push(&send.file);
                }
            }
        }
    }
    delivered_files.sort_unstable();
    delivered_files.dedup();
    for (kind, wanted) in sources {
        requests.zendesk += SourceReads::of(wanted, help_center.count(kind)).requests as u64;
    }
    for files in uploads.values() {
        requests.smartcat += files.div_ceil(UPLOAD_BATCH) as u64;
    }
    requests.smartcat += assignments(&assigned) + imported_into.len() as u64;
    // An export is asked for and fetched; the receipt of a file is written after its deliveries.
    requests.smartcat += (2 * sends.div_ceil(EXPORT_BATCH) + delivered_files.len()) as u64;
    requests
}

/// Each project is read; what can be asked for together is; the receipt of each file is written, and before invitations
/// too. A template is looked up, and so are the tasks that it is for.
fn assignments(steps: &[&Assign]) -> u64 {
    let projects: BTreeSet<&ProjectRef> = steps.iter().map(|step| &step.project).collect();
    let files: BTreeSet<_> = steps.iter().map(|step| (&step.project, step.item)).collect();
    let invited: BTreeSet<_> =
        steps.iter().filter(|step| step.who.invites()).map(|step| (&step.project, step.item)).collect();
    let mut teams: BTreeMap<_, usize> = BTreeMap::new();
    let mut templates = BTreeSet::new();
    let mut single = 0;
    for step in steps {
        match &step.who {
            Who::Team => *teams.entry((&step.project, &step.target, &step.stage)).or_default() += 1,
            Who::Template { .. } => drop(templates.insert((&step.project, &step.who))),
            Who::People { .. } | Who::Agency(_) => single += 1,
        }
    }
    let teams: usize = teams.values().map(|documents| documents.div_ceil(TEAM_BATCH)).sum();
    (projects.len() + files.len() + invited.len() + single + teams + 3 * templates.len()) as u64
}

/// What it takes to look at a project's settings and write those that differ.
fn settings(settings: &Settings) -> u64 {
    let Settings { name: _, work, engine, due: _, memory, glossaries, client, vendor, managers } = settings;
    let is = u64::from;
    // A plan looks templates, glossaries and engines up by their names. Templates are listed; an engine is chosen and
    // set, rules are read and set; a memory is found, those of the project are read and set; so are glossaries; then all
    // is marked.
    2 * is(matches!(work, Work::Template(_)))
        + match engine {
            Engine::Named(_) => 5,
            Engine::Auto => 4,
            Engine::Off => 1,
            Engine::Kept => 0,
        }
        + 3 * is(memory.is_some())
        + 4 * is(!glossaries.is_empty())
        + is(client.is_some())
        + is(vendor.is_some())
        + managers.len() as u64
        + is(!managers.is_empty())
        + 1
}
