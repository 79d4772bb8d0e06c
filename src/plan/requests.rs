//! The least requests that a plan needs. Both services allow few requests a second, so requests are its price.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Serialize;

use super::Action;
use super::ProjectRef;
use super::Step;

/// Files in one upload: what Smartcat's own connectors send at once (smartcat.md §7.3).
pub const UPLOAD_BATCH: usize = 20;

/// Documents in one export task: what Smartcat's own command line takes at once (smartcat.md §3).
pub const EXPORT_BATCH: usize = 10;

/// Requests per service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Requests {
    /// Reads and writes of Zendesk.
    pub zendesk: u64,
    /// Reads and writes of Smartcat.
    pub smartcat: u64,
}

/// Counts the requests that the steps need when nothing goes wrong.
pub(super) fn of(steps: &[Step]) -> Requests {
    let mut requests = Requests::default();
    let mut uploads: BTreeMap<&ProjectRef, usize> = BTreeMap::new();
    let mut sends = 0_usize;
    let mut delivered_files = BTreeSet::new();
    for step in steps {
        match &step.action {
            // Listed before and after (two runs at once), created, its engine chosen and set, its rule set, marked.
            Action::CreateProject(_) => requests.smartcat += 7,
            Action::UpdateProject(_) => requests.smartcat += 5,
            Action::AddLanguage(_) | Action::CompleteDocument(_) => requests.smartcat += 1,
            Action::RetireDocument(step) => requests.smartcat += u64::from(step.delete),
            Action::CreateDocument(create) => {
                requests.zendesk += 1;
                *uploads.entry(&create.project).or_default() += 1;
            }
            Action::UpdateDocument(update) => {
                requests.zendesk += 1 + update.mark_outdated.len() as u64;
                requests.smartcat += 2;
            }
            // The text is read; the file is sent, its report polled and read, the receipt written.
            Action::ImportTranslation(_) => {
                requests.zendesk += 1;
                requests.smartcat += 4;
            }
            Action::SendTranslation(send) => {
                sends += 1;
                // Source and translation are read together right before the write.
                requests.zendesk += 2;
                delivered_files.insert(&send.file);
            }
        }
    }
    for files in uploads.values() {
        requests.smartcat += files.div_ceil(UPLOAD_BATCH) as u64;
    }
    // An export is asked for and fetched; the receipt of a file is written after its deliveries.
    requests.smartcat += (2 * sends.div_ceil(EXPORT_BATCH) + delivered_files.len()) as u64;
    requests
}
