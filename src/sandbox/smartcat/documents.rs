//! Documents: read, rename, describe, complete, delete; and translations on their way in (§7.5–§7.7).

use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;

use super::SmartcatState;
use super::behaviour::MetaInfoScope;
use super::call::Call;
use super::files::Format;
use super::ids::split_document_id;
use super::lifecycle::close_document;
use super::model::Document;
use super::model::DocumentStatus;
use super::model::File;
use super::model::Import;
use super::model::ImportState;
use super::model::Project;
use super::refusal::Answer;
use super::refusal::Refusal;
use super::upload::no_document;
use super::work::ImportJob;
use super::work::Job;
use crate::sandbox::http::Response;

impl SmartcatState {
    /// The file and the language of a document's id.
    pub(super) fn locate(&self, id: &str) -> Result<(String, u32), Refusal> {
        let (file, language) = split_document_id(id).ok_or_else(no_document)?;
        let found = self.files.get(file).ok_or_else(no_document)?;
        found.document(language).ok_or_else(no_document)?;
        if self.project(&found.project).is_err() {
            return Err(Refusal::forbidden("The document is not associated with the account"));
        }
        Ok((file.to_owned(), language))
    }

    /// The same, where the specification knows 403 only: for several documents at once.
    pub(super) fn locate_or_forbid(&self, id: &str) -> Result<(String, u32), Refusal> {
        let foreign = "At least one document is not associated with the account";
        self.locate(id).map_err(|_| Refusal::forbidden(foreign))
    }

    /// A document with its file and project.
    pub(super) fn whole_document(&self, id: &str) -> Result<(&Project, &File, &Document), Refusal> {
        let (file, language) = self.locate(id)?;
        let file = self.files.get(&file).ok_or_else(no_document)?;
        let document = file.document(language).ok_or_else(no_document)?;
        Ok((self.project(&file.project)?, file, document))
    }

    /// A document, to change it.
    pub(super) fn document_mut(&mut self, id: &str) -> Result<&mut Document, Refusal> {
        let (file, language) = self.locate(id)?;
        self.files.get_mut(&file).and_then(|file| file.document_mut(language)).ok_or_else(no_document)
    }

    /// `GET /v1/document`
    pub(super) fn get_document(&mut self, call: &Call<'_>) -> Answer {
        let (project, file, document) = self.whole_document(call.required("documentId")?)?;
        Ok(self.reply(self.document_json(project, file, document)))
    }

    /// `DELETE /v1/document`: without its last language a file is gone.
    pub(super) fn delete_documents(&mut self, call: &Call<'_>) -> Answer {
        let ids = call.list("documentIds");
        if ids.is_empty() {
            return Err(Refusal::bad("The provided array of document IDs is empty"));
        }
        let found = ids.into_iter().map(|id| self.locate_or_forbid(id)).collect::<Result<Vec<_>, _>>()?;
        for (file, language) in found {
            self.remove_document_of(&file, language);
        }
        Ok(Response::empty(204))
    }

    pub(super) fn remove_document_of(&mut self, id: &str, language: u32) {
        let Some(file) = self.files.get_mut(id) else { return };
        file.documents.retain(|document| document.language.id != language);
        if file.documents.is_empty() {
            if let Some(project) = self.projects.get_mut(&file.project) {
                project.files.retain(|file| file != id);
            }
            self.files.remove(id);
        }
    }

    /// `PUT /v1/document/rename`: renames the file, so every language's document. Folder and extension stay.
    pub(super) fn rename_document(&mut self, call: &Call<'_>) -> Answer {
        let (id, _) = self.locate(call.required("documentId")?)?;
        let name = call.required("name")?;
        self.rename_file(&id, name)?;
        Ok(Response::empty(204))
    }

    pub(super) fn rename_file(&mut self, id: &str, name: &str) -> Result<(), Refusal> {
        let file = self.files.get(id).ok_or_else(no_document)?;
        let extension = file.extension();
        let folder = file.path.strip_suffix(file.file_name()).unwrap_or_default();
        let path = format!("{folder}{}{extension}", name.strip_suffix(extension).unwrap_or(name));
        self.document_name_fits(&path)?;
        if path != file.path && self.paths(&file.project).contains(&path) {
            return Err(Refusal::conflict("The new name will not be unique in the project"));
        }
        if let Some(file) = self.files.get_mut(id) {
            file.path = path;
        }
        Ok(())
    }

    /// `PUT /v1/document/updateMetaInfo`: the body is a JSON string (§4).
    pub(super) fn update_meta_info(&mut self, call: &Call<'_>) -> Answer {
        let (file, language) = self.locate(call.required("documentId")?)?;
        let text = match call.value()? {
            Value::String(text) => Some(text),
            Value::Null => None,
            _ => return Err(Refusal::bad("The meta info is a JSON string")),
        };
        self.meta_info_fits(text.as_deref())?;
        self.write_meta_info(&file, language, text.as_deref());
        Ok(Response::empty(204))
    }

