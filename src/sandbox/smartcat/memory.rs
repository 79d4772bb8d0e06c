//! Translation memories and glossaries, of the account and of projects (§9).

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use super::SmartcatState;
use super::assets::Glossary;
use super::assets::Memory;
use super::behaviour::MemoryReply;
use super::call::Body;
use super::call::Call;
use super::languages::Language;
use super::model::Attached;
use super::model::Project;
use super::projects::language;
use super::refusal::Answer;
use super::refusal::Refusal;
use super::render::stamp;
use crate::sandbox::http::Response;

/// The largest page of memories (§3).
const PAGE: usize = 100;
/// The lowest threshold (§3).
const THRESHOLD_MIN: i64 = 50;

/// CreateTranslationMemoryModel.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateMemory {
    name: Option<String>,
    source_language: Option<String>,
    target_languages: Option<Vec<String>>,
    description: Option<String>,
    client_id: Option<String>,
    #[serde(flatten)]
    unknown: BTreeMap<String, Value>,
}

/// TranslationMemoryForProjectModel.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MemoryForProject {
    id: String,
    match_threshold: i64,
    is_writable: bool,
    #[serde(flatten)]
    unknown: BTreeMap<String, Value>,
}

/// TranslationMemoriesForLanguageModel.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MemoriesForLanguage {
    language: String,
    translation_memories: Vec<Value>,
    #[serde(rename = "onlyExactSourceLanguageMatch")]
    _exact_source: Option<bool>,
    #[serde(rename = "onlyExactTargetLanguageMatch")]
    _exact_target: Option<bool>,
    #[serde(flatten)]
    unknown: BTreeMap<String, Value>,
}

impl Body for CreateMemory {
    fn unknown(&self) -> Option<String> {
        self.unknown.keys().next().cloned()
    }
}

impl Body for MemoryForProject {
    fn unknown(&self) -> Option<String> {
        self.unknown.keys().next().cloned()
    }
}

impl Body for MemoriesForLanguage {
    fn unknown(&self) -> Option<String> {
        self.unknown.keys().next().cloned()
    }
}

impl SmartcatState {
    /// `GET /v1/translationmemory`: pages by the last id seen; 204 when there is nothing (more).
    pub(super) fn memories(&mut self, call: &Call<'_>) -> Answer {
        call.required("batchSize")?;
        let size = call.number("batchSize", PAGE)?;
        if size > PAGE {
            return Err(Refusal::bad(format!("The required TM collection size is larger than {PAGE}")));
        }
        let mut memories: Vec<_> =
            self.assets.memories.iter().filter(|memory| matches(memory, call)).collect();
        memories.sort_by(|a, b| a.id.cmp(&b.id));
        let after = call.query("lastProcessedId").unwrap_or_default();
        let page: Vec<_> = memories
            .into_iter()
            .filter(|memory| memory.id.as_str() > after)
            .take(size)
            .map(|memory| self.memory_json(memory))
            .collect();
        Ok(if page.is_empty() { Response::empty(204) } else { self.reply(json!(page)) })
    }

    fn memory_json(&self, memory: &Memory) -> Value {
        let counts: BTreeMap<_, _> =
            memory.units.iter().map(|(language, units)| (language.to_string(), units.len())).collect();
        json!({
            "id": memory.id,
            "accountId": self.account_id,
            "clientId": memory.client,
            "name": memory.name,
            "description": memory.description,
            "sourceLanguage": memory.source,
            "targetLanguages": memory.targets,
            "createdDate": stamp(memory.created),
            "isAutomaticallyCreated": false,
            "unitCountByLanguageId": counts,
        })
    }

    /// `POST /v1/translationmemory`
    pub(super) fn create_memory(&mut self, call: &Call<'_>) -> Answer {
        let model: CreateMemory = call.body()?;
        let name = model.name.filter(|name| !name.trim().is_empty());
        let name = name.ok_or_else(|| Refusal::bad("The TM name is not specified"))?;
        if self.assets.memories.iter().any(|memory| memory.name == name) {
            return Err(Refusal::bad("A TM with this name already exists in the account"));
        }
        let source = model.source_language.ok_or_else(|| Refusal::bad("The TM has no source language"))?;
        language(&source)?;
        let targets = model.target_languages.filter(|targets| !targets.is_empty());
        let targets = targets.ok_or_else(|| Refusal::bad("The TM has no target language"))?;
        for target in &targets {
            language(target)?;
        }
        if targets.contains(&source) {
            return Err(Refusal::bad("The TM source language is defined as a translation target language"));
        }
        let memory = Memory {
            id: self.ids.uuid("memory"),
            name,
            description: model.description,
            client: model.client_id,
            source,
            targets,
            created: call.now,
            units: BTreeMap::new(),
        };
        let id = memory.id.clone();
        self.assets.memories.push(memory);
        Ok(match self.behaviour.memory_create_reply {
            MemoryReply::Id => Response::json(201, &json!(id)),
            MemoryReply::Empty => Response::empty(201),
        })
    }

