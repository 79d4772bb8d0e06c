//! What the codes of pairs that are left alone mean, and what ends it.

use crate::plan::HeldCode;

/// What a code means, and what ends it, in one sentence.
pub fn explain(code: HeldCode) -> String {
    let meaning = meaning(code);
    match remedy(code) {
        Some(remedy) => format!("{meaning}; {remedy}"),
        None => meaning.to_owned(),
    }
}

fn meaning(code: HeldCode) -> &'static str {
    match code {
        HeldCode::DraftSource => "the source is a draft; publish it, or say `drafts: true` in the rule",
        HeldCode::StructureCheckFailed => {
            "the translation lacks or adds a link, an image, a placeholder or a tag of its source"
        }
        HeldCode::ParseFailed => "Smartcat could not read the file",
        HeldCode::NotInLock => {
            "a rule matches it, zencat.lock does not list it; `zencat scope --lock` adds it"
        }
        HeldCode::OnHold => "its rule says `hold: true`",
        HeldCode::Unreadable => "it could not be read completely, so nothing is concluded",
        HeldCode::EditedInZendesk => "somebody changed the translation in the help center",
        HeldCode::DeletedInZendesk => "somebody deleted the translation from the help center",
        HeldCode::Unclaimed => "a translation stands in the help center that zencat did not write",
        HeldCode::ExistingKept => {
            "it was translated before, and the workflow says `existing_translations: keep`"
        }
        HeldCode::OtherSourceLocale => "it is written in another locale than the manifest's `source_locale`",
        HeldCode::ProjectCanceled => "its project is cancelled in Smartcat; restore it there",
        HeldCode::ProjectUnmarked => {
            "its project was made by zencat and somebody changed the project's tag; set it back, or delete the project"
        }
        HeldCode::SharedFile => "its source changed, and its file holds another language that is held",
        HeldCode::AssignmentImpossible => "the project cannot give work to people as the manifest says",
        HeldCode::AssignmentUnclear => {
            "an interrupted run may have invited people, and nobody is asked twice; look in Smartcat, or name others"
        }
        HeldCode::UnassignedByHand => {
            "whom zencat assigned was taken off by hand, and that stands until the manifest names somebody else"
        }
        HeldCode::NothingToTranslate => "it has no text, so there is nothing to send",
        HeldCode::Orphan => "no rule asks for it any more, and its document is left alone",
    }
}

/// What ends it. `None` where the reason of each such pair says so itself, and where nothing needs to be done.
pub fn remedy(code: HeldCode) -> Option<&'static str> {
    match code {
        HeldCode::StructureCheckFailed => {
            Some("mend the named block in Smartcat, or say `integrity: warn` in the workflow")
        }
        HeldCode::ParseFailed => {
            Some("see the document in Smartcat, and remove it there to have it sent anew")
        }
        HeldCode::OnHold => Some("take that out of the rule when the work may begin"),
        HeldCode::Unreadable => Some(
            "wait for the next run, which looks again; of what is gone for good the document can be deleted in Smartcat",
        ),
        HeldCode::ExistingKept => Some(
            "leave it so, or say `existing_translations: import` in the workflow to take it into Smartcat",
        ),
        HeldCode::EditedInZendesk | HeldCode::Unclaimed => Some(
            "leave it so, or say in the workflow `on_edit: pull` to take it into Smartcat, `on_edit: overwrite` to \
             replace it",
        ),
        HeldCode::DeletedInZendesk => {
            Some("leave it so, or say `on_edit: overwrite` in the workflow to have it sent again")
        }
        HeldCode::OtherSourceLocale => {
            Some("leave it out with `exclude: true`, or give it a manifest of its own")
        }
        HeldCode::SharedFile => Some("end what holds that language, for a file has one source"),
        HeldCode::AssignmentImpossible => Some("change `assign` in the workflow to what the project can do"),
        HeldCode::Orphan => {
            Some("to be rid of it, delete it in Smartcat, or say `on_remove: delete` in the manifest")
        }
        HeldCode::DraftSource
        | HeldCode::NotInLock
        | HeldCode::ProjectCanceled
        | HeldCode::ProjectUnmarked
        | HeldCode::AssignmentUnclear
        | HeldCode::UnassignedByHand
        | HeldCode::NothingToTranslate => None,
    }
}
