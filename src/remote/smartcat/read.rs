//! Reading Smartcat.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::Value;

use super::Api;
use super::export::Export;
use super::export::ExportMode;
use super::export::ExportTask;
use super::export::export_file;
use super::settings::AssignmentTemplate;
use super::settings::Glossary;
use super::settings::MachineTranslation;
use super::settings::Memory;
use super::settings::PretranslationRule;
use super::settings::ProjectMemory;
use super::settings::ProjectTask;
use super::settings::TeamMember;
use super::settings::Template;
use super::settings::TemplatesAnswer;
use super::settings::Vendor;
use super::status::ImportStatus;
use super::wire::Account;
use super::wire::BalanceAnswer;
use super::wire::WireDocument;
use super::wire::WireProject;
use crate::id::DocumentId;
use crate::id::ProjectId;
use crate::remote::Counts;
use crate::remote::ErrorKind;
use crate::remote::Options;
use crate::remote::RemoteError;
use crate::remote::Secret;
use crate::remote::Service;
use crate::remote::SetupError;
use crate::remote::connect;
use crate::remote::http::Http;
use crate::remote::http::Lanes;
use crate::remote::pace::Pace;
use crate::remote::request::Request;
use crate::remote::secret::Authorization;

/// Requests under way at once: enough to keep the rate when answers take a second.
const LANES: Lanes = Lanes { reads: 6, writes: 4 };

/// Entries per page of the lists (smartcat.md §3).
const PROJECTS_PER_PAGE: usize = 100;
const TASKS_PER_PAGE: usize = 50;
const MEMORIES_PER_PAGE: usize = 100;
const MEMBERS_PER_PAGE: usize = 500;

/// Reads Smartcat. Clones share connections and pace.
#[derive(Clone)]
pub struct SmartcatRead {
    pub(super) api: Api,
}

