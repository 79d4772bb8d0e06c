//! What is sent: new projects, changes, files (smartcat.md §§6.3–7.4).

use super::status::StageType;
use super::wire::WireProject;
use crate::id::Language;
use serde::Serialize;
use serde_json::Value;

/// A project to create. What else is set of it is changed later ([`ProjectChanges`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewProject {
    /// Its name.
    pub name: String,
    /// Its source language.
    pub source_language: Language,
    /// Its target languages.
    pub target_languages: Vec<Language>,
    /// Its workflow; empty to take the template's.
    #[serde(rename = "workflowStages", skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<StageType>,
    /// A project template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_id: Option<String>,
    /// A free tag.
    pub external_tag: String,
}

/// `NewProject` as it is sent: never handed to an agency, and saying so, which a help page claims is required
/// (smartcat.md §6.3).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewProjectBody<'a> {
    #[serde(flatten)]
    pub(super) project: &'a NewProject,
    pub(super) assign_to_vendor: bool,
}

/// All that can be changed of a project. Smartcat probably resets what is not sent (smartcat.md §6.4), so begin with
/// [`ProjectChanges::none`], change fields of it, and send it whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectChanges {
    /// Its name.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// When its work should be done.
    pub deadline: Option<String>,
    /// The client it is for.
    pub client_id: Option<String>,
    /// The group it belongs to.
    pub domain_id: Option<i64>,
    /// The agency it is handed to: at most one.
    pub vendor_account_ids: Vec<String>,
    /// A free tag.
    pub external_tag: Option<String>,
    /// Its subjects.
    pub specializations: Vec<String>,
    /// Its workflow.
    pub workflow_stages: Vec<StageType>,
    /// The account's own fields.
    pub custom_field_values: serde_json::Map<String, Value>,
}

impl ProjectChanges {
    /// The project as it is.
    pub fn none(project: &WireProject) -> Self {
        let vendors = project.vendors.iter().filter(|vendor| !vendor.removed_from_project);
        Self {
            name: project.name.clone(),
            description: project.description.clone(),
            deadline: project.deadline.clone(),
            client_id: project.client_id.clone(),
            domain_id: project.domain_id,
            vendor_account_ids: vendors.map(|vendor| vendor.vendor_account_id.clone()).collect(),
            external_tag: project.external_tag.clone(),
            specializations: project.specializations.clone(),
            workflow_stages: project.workflow_stages.iter().map(|stage| stage.stage_type.clone()).collect(),
            custom_field_values: project.custom_fields.clone(),
        }
    }
}

/// A file to upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its name with extension, unique in the project.
    pub file_name: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Kept with the document; cannot be changed later.
    pub external_id: String,
    /// Kept with the document.
    pub meta_info: String,
    /// Its target languages; empty for all of the project's.
    pub languages: Vec<Language>,
    /// It holds translations, which are taken as they are.
    pub filled: Option<Filled>,
}

/// How far the translations in an uploaded file are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// No stage is: people confirm what they find.
    Unconfirmed,
    /// The first stage is.
    AtFirstStage,
    /// All stages are.
    Done,
}

/// What is made of the translations in a file (smartcat.md §7.3).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BilingualSettings {
    target_substitution_mode: &'static str,
    target_language_usage_mode: &'static str,
    lock_mode: &'static str,
    confirm_mode: &'static str,
}

impl From<Filled> for BilingualSettings {
    fn from(filled: Filled) -> Self {
        Self {
            target_substitution_mode: "all",
            target_language_usage_mode: "selected",
            lock_mode: "none",
            confirm_mode: match filled {
                Filled::Unconfirmed => "none",
                Filled::AtFirstStage => "atFirstStage",
                Filled::Done => "atLastStage",
            },
        }
    }
}

/// What is told about one uploaded file. Smartcat goes by the order of entries and files.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UploadEntry<'a> {
    pub(super) external_id: &'a str,
    pub(super) meta_info: &'a str,
    #[serde(skip_serializing_if = "<[Language]>::is_empty")]
    pub(super) target_languages: &'a [Language],
    /// Misspelt on the wire (smartcat.md §4).
    #[serde(rename = "bilingualFileImportSetings", skip_serializing_if = "Option::is_none")]
    pub(super) bilingual: Option<BilingualSettings>,
}

impl<'a> UploadEntry<'a> {
    pub(super) fn of(file: &'a Upload) -> Self {
        let Upload { file_name: _, bytes: _, external_id, meta_info, languages, filled } = file;
        let bilingual = filled.map(BilingualSettings::from);
        Self { external_id, meta_info, target_languages: languages, bilingual }
    }
}

/// How work is given to several people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum AssignmentMode {
    /// Segments are split among all.
    DistributeAmongAll,
    /// All are invited, the first to accept gets it.
    Rocket,
    /// All are invited, somebody assigns by hand.
    InviteOnly,
}
