//! What moves a project through its life: cancel, restore, complete, more and fewer languages (§6.1, §6.6).

use jiff::Timestamp;

use super::SmartcatState;
use super::call::Call;
use super::languages::Language;
use super::model::Document;
use super::model::DocumentStatus;
use super::model::Parse;
use super::model::Segment;
use super::projects::language;
use super::refusal::Answer;
use super::refusal::Refusal;
use super::work::Cause;
use super::work::Job;
use crate::sandbox::http::Response;

impl SmartcatState {
    /// `POST /v1/project/cancel`
    pub(super) fn cancel_project(&mut self, call: &Call<'_>) -> Answer {
        let project = self.project_mut(call.required("projectId")?)?;
        project.canceled = true;
        project.status_modified = Some(call.now);
        Ok(Response::empty(204))
    }

    /// `POST /v1/project/restore`
    pub(super) fn restore_project(&mut self, call: &Call<'_>) -> Answer {
        let project = self.project_mut(call.required("projectId")?)?;
        project.canceled = false;
        project.status_modified = Some(call.now);
        Ok(Response::empty(204))
    }

    /// `POST /v1/project/complete`: finishes the workflow of all documents, translated or not.
    pub(super) fn complete_project(&mut self, call: &Call<'_>) -> Answer {
        let id = call.required("projectId")?;
        let project = self.project(id)?;
        let parsing =
            |file: &String| self.files.get(file).is_some_and(|file| file.parse == Parse::InProgress);
        if project.canceled || project.files.iter().any(parsing) {
            return Err(Refusal::conflict("The project cannot be completed in its present state"));
        }
        self.close_project(id, call.now);
        Ok(Response::empty(204))
    }

    /// Completes a project and its documents. What has no translation stays without one.
    pub(super) fn close_project(&mut self, id: &str, now: Timestamp) {
        let Some(project) = self.projects.get_mut(id) else { return };
        project.completed = true;
        project.modified = now;
        let stages = project.stage_count();
        for id in &project.files {
            let Some(file) = self.files.get_mut(id) else { continue };
            for document in &mut file.documents {
                close_document(document, stages, now);
            }
        }
    }

    /// `POST /v1/project/language`
    pub(super) fn add_language(&mut self, call: &Call<'_>) -> Answer {
        let id = call.required("projectId")?;
        let project = self.project(id)?;
        let language = language(call.required("targetLanguage")?)?;
        if language == project.source {
            return Err(Refusal::bad("The provided target language is identical with the source language"));
        }
        if project.targets.contains(&language) {
            return Err(Refusal::bad("The project has this target language already"));
        }
        let to_documents = call.flag("addLanguageToDocuments", true)?;
        let project = self.project_mut(id)?;
        project.targets.push(language);
        let files = project.files.clone();
        for file in files.iter().filter(|_| to_documents) {
            self.add_language_to_file(file, language, call.now);
        }
        Ok(Response::empty(204))
    }

    fn add_language_to_file(&mut self, id: &str, language: &'static Language, now: Timestamp) {
        let Some(file) = self.files.get_mut(id) else { return };
        let Some(project) = self.projects.get(&file.project) else { return };
        let meta_info = file.documents.first().and_then(|document| document.meta_info.clone());
        let mut document = Document::new(language, meta_info, project.stage_count(), now);
        if file.parse == Parse::Success {
            let units = file.format.and_then(|format| format.parse(&file.bytes).ok()).unwrap_or_default();
            document.segments = units.into_iter().map(Segment::new).collect();
        }
        file.documents.push(document);
        let parsed = file.parse == Parse::Success;
        if !project.rules.is_empty() && parsed {
            let job = Job::Pretranslate { file: id.to_owned(), language: Some(language.id) };
            self.agenda.add(now, self.behaviour.pretranslate_ms, job);
        }
        if parsed {
            self.settle(id, language.id, Cause::Parsed, now);
        }
    }

    /// `DELETE /v1/project/language`
    pub(super) fn remove_language(&mut self, call: &Call<'_>) -> Answer {
        let id = call.required("projectId")?;
        let project = self.project(id)?;
        let language = language(call.required("targetLanguage")?)?;
        if !project.targets.contains(&language) {
            return Err(Refusal::bad("The project does not have this target language"));
        }
        if project.targets.len() == 1 {
            return Err(Refusal::bad("The last target language cannot be removed"));
        }
        let project = self.project_mut(id)?;
        project.targets.retain(|target| *target != language);
        for file in project.files.clone() {
            self.remove_document_of(&file, language.id);
        }
        Ok(Response::empty(204))
    }
}

/// Completes a document as it is.
pub(super) fn close_document(document: &mut Document, stages: usize, now: Timestamp) {
    for segment in document.segments.iter_mut().filter(|segment| segment.target.is_some()) {
        segment.confirmed = stages;
    }
    document.ready = false;
    if document.status != DocumentStatus::Completed {
        document.status = DocumentStatus::Completed;
        document.touch(now);
    }
}
