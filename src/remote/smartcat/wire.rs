//! Smartcat's account, projects and documents, as far as they are used (smartcat.md §§6–7). Every optional key may be
//! absent or `null`.

use serde::Deserialize;
use serde_json::Value;

use super::settings::Vendor;
use super::status::DisassemblingStatus;
use super::status::DocumentStatus;
use super::status::ProjectStatus;
use super::status::StageStatus;
use super::status::StageType;
use crate::id::DocumentId;
use crate::id::Language;
use crate::id::ProjectId;
use crate::remote::lenient::count;
use crate::remote::lenient::or_default;
use crate::remote::stream::LongList;

/// The account that the key belongs to.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// A freelancer's account: it cannot create projects.
    #[serde(default, deserialize_with = "or_default")]
    pub is_personal: bool,
    /// It is switched off.
    #[serde(default, deserialize_with = "or_default")]
    pub is_disabled: bool,
}

/// `{"balance": …}`
#[derive(Deserialize)]
pub(super) struct BalanceAnswer {
    pub(super) balance: f64,
}

/// A project.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WireProject {
    /// Its id.
    pub id: ProjectId,
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// Free text.
    #[serde(default)]
    pub description: Option<String>,
    /// When its work should be done.
    #[serde(default)]
    pub deadline: Option<String>,
    /// When it was created.
    #[serde(default)]
    pub creation_date: Option<String>,
    /// Its source language.
    #[serde(default)]
    pub source_language: Option<Language>,
    /// Its target languages.
    #[serde(default, deserialize_with = "or_default")]
    pub target_languages: Vec<Language>,
    /// Where it stands.
    #[serde(default)]
    pub status: ProjectStatus,
    /// Its workflow stages in order.
    #[serde(default, deserialize_with = "or_default")]
    pub workflow_stages: Vec<WorkflowStage>,
    /// Its documents. Lists of projects may leave them out.
    #[serde(default, deserialize_with = "or_default")]
    pub documents: Vec<WireDocument>,
    /// A free tag.
    #[serde(default)]
    pub external_tag: Option<String>,
    /// The client it is for.
    #[serde(default)]
    pub client_id: Option<String>,
    /// The group it belongs to.
    #[serde(default)]
    pub domain_id: Option<i64>,
    /// The agencies it was handed to.
    #[serde(default, deserialize_with = "or_default")]
    pub vendors: Vec<ProjectVendor>,
    /// Who manages it (user ids).
    #[serde(default, deserialize_with = "or_default")]
    pub managers: Vec<String>,
    /// Its subjects.
    #[serde(default, deserialize_with = "or_default")]
    pub specializations: Vec<String>,
    /// `document`, or `projectTask` where work hangs on project tasks.
    #[serde(default)]
    pub assignment_mode: Option<String>,
    /// The account's own fields.
    #[serde(default, deserialize_with = "or_default")]
    pub custom_fields: serde_json::Map<String, Value>,
}

impl LongList for WireProject {
    const KEY: &'static str = "documents";
    type Element = WireDocument;
}

/// An agency on a project.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectVendor {
    /// The agency's account.
    pub vendor_account_id: String,
    /// It was taken off the project again.
    #[serde(default, deserialize_with = "or_default")]
    pub removed_from_project: bool,
}

/// A workflow stage of a project.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkflowStage {
    /// Its id.
    #[serde(default, deserialize_with = "or_default")]
    pub id: String,
    /// What is done in it.
    #[serde(default)]
    pub stage_type: StageType,
}

/// One file in one target language.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WireDocument {
    /// `{file}_{language number}`.
    pub id: DocumentId,
    /// The name with the folders before it, without extension.
    #[serde(default, deserialize_with = "or_default")]
    pub full_path: String,
    /// The name with extension.
    #[serde(default, deserialize_with = "or_default")]
    pub filename: String,
    /// Whether the file could be read.
    #[serde(default, rename = "documentDisassemblingStatus")]
    pub disassembling_status: DisassemblingStatus,
    /// Its target language.
    pub target_language: Language,
    /// Where it stands.
    #[serde(default)]
    pub status: DocumentStatus,
    /// Source words; 0 until the file is read.
    #[serde(default, deserialize_with = "count")]
    pub words_count: u32,
    /// When the status changed last.
    #[serde(default)]
    pub status_modification_date: Option<String>,
    /// Progress per stage, in the project's order.
    #[serde(default, deserialize_with = "or_default")]
    pub workflow_stages: Vec<StageProgress>,
    /// What was given at the upload.
    #[serde(default)]
    pub external_id: Option<String>,
    /// A free text.
    #[serde(default)]
    pub meta_info: Option<String>,
    /// All stages are done and somebody has to say that it is complete.
    #[serde(default, deserialize_with = "or_default")]
    pub ready_for_completion: bool,
}

/// One stage of one document. Its type is the project's stage with the same id or at the same place.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StageProgress {
    /// The stage's id.
    #[serde(default, deserialize_with = "or_default")]
    pub id: String,
    /// 0 to 100.
    #[serde(default, deserialize_with = "or_default")]
    pub progress: f64,
    /// Where it stands.
    #[serde(default)]
    pub status: StageStatus,
    /// When the status changed last.
    #[serde(default)]
    pub status_modification_date: Option<String>,
    /// Words that nobody works on.
    #[serde(default, deserialize_with = "count")]
    pub unassigned_words_count: u32,
    /// Who works on it.
    #[serde(default, deserialize_with = "or_default")]
    pub executives: Vec<Executive>,
    /// The agency that has it.
    #[serde(default)]
    pub vendor: Option<Vendor>,
}

/// Somebody who works on a stage.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Executive {
    /// A user id for freelancers, an account user id for in-house people.
    pub id: String,
}
