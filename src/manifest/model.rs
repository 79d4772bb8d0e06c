//! The manifest as the rest of zencat sees it: complete, valid, with the places it came from.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::diag::Place;
use crate::diag::Span;
use crate::id::Locale;
use crate::id::ProjectId;
use crate::id::WorkflowName;

use super::locales::Locales;
use super::origin::Origin;
use super::rules::Rule;

/// What should be translated, and how.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Where it was read from, as it was named to zencat.
    pub source: String,
    /// The owner mark on everything that zencat creates.
    pub name: String,
    /// The help center.
    pub zendesk: Zendesk,
    /// The Smartcat server.
    pub smartcat: Smartcat,
    /// The locale that is translated from; `None` means the help center's default.
    pub source_locale: Option<Locale>,
    /// Where the source locale stands, or else what a problem with it is shown at.
    pub source_locale_span: Span,
    /// Languages of Smartcat by locale.
    pub locales: Locales,
    /// The workflows by name.
    pub workflows: BTreeMap<WorkflowName, Workflow>,
    /// The rules in the order of the file: the last that matches decides.
    pub rules: Vec<Rule>,
    /// What one plan may do before somebody says that it is meant.
    pub limits: Limits,
    /// What happens to documents that are no longer in scope.
    pub on_remove: OnRemove,
}

/// The help center.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zendesk {
    /// The brand's own address.
    pub url: Origin,
    /// Its host, with the port where it is not the usual one.
    pub host: String,
}

/// The Smartcat server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smartcat {
    /// Its region; `None` when the manifest gives an address.
    pub region: Option<Region>,
    /// Its address.
    pub url: Origin,
}

/// One of Smartcat's separate installations: an account lives on one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Region {
    /// Europe: smartcat.com
    Eu,
    /// Americas: us.smartcat.com
    Us,
    /// Asia: ea.smartcat.com
    Asia,
}

impl Region {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Eu, Self::Us, Self::Asia];

    /// Its name, as the manifest writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eu => "eu",
            Self::Us => "us",
            Self::Asia => "asia",
        }
    }

    /// The address of its server (smartcat.md §1).
    pub fn url(self) -> &'static str {
        match self {
            Self::Eu => "https://smartcat.com",
            Self::Us => "https://us.smartcat.com",
            Self::Asia => "https://ea.smartcat.com",
        }
    }
}

/// A way through Smartcat.
#[derive(Clone, Debug)]
pub struct Workflow {
    /// Its name.
    pub name: WorkflowName,
    /// Where it begins in the file.
    pub place: Place,
    /// Its stages.
    pub setup: Setup,
    /// Whether a machine translates first.
    pub machine_translation: MachineTranslation,
    /// Its projects.
    pub project: ProjectSettings,
    /// What becomes of translations that stand in Zendesk before zencat's first delivery.
    pub existing_translations: ExistingTranslations,
    /// When a translation is delivered.
    pub send_when: SendWhen,
    /// zencat completes documents that Smartcat reports ready for completion.
    pub auto_complete: bool,
    /// The state of a translation that zencat creates.
    pub publish: Publish,
    /// The published translation is flagged as outdated while a newer source is in work.
    pub mark_outdated: bool,
    /// What becomes of a translation that was edited by hand in Zendesk.
    pub on_edit: OnEdit,
    /// What becomes of links to other pages of the help center.
    pub links: LinkPolicy,
    /// What the structure check does.
    pub integrity: Integrity,
    /// Who works on which stage.
    pub assign: Vec<Assignment>,
    /// Where what only Smartcat can check stands in the file.
    pub spans: WorkflowSpans,
}

/// Where the stages of a workflow's projects come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setup {
    /// The manifest lists them, in order.
    Stages(Vec<StageType>),
    /// A project template of Smartcat has them.
    Template(String),
}

/// A kind of work in Smartcat, by Smartcat's own names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "Smartcat's names say what they are")]
pub enum StageType {
    Translation,
    Editing,
    Proofreading,
    Postediting,
    Transcreation,
    FinalPageProof,
    PreliminaryPageProof,
    Notarization,
    CertifiedTranslation,
    Legalization,
    #[serde(rename = "lQAReview")]
    LqaReview,
    SubtitleReview,
    VoiceOverReview,
    SourceReview,
}

impl StageType {
    /// The name, as Smartcat and the manifest write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Translation => "translation",
            Self::Editing => "editing",
            Self::Proofreading => "proofreading",
            Self::Postediting => "postediting",
            Self::Transcreation => "transcreation",
            Self::FinalPageProof => "finalPageProof",
            Self::PreliminaryPageProof => "preliminaryPageProof",
            Self::Notarization => "notarization",
            Self::CertifiedTranslation => "certifiedTranslation",
            Self::Legalization => "legalization",
            Self::LqaReview => "lQAReview",
            Self::SubtitleReview => "subtitleReview",
            Self::VoiceOverReview => "voiceOverReview",
            Self::SourceReview => "sourceReview",
        }
    }
}