    pub(super) fn meta_info_fits(&self, text: Option<&str>) -> Result<(), Refusal> {
        let length = text.map_or(0, |text| text.chars().count());
        if self.behaviour.meta_info_max_chars.is_some_and(|max| length > max) {
            return Err(Refusal::bad("The meta info is too long"));
        }
        Ok(())
    }

    pub(super) fn write_meta_info(&mut self, file: &str, language: u32, text: Option<&str>) {
        let whole_file = self.behaviour.meta_info == MetaInfoScope::File;
        let Some(file) = self.files.get_mut(file) else { return };
        for document in &mut file.documents {
            if whole_file || document.language.id == language {
                document.meta_info = text.map(str::to_owned);
            }
        }
    }

    /// `POST /v1/document/complete`
    pub(super) fn complete_document(&mut self, call: &Call<'_>) -> Answer {
        let id = call.required("documentId")?;
        let stages = self.whole_document(id)?.0.stage_count();
        let document = self.document_mut(id)?;
        if document.status == DocumentStatus::Completed {
            return Ok(Response::empty(204));
        }
        if !document.ready {
            return Err(Refusal::bad("The document status is not \"Manager Review\""));
        }
        close_document(document, stages, call.now);
        Ok(Response::empty(200))
    }

    /// `PUT /v1/document/translate`: only for formats whose units have keys (§7.7).
    pub(super) fn translate_document(&mut self, call: &Call<'_>) -> Answer {
        let id = call.required("documentId")?;
        let (file, language) = self.locate(id)?;
        let overwrite = call.flag("overwrite", false)?;
        let confirm = call.flag("confirmTranslation", false)?;
        let files = call.files();
        let [part] = files.as_slice() else { return Err(Refusal::bad("Exactly one file was expected")) };
        if part.bytes.is_empty() {
            return Err(Refusal::bad("The specified file is empty"));
        }
        let own_format = self.whole_document(id)?.1.format;
        let translations = match own_format {
            Some(format)
                if Format::of(part.file_name.as_deref().unwrap_or_default(), None) == Some(format) =>
            {
                format.translations(&part.bytes)
            }
            _ => Err("The file format does not support true updates, or is not the document's".to_owned()),
        };
        let document = self.document_mut(id)?;
        document.imports += 1;
        document.import =
            Some(Import { state: ImportState::InProgress, updated: 0, skipped: 0, message: None });
        let job = ImportJob { file, language, translations, overwrite, confirm };
        self.agenda.add(call.now, self.behaviour.import_ms, Job::Import(job));
        Ok(Response::empty(202))
    }

    /// `GET /v1/document/translate/status`
    pub(super) fn translation_status(&mut self, call: &Call<'_>) -> Answer {
        let import = self.last_import(call)?;
        Ok(self.reply(json!(import.state.name())))
    }

    /// `GET /v1/document/translate/result`: a free-form report.
    pub(super) fn translation_result(&mut self, call: &Call<'_>) -> Answer {
        let import = self.last_import(call)?;
        if import.state == ImportState::InProgress {
            return Err(Refusal::missing("There is no result yet"));
        }
        Ok(self.reply(json!({
            "updatedSegmentsCount": import.updated,
            "skippedSegmentsCount": import.skipped,
            "errorMessage": import.message,
        })))
    }

    fn last_import(&self, call: &Call<'_>) -> Result<Import, Refusal> {
        let (_, _, document) = self.whole_document(call.required("documentId")?)?;
        document.import.clone().ok_or_else(|| Refusal::missing("Nothing was imported into the document"))
    }

    /// `PUT /v1/document/translateWithXliff`: not simulated, which an account without the feature looks like.
    pub(super) fn translate_with_xliff(&mut self, call: &Call<'_>) -> Answer {
        self.locate(call.required("documentId")?)?;
        Err(Refusal::forbidden("Translation by XLIFF is not enabled in the account"))
    }

    /// Confirms a document's segments up to a stage; linguists translate what is still empty.
    pub(super) fn confirm_document(&mut self, file: &str, language: u32, stage: usize, now: Timestamp) {
        let Some(document) = self.files.get_mut(file).and_then(|file| file.document_mut(language)) else {
            return;
        };
        let mut touched = false;
        for segment in document.segments.iter_mut().filter(|segment| segment.confirmed < stage) {
            segment.confirmed = stage;
            touched = true;
            if segment.target.is_none() {
                let code = document.language.code;
                segment.target = Some(super::pseudo_translate(&segment.source, segment.html, code));
            }
        }
        if touched {
            self.settle(file, language, super::work::Cause::Work, now);
        }
    }
}
