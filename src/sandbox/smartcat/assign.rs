//! Work for people: assignment by document (§7.9) and by project task (§7.10).

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use super::SmartcatState;
use super::behaviour::AssignmentMode;
use super::behaviour::Invitations;
use super::call::Body;
use super::call::Call;
use super::call::one_of;
use super::languages::Language;
use super::model::Document;
use super::model::Executive;
use super::model::Parse;
use super::model::Project;
use super::model::Stage;
use super::model::percent;
use super::refusal::Answer;
use super::refusal::Refusal;
use super::render::stamp;
use crate::sandbox::http::Response;

/// The largest page of project tasks (§3).
const TASK_PAGE: usize = 50;
/// Stages that automatic assignment serves (§7.9).
const AUTOMATIC: [&str; 4] = ["translation", "editing", "proofreading", "postediting"];

/// AssignExecutivesRequestModel.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssignExecutives {
    executives: Vec<ExecutiveModel>,
    #[serde(rename = "minWordsCountForExecutive")]
    _min_words: Option<u32>,
    assignment_mode: Option<String>,
    #[serde(flatten)]
    unknown: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExecutiveModel {
    id: String,
    words_count: Option<u32>,
}

/// AssignMyTeamExecutivesRequestModel.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssignFromTeam {
    document_ids: Vec<String>,
    stage_number: Value,
    #[serde(rename = "specializations")]
    _specializations: Option<Vec<String>>,
    #[serde(rename = "matchProjectClient")]
    _match_project_client: Option<bool>,
    #[serde(flatten)]
    unknown: BTreeMap<String, Value>,
}

impl Body for AssignExecutives {
    fn unknown(&self) -> Option<String> {
        self.unknown.keys().next().cloned()
    }
}

impl Body for AssignFromTeam {
    fn unknown(&self) -> Option<String> {
        self.unknown.keys().next().cloned()
    }
}

/// A document's stage, found right for an assignment.
struct Place {
    file: String,
    language: u32,
    /// The stage's index.
    stage: usize,
    words: u32,
}

impl SmartcatState {
    /// `POST /v1/document/assign`
    pub(super) fn assign(&mut self, call: &Call<'_>) -> Answer {
        let place = self.place(call.required("documentId")?, call.required("stageNumber")?)?;
        let model: AssignExecutives = call.body()?;
        let modes = ["distributeAmongAll", "rocket", "inviteOnly"];
        let mode = one_of(model.assignment_mode.as_deref().unwrap_or(modes[0]), &modes, "assignment mode")?;
        if model.executives.is_empty() {
            return Err(Refusal::bad("No executive is specified"));
        }
        for executive in &model.executives {
            let person = self.assets.person(&executive.id).ok_or_else(unknown_person)?;
            if mode != "distributeAmongAll" && !person.freelancer {
                return Err(Refusal::bad("Internal account users cannot be invited"));
            }
        }
        let shares = shares(place.words, model.executives.len());
        let executives =
            model.executives.into_iter().zip(shares).enumerate().map(|(at, (executive, share))| {
                let words = match mode {
                    "inviteOnly" => 0,
                    "rocket" => self.accepted_at_once(at, place.words),
                    _ => executive.words_count.unwrap_or(share).min(place.words),
                };
                Executive { id: executive.id, words }
            });
        let executives = executives.collect();
        self.put_to_work(&place, executives, call.now);
        Ok(Response::empty(204))
    }

    /// `POST /v1/document/assignFreelancers`: equal blocks.
    pub(super) fn assign_freelancers(&mut self, call: &Call<'_>) -> Answer {
        let place = self.place(call.required("documentId")?, call.required("stageNumber")?)?;
        let ids = call.strings()?;
        if ids.is_empty()
            || ids.iter().any(|id| self.assets.person(id).is_none_or(|person| !person.freelancer))
        {
            return Err(unknown_person());
        }
        let shares = shares(place.words, ids.len());
        let executives = ids.into_iter().zip(shares).map(|(id, words)| Executive { id, words }).collect();
        self.put_to_work(&place, executives, call.now);
        Ok(Response::empty(204))
    }

