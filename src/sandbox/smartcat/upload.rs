//! Files on their way in: a new document for each file and language (§7.3), a new source for those there are
//! (§7.4).

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use super::SmartcatState;
use super::call::Body;
use super::call::Call;
use super::call::one_of;
use super::files::Format;
use super::languages::Language;
use super::model::Document;
use super::model::File;
use super::model::Inside;
use super::model::InsideConfirm;
use super::model::Parse;
use super::model::Project;
use super::projects::language;
use super::refusal::Answer;
use super::refusal::Refusal;
use super::work::Job;
use crate::sandbox::http::Part;

/// A file that was found right.
#[derive(Debug)]
pub(super) struct Upload {
    path: String,
    format: Option<Format>,
    bytes: Vec<u8>,
    external_id: Option<String>,
    meta_info: Option<String>,
    languages: Vec<&'static Language>,
    placeholders: bool,
    inside: Option<Inside>,
}

/// CreateDocumentPropertyModel.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DocumentProperties {
    external_id: Option<String>,
    meta_info: Option<String>,
    disassemble_algorithm_name: Option<String>,
    #[serde(rename = "presetDisassembleAlgorithm")]
    _preset: Option<String>,
    #[serde(rename = "disassembleSettings")]
    _settings: Option<Value>,
    /// Misspelt on the wire (§4).
    bilingual_file_import_setings: Option<BilingualSettings>,
    target_languages: Option<Vec<String>>,
    enable_placeholders: Option<bool>,
    #[serde(rename = "enableOcr")]
    _enable_ocr: Option<bool>,
    #[serde(flatten)]
    unknown: BTreeMap<String, Value>,
}

/// UploadDocumentPropertiesModel.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateProperties {
    bilingual_file_import_setings: Option<BilingualSettings>,
    enable_placeholders: Option<bool>,
    #[serde(flatten)]
    unknown: BTreeMap<String, Value>,
}

/// BilingualFileImportSetingsModel.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BilingualSettings {
    target_substitution_mode: Option<String>,
    #[serde(rename = "targetLanguageUsageMode")]
    _target_language_usage_mode: Option<String>,
    #[serde(rename = "lockMode")]
    _lock_mode: Option<String>,
    confirm_mode: Option<String>,
    #[serde(rename = "saveType")]
    _save_type: Option<String>,
}

impl Body for DocumentProperties {
    fn unknown(&self) -> Option<String> {
        self.unknown.keys().next().cloned()
    }
}

impl Body for UpdateProperties {
    fn unknown(&self) -> Option<String> {
        self.unknown.keys().next().cloned()
    }
}

impl BilingualSettings {
    fn inside(&self) -> Result<Option<Inside>, Refusal> {
        let mode = self.target_substitution_mode.as_deref().unwrap_or("none");
        if one_of(mode, &["none", "all"], "target substitution mode")? == "none" {
            return Ok(None);
        }
        let confirm = self.confirm_mode.as_deref().unwrap_or("none");
        let modes = ["none", "byStates", "atFirstStage", "atLastStage"];
        let confirm = match one_of(confirm, &modes, "confirm mode")? {
            "atFirstStage" => InsideConfirm::FirstStage,
            "atLastStage" => InsideConfirm::LastStage,
            // LocJSON and JSON have no states.
            _ => InsideConfirm::Nowhere,
        };
        Ok(Some(Inside { confirm }))
    }
}

impl SmartcatState {
    /// `POST /v1/project/document`, `POST /v1/document`
    pub(super) fn upload(&mut self, call: &Call<'_>) -> Answer {
        self.company_account()?;
        let id = call.required("projectId")?;
        let project = self.project(id)?;
        let properties = call.json_part()?;
        let uploads = self.read_uploads(call, properties, project)?;
        if uploads.is_empty() {
            return Err(Refusal::bad("There is no file"));
        }
        let files = self.add_files(id, uploads, call.now)?;
        let project = self.project_mut(id)?;
        project.completed = false;
        let project = self.project(id)?;
        let files = files.iter().filter_map(|id| self.files.get(id));
        let documents: Vec<_> = files.flat_map(|file| self.documents_json(project, file)).collect();
        Ok(self.reply(json!(documents)))
    }

