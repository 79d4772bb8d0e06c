//! Projects: find, list, read, change, delete (§6).

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::SmartcatState;
use super::behaviour::ListOrder;
use super::call::Body;
use super::call::Call;
use super::call::one_of;
use super::ids::is_uuid;
use super::languages;
use super::languages::Language;
use super::model::Assignment;
use super::model::Project;
use super::model::Stage;
use super::refusal::Answer;
use super::refusal::Refusal;
use super::work::Cause;
use crate::sandbox::http::Response;

/// The longest page of the list (§3).
const PAGE: usize = 100;
/// "Has a maximum", which is not told (§3).
const DESCRIPTION_MAX: usize = 4000;

const STAGES: [&str; 14] = [
    "translation",
    "editing",
    "proofreading",
    "postediting",
    "finalPageProof",
    "notarization",
    "certifiedTranslation",
    "transcreation",
    "legalization",
    "preliminaryPageProof",
    "lQAReview",
    "subtitleReview",
    "voiceOverReview",
    "sourceReview",
];

/// ProjectChangesModel.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProjectChanges {
    name: Option<String>,
    description: Option<String>,
    deadline: Option<String>,
    client_id: Option<String>,
    domain_id: Option<i64>,
    vendor_account_ids: Option<Vec<String>>,
    external_tag: Option<String>,
    specializations: Option<Vec<String>>,
    workflow_stages: Option<Vec<String>>,
    custom_field_values: Option<Map<String, Value>>,
    #[serde(flatten)]
    unknown: BTreeMap<String, Value>,
}

impl Body for ProjectChanges {
    fn unknown(&self) -> Option<String> {
        self.unknown.keys().next().cloned()
    }
}

impl SmartcatState {
    /// The project with an id, for an operation on it.
    pub(super) fn project(&self, id: &str) -> Result<&Project, Refusal> {
        if !is_uuid(id) {
            return Err(Refusal::bad("The specified project ID's format is incorrect"));
        }
        let project = self
            .projects
            .get(id)
            .ok_or_else(|| Refusal::missing("The provided project ID does not exist"))?;
        if project.foreign {
            return Err(Refusal::forbidden("The project is not associated with the account"));
        }
        Ok(project)
    }

    /// The same, to change it: its modification date moves.
    pub(super) fn project_mut(&mut self, id: &str) -> Result<&mut Project, Refusal> {
        self.project(id)?;
        let now = self.now;
        let project = self
            .projects
            .get_mut(id)
            .ok_or_else(|| Refusal::missing("The provided project ID does not exist"))?;
        project.modified = now;
        Ok(project)
    }

    /// `GET /v2/project/list`
    pub(super) fn list_projects(&mut self, call: &Call<'_>) -> Answer {
        let offset = call.number("offset", 0)?;
        let limit = call.number("limit", PAGE)?;
        if limit > PAGE {
            return Err(Refusal::bad(format!("`limit` is at most {PAGE}")));
        }
        let tag = call.query("externalTag").unwrap_or_default();
        let name = call.query("projectName").unwrap_or_default();
        let clients = call.list("clientIds");
        let mut projects: Vec<_> = self
            .projects
            .values()
            .filter(|project| !project.foreign)
            .filter(|project| project.external_tag.as_deref().unwrap_or_default().contains(tag))
            .filter(|project| project.name.contains(name))
            .filter(|project| {
                clients.is_empty()
                    || project.client.as_deref().is_some_and(|client| clients.contains(&client))
            })
            .collect();
        projects.sort_by_key(|project| project.serial);
        if self.behaviour.list_order == ListOrder::NewestFirst {
            projects.reverse();
        }
        let embed = self.behaviour.list_embeds_documents;
        let page: Vec<_> = projects
            .into_iter()
            .skip(offset)
            .take(limit)
            .map(|project| self.project_json(project, embed))
            .collect();
        Ok(self.reply(json!(page)))
    }

    /// `GET /v1/project/{id}`
    pub(super) fn get_project(&mut self, call: &Call<'_>) -> Answer {
        Ok(self.reply(self.project_json(self.project(call.id())?, true)))
    }

