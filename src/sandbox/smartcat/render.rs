//! Projects and documents as the API shows them (§6.2, §7.1).

use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;

use super::SmartcatState;
use super::behaviour::AbsentFields;
use super::behaviour::AssignmentMode;
use super::behaviour::Invitations;
use super::behaviour::JsonLabel;
use super::model::Assignment;
use super::model::Document;
use super::model::DocumentStatus;
use super::model::Executive;
use super::model::File;
use super::model::Parse;
use super::model::Project;
use super::model::percent;
use crate::sandbox::http::Response;

/// A moment on the wire: UTC, milliseconds.
pub(super) fn stamp(moment: Timestamp) -> String {
    format!("{moment:.3}")
}

impl SmartcatState {
    /// A JSON answer, labelled and with absent fields as the switches say.
    pub(super) fn reply(&self, mut value: Value) -> Response {
        if self.behaviour.absent_fields == AbsentFields::Omitted {
            omit_nulls(&mut value);
        }
        let label = match self.behaviour.json_label {
            JsonLabel::Json => "application/json; charset=utf-8",
            JsonLabel::Plain => "text/plain; charset=utf-8",
            JsonLabel::TextJson => "text/json; charset=utf-8",
        };
        Response::typed(200, label, value.to_string())
    }

    /// A ProjectModel.
    pub(super) fn project_json(&self, project: &Project, with_documents: bool) -> Value {
        let files = || project.files.iter().filter_map(|id| self.files.get(id));
        let documents: Vec<_> = files().flat_map(|file| &file.documents).collect();
        let (status, derived) = project_status(project, &documents);
        let stages: Vec<_> = project
            .stages
            .iter()
            .enumerate()
            .map(|(at, stage)| {
                json!({
                    "id": stage.id,
                    "progress": project_progress(&documents, at + 1),
                    "stageType": stage.kind,
                })
            })
            .collect();
        let shown: Vec<_> =
            files().filter(|_| with_documents).flat_map(|file| self.documents_json(project, file)).collect();
        json!({
            "id": project.id,
            "accountId": self.account_id,
            "name": project.name,
            "description": project.description,
            "deadline": project.deadline,
            "creationDate": stamp(project.created),
            "createdByUserId": null,
            "createdByUserEmail": null,
            "modificationDate": stamp(project.modified),
            "sourceLanguageId": project.source.id,
            "sourceLanguage": project.source.code,
            "targetLanguages": project.targets.iter().map(|language| language.code).collect::<Vec<_>>(),
            "status": status,
            "statusModificationDate": project.status_modified.or(derived).map(stamp),
            "domainId": project.domain,
            "clientId": project.client,
            "vendors": project.vendors.iter().map(|id| json!({
                "vendorAccountId": id,
                "removedFromProject": false,
            })).collect::<Vec<_>>(),
            "workflowStages": stages,
            "documents": shown,
            "externalTag": project.external_tag,
            "specializations": project.specializations,
            "managers": project.managers,
            "number": null,
            "assignmentMode": match self.behaviour.assignment_mode {
                AssignmentMode::Document => "document",
                AssignmentMode::ProjectTask => "projectTask",
            },
            "aiTranslationProfileId": project.ai_profile,
            "customFields": project.custom_fields,
        })
    }

    /// The DocumentModels of a file.
    pub(super) fn documents_json(&self, project: &Project, file: &File) -> Vec<Value> {
        file.documents.iter().map(|document| self.document_json(project, file, document)).collect()
    }

