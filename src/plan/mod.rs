//! The plan: a value that says what apply will do and why, and what it will not do and why.
//!
//! A plan is a pure function of the desired and the observed state: no network, no clock, no files, no environment.
//! Same inputs, same bytes. A step carries everything that apply needs, so that no choice is left to make, and its
//! id is a hash over all of it: a step whose premises have moved has another id. That is how `apply PLAN` tells,
//! item by item, what is stale.

mod assign;
mod build;
mod draft;
mod drift;
pub mod guard;
mod navigation;
pub mod order;
mod projects;
mod requests;
mod settings;
mod state;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use sha2::Digest as _;
use sha2::Sha256;

use crate::id::DocumentId;
use crate::id::FileId;
use crate::id::ItemKey;
use crate::id::Language;
use crate::id::Locale;
use crate::id::ProjectId;
use crate::id::WorkflowName;
use crate::manifest::MachineTranslation;
use crate::manifest::Manifest;
use crate::manifest::Place;
use crate::observed::HelpCenter;
use crate::receipt::Short;

pub use assign::Assign;
pub use assign::Sharing;
pub use assign::Who;
pub use build::Selection;
pub use build::build;
pub use requests::EXPORT_BATCH;
pub use requests::Requests;
pub use requests::SourceReads;
pub use requests::TEAM_BATCH;
pub use requests::UPLOAD_BATCH;
pub use settings::Due;
pub use settings::Engine;
pub use settings::Settings;
pub use settings::Work;
pub use state::Delivery;

/// What apply will do, what it will not do, and the state of every pair.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The steps in the order in which they are carried out.
    pub steps: Vec<Step>,
    /// What is in scope and left alone, with the reason, sorted by item and locale.
    pub held: Vec<Held>,
    /// Every pair in scope or of ours, sorted by item and locale.
    pub pairs: Vec<Pair>,
    /// Translations that would not be found.
    pub note: Option<Note>,
    /// The counts.
    pub summary: Summary,
}

/// Pairs in scope that Zendesk does not show, because what they hang below lacks their locale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// How many.
    pub hidden: u64,
    /// Rules that bring them to light, as lines of YAML for the end of the manifest's `content:`.
    pub rules: Vec<String>,
}

impl Note {
    /// What is wrong, in one sentence.
    pub fn text(&self) -> String {
        let (count, verb) =
            if self.hidden == 1 { ("translation", "stays") } else { ("translations", "stay") };
        format!(
            "{} {count} {verb} hidden: Zendesk shows a page in a locale only when its section and category are \
             translated into it too, and no rule asks for that",
            self.hidden
        )
    }
}

impl Plan {
    /// Apply would do nothing.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Leaves only some of the steps, and counts again.
    pub fn retain(&mut self, help_center: &HelpCenter, keep: impl Fn(&Step) -> bool) {
        self.steps.retain(keep);
        self.summary.count(&self.steps, help_center);
    }

    /// Whether what a step of an earlier plan was for is there: its pairs are at work or done, and no step of this
    /// plan is about them, unless it only says who does the work. A step without an item prepares a project, which its
    /// item steps find or not.
    pub fn shows_done(&self, item: Option<ItemKey>, languages: &[String]) -> bool {
        let Some(item) = item else { return true };
        let is_about = |step: &Step| {
            step.action.item() == Some(item)
                && !matches!(step.action, Action::Assign(_))
                && step
                    .action
                    .languages()
                    .iter()
                    .any(|language| languages.iter().any(|named| named == language))
        };
        let pairs = self.pairs.iter().filter(|pair| pair.item == item && languages.contains(&pair.language));
        let mut states = pairs.map(|pair| pair.state).peekable();
        states.peek().is_some()
            && states.all(|state| matches!(state, PairState::InProgress | PairState::UpToDate))
            && !self.steps.iter().any(is_about)
    }

    /// The words are the most that is translated: some texts bring a translation along.
    pub fn words_are_at_most(&self) -> bool {
        let adopts =
            |step: &Step| matches!(&step.action, Action::CreateDocument(step) if step.adopts.is_some());
        self.steps.iter().any(adopts)
    }