    /// Reads the file parts; their properties stand in the same order (§6.3). What the query says goes for
    /// all.
    pub(super) fn read_uploads(
        &self,
        call: &Call<'_>,
        properties: Option<Value>,
        project: &Project,
    ) -> Result<Vec<Upload>, Refusal> {
        let mut properties = match properties {
            Some(Value::Null) | None => Vec::new(),
            Some(list) => call.models::<DocumentProperties>(list)?,
        }
        .into_iter();
        let files = call.files();
        if self.behaviour.upload_max_files.is_some_and(|max| files.len() > max) {
            return Err(Refusal::bad("There are too many files in one request"));
        }
        files
            .into_iter()
            .map(|part| self.read_upload(call, part, properties.next().unwrap_or_default(), project))
            .collect()
    }

    fn read_upload(
        &self,
        call: &Call<'_>,
        part: &Part,
        properties: DocumentProperties,
        project: &Project,
    ) -> Result<Upload, Refusal> {
        let bytes = self.file_bytes(part)?;
        let path = self.file_path(part.file_name.as_deref().unwrap_or_default())?;
        let text = |own: Option<String>, name: &str| own.or_else(|| call.query(name).map(str::to_owned));
        let meta_info = text(properties.meta_info, "metaInfo");
        self.meta_info_fits(meta_info.as_deref())?;
        let algorithm = text(properties.disassemble_algorithm_name, "disassembleAlgorithmName");
        let codes = properties
            .target_languages
            .unwrap_or_else(|| call.list("targetLanguages").into_iter().map(str::to_owned).collect());
        let inside =
            properties.bilingual_file_import_setings.map(|settings| settings.inside()).transpose()?;
        Ok(Upload {
            format: Format::of(&path, algorithm.as_deref()),
            path,
            bytes,
            external_id: text(properties.external_id, "externalId"),
            meta_info,
            languages: document_languages(&codes, project)?,
            placeholders: properties.enable_placeholders.unwrap_or(false),
            inside: inside.flatten().filter(|_| self.behaviour.upload_takes_targets),
        })
    }

    fn file_bytes(&self, part: &Part) -> Result<Vec<u8>, Refusal> {
        if part.bytes.is_empty() {
            return Err(Refusal::bad("The specified file is empty"));
        }
        if self.behaviour.upload_max_bytes.is_some_and(|max| part.bytes.len() > max) {
            return Err(Refusal::new(413, "The file is too large"));
        }
        Ok(part.bytes.clone())
    }

    /// A name as it will stand in the project; slashes make folders (§7.1).
    fn file_path(&self, name: &str) -> Result<String, Refusal> {
        let path = name.split('/').filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join("/");
        if path.is_empty() {
            return Err(Refusal::bad("The file has no name"));
        }
        self.document_name_fits(&path)?;
        Ok(path)
    }

    pub(super) fn document_name_fits(&self, path: &str) -> Result<(), Refusal> {
        if let Some(char) = path.chars().find(|char| self.behaviour.name_forbidden_chars.contains(*char)) {
            return Err(Refusal::bad(format!("The document name has the character `{char}`")));
        }
        if self.behaviour.name_max_chars.is_some_and(|max| path.chars().count() > max) {
            return Err(Refusal::bad("The document name is too long"));
        }
        Ok(())
    }

    /// Adds files to a project; a name that is taken is a conflict, for all files or from there on.
    pub(super) fn add_files(
        &mut self,
        project: &str,
        uploads: Vec<Upload>,
        now: Timestamp,
    ) -> Result<Vec<String>, Refusal> {
        let mut taken = self.paths(project);
        let conflict = || Refusal::conflict("The document name is not unique");
        let new: BTreeSet<_> = uploads.iter().map(|upload| upload.path.as_str()).collect();
        let clash = new.len() < uploads.len() || uploads.iter().any(|upload| taken.contains(&upload.path));
        if clash && self.behaviour.upload_atomic {
            return Err(conflict());
        }
        let mut added = Vec::new();
        for upload in uploads {
            if !taken.insert(upload.path.clone()) {
                return Err(conflict());
            }
            added.extend(self.add_file(project, upload, now));
        }
        Ok(added)
    }

