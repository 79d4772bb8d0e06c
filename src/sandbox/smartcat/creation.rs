//! A project is created (§6.3).

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;

use super::SmartcatState;
use super::assets::Memory;
use super::behaviour::TemplateSeed;
use super::call::Body;
use super::call::Call;
use super::languages::Language;
use super::model::Attached;
use super::model::Project;
use super::projects::deadline;
use super::projects::description;
use super::projects::language;
use super::refusal::Answer;
use super::refusal::Refusal;

/// CreateProjectModel.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateProject {
    name: String,
    #[serde(rename = "type")]
    _type: Option<String>,
    #[serde(rename = "number")]
    _number: Option<Value>,
    description: Option<String>,
    deadline: Option<String>,
    source_language: String,
    target_languages: Vec<String>,
    creator_user_id: Option<String>,
    domain_id: Option<i64>,
    client_id: Option<String>,
    vendor_account_ids: Option<Vec<String>>,
    assign_to_vendor: Option<bool>,
    #[serde(default, rename = "useMT")]
    use_mt: bool,
    #[serde(default)]
    pretranslate: bool,
    translation_memory_name: Option<String>,
    use_translation_memory: Option<bool>,
    #[serde(rename = "minTranslationAssuranceLevel")]
    _min_translation_assurance_level: Option<String>,
    #[serde(rename = "autoPropagateRepetitions")]
    _auto_propagate_repetitions: Option<bool>,
    pub(super) document_properties: Option<Value>,
    workflow_stages: Option<Vec<String>>,
    is_for_testing: Option<bool>,
    external_tag: Option<String>,
    specializations: Option<Vec<String>>,
    custom_field_values: Option<Map<String, Value>>,
    #[serde(rename = "createdWithWizardType")]
    _created_with_wizard_type: Option<String>,
    #[serde(rename = "useSubtitleEditor")]
    _use_subtitle_editor: Option<bool>,
    #[serde(rename = "subtitlesSegmentationRules")]
    _subtitles_segmentation_rules: Option<Value>,
    #[serde(rename = "isSkillBasedProject")]
    _is_skill_based_project: Option<bool>,
    template_id: Option<String>,
    ai_translation_profile_id: Option<String>,
    #[serde(flatten)]
    unknown: BTreeMap<String, Value>,
}

impl Body for CreateProject {
    fn unknown(&self) -> Option<String> {
        self.unknown.keys().next().cloned()
    }
}

impl SmartcatState {
    /// `POST /v1/project/create`
    pub(super) fn create_project(&mut self, call: &Call<'_>) -> Answer {
        self.company_account()?;
        let model = call.json_part()?.ok_or_else(|| Refusal::bad("The project model is empty"))?;
        let model: CreateProject = call.model(model)?;
        let project = self.new_project(&model, call)?;
        let uploads = self.read_uploads(call, model.document_properties.clone(), &project)?;
        let id = project.id.clone();
        self.projects.insert(id.clone(), project);
        if let Err(refusal) = self.add_files(&id, uploads, call.now) {
            self.remove_project(&id);
            return Err(refusal);
        }
        Ok(self.reply(self.project_json(self.project(&id)?, true)))
    }

    /// Personal accounts have no projects (§2).
    pub(super) fn company_account(&self) -> Result<(), Refusal> {
        if self.behaviour.personal_account {
            return Err(Refusal::forbidden("The specified account is personal"));
        }
        Ok(())
    }