    /// `PUT /v1/project/{id}`: fields that are left out are reset (§6.4), unless the switch says otherwise.
    pub(super) fn put_project(&mut self, call: &Call<'_>) -> Answer {
        self.project(call.id())?;
        let value = call.value()?;
        if value.as_object().is_none_or(Map::is_empty) {
            return Err(Refusal::bad("The provided project model is empty"));
        }
        let changes: ProjectChanges = call.model(value)?;
        if let Some(name) = &changes.name {
            self.project_name(name, Some(call.id()))?;
        }
        description(changes.description.as_deref())?;
        let due = deadline(changes.deadline.as_deref())?;
        self.known_client(changes.client_id.as_deref())?;
        let vendors = changes.vendor_account_ids.map(|ids| self.known_vendors(ids)).transpose()?;
        if vendors.as_ref().is_some_and(|vendors| vendors.len() > 1) {
            return Err(Refusal::bad("A project has at most one vendor"));
        }
        let stages = match &changes.workflow_stages {
            Some(names) => {
                let old = self.project(call.id())?.stages.clone();
                Some(self.stages(names, &old)?)
            }
            None => None,
        };
        let resets = self.behaviour.put_resets_omitted;
        let project = self.project_mut(call.id())?;
        put(&mut project.description, changes.description, resets);
        put(&mut project.deadline, due, resets);
        put(&mut project.client, changes.client_id, resets);
        put(&mut project.domain, changes.domain_id, resets);
        put(&mut project.external_tag, changes.external_tag, resets);
        if resets || changes.specializations.is_some() {
            project.specializations = changes.specializations.unwrap_or_default();
        }
        if resets || changes.custom_field_values.is_some() {
            project.custom_fields = changes.custom_field_values.unwrap_or_default();
        }
        project.name = changes.name.unwrap_or_else(|| project.name.clone());
        project.vendors = vendors.unwrap_or_else(|| project.vendors.clone());
        if let Some(stages) = stages {
            self.change_stages(call.id(), stages, call.now);
        }
        Ok(Response::empty(204))
    }

    /// Gives a project one more stage, at the end.
    pub(super) fn add_stage(&mut self, id: &str, name: &str, now: Timestamp) -> Result<(), Refusal> {
        let old = self.project(id)?.stages.clone();
        let names: Vec<String> = old.iter().map(|stage| stage.kind.to_owned()).collect();
        let stages = self.stages(&[names, vec![name.to_owned()]].concat(), &old)?;
        self.change_stages(id, stages, now);
        Ok(())
    }

    /// Gives a project other stages: what was confirmed at a stage that is still there stays confirmed, up to
    /// the first stage that is new.
    fn change_stages(&mut self, id: &str, stages: Vec<Stage>, now: Timestamp) {
        let mut changed = Vec::new();
        let Some(project) = self.projects.get_mut(id) else { return };
        let old = std::mem::replace(&mut project.stages, stages);
        let old_number = |stage: &Stage| old.iter().position(|other| other.id == stage.id);
        for id in &project.files {
            let Some(file) = self.files.get_mut(id) else { continue };
            for document in &mut file.documents {
                for segment in &mut document.segments {
                    let confirmed = segment.confirmed;
                    let still = |stage: &&Stage| old_number(stage).is_some_and(|at| at < confirmed);
                    segment.confirmed = project.stages.iter().take_while(still).count();
                }
                let assignments = std::mem::take(&mut document.stages);
                document.stages = project
                    .stages
                    .iter()
                    .map(|stage| {
                        old_number(stage).and_then(|at| assignments.get(at)).cloned().unwrap_or_default()
                    })
                    .collect::<Vec<Assignment>>();
                changed.push((id.clone(), document.language.id));
            }
        }
        let stages = std::mem::take(&mut project.stages);
        let number = |id: &str| stages.iter().position(|stage| stage.id == id).map(|at| at + 1);
        for rule in &mut project.rules {
            let step = rule.model.get("confirmAtWorkflowStep").and_then(Value::as_str);
            rule.confirms = step.and_then(number);
        }
        project.stages = stages;
        for (file, language) in changed {
            self.settle(&file, language, Cause::Work, now);
        }
    }

    /// `DELETE /v1/project/{id}`: 403 rather than 404 where there is none, as the specification has it.
    pub(super) fn delete_project(&mut self, call: &Call<'_>) -> Answer {
        match self.project(call.id()) {
            Ok(_) => {
                self.remove_project(call.id());
                Ok(Response::empty(204))
            }
            Err(refusal) if refusal.status == 404 => {
                Err(Refusal::forbidden("The project is not associated with the account"))
            }
            Err(refusal) => Err(refusal),
        }
    }

