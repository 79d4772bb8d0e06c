//! What is left alone, and why.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;

use crate::id::ItemKey;

/// A pair that is left alone although the manifest names it, or that is ours although it no longer does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The item.
    pub item: ItemKey,
    /// The locale, or Smartcat's language where no locale maps to it.
    pub language: Arc<str>,
    /// What holds it.
    pub code: HeldCode,
    /// One sentence for people.
    pub reason: Cow<'static, str>,
}

/// What holds a pair back. The names are part of the JSON contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HeldCode {
    /// The source is a draft.
    DraftSource,
    /// The structure check refused the translation.
    StructureCheckFailed,
    /// Smartcat could not read the file.
    ParseFailed,
    /// Not in the lock.
    NotInLock,
    /// The manifest says `hold: true`.
    OnHold,
    /// The item, or its source, could not be read completely.
    Unreadable,
    /// Changed by hand in Zendesk.
    EditedInZendesk,
    /// Deleted by hand in Zendesk.
    DeletedInZendesk,
    /// A translation stands in Zendesk that zencat did not write.
    Unclaimed,
    /// A translation existed before and the workflow keeps such.
    ExistingKept,
    /// The item's source is in another locale than the manifest's source locale.
    OtherSourceLocale,
    /// The project is cancelled in Smartcat.
    ProjectCanceled,
    /// Its project was made by zencat and lost its tag: it is not ordered a second time.
    ProjectUnmarked,
    /// There is no text to translate.
    NothingToTranslate,
    /// The project cannot give work to people in the way that the manifest says.
    AssignmentImpossible,
    /// An interrupted run may have sent invitations, and Smartcat does not show it.
    AssignmentUnclear,
    /// What zencat assigned was taken off again by hand.
    UnassignedByHand,
    /// The source changed, and its file has a language that is held.
    SharedFile,
    /// No rule asks for it any more; the document is kept.
    Orphan,
}

impl HeldCode {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::DraftSource,
        Self::StructureCheckFailed,
        Self::ParseFailed,
        Self::NotInLock,
        Self::OnHold,
        Self::Unreadable,
        Self::EditedInZendesk,
        Self::DeletedInZendesk,
        Self::Unclaimed,
        Self::ExistingKept,
        Self::OtherSourceLocale,
        Self::ProjectCanceled,
        Self::ProjectUnmarked,
        Self::NothingToTranslate,
        Self::AssignmentImpossible,
        Self::AssignmentUnclear,
        Self::UnassignedByHand,
        Self::SharedFile,
        Self::Orphan,
    ];

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DraftSource => "draft-source",
            Self::StructureCheckFailed => "structure-check-failed",
            Self::ParseFailed => "parse-failed",
            Self::NotInLock => "not-in-lock",
            Self::OnHold => "on-hold",
            Self::Unreadable => "unreadable",
            Self::EditedInZendesk => "edited-in-zendesk",
            Self::DeletedInZendesk => "deleted-in-zendesk",
            Self::Unclaimed => "unclaimed",
            Self::ExistingKept => "existing-kept",
            Self::OtherSourceLocale => "other-source-locale",
            Self::ProjectCanceled => "project-canceled",
            Self::ProjectUnmarked => "project-unmarked",
            Self::NothingToTranslate => "nothing-to-translate",
            Self::AssignmentImpossible => "assignment-impossible",
            Self::AssignmentUnclear => "assignment-unclear",
            Self::UnassignedByHand => "unassigned-by-hand",
            Self::SharedFile => "shared-file",
            Self::Orphan => "orphan",
        }
    }
}
