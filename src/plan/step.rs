//! A step: one thing that apply does, with all of its premises.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use sha2::Digest as _;
use sha2::Sha256;

use crate::id::DocumentId;
use crate::id::FileId;
use crate::id::FilePath;
use crate::id::ItemKey;
use crate::id::Language;
use crate::id::Locale;
use crate::id::ProjectId;
use crate::id::ProjectName;
use crate::id::WorkflowName;
use crate::manifest::Place;
use crate::receipt::Short;

use super::Assign;
use super::Delivery;
use super::Settings;

/// One thing to do.
#[derive(Clone, Debug)]
pub struct Step {
    /// What to do.
    pub action: Action,
    /// Why: one sentence.
    pub reason: Cow<'static, str>,
    /// The rule of the manifest that asks for it.
    pub rule: Option<Place>,
    /// Source words × languages that this step has translated; an estimate where a source changed.
    pub words: u64,
}

impl Step {
    pub(super) fn new(
        action: Action,
        reason: impl Into<Cow<'static, str>>,
        rule: Option<Place>,
        words: u64,
    ) -> Self {
        Self { action, reason: reason.into(), rule, words }
    }

    /// A hash over the action with all its premises. Made when somebody asks: of a million steps it takes as long as
    /// the plan itself, and few outputs name them.
    pub fn id(&self) -> StepId {
        StepId::of(&self.action)
    }
}

/// The identity of a step: 16 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId([u8; 8]);

impl StepId {
    fn of(action: &Action) -> Self {
        // Serialising plain data has nothing that can fail; equal ids on failure would be caught by the test that
        // all ids of a plan differ.
        let text = serde_json::to_vec(action).unwrap_or_default();
        let mut id = [0; 8];
        id.copy_from_slice(&Sha256::digest(text)[..8]);
        Self(id)
    }
}

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

impl Serialize for StepId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The project that a step works in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ProjectRef {
    /// The workflow it serves.
    pub workflow: WorkflowName,
    /// Its number among the workflow's projects, from 1.
    pub number: u32,
    /// Its id; `None` when the same plan creates it. No premise of a step: workflow and number say which project it
    /// is, and a plan that was interrupted after creating it must still hold.
    #[serde(skip)]
    pub id: Option<ProjectId>,
    /// Its name.
    pub name: ProjectName,
}

/// A target: the locale in Zendesk and the language in Smartcat.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Target {
    /// Zendesk's locale.
    pub locale: Locale,
    /// Smartcat's language.
    pub language: Language,
}

/// What a step does, with its premises.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Creates a project with its settings.
    CreateProject(CreateProject),
    /// Gives a project the settings of the manifest.
    UpdateProject(UpdateProject),
    /// Adds a target language to a project, to none of its documents.
    AddLanguage(AddLanguage),
    /// Uploads an item's source for some languages.
    CreateDocument(CreateDocument),
    /// Replaces a document's source, in all its languages.
    UpdateDocument(UpdateDocument),
    /// Takes a translation that stands in Zendesk into the document.
    ImportTranslation(ImportTranslation),
    /// Gives a stage of a document to people.
    Assign(Assign),
    /// Presses "complete" where Smartcat waits for it.
    CompleteDocument(CompleteDocument),
    /// Delivers a translation to Zendesk.
    SendTranslation(SendTranslation),
    /// Removes documents that are no longer in scope.
    RetireDocument(RetireDocument),
}

/// See [`Action::CreateProject`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each field says itself what it is")]
pub struct CreateProject {
    pub project: ProjectRef,
    pub source: Option<Language>,
    pub languages: Vec<Language>,
    pub settings: Box<Settings>,
}

/// See [`Action::UpdateProject`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each field says itself what it is")]
pub struct UpdateProject {
    pub project: ProjectRef,
    pub settings: Box<Settings>,
}

/// See [`Action::AddLanguage`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each field says itself what it is")]
pub struct AddLanguage {
    pub project: ProjectRef,
    pub target: Target,
}