impl SmartcatRead {
    /// A reader of the account with this id, at this URL of its installation.
    ///
    /// # Errors
    /// When the URL is not https (or http to this machine), or a credential cannot be sent.
    pub fn new(url: &str, account_id: &str, api_key: &Secret, options: &Options) -> Result<Self, SetupError> {
        let mut root = connect::root(url)?;
        if let Ok(mut segments) = root.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "integration"]);
        }
        let pace = Pace::per_second(options.smartcat_per_second);
        let http = Http::new(Service::Smartcat, root, pace, LANES, options)?;
        Ok(Self { api: Api { http, authorization: Authorization::basic(account_id, api_key)? } })
    }

    /// The account itself.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn account(&self) -> Result<Account, RemoteError> {
        self.api.json(Request::get(&["v1", "account"]).about_all()).await
    }

    /// Smartwords left for machine translation.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn balance(&self) -> Result<i64, RemoteError> {
        let answer: BalanceAnswer = self.api.json(Request::get(&["v1", "smartwords", "balance"])).await?;
        Ok(answer.balance as i64)
    }

    /// Projects whose tag begins with this prefix, each once, the eldest first. Their documents may be left out: ask for each project.
    ///
    /// # Errors
    /// When any page cannot be read: a part of the list is none.
    pub async fn projects(&self, tag_prefix: &str) -> Result<Vec<WireProject>, RemoteError> {
        let mut projects = self.listed_projects(Some(tag_prefix)).await?;
        // Smartcat's filter is a substring.
        projects
            .retain(|project| project.external_tag.as_deref().is_some_and(|tag| tag.starts_with(tag_prefix)));
        Ok(projects)
    }

    /// Every project of the account, each once, the eldest first. Their documents may be left out.
    ///
    /// # Errors
    /// When any page cannot be read: a part of the list is none.
    pub async fn all_projects(&self) -> Result<Vec<WireProject>, RemoteError> {
        self.listed_projects(None).await
    }

    /// Every project of the account, the eldest first, if one request tells them all, or else `None`.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn few_projects(&self) -> Result<Option<Vec<WireProject>>, RemoteError> {
        let found = self.page_of_projects(None, 0).await?;
        Ok((found.len() < PROJECTS_PER_PAGE).then(|| eldest_first(found)))
    }

    async fn page_of_projects(
        &self,
        tag: Option<&str>,
        page: usize,
    ) -> Result<Vec<WireProject>, RemoteError> {
        let mut request = Request::get(&["v2", "project", "list"]);
        if let Some(tag) = tag {
            request = request.query("externalTag", tag);
        }
        let request = request.query("offset", page * PROJECTS_PER_PAGE).query("limit", PROJECTS_PER_PAGE);
        self.api.json(request.about_all()).await
    }

    async fn listed_projects(&self, tag: Option<&str>) -> Result<Vec<WireProject>, RemoteError> {
        let mut projects: Vec<WireProject> = Vec::new();
        let mut seen = HashSet::new();
        for page in 0.. {
            let found = self.page_of_projects(tag, page).await?;
            let is_last = found.len() < PROJECTS_PER_PAGE;
            let before = seen.len();
            // Pages shift when projects are created meanwhile (smartcat.md §6.5).
            projects.extend(found.into_iter().filter(|project| seen.insert(project.id.clone())));
            if is_last || seen.len() == before {
                break;
            }
        }
        Ok(eldest_first(projects))
    }

    /// A project with every document in every language; `None` when there is none with this id.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn project(&self, project: &ProjectId) -> Result<Option<WireProject>, RemoteError> {
        let found = self.project_with(project).await?;
        Ok(found.map(|(project, documents)| WireProject { documents, ..project }))
    }

    /// The same with its documents beside it, collected as they arrive: they can be a million.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn project_with<C>(&self, project: &ProjectId) -> Result<Option<(WireProject, C)>, RemoteError>
    where
        C: Default + Extend<WireDocument> + Send,
    {
        found(self.api.streamed(Request::get(&["v1", "project", project.as_str()])).await)
    }

    /// A document; `None` when there is none with this id.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn document(&self, document: &DocumentId) -> Result<Option<WireDocument>, RemoteError> {
        found(self.api.json(Request::get(&["v1", "document"]).query("documentId", document)).await)
    }

    /// Machine translation engines of the account; profiles are not among them.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn account_engines(&self) -> Result<Vec<MachineTranslation>, RemoteError> {
        self.api.list(Request::get(&["v1", "account", "mtengines"])).await
    }

    /// Machine translation engines and profiles that a project could use.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn engines(&self, project: &ProjectId) -> Result<Vec<MachineTranslation>, RemoteError> {
        self.api.list(Request::get(&["v1", "project", project.as_str(), "mt", "available"])).await
    }

    /// Machine translation engines that a project uses.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn machine_translation(
        &self,
        project: &ProjectId,
    ) -> Result<Vec<MachineTranslation>, RemoteError> {
        self.api.list(Request::get(&["v1", "project", project.as_str(), "mt"])).await
    }

    /// A project's pretranslation rules.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn pretranslation_rules(
        &self,
        project: &ProjectId,
    ) -> Result<Vec<PretranslationRule>, RemoteError> {
        self.api.list(Request::get(&["v1", "project", project.as_str(), "pretranslation-rules"])).await
    }

    /// The account's project templates.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn templates(&self) -> Result<Vec<Template>, RemoteError> {
        Ok(self.api.json::<TemplatesAnswer>(Request::get(&["v1", "template"])).await?.templates)
    }

    /// The account's glossaries.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn glossaries(&self) -> Result<Vec<Glossary>, RemoteError> {
        self.api.list(Request::get(&["v1", "glossaries"])).await
    }

    /// A project's glossaries.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn project_glossaries(&self, project: &ProjectId) -> Result<Vec<Glossary>, RemoteError> {
        self.api.list(Request::get(&["v1", "project", project.as_str(), "glossaries"])).await
    }

    /// The account's translation memories whose name holds this text.
    ///
    /// # Errors
    /// When any page cannot be read.
    pub async fn translation_memories(&self, name: &str) -> Result<Vec<Memory>, RemoteError> {
        let mut memories: Vec<Memory> = Vec::new();
        loop {
            let mut request =
                Request::get(&["v1", "translationmemory"]).query("batchSize", MEMORIES_PER_PAGE);
            request = request.query("searchName", name);
            if let Some(last) = memories.last() {
                request = request.query("lastProcessedId", &last.id);
            }
            let page: Vec<Memory> = self.api.list(request).await?;
            let is_last = page.len() < MEMORIES_PER_PAGE;
            let new: Vec<Memory> = page
                .into_iter()
                .filter(|memory| memories.iter().all(|known| known.id != memory.id))
                .collect();
            if new.is_empty() || is_last {
                memories.extend(new);
                return Ok(memories);
            }
            memories.extend(new);
        }
    }

    /// A project's translation memories.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn project_memories(&self, project: &ProjectId) -> Result<Vec<ProjectMemory>, RemoteError> {
        self.api.list(Request::get(&["v1", "project", project.as_str(), "translationmemories"])).await
    }

    /// Asks for the translations of documents as files: one document comes as itself, several come as a ZIP. Asking
    /// twice wastes a task and nothing else.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn request_export(
        &self,
        documents: &[DocumentId],
        mode: ExportMode,
        stage: Option<u32>,
    ) -> Result<ExportTask, RemoteError> {
        let mut request = export_of(documents, "target");
        // Said, because what Smartcat does without a mode is not known (smartcat.md §7.8).
        request = request.query("mode", mode.as_str());
        if let Some(stage) = stage {
            request = request.query("stageNumber", stage);
        }
        self.api.json(request).await
    }

    /// Asks for the source that a document holds, as a file.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn request_source(&self, document: &DocumentId) -> Result<ExportTask, RemoteError> {
        self.api.json(export_of(std::slice::from_ref(document), "source")).await
    }

    /// An export, if it is ready.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn export(&self, task: &ExportTask) -> Result<Export, RemoteError> {
        match self.api.send(Request::get(&["v1", "document", "export", &task.id])).await {
            Ok(answer) if matches!(answer.status, 202 | 204) => Ok(Export::NotReady),
            Ok(answer) => Ok(Export::Ready(export_file(answer))),
            Err(error) if error.is_not_found() => Ok(Export::Gone),
            Err(error) if error.status() == Some(422) => {
                Ok(Export::Failed(error.said().unwrap_or("Smartcat does not say why").to_owned()))
            }
            Err(error) => Err(error),
        }
    }

    /// How the import of a document's translation stands.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn import_status(&self, document: &DocumentId) -> Result<ImportStatus, RemoteError> {
        let request = Request::get(&["v1", "document", "translate", "status"]).query("documentId", document);
        let answer = self.api.send(request.clone()).await?;
        // A JSON string; without quotes when the server takes its label `text/plain` for the truth.
        let text = String::from_utf8_lossy(&answer.body);
        let word = text.trim().trim_matches('"');
        // A word that is not known is waited for; a page or an object is no status, however long one waits.
        match word.chars().all(|c| c.is_ascii_alphanumeric()) {
            true => Ok(ImportStatus::from(word)),
            false => Err(self.api.http.fault(&request, ErrorKind::Unreadable, &text)),
        }
    }

    /// What Smartcat reports about an import; its form is not documented.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn import_report(&self, document: &DocumentId) -> Result<Value, RemoteError> {
        let request = Request::get(&["v1", "document", "translate", "result"]).query("documentId", document);
        let answer = self.api.send(request).await?;
        let text = String::from_utf8_lossy(&answer.body);
        Ok(serde_json::from_str(&text).unwrap_or_else(|_| Value::String(text.trim().to_owned())))
    }

    /// The member of the account's team with this e-mail address.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn team_member(&self, email: &str) -> Result<Option<TeamMember>, RemoteError> {
        let body = serde_json::json!({ "skip": 0, "limit": MEMBERS_PER_PAGE, "searchString": email });
        let request = Request::ask(&["v1", "account", "searchMyTeam"]).json(&body);
        let members: Vec<TeamMember> = self.api.list(request).await?;
        // The search is one of texts: mara@x.example finds tamara@x.example as well.
        let has_address = |member: &TeamMember| {
            member.email.as_deref().is_some_and(|address| address.eq_ignore_ascii_case(email))
        };
        Ok(members.into_iter().find(has_address))
    }

    /// The account's team, each member once.
    ///
    /// # Errors
    /// When any page cannot be read.
    pub async fn team(&self) -> Result<Vec<TeamMember>, RemoteError> {
        let mut team: Vec<TeamMember> = Vec::new();
        let mut seen = HashSet::new();
        for page in 0.. {
            let body = serde_json::json!({ "skip": page * MEMBERS_PER_PAGE, "limit": MEMBERS_PER_PAGE });
            let request = Request::ask(&["v1", "account", "searchMyTeam"]).json(&body);
            let found: Vec<TeamMember> = self.api.list(request).await?;
            let is_last = found.len() < MEMBERS_PER_PAGE;
            let before = seen.len();
            team.extend(found.into_iter().filter(|member| seen.insert(member.id.clone())));
            if is_last || seen.len() == before {
                break;
            }
        }
        Ok(team)
    }

    /// The agencies that the account works with.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn vendors(&self) -> Result<Vec<Vendor>, RemoteError> {
        self.api.list(Request::get(&["v1", "vendor", "list"])).await
    }

    /// Assignment templates that fit a project.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn assignment_templates(
        &self,
        project: &ProjectId,
    ) -> Result<Vec<AssignmentTemplate>, RemoteError> {
        self.api.list(Request::get(&["v1", "assignment-templates", "project", project.as_str()])).await
    }

    /// A project's tasks; `None` when this project does not assign by tasks.
    ///
    /// # Errors
    /// When any page cannot be read.
    pub async fn project_tasks(&self, project: &ProjectId) -> Result<Option<Vec<ProjectTask>>, RemoteError> {
        let mut tasks: Vec<ProjectTask> = Vec::new();
        for page in 0.. {
            let request = Request::get(&["v1", "projectTask", project.as_str(), "list"])
                .query("currency", "uSD")
                .query("skip", page * TASKS_PER_PAGE)
                .query("limit", TASKS_PER_PAGE);
            let found: Vec<ProjectTask> = match self.api.list(request).await {
                Err(error) if has_no_tasks(&error) => return Ok(None),
                answer => answer?,
            };
            let is_last = found.len() < TASKS_PER_PAGE;
            let new: Vec<ProjectTask> =
                found.into_iter().filter(|task| tasks.iter().all(|known| known.id != task.id)).collect();
            let is_repeated = new.is_empty();
            tasks.extend(new);
            if is_last || is_repeated {
                break;
            }
        }
        Ok(Some(tasks))
    }

    /// Requests per second that Smartcat allows.
    pub fn rate(&self) -> u32 {
        self.api.http.options().smartcat_per_second
    }

    /// How many requests were sent, by this client, its clones and its writer.
    pub fn requests(&self) -> Counts {
        self.api.http.counts()
    }
}

/// Of several projects with one tag the eldest is the one: whoever meets them goes by this order.
fn eldest_first(mut projects: Vec<WireProject>) -> Vec<WireProject> {
    projects.sort_by_cached_key(|project| {
        let created_at = project.creation_date.as_deref().and_then(|at| at.parse::<Timestamp>().ok());
        (created_at, project.id.clone())
    });
    projects
}

fn export_of(documents: &[DocumentId], kind: &'static str) -> Request {
    let mut request = Request::ask(&["v1", "document", "export"]);
    for document in documents {
        request = request.query("documentIds", document);
    }
    request.query("type", kind)
}

/// No such thing is an answer too.
fn found<T>(answer: Result<T, RemoteError>) -> Result<Option<T>, RemoteError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Known only by its text (smartcat.md §7.10).
fn has_no_tasks(error: &RemoteError) -> bool {
    error.kind() == ErrorKind::Forbidden
        && error.said().is_some_and(|said| said.to_ascii_lowercase().contains("tasks are not available"))
}
