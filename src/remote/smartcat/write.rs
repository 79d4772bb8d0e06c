//! Writing Smartcat.
//!
//! Smartcat has no idempotency key (smartcat.md §12). What sets something may be sent twice; what creates something may
//! not, so its failure can be ambiguous, and the caller looks for the thing by tag or external id first.

use serde_json::Value;
use serde_json::json;

use super::Api;
use super::SmartcatRead;
use super::sent::AssignmentMode;
use super::sent::NewProject;
use super::sent::NewProjectBody;
use super::sent::ProjectChanges;
use super::sent::Upload;
use super::sent::UploadEntry;
use super::settings::MachineTranslation;
use super::settings::NewMemory;
use super::settings::PretranslationRule;
use super::settings::ProjectMemory;
use super::settings::TeamMember;
use super::settings::TemplateOutcome;
use super::wire::WireDocument;
use super::wire::WireProject;
use crate::id::DocumentId;
use crate::id::FileId;
use crate::id::Language;
use crate::id::ProjectId;
use crate::remote::RemoteError;
use crate::remote::request::Part;
use crate::remote::request::Request;

/// Documents deleted by one request: their ids travel in the URL (smartcat.md §3).
const DELETED_AT_ONCE: usize = 20;

/// Writes Smartcat. Clones share connections and pace with the reader it was made from.
#[derive(Clone)]
pub struct SmartcatWrite {
    api: Api,
}

impl SmartcatWrite {
    /// A writer to the account that `read` reads. Smartcat's keys may do everything, so it is the same key.
    pub fn new(read: &SmartcatRead) -> Self {
        Self { api: read.api.clone() }
    }

    /// Creates a project without files.
    ///
    /// # Errors
    /// When the request fails. After an ambiguous failure look for the project by its tag.
    pub async fn create_project(&self, project: &NewProject) -> Result<WireProject, RemoteError> {
        let model = NewProjectBody { project, assign_to_vendor: false };
        self.api
            .json(Request::post(&["v1", "project", "create"]).form(vec![Part::json("value", &model)]))
            .await
    }