    /// The paths of a project's files, extensions included.
    pub(super) fn paths(&self, project: &str) -> BTreeSet<String> {
        let files = self.projects.get(project).map(|project| project.files.as_slice()).unwrap_or_default();
        files.iter().filter_map(|id| self.files.get(id)).map(|file| file.path.clone()).collect()
    }

    fn add_file(&mut self, project: &str, upload: Upload, now: Timestamp) -> Option<String> {
        let project = self.projects.get_mut(project)?;
        let id = self.ids.document();
        let stages = project.stage_count();
        let documents = upload
            .languages
            .iter()
            .map(|language| Document::new(language, upload.meta_info.clone(), stages, now))
            .collect();
        let file = File {
            id: id.clone(),
            project: project.id.clone(),
            path: upload.path,
            format: upload.format,
            bytes: Vec::new(),
            incoming: Some(upload.bytes),
            parse: Parse::InProgress,
            external_id: upload.external_id,
            created: now,
            revision: 1,
            placeholders: upload.placeholders,
            ordered: !project.rules.is_empty(),
            inside: upload.inside,
            documents,
        };
        project.files.push(id.clone());
        self.files.insert(id.clone(), file);
        let job = Job::Parse { file: id.clone(), revision: 1 };
        self.agenda.add(now, self.behaviour.parse_ms, job);
        Some(id)
    }

    /// `PUT /v2/document/update`: takes the id without a language (§4).
    pub(super) fn update_document(&mut self, call: &Call<'_>) -> Answer {
        if !self.behaviour.update_enabled {
            return Err(Refusal::forbidden(
                "The document update functionality is not enabled in the account",
            ));
        }
        let id = self.update_target(call.required("documentId")?)?;
        let properties: UpdateProperties = match call.json_part()? {
            Some(Value::Null) | None => UpdateProperties::default(),
            Some(value) => call.model(value)?,
        };
        let files = call.files();
        let [part] = files.as_slice() else { return Err(Refusal::bad("Exactly one file was expected")) };
        let bytes = self.file_bytes(part)?;
        let inside =
            properties.bilingual_file_import_setings.map(|settings| settings.inside()).transpose()?;
        let file = self.files.get_mut(&id).ok_or_else(no_document)?;
        let project = self.projects.get(&file.project).ok_or_else(no_document)?;
        let name = part.file_name.as_deref().unwrap_or_default();
        file.format = Format::of(name, call.query("disassembleAlgorithmName")).or(file.format);
        file.incoming = Some(bytes);
        file.parse = Parse::InProgress;
        file.revision += 1;
        file.ordered = !project.rules.is_empty();
        file.inside = inside.flatten().filter(|_| self.behaviour.upload_takes_targets);
        file.placeholders = properties.enable_placeholders.unwrap_or(file.placeholders);
        let job = Job::Parse { file: id.clone(), revision: file.revision };
        self.agenda.add(call.now, self.behaviour.parse_ms, job);
        let file = self.files.get(&id).ok_or_else(no_document)?;
        Ok(self.reply(json!(self.documents_json(project, file))))
    }

    /// The file that an update means.
    fn update_target(&self, id: &str) -> Result<String, Refusal> {
        if self.behaviour.update_accepts_pair_id
            && let Ok((file, _)) = self.locate(id)
        {
            return Ok(file);
        }
        let file = self.files.get(id).ok_or_else(no_document)?;
        self.project(&file.project)?;
        Ok(id.to_owned())
    }
}

/// The languages of a document: the project's, or some of them.
fn document_languages(codes: &[String], project: &Project) -> Result<Vec<&'static Language>, Refusal> {
    if codes.is_empty() {
        return Ok(project.targets.clone());
    }
    let mut languages = Vec::new();
    for code in codes {
        let language = language(code)?;
        if !project.targets.contains(&language) {
            return Err(Refusal::bad(format!("The project has no target language `{code}`")));
        }
        if !languages.contains(&language) {
            languages.push(language);
        }
    }
    Ok(languages)
}

pub(super) fn no_document() -> Refusal {
    Refusal::missing("The provided document ID does not exist")
}