/// See [`Action::CreateDocument`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CreateDocument {
    /// The item.
    pub item: ItemKey,
    /// The locale of its source.
    pub from: Locale,
    /// Where it is uploaded.
    pub project: ProjectRef,
    /// The languages ordered.
    pub targets: Vec<Target>,
    /// Hash of the source that is sent.
    pub source: Short,
    /// The file's name: unique in the project, so that a repeated upload is a conflict and not a duplicate.
    pub file_name: String,
    /// Translations that stand in Zendesk now: known from the start, so that an edit of them is seen.
    pub existing: BTreeMap<Language, Short>,
    /// The translation in Zendesk that goes up inside the file, in its only language.
    pub adopts: Option<Short>,
    /// The document whose place it takes, because Smartcat refuses to replace its source.
    pub predecessor: Option<Predecessor>,
}

/// A document whose finished segments a new one takes over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Predecessor {
    /// Its file.
    pub file: FileId,
    /// The file's path in the project.
    pub path: FilePath,
    /// The document, in the only language of the new one.
    pub document: DocumentId,
    /// All of its stages are done: so are those of what is taken over. Otherwise only the first stage is.
    pub finished: bool,
    /// The published translation is flagged as outdated until the new one arrives.
    pub mark_outdated: bool,
}

/// See [`Action::UpdateDocument`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UpdateDocument {
    /// The item.
    pub item: ItemKey,
    /// The locale of its source.
    pub from: Locale,
    /// The project.
    pub project: ProjectRef,
    /// The file whose source is replaced.
    pub file: FileId,
    /// The file's path in the project.
    pub path: FilePath,
    /// The file's documents, all languages.
    pub documents: Vec<DocumentId>,
    /// The languages in scope that wait for it.
    pub targets: Vec<Target>,
    /// Hash of the source that is sent.
    pub source: Short,
    /// Published translations that are flagged as outdated until the new ones arrive.
    pub mark_outdated: Vec<Locale>,
}

/// See [`Action::ImportTranslation`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportTranslation {
    /// The item.
    pub item: ItemKey,
    /// The locale of its source.
    pub from: Locale,
    /// The project.
    pub project: ProjectRef,
    /// The file; `None` when the same plan creates it.
    pub file: Option<FileId>,
    /// The language.
    pub target: Target,
    /// Hash of the translation that is imported.
    pub translation: Short,
    /// An edit made in Zendesk is taken over (`on_edit: pull`): it replaces what the document holds, confirmed.
    pub pull: bool,
}

/// See [`Action::CompleteDocument`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each field says itself what it is")]
pub struct CompleteDocument {
    pub item: ItemKey,
    pub project: ProjectRef,
    pub target: Target,
    pub document: DocumentId,
}

/// See [`Action::SendTranslation`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SendTranslation {
    /// The item.
    pub item: ItemKey,
    /// The locale of its source.
    pub from: Locale,
    /// The project.
    pub project: ProjectRef,
    /// The file.
    pub file: FileId,
    /// The file's path in the project: exports of several documents are told apart by it.
    pub path: FilePath,
    /// The document that is exported.
    pub document: DocumentId,
    /// Where it goes.
    pub target: Target,
    /// Why it is delivered.
    pub delivery: Delivery,
    /// The document's status time that was observed.
    pub moved_at: Option<jiff::Timestamp>,
    /// Hash of the source on whose skeleton it is assembled.
    pub source: Short,
    /// The translation that it replaces; `None` when there is none.
    pub replaces: Option<Short>,
    /// What is exported.
    pub take: Take,
    /// A translation that zencat creates is a draft.
    pub as_draft: bool,
    /// Differences that the structure check finds hold the delivery.
    pub strict: bool,
    /// Linked items whose links are moved to the target locale.
    pub links: Vec<ItemKey>,
}

/// Which state of a document is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// What the editor shows.
    Current,
    /// What was confirmed at any stage.
    Confirmed,
    /// What was confirmed at the stage of this number, from 1.
    Stage(u32),
    /// What passed all stages.
    Complete,
}

/// See [`Action::RetireDocument`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each field says itself what it is")]
pub struct RetireDocument {
    pub item: ItemKey,
    pub project: ProjectRef,
    pub file: FileId,
    pub documents: BTreeMap<Language, DocumentId>,
    /// Deleted, or only its people released.
    pub delete: bool,
    /// The places that other documents took; the item is still in scope. Empty where no rule asks for them any more.
    pub superseded: BTreeMap<Language, Superseded>,
    /// Who is released.
    pub people: Vec<Assignee>,
}