    fn new_project(&mut self, model: &CreateProject, call: &Call<'_>) -> Result<Project, Refusal> {
        let source = language(&model.source_language)?;
        let targets = targets(&model.target_languages, source)?;
        let vendors = self.known_vendors(model.vendor_account_ids.clone().unwrap_or_default())?;
        self.check_creation(model, &vendors)?;
        let template = self.template_of(model)?;
        let stages = model.workflow_stages.clone().filter(|stages| !stages.is_empty());
        let stages = stages
            .or_else(|| template.as_ref().map(|template| template.stages.clone()))
            .unwrap_or_else(|| vec!["translation".to_owned()]);
        let memories = self.memories_at_creation(model, source, &targets)?;
        let mut project = Project {
            id: self.ids.uuid("project"),
            serial: self.projects.values().map(|project| project.serial + 1).max().unwrap_or(0),
            name: model.name.clone(),
            description: model.description.clone(),
            deadline: deadline(model.deadline.as_deref())?,
            source,
            targets,
            created: call.now,
            modified: call.now,
            status_modified: None,
            canceled: false,
            completed: false,
            client: model.client_id.clone(),
            domain: model.domain_id,
            vendors,
            stages: self.stages(&stages, &[])?,
            external_tag: model.external_tag.clone(),
            specializations: model.specializations.clone().unwrap_or_default(),
            managers: Vec::new(),
            custom_fields: model.custom_field_values.clone().unwrap_or_default(),
            ai_profile: model.ai_translation_profile_id.clone(),
            engines: Vec::new(),
            rules: Vec::new(),
            memories,
            glossaries: Vec::new(),
            files: Vec::new(),
            foreign: false,
        };
        let by_template = template.is_some_and(|template| template.machine_translation);
        self.machine_at_creation(&mut project, model.use_mt, model.pretranslate, by_template);
        Ok(project)
    }

    fn check_creation(&self, model: &CreateProject, vendors: &[String]) -> Result<(), Refusal> {
        self.project_name(&model.name, None)?;
        description(model.description.as_deref())?;
        self.known_client(model.client_id.as_deref())?;
        if model.assign_to_vendor == Some(true) && vendors.is_empty() {
            return Err(Refusal::bad("The vendor ID is incorrect"));
        }
        if model.is_for_testing == Some(true) {
            return Err(Refusal::bad("The account does not support test projects"));
        }
        match &model.creator_user_id {
            Some(user) if self.assets.person(user).is_none() => {
                Err(Refusal::bad("The user ID was not found in the specified account"))
            }
            _ => Ok(()),
        }
    }

    fn template_of(&self, model: &CreateProject) -> Result<Option<TemplateSeed>, Refusal> {
        let Some(id) = &model.template_id else { return Ok(None) };
        let template = self.assets.templates.iter().find(|template| template.id == *id);
        let template = template.ok_or_else(|| Refusal::bad("The project template was not found"))?;
        Ok(Some(template.seed.clone()))
    }

    /// The memory that the creation names, or the account's first that fits.
    fn memories_at_creation(
        &self,
        model: &CreateProject,
        source: &Language,
        targets: &[&'static Language],
    ) -> Result<Vec<Attached>, Refusal> {
        let fits = |memory: &&Memory| {
            memory.source == source.code
                && targets.iter().all(|target| memory.targets.iter().any(|code| code == target.code))
        };
        let memory = match (&model.translation_memory_name, model.use_translation_memory) {
            (Some(name), _) => {
                let memory = self.assets.memories.iter().find(|memory| memory.name == *name);
                Some(memory.ok_or_else(|| Refusal::bad(format!("There is no translation memory `{name}`")))?)
            }
            (None, Some(true)) => self.assets.memories.iter().find(fits),
            (None, _) => None,
        };
        Ok(memory
            .map(|memory| Attached {
                memory: memory.id.clone(),
                threshold: 75,
                language: None,
                writable: true,
            })
            .into_iter()
            .collect())
    }
}

fn targets(codes: &[String], source: &Language) -> Result<Vec<&'static Language>, Refusal> {
    let targets = codes.iter().map(|code| language(code)).collect::<Result<Vec<_>, _>>()?;
    if targets.is_empty() {
        return Err(Refusal::bad("A project needs a target language"));
    }
    if targets.contains(&source) {
        return Err(Refusal::bad("The provided target language is identical with the source language"));
    }
    let distinct: BTreeSet<_> = targets.iter().map(|language| language.id).collect();
    if distinct.len() < targets.len() {
        return Err(Refusal::bad("A target language is there twice"));
    }
    Ok(targets)
}