    /// `POST /v1/document/assignVendors`
    pub(super) fn assign_vendor(&mut self, call: &Call<'_>) -> Answer {
        let id = call.required("documentId")?;
        let vendor = call.required("vendorAccountId")?;
        let (project, file, document) = self.whole_document(id)?;
        if file.parse == Parse::Error {
            return Err(Refusal::bad("Document disassembly failed"));
        }
        let stage = stage_index(project, call.required("stageNumber")?)
            .ok_or_else(|| Refusal::missing("The provided workflow stage number does not exist"))?;
        if self.assets.vendor(vendor).is_none() {
            return Err(Refusal::missing("The client-to-vendor connection does not exist"));
        }
        let taken = |at: usize| {
            document
                .stages
                .get(at)
                .is_some_and(|stage| stage.vendor.is_some() || !stage.executives.is_empty())
        };
        if taken(stage) {
            return Err(Refusal::conflict("An assignment has been already made to the workflow stage"));
        }
        if let Some(stage) = self.document_mut(id)?.stages.get_mut(stage) {
            stage.vendor = Some(vendor.to_owned());
            stage.modified = Some(call.now);
        }
        Ok(Response::empty(204))
    }

    /// `POST /v1/document/unassign`: the body is the executive's id as a JSON string.
    pub(super) fn unassign(&mut self, call: &Call<'_>) -> Answer {
        let id = call.required("documentId")?;
        let project = self.whole_document(id)?.0;
        let stage = stage_index(project, call.required("stageNumber")?).ok_or_else(bad_stage)?;
        let person = call.value()?;
        let person = person.as_str().ok_or_else(unknown_person)?;
        let document = self.document_mut(id)?;
        let stage = document.stages.get_mut(stage).ok_or_else(bad_stage)?;
        let before = stage.executives.len();
        stage.executives.retain(|executive| executive.id != person);
        if stage.executives.len() == before {
            return Err(Refusal::bad("The linguist is not assigned to the document workflow stage"));
        }
        stage.modified = Some(call.now);
        Ok(Response::empty(204))
    }

