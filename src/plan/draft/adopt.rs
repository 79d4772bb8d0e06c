//! Pairs whose existing translation goes up inside the file of their new document.
//!
//! Rules translate whatever arrives empty in their project (smartcat.md §8). An import that comes after that finds
//! everything translated by machine, and paid for. A file brings the translation of one language only, so each of these
//! pairs has one of its own; all other languages of an item share theirs.

use crate::manifest::MachineTranslation;
use crate::manifest::ProjectTarget;
use crate::manifest::Workflow;
use crate::plan::CreateDocument;
use crate::plan::build::Assessed;
use crate::plan::build::Verdict;
use crate::plan::state::State;
use crate::receipt::Short;

/// A new file's pairs, with the translation that goes up inside.
type NewFile<'a, 'p> = (Vec<&'p Assessed<'a>>, Option<Short>);

/// The files of an item's new documents.
pub(super) fn files<'a, 'p>(pairs: &[&'p Assessed<'a>]) -> Vec<NewFile<'a, 'p>> {
    let (mut shared, mut own) = (Vec::new(), Vec::new());
    for pair in pairs {
        match adopted(pair) {
            Some(translation) => own.push((vec![*pair], Some(translation))),
            None => shared.push(*pair),
        }
    }
    let shared = (!shared.is_empty()).then_some((shared, None));
    shared.into_iter().chain(own).collect()
}

/// How a new document's words are to be understood. What of a translation lines up with the source is known only when
/// both are read, so the words of a pair that brings one are the most it can take.
pub(super) fn reason(create: &CreateDocument) -> &'static str {
    match create.adopts {
        None => "not in Smartcat yet",
        Some(_) => {
            "not in Smartcat yet; its translation in Zendesk goes up with it: at most these words are new"
        }
    }
}

/// The translation that goes up with a pair.
fn adopted(pair: &Assessed<'_>) -> Option<Short> {
    let Verdict::State(State::Missing { import: true }) = pair.verdict else { return None };
    let translation = pair.item.translations.get(&pair.want.locale)?;
    translates_on_arrival(pair.workflow).then(|| Short::from(&translation.hash))
}

/// Whether a workflow's projects may have rules that translate by machine. Of a project that people set up, nothing is
/// known.
fn translates_on_arrival(workflow: &Workflow) -> bool {
    workflow.machine_translation != MachineTranslation::Off
        || matches!(workflow.project.target, ProjectTarget::Existing(_))
}