    pub(super) fn remove_project(&mut self, id: &str) {
        if let Some(project) = self.projects.remove(id) {
            for file in project.files {
                self.files.remove(&file);
            }
        }
    }

    /// `POST /v1/project/{id}/managers`
    pub(super) fn add_managers(&mut self, call: &Call<'_>) -> Answer {
        self.project(call.id())?;
        let people = call.strings()?;
        if let Some(unknown) = people.iter().find(|id| self.assets.person(id).is_none()) {
            return Err(Refusal::bad(format!("The user `{unknown}` was not found")));
        }
        let project = self.project_mut(call.id())?;
        for person in people {
            if !project.managers.contains(&person) {
                project.managers.push(person);
            }
        }
        Ok(Response::empty(200))
    }

    /// `DELETE /v1/project/{id}/managers`
    pub(super) fn remove_managers(&mut self, call: &Call<'_>) -> Answer {
        let people = call.strings()?;
        self.project_mut(call.id())?.managers.retain(|manager| !people.contains(manager));
        Ok(Response::empty(204))
    }

    pub(super) fn project_name(&self, name: &str, own: Option<&str>) -> Result<(), Refusal> {
        if name.trim().is_empty() {
            return Err(Refusal::bad("The project name is empty"));
        }
        if self.behaviour.name_max_chars.is_some_and(|max| name.chars().count() > max) {
            return Err(Refusal::bad("The project name is too long"));
        }
        // Only a change of the name answers 409 (§6.3, §6.4).
        let renamed = own.and_then(|id| self.projects.get(id)).is_some_and(|project| project.name != name);
        if renamed && self.projects.values().any(|project| project.name == name) {
            return Err(Refusal::conflict("The project name is not unique"));
        }
        Ok(())
    }

    pub(super) fn known_vendors(&self, ids: Vec<String>) -> Result<Vec<String>, Refusal> {
        match ids.iter().find(|id| self.assets.vendor(id).is_none()) {
            Some(id) => Err(Refusal::bad(format!("The vendor ID `{id}` is incorrect"))),
            None => Ok(ids),
        }
    }

    pub(super) fn known_client(&self, id: Option<&str>) -> Result<(), Refusal> {
        match id {
            Some(id) if !self.assets.clients.iter().any(|client| client.id == id) => {
                Err(Refusal::bad(format!("The client ID `{id}` is incorrect")))
            }
            _ => Ok(()),
        }
    }

    /// Stages by name; those that were there before keep their ids.
    pub(super) fn stages(&mut self, names: &[String], old: &[Stage]) -> Result<Vec<Stage>, Refusal> {
        if names.is_empty() {
            return Err(Refusal::bad("A project needs a workflow stage"));
        }
        let mut seen = BTreeSet::new();
        let mut stages = Vec::new();
        for name in names {
            let kind = one_of(name, &STAGES, "workflow stage")?;
            if !seen.insert(kind) {
                return Err(Refusal::bad(format!("The workflow stage `{kind}` is there twice")));
            }
            let known = old.iter().find(|stage| stage.kind == kind).cloned();
            stages.push(known.unwrap_or_else(|| Stage { id: self.ids.uuid("stage"), kind }));
        }
        Ok(stages)
    }
}

fn put<T>(field: &mut Option<T>, value: Option<T>, resets: bool) {
    if resets || value.is_some() {
        *field = value;
    }
}

/// A language by its exact code.
pub(super) fn language(code: &str) -> Result<&'static Language, Refusal> {
    languages::by_code(code).ok_or_else(|| Refusal::bad(format!("The language `{code}` is unknown")))
}

pub(super) fn description(text: Option<&str>) -> Result<(), Refusal> {
    match text {
        Some(text) if text.chars().count() > DESCRIPTION_MAX => {
            Err(Refusal::bad("The project description length exceeds the allowed maximum"))
        }
        _ => Ok(()),
    }
}

pub(super) fn deadline(text: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    let moment: Timestamp =
        text.parse().map_err(|error| Refusal::bad(format!("`{text}` is no deadline: {error}")))?;
    Ok(Some(super::render::stamp(moment)))
}