    /// Changes a project. All fields are sent.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn update_project(
        &self,
        project: &ProjectId,
        changes: &ProjectChanges,
    ) -> Result<(), RemoteError> {
        self.done(Request::put(&["v1", "project", project.as_str()]).json(changes)).await
    }

    /// Deletes a project; one that is gone already is no failure.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn delete_project(&self, project: &ProjectId) -> Result<(), RemoteError> {
        match self.done(Request::delete(&["v1", "project", project.as_str()])).await {
            Err(error) if error.is_not_found() => Ok(()),
            answer => answer,
        }
    }

    /// Adds a target language to a project; the documents in it stay as they are.
    ///
    /// # Errors
    /// When the request fails. After an ambiguous failure read the project's languages.
    pub async fn add_language(&self, project: &ProjectId, language: &Language) -> Result<(), RemoteError> {
        let request = Request::post(&["v1", "project", "language"])
            .query("projectId", project)
            .query("targetLanguage", language)
            .query("addLanguageToDocuments", false);
        self.done(request).await
    }

    /// Uploads files: each becomes one document per language.
    ///
    /// # Errors
    /// When the request fails. After an ambiguous failure, or a conflict, look for the documents by external id.
    pub async fn upload(
        &self,
        project: &ProjectId,
        files: &[&Upload],
    ) -> Result<Vec<WireDocument>, RemoteError> {
        let entries: Vec<UploadEntry<'_>> = files.iter().map(|file| UploadEntry::of(file)).collect();
        let model = Part::json("value", &entries);
        let parts = files.iter().map(|file| Part::file("files", &file.file_name, &file.bytes));
        let request = Request::post(&["v1", "project", "document"])
            .query("projectId", project)
            .form(std::iter::once(model).chain(parts).collect());
        self.api.json(request).await
    }

    /// Replaces the source of a file, in all its languages.
    ///
    /// # Errors
    /// When the request fails; 403 also when the account's plan has no source updates.
    pub async fn update_source(
        &self,
        file: &FileId,
        file_name: &str,
        bytes: &[u8],
    ) -> Result<Vec<WireDocument>, RemoteError> {
        // The only operation that takes the bare id of a file (smartcat.md §4).
        let request = Request::put(&["v2", "document", "update"])
            .query("documentId", file)
            .form(vec![Part::json("value", &json!({})), Part::file("files", file_name, bytes)]);
        self.api.list(request).await
    }

    /// Replaces what is kept with a document.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn set_meta_info(&self, document: &DocumentId, meta_info: &str) -> Result<(), RemoteError> {
        let request = Request::put(&["v1", "document", "updateMetaInfo"]).query("documentId", document);
        self.done(request.json(&meta_info)).await
    }

    /// Begins the import of a translation into a document. It goes on after the answer: ask for its status.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn import_translation(
        &self,
        document: &DocumentId,
        file_name: &str,
        bytes: &[u8],
        overwrite: bool,
        confirm: bool,
    ) -> Result<(), RemoteError> {
        let request = Request::put(&["v1", "document", "translate"])
            .query("documentId", document)
            .query("overwrite", overwrite)
            .query("confirmTranslation", confirm)
            .form(vec![Part::file("translationFile", file_name, bytes)]);
        self.done(request).await
    }

    /// Says that a document which is ready is complete; one that is complete already is no failure.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn complete(&self, document: &DocumentId) -> Result<(), RemoteError> {
        let request = Request::post(&["v1", "document", "complete"]).query("documentId", document);
        self.done(request.repeatable()).await
    }

    /// Deletes documents. A file is gone when all its languages are.
    ///
    /// # Errors
    /// When a request fails; those before it are done.
    pub async fn delete_documents(&self, documents: &[DocumentId]) -> Result<(), RemoteError> {
        for documents in documents.chunks(DELETED_AT_ONCE) {
            let mut request = Request::delete(&["v1", "document"]);
            for document in documents {
                request = request.query("documentIds", document);
            }
            match self.done(request).await {
                // The first try was done, and its answer was lost (smartcat.md §19).
                Err(error) if error.is_not_found() && error.is_ambiguous() => {}
                answer => answer?,
            }
        }
        Ok(())
    }

    /// Makes an engine the project's only one.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn set_machine_translation(
        &self,
        project: &ProjectId,
        engine: &MachineTranslation,
    ) -> Result<(), RemoteError> {
        let request = Request::post(&["v1", "project", project.as_str(), "mt"]).json(&[engine]);
        self.done(request.repeatable()).await
    }

    /// Replaces a project's pretranslation rules.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn set_pretranslation_rules(
        &self,
        project: &ProjectId,
        rules: &[PretranslationRule],
    ) -> Result<(), RemoteError> {
        let request =
            Request::post(&["v1", "project", project.as_str(), "pretranslation-rules"]).json(&rules);
        self.done(request.repeatable()).await
    }

    /// Replaces a project's translation memories, for all its languages.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn set_memories(
        &self,
        project: &ProjectId,
        memories: &[ProjectMemory],
    ) -> Result<(), RemoteError> {
        let request =
            Request::post(&["v1", "project", project.as_str(), "translationmemories"]).json(&memories);
        self.done(request.repeatable()).await
    }

    /// Creates a translation memory and returns its id where Smartcat tells it; else look for it by its name.
    ///
    /// # Errors
    /// When the request fails. After an ambiguous failure look for it by its name.
    pub async fn create_memory(&self, memory: &NewMemory) -> Result<Option<String>, RemoteError> {
        let answer = self.api.send(Request::post(&["v1", "translationmemory"]).json(memory)).await?;
        Ok(id_in(&answer.body))
    }

    /// Replaces a project's glossaries.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn set_glossaries(
        &self,
        project: &ProjectId,
        glossaries: &[String],
    ) -> Result<(), RemoteError> {
        self.done(Request::put(&["v1", "project", project.as_str(), "glossaries"]).json(&glossaries)).await
    }

    /// Adds somebody to the account's team, as an in-house linguist.
    ///
    /// # Errors
    /// When the request fails; a conflict when the address is in the team. After an ambiguous failure look for it.
    pub async fn add_to_team(&self, email: &str) -> Result<TeamMember, RemoteError> {
        self.api.json(Request::post(&["v1", "account", "myTeam"]).json(&json!({ "email": email }))).await
    }

    /// Adds target languages to a translation memory: all of them are sent, since none can be taken away.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn set_memory_languages(
        &self,
        memory: &str,
        languages: &[Language],
    ) -> Result<(), RemoteError> {
        self.done(Request::put(&["v1", "translationmemory", memory, "targets"]).json(&languages)).await
    }

    /// The id of the client with this name, which is created where there is none: the one creation of Smartcat that
    /// can be repeated (smartcat.md §9).
    ///
    /// # Errors
    /// When the request fails, or the answer is no id.
    pub async fn client(&self, name: &str) -> Result<Option<String>, RemoteError> {
        let request = Request::post(&["v1", "client", "create"]).json(&name);
        Ok(id_in(&self.api.send(request.repeatable()).await?.body))
    }

    /// Adds managers to a project.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn add_managers(&self, project: &ProjectId, people: &[String]) -> Result<(), RemoteError> {
        let request = Request::post(&["v1", "project", project.as_str(), "managers"]).json(&people);
        self.done(request.repeatable()).await
    }

    /// Takes managers off a project.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn remove_managers(&self, project: &ProjectId, people: &[String]) -> Result<(), RemoteError> {
        self.done(Request::delete(&["v1", "project", project.as_str(), "managers"]).json(&people)).await
    }

    /// Gives a stage of a document to people.
    ///
    /// # Errors
    /// When the request fails; 400 while the file is not read yet. After an ambiguous failure read the stage.
    pub async fn assign(
        &self,
        document: &DocumentId,
        stage: u32,
        people: &[String],
        mode: AssignmentMode,
    ) -> Result<(), RemoteError> {
        let executives: Vec<Value> = people.iter().map(|id| json!({ "id": id })).collect();
        let request = Request::post(&["v1", "document", "assign"])
            .query("documentId", document)
            .query("stageNumber", stage)
            .json(&json!({ "executives": executives, "assignmentMode": mode }));
        self.done(request).await
    }

    /// Takes somebody off a stage of a document.
    ///
    /// # Errors
    /// When the request fails; 400 when nobody of that id is assigned.
    pub async fn unassign(&self, document: &DocumentId, stage: u32, person: &str) -> Result<(), RemoteError> {
        let request = Request::post(&["v1", "document", "unassign"])
            .query("documentId", document)
            .query("stageNumber", stage)
            .json(&person);
        self.done(request.repeatable()).await
    }

    /// Invites the fitting people of the account's team to a stage of documents, which share project and language.
    ///
    /// # Errors
    /// When the request fails. After an ambiguous failure read the stage.
    pub async fn assign_from_team(&self, documents: &[DocumentId], stage: u32) -> Result<(), RemoteError> {
        let body = json!({
            "documentIds": documents,
            "stageNumber": stage.to_string(),
            "specializations": [],
            "matchProjectClient": false,
        });
        self.done(Request::post(&["v1", "document", "assignFromMyTeam"]).json(&body)).await
    }

    /// Gives a stage of a document to an agency.
    ///
    /// # Errors
    /// When the request fails; a conflict when it is given to somebody. After an ambiguous failure read the stage.
    pub async fn assign_vendor(
        &self,
        document: &DocumentId,
        stage: u32,
        vendor: &str,
    ) -> Result<(), RemoteError> {
        let request = Request::post(&["v1", "document", "assignVendors"])
            .query("documentId", document)
            .query("stageNumber", stage)
            .query("vendorAccountId", vendor);
        self.done(request).await
    }

    /// Assigns a project's work as a template of the account says.
    ///
    /// # Errors
    /// When the request fails; 402 where work is paid in advance. After an ambiguous failure read the project's tasks.
    pub async fn apply_assignment_template(
        &self,
        project: &ProjectId,
        template: &str,
        deadline_hours: Option<u32>,
    ) -> Result<TemplateOutcome, RemoteError> {
        let path = ["v1", "assignment-templates", template, "project", project.as_str()];
        let request = Request::post(&path);
        let request = match deadline_hours {
            Some(hours) => request.query("deadlineHours", hours),
            None => request,
        };
        self.api.json(request).await
    }

    /// A request whose success says all.
    async fn done(&self, request: Request) -> Result<(), RemoteError> {
        self.api.send(request).await.map(|_| ())
    }
}

/// The id of a created thing: a JSON string, an object with an `id`, or bare text. Smartcat does not declare which
/// (smartcat.md §9).
pub(super) fn id_in(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let id = match serde_json::from_str(&text) {
        Ok(Value::String(id)) => id,
        Ok(object) => object.get("id")?.as_str()?.to_owned(),
        Err(_) => text.trim().to_owned(),
    };
    let is_uuid = id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    is_uuid.then_some(id)
}