    /// The projects that are there already and to which it sends text.
    pub fn projects_fed(&self) -> BTreeSet<&ProjectId> {
        let feeds = |action: &&Action| {
            matches!(
                action,
                Action::CreateDocument(_) | Action::UpdateDocument(_) | Action::ImportTranslation(_)
            )
        };
        let actions = self.steps.iter().map(|step| &step.action).filter(feeds);
        actions.filter_map(|action| action.project().id.as_ref()).collect()
    }

    /// Words that machine translation takes: those of workflows that use it.
    pub fn machine_words(&self, manifest: &Manifest) -> u64 {
        let by_machine = |step: &&Step| {
            let workflow = manifest.workflows.get(&step.action.project().workflow);
            workflow.is_some_and(|workflow| workflow.machine_translation != MachineTranslation::Off)
        };
        self.steps.iter().filter(by_machine).map(|step| step.words).sum()
    }

    /// Whether what a step of an earlier plan was to retire is gone, or, where people were only to be released, left
    /// without a step.
    pub fn shows_retired(&self, item: Option<ItemKey>, languages: &[String], only_released: bool) -> bool {
        let named = |language: &str| languages.iter().any(|named| named == language);
        let retired_now = self.steps.iter().any(|step| {
            matches!(step.action, Action::RetireDocument(_))
                && step.action.item() == item
                && step.action.languages().into_iter().any(named)
        });
        let of_step = self.pairs.iter().filter(|pair| Some(pair.item) == item && named(&pair.language));
        let mut left = of_step.filter(|pair| pair.document.is_some());
        !retired_now && left.all(|pair| only_released && pair.state == PairState::Orphan)
    }

    /// A hash over the sorted steps: equal for equal plans, whenever and wherever they were made.
    pub fn digest(&self) -> PlanDigest {
        let mut hasher = Sha256::new();
        for step in &self.steps {
            hasher.update(step.id.0.as_bytes());
            hasher.update(b"\n");
        }
        PlanDigest(format!("sha256:{}", hex(&hasher.finalize())))
    }
}

/// The identity of a plan, `sha256:` and 64 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PlanDigest(String);

impl fmt::Display for PlanDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One thing to do.
#[derive(Clone, Debug)]
pub struct Step {
    /// A hash over the action with all its premises.
    pub id: StepId,
    /// What to do.
    pub action: Action,
    /// Why: one sentence.
    pub reason: String,
    /// The rule of the manifest that asks for it.
    pub rule: Option<Place>,
    /// Source words × languages that this step has translated; an estimate where a source changed.
    pub words: u64,
}

impl Step {
    fn new(action: Action, reason: impl Into<String>, rule: Option<Place>, words: u64) -> Self {
        Self { id: StepId::of(&action), action, reason: reason.into(), rule, words }
    }
}

/// The identity of a step: 16 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct StepId(String);

impl StepId {
    fn of(action: &Action) -> Self {
        // Serialising plain data has nothing that can fail; equal ids on failure would be caught by the test that
        // all ids of a plan differ.
        let text = serde_json::to_vec(action).unwrap_or_default();
        Self(hex(&Sha256::digest(text)[..8]))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
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
    pub name: String,
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
    pub settings: Settings,
}

/// See [`Action::UpdateProject`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each field says itself what it is")]
pub struct UpdateProject {
    pub project: ProjectRef,
    pub settings: Settings,
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
    /// The file's path in the project, without extension.
    pub path: String,
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
    /// The file's path in the project, without extension.
    pub path: String,
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
    pub path: String,
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
    pub path: String,
    /// All of its stages are done; otherwise single segments are.
    pub finished: bool,
    /// The document that took its place.
    pub by: DocumentId,
    /// The path of that one's file.
    pub by_path: String,
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

