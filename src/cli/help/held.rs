//! What the codes of pairs that are left alone mean, for people.

use crate::plan::HeldCode;

/// What it means, and what ends it: one sentence.
pub(crate) fn explain(code: HeldCode) -> &'static str {
    match code {
        HeldCode::DraftSource => "the source is a draft; publish it, or say `drafts: true` in the rule",
        HeldCode::StructureCheckFailed => {
            "the translation lacks or adds a link, an image, a placeholder or a tag of its source; mend the named \
             block in Smartcat, or say `integrity: warn` in the workflow"
        }
        HeldCode::ParseFailed => {
            "Smartcat could not read the file; see the document there, and remove it to send it anew"
        }
        HeldCode::NotInLock => {
            "a rule matches it, zencat.lock does not list it; `zencat scope --lock` adds it"
        }
        HeldCode::OnHold => "its rule says `hold: true`; take that out when the work may begin",
        HeldCode::Unreadable => {
            "it could not be read completely, so nothing is concluded; the next run looks again"
        }
        HeldCode::EditedInZendesk => {
            "somebody changed the translation in the help center; keep it so, or say `on_edit: overwrite` in the workflow"
        }
        HeldCode::DeletedInZendesk => {
            "somebody deleted the translation from the help center; leave it so, or say `on_edit: overwrite` in the workflow"
        }
        HeldCode::Unclaimed => {
            "a translation stands in the help center that zencat did not write; `existing_translations` in the \
             workflow says what becomes of such"
        }
        HeldCode::ExistingKept => {
            "it was translated before, and the workflow says `existing_translations: keep`"
        }
        HeldCode::OtherSourceLocale => "it is written in another locale than the manifest's `source_locale`",
        HeldCode::ProjectCanceled => "its project is cancelled in Smartcat; restore it there",
        HeldCode::ProjectUnmarked => {
            "its project was made by zencat and somebody changed the project's tag; set it back, or delete the project"
        }
        HeldCode::SharedFile => {
            "its source changed, and its file holds another language that is held; end that, for a file has one source"
        }
        HeldCode::AssignmentImpossible => {
            "the project cannot give work to people as the manifest says; the reason names what it can do"
        }
        HeldCode::AssignmentUnclear => {
            "an interrupted run may have invited people, and nobody is asked twice; look in Smartcat, or name others"
        }
        HeldCode::UnassignedByHand => {
            "whom zencat assigned was taken off by hand, and that stands until the manifest names somebody else"
        }
        HeldCode::NothingToTranslate => "it has no text",
        HeldCode::Orphan => "no rule asks for it any more, and `on_remove: keep` leaves its document alone",
    }
}
