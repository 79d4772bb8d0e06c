//! Plain views of the state, for tests and for `GET /_sandbox/state`.

use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use super::SmartcatState;
use super::model::Document;
use super::model::File;
use super::model::Project;
use super::render::percent_of;
use super::render::project_status;
use super::render::stamp;

/// A project.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProjectView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The tag of the system that owns it.
    pub external_tag: Option<String>,
    /// `created`, `inProgress`, `completed`, `canceled`.
    pub status: String,
    /// The source language.
    pub source_language: String,
    /// The target languages.
    pub target_languages: Vec<String>,
    /// The stages' types.
    pub stages: Vec<String>,
    /// The deadline.
    pub deadline: Option<String>,
    /// The ids of its machine translation engines.
    pub engines: Vec<String>,
    /// The types of its pretranslation rules.
    pub rules: Vec<String>,
    /// The ids of its translation memories.
    pub memories: Vec<String>,
    /// The ids of its glossaries.
    pub glossaries: Vec<String>,
    /// The id of the memory that is written to.
    pub writable_memory: Option<String>,
    /// The text about it.
    pub description: Option<String>,
    /// The client's id.
    pub client: Option<String>,
    /// The ids of its vendors.
    pub vendors: Vec<String>,
    /// The ids of its managers.
    pub managers: Vec<String>,
    /// The ids of its documents.
    pub documents: Vec<String>,
}

/// A document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DocumentView {
    /// Its id, language included.
    pub id: String,
    /// The id of its file.
    pub file_id: String,
    /// Its project.
    pub project_id: String,
    /// Its name, without an extension.
    pub name: String,
    /// The name with its folders, without an extension.
    pub full_path: String,
    /// The external id.
    pub external_id: Option<String>,
    /// The target language.
    pub language: String,
    /// `created`, `inProgress`, `completed`, `updated`, `targetUpdated`.
    pub status: String,
    /// When the status moved last.
    pub status_modified: String,
    /// `inProgress`, `success`, `error`.
    pub parse: String,
    /// A manager is waited for.
    pub ready_for_completion: bool,
    /// The stages, in order.
    pub stages: Vec<StageView>,
    /// The meta info.
    pub meta_info: Option<String>,
    /// The segments, in the file's order.
    pub segments: Vec<SegmentView>,
    /// When the file was uploaded.
    pub created: String,
    /// How often its source was replaced.
    pub updates: u32,
    /// How often a translation was imported.
    pub imports: u32,
    /// How often it was exported.
    pub exports: u32,
}

/// A document's stage.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StageView {
    /// Percent confirmed.
    pub progress: f64,
    /// Who works on it, by id.
    pub executives: Vec<String>,
    /// The vendor's id.
    pub vendor: Option<String>,
}

/// A segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SegmentView {
    /// Its key in the file.
    pub key: String,
    /// The source text.
    pub source: String,
    /// The translation.
    pub target: Option<String>,
    /// The last stage at which it is confirmed; 0 for none.
    pub confirmed: usize,
}

impl SmartcatState {
    /// All projects, by creation.
    pub fn projects(&self) -> Vec<ProjectView> {
        self.projects_by_creation().into_iter().map(|project| self.project_view(project)).collect()
    }

    /// All documents, by project and upload.
    pub fn documents(&self) -> Vec<DocumentView> {
        self.projects_by_creation()
            .into_iter()
            .flat_map(|project| &project.files)
            .filter_map(|id| self.files.get(id))
            .flat_map(|file| file.documents.iter().map(move |document| document_view(file, document)))
            .collect()
    }

    /// The whole state as JSON. Credentials are no part of it.
    pub fn snapshot(&self) -> Value {
        let memories: Vec<_> = self
            .assets
            .memories
            .iter()
            .map(|memory| {
                json!({
                    "id": memory.id,
                    "name": memory.name,
                    "targets": memory.targets,
                    "units": memory.units,
                })
            })
            .collect();
        json!({
            "now": stamp(self.now),
            "projects": self.projects(),
            "documents": self.documents(),
            "memories": memories,
            "people": self.assets.people.iter().map(|person| json!({
                "id": person.id,
                "email": person.email,
            })).collect::<Vec<_>>(),
            "export_tasks": self.exports.len(),
            "words_charged": self.words_charged,
            "behaviour": self.behaviour,
        })
    }

    fn projects_by_creation(&self) -> Vec<&Project> {
        let mut projects: Vec<_> = self.projects.values().collect();
        projects.sort_by_key(|project| project.serial);
        projects
    }

    fn project_view(&self, project: &Project) -> ProjectView {
        let files: Vec<_> = project.files.iter().filter_map(|id| self.files.get(id)).collect();
        let documents: Vec<_> = files.iter().flat_map(|file| &file.documents).collect();
        ProjectView {
            id: project.id.clone(),
            name: project.name.clone(),
            external_tag: project.external_tag.clone(),
            status: project_status(project, &documents).0.to_owned(),
            source_language: project.source.code.to_owned(),
            target_languages: project.targets.iter().map(|language| language.code.to_owned()).collect(),
            stages: project.stages.iter().map(|stage| stage.kind.to_owned()).collect(),
            deadline: project.deadline.clone(),
            engines: project.engines.iter().map(|engine| engine.id.clone()).collect(),
            rules: project.rules.iter().map(|rule| rule.kind.to_owned()).collect(),
            memories: project.memories.iter().map(|attached| attached.memory.clone()).collect(),
            glossaries: project.glossaries.clone(),
            writable_memory: project
                .memories
                .iter()
                .find(|attached| attached.writable)
                .map(|attached| attached.memory.clone()),
            description: project.description.clone(),
            client: project.client.clone(),
            vendors: project.vendors.clone(),
            managers: project.managers.clone(),
            documents: files
                .iter()
                .flat_map(|file| file.documents.iter().map(|document| file.document_id(document)))
                .collect(),
        }
    }
}

fn document_view(file: &File, document: &Document) -> DocumentView {
    let stages = document.stages.iter().enumerate().map(|(at, assignment)| StageView {
        progress: percent_of(document, at + 1),
        executives: assignment.executives.iter().map(|executive| executive.id.clone()).collect(),
        vendor: assignment.vendor.clone(),
    });
    let segments = document.segments.iter().map(|segment| SegmentView {
        key: segment.key.clone(),
        source: segment.source.clone(),
        target: segment.target.clone(),
        confirmed: segment.confirmed,
    });
    DocumentView {
        id: file.document_id(document),
        file_id: file.id.clone(),
        project_id: file.project.clone(),
        name: file.name().to_owned(),
        full_path: file.full_path().to_owned(),
        external_id: file.external_id.clone(),
        language: document.language.code.to_owned(),
        status: document.status.name().to_owned(),
        status_modified: stamp(document.status_modified),
        parse: file.parse.name().to_owned(),
        ready_for_completion: document.ready,
        stages: stages.collect(),
        meta_info: document.meta_info.clone(),
        segments: segments.collect(),
        created: stamp(file.created),
        updates: file.revision - 1,
        imports: document.imports,
        exports: document.exports,
    }
}