/// A document whose place another took. It goes once all that was finished in it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Superseded {
    /// The locale of the item's source.
    pub from: Locale,
    /// The path of its file in the project, without extension.
    pub path: FilePath,
    /// All of its stages are done; otherwise single segments are.
    pub finished: bool,
    /// The document that took its place.
    pub by: DocumentId,
    /// The path of that one's file.
    pub by_path: FilePath,
}

/// Somebody who works on one stage of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each field says itself what it is")]
pub struct Assignee {
    pub document: DocumentId,
    /// From 1.
    pub stage: u32,
    pub id: String,
}

impl Action {
    /// The item it is about; a project's own steps have none.
    pub fn item(&self) -> Option<ItemKey> {
        match self {
            Self::CreateProject(_) | Self::UpdateProject(_) | Self::AddLanguage(_) => None,
            Self::CreateDocument(step) => Some(step.item),
            Self::UpdateDocument(step) => Some(step.item),
            Self::ImportTranslation(step) => Some(step.item),
            Self::Assign(step) => Some(step.item),
            Self::CompleteDocument(step) => Some(step.item),
            Self::SendTranslation(step) => Some(step.item),
            Self::RetireDocument(step) => Some(step.item),
        }
    }

    /// The project it works in.
    pub fn project(&self) -> &ProjectRef {
        match self {
            Self::CreateProject(step) => &step.project,
            Self::UpdateProject(step) => &step.project,
            Self::AddLanguage(step) => &step.project,
            Self::CreateDocument(step) => &step.project,
            Self::UpdateDocument(step) => &step.project,
            Self::ImportTranslation(step) => &step.project,
            Self::Assign(step) => &step.project,
            Self::CompleteDocument(step) => &step.project,
            Self::SendTranslation(step) => &step.project,
            Self::RetireDocument(step) => &step.project,
        }
    }

    /// The target of a step that is about one.
    pub fn target(&self) -> Option<&Target> {
        match self {
            Self::AddLanguage(step) => Some(&step.target),
            Self::ImportTranslation(step) => Some(&step.target),
            Self::Assign(step) => Some(&step.target),
            Self::CompleteDocument(step) => Some(&step.target),
            Self::SendTranslation(step) => Some(&step.target),
            Self::CreateProject(_)
            | Self::UpdateProject(_)
            | Self::CreateDocument(_)
            | Self::UpdateDocument(_)
            | Self::RetireDocument(_) => None,
        }
    }

    /// The locales it is about, as the manifest writes them. A retired document is named by Smartcat's language:
    /// the manifest no longer maps it.
    pub fn languages(&self) -> Vec<&str> {
        match self {
            Self::CreateProject(step) => step.languages.iter().map(Language::as_str).collect(),
            Self::CreateDocument(step) => step.targets.iter().map(|t| t.locale.as_str()).collect(),
            Self::UpdateDocument(step) => step.targets.iter().map(|t| t.locale.as_str()).collect(),
            Self::RetireDocument(step) => step.documents.keys().map(Language::as_str).collect(),
            Self::UpdateProject(_)
            | Self::AddLanguage(_)
            | Self::ImportTranslation(_)
            | Self::Assign(_)
            | Self::CompleteDocument(_)
            | Self::SendTranslation(_) => self.target().map(|t| t.locale.as_str()).into_iter().collect(),
        }
    }

    /// Hash of the source that it sends or assembles on.
    pub fn source(&self) -> Option<&Short> {
        match self {
            Self::CreateDocument(step) => Some(&step.source),
            Self::UpdateDocument(step) => Some(&step.source),
            Self::SendTranslation(step) => Some(&step.source),
            Self::CreateProject(_)
            | Self::UpdateProject(_)
            | Self::AddLanguage(_)
            | Self::ImportTranslation(_)
            | Self::Assign(_)
            | Self::CompleteDocument(_)
            | Self::RetireDocument(_) => None,
        }
    }
}