    /// `GET /v1/translationmemory/{id}`
    pub(super) fn get_memory(&mut self, call: &Call<'_>) -> Answer {
        let memory = self.assets.memory(call.id()).ok_or_else(no_memory)?;
        Ok(self.reply(self.memory_json(memory)))
    }

    /// `PUT /v1/translationmemory/{id}/targets`: languages are added, none can be taken away.
    pub(super) fn set_memory_targets(&mut self, call: &Call<'_>) -> Answer {
        let targets = call.strings()?;
        let memory = self.assets.memory(call.id()).ok_or_else(no_memory)?;
        let distinct: BTreeSet<_> = targets.iter().collect();
        if targets.is_empty() || distinct.len() < targets.len() {
            return Err(Refusal::bad("Target languages are not specified, or contain duplicates"));
        }
        if targets.contains(&memory.source) {
            return Err(Refusal::bad("Target languages contain the source language"));
        }
        if !memory.targets.iter().all(|known| targets.contains(known)) {
            return Err(Refusal::bad("Target language cannot be deleted"));
        }
        for target in &targets {
            language(target)?;
        }
        if let Some(memory) = self.assets.memory_mut(call.id()) {
            memory.targets = targets;
        }
        Ok(Response::empty(204))
    }

    /// `DELETE /v1/translationmemory/{id}`
    pub(super) fn delete_memory(&mut self, call: &Call<'_>) -> Answer {
        let id = call.id();
        self.assets.memory(id).ok_or_else(no_memory)?;
        let writes = |project: &Project| {
            project.memories.iter().any(|attached| attached.memory == id && attached.writable)
        };
        if self.projects.values().any(writes) {
            return Err(Refusal::bad("The TM has Write permissions in the account"));
        }
        self.assets.memories.retain(|memory| memory.id != id);
        self.projects
            .values_mut()
            .for_each(|project| project.memories.retain(|attached| attached.memory != id));
        Ok(Response::empty(204))
    }

    /// `GET /v1/project/{id}/translationmemories`
    pub(super) fn project_memories(&mut self, call: &Call<'_>) -> Answer {
        let memories = &self.project(call.id())?.memories;
        let list: Vec<_> = memories
            .iter()
            .map(|attached| {
                json!({
                    "id": attached.memory,
                    "matchThreshold": attached.threshold,
                    "targetLanguageId": attached.language.map(|language| language.id),
                    "isWritable": attached.writable,
                })
            })
            .collect();
        Ok(self.reply(json!(list)))
    }

    /// `POST /v1/project/{id}/translationmemories`: replaces the set for all languages.
    pub(super) fn set_project_memories(&mut self, call: &Call<'_>) -> Answer {
        let project = self.project(call.id())?;
        let models = call.bodies::<MemoryForProject>()?;
        let memories = self.attach(models, project, None)?;
        self.project_mut(call.id())?.memories = memories;
        Ok(Response::empty(200))
    }

    /// `POST /v1/project/{id}/translationmemories/bylanguages`
    pub(super) fn set_memories_by_language(&mut self, call: &Call<'_>) -> Answer {
        let project = self.project(call.id())?;
        let models = call.bodies::<MemoriesForLanguage>()?;
        if models.is_empty() {
            return Err(Refusal::bad("TM settings are not defined"));
        }
        let mut memories = Vec::new();
        for model in models {
            let language = language(&model.language)?;
            let list = call.models::<MemoryForProject>(Value::Array(model.translation_memories))?;
            memories.extend(self.attach(list, project, Some(language))?);
        }
        self.project_mut(call.id())?.memories = memories;
        Ok(Response::empty(200))
    }

