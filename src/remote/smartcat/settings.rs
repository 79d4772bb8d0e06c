//! What a project and its account can be set to use: engines, rules, memories, glossaries, people
//! (smartcat.md §§7.9–9). The same keys are optional here as everywhere.

use super::status::StageType;
use crate::id::DocumentId;
use crate::id::Language;
use crate::remote::lenient::count;
use crate::remote::lenient::or_default;
use serde::Deserialize;
use serde::Serialize;

/// A machine translation engine of a project or an account. Some answers spell the keys with a capital (smartcat.md §4).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct MachineTranslation {
    /// `engine:Intelligent Routing`, for instance.
    #[serde(default, alias = "Id", deserialize_with = "or_default")]
    pub id: String,
    /// Its name.
    #[serde(default, alias = "Name", deserialize_with = "or_default")]
    pub name: String,
    /// The target languages it serves; the account's list does not tell them.
    #[serde(default, alias = "Languages", deserialize_with = "or_default")]
    pub languages: Vec<Language>,
}

/// How segments are filled before people see them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PretranslationRule {
    /// `tM`, `mT`, …
    pub rule_type: String,
    /// From 1.
    pub order: u32,
    /// The stage (its id) at which what the rule fills counts as confirmed.
    #[serde(default)]
    pub confirm_at_workflow_step: Option<String>,
    /// The memory of a `tM` rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translation_memory_id: Option<String>,
    /// The least match of a `tM` rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_threshold: Option<u32>,
    /// All else, which is sent back as it came: rules are replaced together.
    #[serde(flatten)]
    pub other: serde_json::Map<String, serde_json::Value>,
}

impl PretranslationRule {
    /// It lets a machine translate.
    pub fn is_machine(&self) -> bool {
        self.rule_type.eq_ignore_ascii_case("mT")
    }
}

/// A project template.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Template {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
}

/// `{"templates": […]}`
#[derive(Deserialize)]
pub(super) struct TemplatesAnswer {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) templates: Vec<Template>,
}

/// A glossary.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Glossary {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
}

/// A translation memory of the account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Memory {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// Its target languages.
    #[serde(default, deserialize_with = "or_default")]
    pub target_languages: Vec<Language>,
}

/// A translation memory to create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewMemory {
    /// Its name, unique in the account.
    pub name: String,
    /// Its source language.
    pub source_language: Language,
    /// Its target languages.
    pub target_languages: Vec<Language>,
}

/// A translation memory on a project.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectMemory {
    /// The memory's id.
    pub id: String,
    /// The least match that is shown; at least 50.
    pub match_threshold: u32,
    /// What is confirmed is written to it. One per project.
    pub is_writable: bool,
}

/// Somebody of the account's team.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamMember {
    /// The id to assign with.
    pub id: String,
    /// E-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// First name.
    #[serde(default)]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default)]
    pub last_name: Option<String>,
}

/// An agency that the account works with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Vendor {
    /// Its account.
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
}

impl Vendor {
    /// Its name, or else its id.
    pub fn shown(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }
}

/// A template that says who does what, kept in Smartcat's UI.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssignmentTemplate {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
}

/// What applying an assignment template did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TemplateOutcome {
    /// Tasks that somebody got.
    #[serde(default, deserialize_with = "count")]
    pub assigned_count: u32,
    /// Tasks that nobody got.
    #[serde(default, deserialize_with = "count")]
    pub unassigned_count: u32,
}

/// Work of one language and stage, in projects that assign by tasks.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectTask {
    /// Its id.
    pub id: String,
    /// What is done in its stage.
    #[serde(default)]
    pub stage_type: StageType,
    /// Its documents.
    #[serde(default, deserialize_with = "or_default")]
    pub document_ids: Vec<DocumentId>,
    /// People who have it, are invited to it or shortlisted for it.
    #[serde(default, deserialize_with = "or_default")]
    pub individual_assignments: Vec<TaskAssignment>,
    /// Agencies that have it or are shortlisted for it.
    #[serde(default, deserialize_with = "or_default")]
    pub vendor_assignments: Vec<TaskAssignment>,
}

impl ProjectTask {
    /// Nobody has it or is invited to it.
    pub fn is_open(&self) -> bool {
        self.individual_assignments.is_empty() && self.vendor_assignments.is_empty()
    }
}

/// Somebody on a task.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskAssignment {
    /// `shortlisted`, `invited` or `inProgress`.
    #[serde(default, deserialize_with = "or_default")]
    pub status: String,
}