/// Whether a machine translates first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MachineTranslation {
    /// No machine.
    Off,
    /// What the workflow's template brings: the manifest does not say.
    Template,
    /// The best engine that the project's languages have.
    Auto,
    /// An engine or profile by its name in Smartcat.
    Named(String),
}

/// The projects of a workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectSettings {
    /// Which project.
    pub target: ProjectTarget,
    /// Files in one project before a further one is opened.
    pub max_documents: u32,
    /// When its work should be done.
    pub deadline: Option<Deadline>,
    /// The writable translation memory.
    pub translation_memory: Option<String>,
    /// Glossaries by name.
    pub glossaries: Vec<String>,
    /// The client that memories and glossaries belong to.
    pub client: Option<String>,
    /// The agency that the project is handed to.
    pub vendor: Option<String>,
    /// People who manage the project.
    pub managers: Vec<String>,
}

/// Which project a workflow uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectTarget {
    /// One that is there, by its id.
    Existing(ProjectId),
    /// One that zencat finds by its mark and creates under this name.
    Named(String),
}

/// When a project's work should be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// So long after the project's creation.
    After(SignedDuration),
    /// At a moment.
    At(Timestamp),
}

/// When a translation is delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SendWhen {
    /// All stages are done.
    #[default]
    Completed,
    /// The first stage that is done is enough.
    Confirmed,
    /// Whatever Smartcat has; what nobody has translated yet stays in the source language.
    Current,
    /// A stage is done: its number from 1, and its type.
    Stage(u32, StageType),
}

/// Who works on a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Where it begins in the file.
    pub place: Place,
    /// The stage.
    pub stage: StageType,
    /// For these locales, with their places; empty means all of the workflow's.
    pub locales: Vec<(Locale, Span)>,
    /// Who.
    pub to: Assignee,
    /// People who are not in the account's team are added to it.
    pub invite_new: bool,
    /// How long the work may take.
    pub deadline: Option<SignedDuration>,
    /// Where the name of whom stands in the file.
    pub span: Span,
    /// Where each of the people stands in the file.
    pub people: Vec<Span>,
}

/// Who is asked to do the work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assignee {
    /// An assignment template of Smartcat, by name.
    Template(String),
    /// People by e-mail address or id, and how the work is shared between them.
    People(Vec<String>, AssignMode),
    /// An agency, by name or id.
    Agency(String),
    /// Every matching member of the account's own team is invited; the first to accept gets the work.
    Team,
}

/// How work is shared between several people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AssignMode {
    /// Segments are split between all of them.
    #[default]
    Distribute,
    /// All are invited, and the first to accept gets everything that is unassigned.
    Rocket,
    /// All are invited; somebody assigns by hand later.
    Invite,
}

/// Where in the file stands what only Smartcat can check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the place of the setting of that name")]
pub struct WorkflowSpans {
    pub name: Span,
    pub setup: Span,
    pub machine_translation: Span,
    pub project: Span,
    pub translation_memory: Span,
    pub glossaries: Vec<Span>,
    pub client: Span,
    pub vendor: Span,
    pub managers: Vec<Span>,
}

/// What becomes of translations that stand in Zendesk before zencat's first delivery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExistingTranslations {
    /// They are imported into the new documents, so that nothing is translated twice.
    #[default]
    Import,
    /// The text is translated anew, and the result replaces them.
    Skip,
    /// Such pairs are left alone.
    Keep,
}

/// The state of a translation that zencat creates. A published translation is never taken offline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Publish {
    /// Published when the source is.
    #[default]
    AsSource,
    /// Always published.
    Published,
    /// Always a draft, for somebody to publish.
    Draft,
}

/// What becomes of a translation that somebody edited in Zendesk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnEdit {
    /// It is kept and reported.
    #[default]
    Keep,
    /// Smartcat's translation replaces it.
    Overwrite,
    /// The edit is taken into Smartcat.
    Pull,
}

/// What becomes of links to other pages of the help center.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LinkPolicy {
    /// They lead to the page in the target locale where it exists.
    #[default]
    Localize,
    /// They stay as they are in the source.
    Keep,
}

/// What the structure check does when a translation's markup differs from its source's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Integrity {
    /// The translation is held.
    #[default]
    Strict,
    /// The translation is sent and the differences are reported.
    Warn,
}

/// What happens in Smartcat to documents that are no longer in scope. Zendesk is never deleted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnRemove {
    /// They stay and are reported.
    #[default]
    Keep,
    /// Their people are released.
    Cancel,
    /// They are deleted.
    Delete,
}

/// What one plan may do before somebody says that it is meant; `None` is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Words to translate.
    pub max_words: Option<u64>,
    /// Items sent to Smartcat.
    pub max_items: Option<u64>,
    /// Share of the managed pairs that are replaced or retired.
    pub max_change_percent: Option<u8>,
}