    /// Checks memories against a project, for one of its languages or all.
    fn attach(
        &self,
        models: Vec<MemoryForProject>,
        project: &Project,
        only: Option<&'static Language>,
    ) -> Result<Vec<Attached>, Refusal> {
        if models.is_empty() {
            return Err(Refusal::bad("The provided model with TM IDs to be added to the project is empty"));
        }
        if models.iter().filter(|model| model.is_writable).count() > 1 {
            return Err(Refusal::bad("More than one writable TM has been provided"));
        }
        let distinct: BTreeSet<_> = models.iter().map(|model| &model.id).collect();
        if distinct.len() < models.len() {
            return Err(Refusal::bad("A TM appears in the settings multiple times"));
        }
        models.iter().try_for_each(|model| self.memory_fits(model, project, only))?;
        Ok(models
            .into_iter()
            .map(|model| Attached {
                memory: model.id,
                threshold: model.match_threshold,
                language: only,
                writable: model.is_writable,
            })
            .collect())
    }

    fn memory_fits(
        &self,
        model: &MemoryForProject,
        project: &Project,
        only: Option<&'static Language>,
    ) -> Result<(), Refusal> {
        let memory = self
            .assets
            .memory(&model.id)
            .ok_or_else(|| Refusal::bad(format!("The TM `{}` does not exist", model.id)))?;
        if model.match_threshold < THRESHOLD_MIN {
            return Err(Refusal::bad(format!("The match threshold is smaller than {THRESHOLD_MIN}")));
        }
        if memory.source != project.source.code {
            return Err(Refusal::bad("The project's source language does not match the TM's"));
        }
        let knows = |language: &&Language| memory.targets.iter().any(|code| code == language.code);
        let targets = only.map_or_else(|| project.targets.clone(), |language| vec![language]);
        if model.is_writable && !targets.iter().all(knows) {
            return Err(Refusal::bad("The Write TM does not include all the project's target languages"));
        }
        if !targets.iter().any(knows) {
            return Err(Refusal::bad("None of the project's target languages appears in the TM"));
        }
        Ok(())
    }

    /// `GET /v1/glossaries`
    pub(super) fn glossaries(&mut self, _call: &Call<'_>) -> Answer {
        let list: Vec<_> = self.assets.glossaries.iter().map(glossary_json).collect();
        Ok(self.reply(json!(list)))
    }

    /// `GET /v1/project/{id}/glossaries`
    pub(super) fn project_glossaries(&mut self, call: &Call<'_>) -> Answer {
        let ids = &self.project(call.id())?.glossaries;
        let glossaries = self.assets.glossaries.iter().filter(|glossary| ids.contains(&glossary.id));
        let list: Vec<_> = glossaries.map(glossary_json).collect();
        Ok(self.reply(json!(list)))
    }

    /// `PUT /v1/project/{id}/glossaries`
    pub(super) fn set_project_glossaries(&mut self, call: &Call<'_>) -> Answer {
        let project = self.project(call.id())?;
        let ids = call.strings()?;
        for id in &ids {
            let glossary = self.assets.glossaries.iter().find(|glossary| glossary.id == *id);
            let glossary = glossary.ok_or_else(|| Refusal::missing("A glossary does not exist"))?;
            let has = |language: &Language| glossary.languages.iter().any(|code| code == language.code);
            if !has(project.source) || !project.targets.iter().any(|target| has(target)) {
                return Err(Refusal::bad(
                    "A provided glossary does not match any language pair in the project",
                ));
            }
        }
        self.project_mut(call.id())?.glossaries = ids;
        Ok(Response::empty(204))
    }
}

fn matches(memory: &Memory, call: &Call<'_>) -> bool {
    call.query("sourceLanguage").is_none_or(|code| memory.source == code)
        && call.query("targetLanguage").is_none_or(|code| memory.targets.iter().any(|target| target == code))
        && call.query("clientId").is_none_or(|id| memory.client.as_deref() == Some(id))
        && call.query("searchName").is_none_or(|name| memory.name.contains(name))
}

fn glossary_json(glossary: &Glossary) -> Value {
    json!({
        "id": glossary.id,
        "name": glossary.name,
        "description": null,
        "clientId": null,
        "languages": glossary.languages,
        "units": 0,
        "unitsPending": 0,
        "isDefault": false,
    })
}

fn no_memory() -> Refusal {
    Refusal::missing("The TM with the specified ID was not found")
}