    /// A DocumentModel.
    pub(super) fn document_json(&self, project: &Project, file: &File, document: &Document) -> Value {
        let stages: Vec<_> = project
            .stages
            .iter()
            .zip(&document.stages)
            .enumerate()
            .map(|(at, (stage, assignment))| {
                let mut value = self.stage_json(document, at + 1, assignment);
                if let Some(fields) = value.as_object_mut() {
                    fields.insert("id".to_owned(), json!(stage.id));
                }
                value
            })
            .collect();
        json!({
            "id": file.document_id(document),
            "name": file.name(),
            "fullPath": file.full_path(),
            "filename": file.file_name(),
            "originalFilename": file.file_name(),
            "creationDate": stamp(document.created),
            "deadline": null,
            "sourceLanguage": project.source.code,
            "documentDisassemblingStatus": match file.parse {
                Parse::InProgress => &self.behaviour.parsing_status,
                done => done.name(),
            },
            "targetLanguage": document.language.code,
            "status": document.status.name(),
            "wordsCount": document.words(),
            "statusModificationDate": stamp(document.status_modified),
            "pretranslateCompleted": document.pretranslated,
            "workflowStages": stages,
            "externalId": file.external_id,
            "projectId": project.id,
            "metaInfo": document.meta_info,
            "placeholdersAreEnabled": file.placeholders,
            "revisionLabel": (file.revision > 1).then(|| file.revision.to_string()),
            "readyForCompletion": document.ready,
            "package": null,
        })
    }

    fn stage_json(&self, document: &Document, stage: usize, assignment: &Assignment) -> Value {
        let words = document.words();
        let confirmed = document.words_confirmed(stage);
        let progress = percent_of(document, stage);
        let assigned: u32 = assignment.executives.iter().map(|executive| executive.words).sum();
        let unassigned = if assignment.vendor.is_some() { 0 } else { words.saturating_sub(assigned) };
        let status = if !document.segments.is_empty() && progress >= 100.0 {
            "completed"
        } else if confirmed > 0 {
            "inProgress"
        } else if assigned > 0 || assignment.vendor.is_some() {
            "assigned"
        } else {
            "notAssigned"
        };
        let vendor = assignment.vendor.as_ref().and_then(|id| self.assets.vendor(id));
        json!({
            "progress": progress,
            "wordsTranslated": confirmed,
            "unassignedWordsCount": unassigned,
            "status": status,
            "statusModificationDate": assignment.modified.map(stamp),
            "executives": assignment.executives.iter().filter(|executive| self.is_seen(executive)).map(|executive| json!({
                "id": executive.id,
                "assignedWordsCount": executive.words,
                "progress": progress,
                "supplierType": "freelancer",
            })).collect::<Vec<_>>(),
            "vendor": vendor.map(|vendor| json!({"id": vendor.id, "name": vendor.name, "customFields": {}})),
        })
    }
}

impl SmartcatState {
    fn is_seen(&self, executive: &Executive) -> bool {
        executive.words > 0 || self.behaviour.invitations == Invitations::Listed
    }
}

/// A document's progress at a stage; nothing is done in a document that is not parsed or has nothing to do.
pub(super) fn percent_of(document: &Document, stage: usize) -> f64 {
    match document.weights(stage) {
        (_, 0) if document.status == DocumentStatus::Completed => 100.0,
        (_, 0) => 0.0,
        weights => percent(weights),
    }
}

/// A project's progress at a stage.
fn project_progress(documents: &[&Document], stage: usize) -> f64 {
    let (done, all) = documents
        .iter()
        .map(|document| document.weights(stage))
        .fold((0, 0), |sum, weights| (sum.0 + weights.0, sum.1 + weights.1));
    if all == 0 { 0.0 } else { percent((done, all)) }
}

/// A project's status, and since when if that follows from its documents.
pub(super) fn project_status(
    project: &Project,
    documents: &[&Document],
) -> (&'static str, Option<Timestamp>) {
    if project.canceled {
        return ("canceled", None);
    }
    if documents.is_empty() {
        return (if project.completed { "completed" } else { "created" }, None);
    }
    let latest = documents.iter().map(|document| document.status_modified).max();
    if documents.iter().all(|document| document.status == DocumentStatus::Completed) {
        ("completed", latest)
    } else if documents.iter().all(|document| document.status == DocumentStatus::Created) {
        ("created", None)
    } else {
        ("inProgress", latest)
    }
}

fn omit_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(omit_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(omit_nulls),
        _ => {}
    }
}