    /// `POST /v1/document/assignFromMyTeam`: rocket invitations; the answer is how many.
    pub(super) fn assign_from_team(&mut self, call: &Call<'_>) -> Answer {
        let model: AssignFromTeam = call.body()?;
        if model.document_ids.is_empty() {
            return Err(Refusal::bad("No document is specified"));
        }
        let stage = match &model.stage_number {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let places =
            model.document_ids.iter().map(|id| self.place(id, &stage)).collect::<Result<Vec<_>, _>>()?;
        let project_of = |place: &Place| self.files.get(&place.file).map(|file| file.project.clone());
        if let [first, rest @ ..] = places.as_slice()
            && rest
                .iter()
                .any(|place| place.language != first.language || project_of(place) != project_of(first))
        {
            return Err(Refusal::bad("The documents are of different projects or target languages"));
        }
        let team: Vec<_> = self
            .assets
            .people
            .iter()
            .filter(|person| person.freelancer)
            .map(|person| person.id.clone())
            .collect();
        for place in &places {
            let executives = team
                .iter()
                .enumerate()
                .map(|(at, id)| Executive { id: id.clone(), words: self.accepted_at_once(at, place.words) })
                .collect();
            self.put_to_work(place, executives, call.now);
        }
        Ok(self.reply(json!(team.len())))
    }

    /// `POST /v1/project/{id}/assign`: who works on a stage of the project gets its new documents, too.
    pub(super) fn assign_current(&mut self, call: &Call<'_>) -> Answer {
        let project = self.project(call.id())?;
        one_of(call.query("mode").unwrap_or("currentAssignees"), &["currentAssignees"], "assignment mode")?;
        let stages = project.stages.clone();
        let files = project.files.clone();
        let mut rows = Vec::new();
        for (at, _) in stages.iter().enumerate().filter(|(_, stage)| AUTOMATIC.contains(&stage.kind)) {
            let people = self.people_at(&files, at);
            rows.extend(self.assign_open(&files, at, &people, call.now));
        }
        Ok(self.reply(json!(rows)))
    }

    /// Who works at a stage, by language.
    fn people_at(&self, files: &[String], stage: usize) -> BTreeMap<u32, Vec<String>> {
        let mut people: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        let documents = files.iter().filter_map(|id| self.files.get(id)).flat_map(|file| &file.documents);
        for document in documents {
            let executives = document.stages.get(stage).map(|stage| stage.executives.as_slice());
            for executive in executives.unwrap_or_default() {
                let known = people.entry(document.language.id).or_default();
                if !known.contains(&executive.id) {
                    known.push(executive.id.clone());
                }
            }
        }
        people
    }

    fn assign_open(
        &mut self,
        files: &[String],
        at: usize,
        people: &BTreeMap<u32, Vec<String>>,
        now: Timestamp,
    ) -> Vec<Value> {
        let mut rows = Vec::new();
        for id in files {
            let Some(file) = self.files.get_mut(id) else { continue };
            for document in &mut file.documents {
                let words = document.words();
                let Some(assignment) = document.stages.get_mut(at) else { continue };
                let Some(people) = people.get(&document.language.id).filter(|_| words > 0) else { continue };
                if assignment.vendor.is_some() || !assignment.executives.is_empty() {
                    continue;
                }
                let shares = shares(words, people.len());
                assignment.executives = people
                    .iter()
                    .zip(shares)
                    .map(|(id, words)| Executive { id: id.clone(), words })
                    .collect();
                assignment.modified = Some(now);
                rows.push(json!({
                    "documentId": format!("{id}_{}", document.language.id),
                    "languageId": document.language.id,
                    "workflowStageId": at + 1,
                }));
            }
        }
        rows
    }

    /// Checks a document and a stage for an assignment to people.
    fn place(&self, id: &str, stage: &str) -> Result<Place, Refusal> {
        let (project, file, document) = self.whole_document(id)?;
        if !project.vendors.is_empty() {
            return Err(Refusal::forbidden("The project was assigned to a vendor"));
        }
        let words = document.words();
        if file.parse != Parse::Success || words == 0 {
            return Err(Refusal::bad("The document was not disassembled or contains 0 words"));
        }
        let stage = stage_index(project, stage).ok_or_else(bad_stage)?;
        let assignment = document.stages.get(stage).ok_or_else(bad_stage)?;
        if assignment.vendor.is_some() {
            return Err(Refusal::forbidden("The stage was assigned to a vendor"));
        }
        if assignment.executives.iter().any(|executive| executive.words > 0) {
            return Err(Refusal::bad("An assignment has been already made to the workflow stage"));
        }
        Ok(Place { file: file.id.clone(), language: document.language.id, stage, words })
    }

    /// The words that somebody has who was invited by rocket: the first in the list is quick, unless nobody is.
    fn accepted_at_once(&self, at: usize, words: u32) -> u32 {
        if at == 0 && self.behaviour.invitations == Invitations::Listed { words } else { 0 }
    }

    fn put_to_work(&mut self, place: &Place, executives: Vec<Executive>, now: Timestamp) {
        let document = self.files.get_mut(&place.file).and_then(|file| file.document_mut(place.language));
        if let Some(stage) = document.and_then(|document| document.stages.get_mut(place.stage)) {
            stage.executives = executives;
            stage.modified = Some(now);
        }
    }

    /// `GET /v1/assignment-templates/project/{id}`
    pub(super) fn assignment_templates(&mut self, call: &Call<'_>) -> Answer {
        self.project(call.id())?;
        self.has_tasks()?;
        let list: Vec<_> = self
            .assets
            .assignment_templates
            .iter()
            .map(|template| {
                json!({"id": template.id, "name": template.name, "projectTasksCoveragePercent": 100.0})
            })
            .collect();
        Ok(self.reply(json!(list)))
    }

    /// `POST /v1/assignment-templates/{template}/project/{id}`: the first vendor, or else the first person,
    /// gets every stage that nobody has.
    pub(super) fn apply_assignment_template(&mut self, call: &Call<'_>) -> Answer {
        let project = self.project(call.second_id())?;
        if !self.assets.assignment_templates.iter().any(|template| template.id == call.id()) {
            return Err(Refusal::missing("Assignment template not found"));
        }
        self.has_tasks()?;
        if self.behaviour.prepayment {
            return Err(Refusal::new(402, "Assignment is not completed due to enabled prepayment mode"));
        }
        let files = project.files.clone();
        let parsing = |id: &String| self.files.get(id).is_some_and(|file| file.parse == Parse::InProgress);
        if files.iter().any(parsing) {
            return Err(Refusal::forbidden("Documents are being added to project tasks"));
        }
        let tasks: BTreeSet<_> = files.iter().flat_map(|id| self.assign_whole_file(id, call.now)).collect();
        Ok(self.reply(json!({"assignedCount": tasks.len(), "unassignedCount": 0})))
    }

    /// Gives every stage of a file that nobody has to the first vendor, or else the first person. Returns the
    /// tasks: languages and stages.
    fn assign_whole_file(&mut self, id: &str, now: Timestamp) -> Vec<(u32, usize)> {
        let vendor = self.assets.vendors.first().map(|vendor| vendor.id.clone());
        let person = self.assets.people.first().map(|person| person.id.clone());
        let mut tasks = Vec::new();
        let Some(file) = self.files.get_mut(id) else { return tasks };
        for document in &mut file.documents {
            let words = document.words();
            for (at, stage) in document.stages.iter_mut().enumerate() {
                if stage.vendor.is_none() && stage.executives.is_empty() {
                    stage.vendor.clone_from(&vendor);
                    if stage.vendor.is_none() {
                        stage.executives.extend(person.clone().map(|id| Executive { id, words }));
                    }
                    stage.modified = Some(now);
                    tasks.push((document.language.id, at));
                }
            }
        }
        tasks
    }

    fn has_tasks(&self) -> Result<(), Refusal> {
        if self.behaviour.assignment_mode == AssignmentMode::ProjectTask {
            return Ok(());
        }
        Err(Refusal::forbidden("Project tasks are not available for the requested project"))
    }

    /// `GET /v1/projectTask/{id}/list`: a task for each language and stage.
    pub(super) fn project_tasks(&mut self, call: &Call<'_>) -> Answer {
        let project = self.project(call.id())?;
        self.has_tasks()?;
        call.required("currency")?;
        let skip = call.number("skip", 0)?;
        let limit = call.number("limit", TASK_PAGE)?;
        if limit > TASK_PAGE {
            return Err(Refusal::bad(format!("`limit` is at most {TASK_PAGE}")));
        }
        let only = call.query("documentId");
        let mut tasks = Vec::new();
        for language in &project.targets {
            for (at, stage) in project.stages.iter().enumerate() {
                tasks.extend(self.task_json(project, language, at, stage, only));
            }
        }
        let page: Vec<_> = tasks.into_iter().skip(skip).take(limit).collect();
        Ok(self.reply(json!(page)))
    }

    /// A ProjectTaskModel, unless it would have no document.
    fn task_json(
        &self,
        project: &Project,
        language: &Language,
        at: usize,
        stage: &Stage,
        only: Option<&str>,
    ) -> Option<Value> {
        let files = project.files.iter().filter_map(|id| self.files.get(id));
        let documents: Vec<_> = files
            .filter_map(|file| {
                Some((file.document_id(file.document(language.id)?), file.document(language.id)?))
            })
            .filter(|(id, _)| only.is_none_or(|only| only == id))
            .collect();
        if documents.is_empty() {
            return None;
        }
        let progress = task_progress(&documents, at + 1);
        let assignments: Vec<_> =
            documents.iter().filter_map(|(_, document)| document.stages.get(at)).collect();
        let vendors: BTreeSet<_> =
            assignments.iter().filter_map(|assignment| assignment.vendor.clone()).collect();
        let executives = assignments.iter().flat_map(|assignment| &assignment.executives);
        let people: BTreeSet<_> = executives.map(|executive| executive.id.clone()).collect();
        let status = match (progress >= 100.0, vendors.is_empty() && people.is_empty()) {
            (true, _) => "completed",
            (false, false) => "inProgress",
            (false, true) => "created",
        };
        Some(json!({
            // A stage's id with the language's number in its last part: a task is nothing but the two.
            "id": format!("{}{:012x}", stage.id.get(..24).unwrap_or_default(), language.id),
            "number": format!("{}-{}", language.code, at + 1),
            "status": status,
            "progressPercentage": progress,
            "sourceLanguage": project.source.code,
            "targetLanguage": language.code,
            "stageType": stage.kind,
            "stageId": stage.id,
            "deadline": project.deadline,
            "cost": null,
            "approximateCost": null,
            "documentIds": documents.iter().map(|(id, _)| id).collect::<Vec<_>>(),
            "createDate": stamp(project.created),
            "individualAssignments": people.iter().map(|id| json!({
                "userId": id,
                "status": "inProgress",
            })).collect::<Vec<_>>(),
            "vendorAssignments": vendors.iter().map(|id| json!({
                "accountId": id,
                "name": self.assets.vendor(id).map(|vendor| &vendor.name),
                "canUnassign": true,
                "status": "inProgress",
            })).collect::<Vec<_>>(),
            "invitationStrategyType": "rocket",
        }))
    }
}

fn task_progress(documents: &[(String, &Document)], stage: usize) -> f64 {
    let weights = documents.iter().map(|(_, document)| document.weights(stage));
    let sum = weights.fold((0, 0), |sum, next| (sum.0 + next.0, sum.1 + next.1));
    if sum.1 == 0 { 0.0 } else { percent(sum) }
}

/// The index of the stage with a number.
pub(super) fn stage_index(project: &Project, number: &str) -> Option<usize> {
    let number: usize = number.parse().ok()?;
    (1..=project.stage_count()).contains(&number).then(|| number - 1)
}

pub(super) fn bad_stage() -> Refusal {
    Refusal::bad("The provided workflow stage number does not exist in the project")
}

fn unknown_person() -> Refusal {
    Refusal::bad("A freelancer ID was not found in CAT")
}

/// Words in equal parts, the remainder to the first.
fn shares(words: u32, people: usize) -> Vec<u32> {
    let people = u32::try_from(people.max(1)).unwrap_or(u32::MAX);
    (0..people).map(|at| words / people + u32::from(at < words % people)).collect()
}