    /// The locales it is about, as the manifest writes them. A retired document is named by Smartcat's language:
    /// the manifest no longer maps it.
    pub fn languages(&self) -> Vec<&str> {
        match self {
            Self::CreateProject(step) => step.languages.iter().map(Language::as_str).collect(),
            Self::UpdateProject(_) => Vec::new(),
            Self::AddLanguage(step) => vec![step.target.locale.as_str()],
            Self::CreateDocument(step) => step.targets.iter().map(|t| t.locale.as_str()).collect(),
            Self::UpdateDocument(step) => step.targets.iter().map(|t| t.locale.as_str()).collect(),
            Self::ImportTranslation(step) => vec![step.target.locale.as_str()],
            Self::Assign(step) => vec![step.target.locale.as_str()],
            Self::CompleteDocument(step) => vec![step.target.locale.as_str()],
            Self::SendTranslation(step) => vec![step.target.locale.as_str()],
            Self::RetireDocument(step) => step.documents.keys().map(Language::as_str).collect(),
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

/// A pair that is left alone although the manifest names it, or that is ours although it no longer does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The item.
    pub item: ItemKey,
    /// The locale, or Smartcat's language where no locale maps to it.
    pub language: String,
    /// What holds it.
    pub code: HeldCode,
    /// One sentence for people.
    pub reason: String,
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

/// The state of a pair for people and for `status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PairState {
    /// Never sent to Smartcat.
    Missing,
    /// The document holds an older source.
    Stale,
    /// Smartcat is at work.
    InProgress,
    /// Something is to be delivered.
    Ready,
    /// Nothing to do.
    UpToDate,
    /// Changed by hand in Zendesk.
    Edited,
    /// Left alone for another reason.
    Held,
    /// Ours, and no longer in scope.
    Orphan,
}

/// One item in one language, as observed.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The item.
    pub item: ItemKey,
    /// The locale, or Smartcat's language where no locale maps to it.
    pub language: String,
    /// The workflow.
    pub workflow: WorkflowName,
    /// Its state.
    pub state: PairState,
    /// Percent of the stages, 100 when completed; `None` without a document.
    pub progress: Option<u8>,
    /// The document.
    pub document: Option<DocumentId>,
    /// The project.
    pub project: Option<ProjectId>,
    /// Stages for which people were asked, and nobody is shown to have accepted.
    pub asked: Vec<String>,
}

/// Counts of a plan. Pairs, not requests, unless it says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Summary {
    /// Pairs whose source is sent for the first time.
    pub create: u64,
    /// Pairs whose changed source is sent.
    pub update: u64,
    /// Pairs whose existing translation is imported.
    pub import: u64,
    /// Pairs that get people assigned.
    pub assign: u64,
    /// Pairs whose translation is delivered to Zendesk.
    pub send: u64,
    /// Pairs whose document is removed.
    pub retire: u64,
    /// Pairs that Smartcat is at work on.
    pub in_progress: u64,
    /// Pairs with nothing to do.
    pub up_to_date: u64,
    /// Pairs that are left alone, with a reason.
    pub held: u64,
    /// Source words × languages to be translated; estimated where a source changed.
    pub words: u64,
    /// The least requests that applying it needs.
    pub requests: Requests,
}

impl Summary {
    /// Counts what steps do; what is left alone is counted where it is judged.
    fn count(&mut self, steps: &[Step], help_center: &HelpCenter) {
        let Self { create, update, import, assign, send, retire, words, requests, .. } = self;
        (*create, *update, *import, *assign, *send, *retire) = (0, 0, 0, 0, 0, 0);
        let mut assigned = BTreeSet::new();
        for step in steps {
            match &step.action {
                Action::CreateDocument(step) if step.predecessor.is_some() => {
                    *update += step.targets.len() as u64;
                }
                Action::CreateDocument(step) => *create += step.targets.len() as u64,
                Action::UpdateDocument(step) => *update += step.targets.len() as u64,
                Action::ImportTranslation(_) => *import += 1,
                Action::Assign(step) => drop(assigned.insert((step.item, &step.target))),
                Action::SendTranslation(_) => *send += 1,
                // Its pairs were counted when another document took its place.
                Action::RetireDocument(step) if !step.superseded.is_empty() => {}
                Action::RetireDocument(step) => *retire += step.documents.len() as u64,
                Action::CreateProject(_)
                | Action::UpdateProject(_)
                | Action::AddLanguage(_)
                | Action::CompleteDocument(_) => {}
            }
        }
        *assign = assigned.len() as u64;
        *words = steps.iter().map(|step| step.words).sum();
        *requests = requests::of(steps, help_center);
    }
}
