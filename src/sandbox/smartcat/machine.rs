//! Machine translation: engines and pretranslation rules of a project (§8).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use super::SmartcatState;
use super::call::Body;
use super::call::Call;
use super::call::one_of;
use super::model::Parse;
use super::model::Project;
use super::model::ProjectEngine;
use super::model::Rule;
use super::refusal::Answer;
use super::refusal::Refusal;
use super::work::Job;
use crate::sandbox::http::Response;

/// PretranslateRuleModel.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RuleModel {
    rule_type: String,
    order: i64,
    confirm_at_workflow_step: Option<String>,
    translation_memory_id: Option<String>,
    min_threshold: Option<i64>,
    #[serde(rename = "minTQSQualityThreshold")]
    min_tqs: Option<i64>,
    min_segment_words_count: Option<u32>,
    #[serde(rename = "minAssuranceLevel")]
    min_assurance: Option<String>,
    #[serde(rename = "lqaProfileId")]
    lqa_profile: Option<String>,
    #[serde(rename = "blockingSeverityIds")]
    blocking: Option<Vec<String>>,
    #[serde(flatten)]
    unknown: BTreeMap<String, Value>,
}

/// ProjectMTEngineModel. A client may send back what `mt/available` gave it, in its case.
#[derive(Debug, Deserialize)]
struct EngineModel {
    #[serde(alias = "Id")]
    id: String,
    #[serde(alias = "Name", rename = "name")]
    _name: Option<String>,
    #[serde(alias = "Languages")]
    languages: Option<Vec<String>>,
    #[serde(flatten)]
    unknown: BTreeMap<String, Value>,
}

impl Body for RuleModel {
    fn unknown(&self) -> Option<String> {
        self.unknown.keys().next().cloned()
    }
}

impl Body for EngineModel {
    fn unknown(&self) -> Option<String> {
        self.unknown.keys().next().cloned()
    }
}

impl SmartcatState {
    /// The flags of the creation: an engine for `useMT`, the two rules for `pretranslate`, and a template
    /// that confirms what the machine wrote at its first stage.
    pub(super) fn machine_at_creation(
        &self,
        project: &mut Project,
        use_mt: bool,
        pretranslate: bool,
        by_template: bool,
    ) {
        if use_mt || by_template {
            project.engines = self.engines_for(project).into_iter().take(1).collect();
        }
        let rule = |kind, order, confirms: Option<usize>| Rule {
            kind,
            order,
            confirms,
            memory: None,
            min_words: 0,
            model: json!({
                "ruleType": kind,
                "order": order,
                "confirmAtWorkflowStep": confirms.and_then(|_| project.stages.first()).map(|stage| &stage.id),
            }),
        };
        let mut rules = Vec::new();
        if pretranslate {
            rules.push(rule("tM", 1, None));
        }
        if by_template {
            rules.push(rule("mT", 2, Some(1)));
        } else if pretranslate && use_mt {
            rules.push(rule("mT", 2, None));
        }
        project.rules = rules;
    }

    /// The engines that know at least one of a project's languages, with those they know.
    fn engines_for(&self, project: &Project) -> Vec<ProjectEngine> {
        let targets = project.targets.iter().map(|language| language.code.to_owned());
        self.behaviour
            .mt_engines
            .iter()
            .map(|engine| ProjectEngine {
                id: engine.id.clone(),
                name: engine.name.clone(),
                languages: targets
                    .clone()
                    .filter(|code| engine.languages.as_ref().is_none_or(|known| known.contains(code)))
                    .collect(),
            })
            .filter(|engine| !engine.languages.is_empty())
            .collect()
    }

    /// `GET /v1/project/{id}/mt/available`
    pub(super) fn available_engines(&mut self, call: &Call<'_>) -> Answer {
        let engines = self.engines_for(self.project(call.id())?);
        let [id, name, languages] = match self.behaviour.mt_available_pascal_case {
            true => ["Id", "Name", "Languages"],
            false => ["id", "name", "languages"],
        };
        let list: Vec<_> = engines
            .iter()
            .map(|engine| json!({id: engine.id, name: engine.name, languages: engine.languages}))
            .collect();
        Ok(self.reply(json!(list)))
    }

    /// `GET /v1/project/{id}/mt`
    pub(super) fn project_engines(&mut self, call: &Call<'_>) -> Answer {
        let engines = &self.project(call.id())?.engines;
        let list: Vec<_> = engines
            .iter()
            .map(|engine| json!({"id": engine.id, "name": engine.name, "languages": engine.languages}))
            .collect();
        Ok(self.reply(json!(list)))
    }

    /// `POST /v1/project/{id}/mt`: replaces the project's engines.
    pub(super) fn set_project_engines(&mut self, call: &Call<'_>) -> Answer {
        let available = self.engines_for(self.project(call.id())?);
        let mut engines = Vec::new();
        for model in call.bodies::<EngineModel>()? {
            let known = available.iter().find(|engine| engine.id == model.id);
            let mut engine = known
                .cloned()
                .ok_or_else(|| Refusal::bad(format!("The MT engine `{}` is not available", model.id)))?;
            if let Some(only) = model.languages.filter(|only| !only.is_empty()) {
                engine.languages.retain(|code| only.contains(code));
            }
            engines.push(engine);
        }
        self.project_mut(call.id())?.engines = engines;
        Ok(Response::empty(204))
    }

    /// `GET /v1/project/{id}/pretranslation-rules`
    pub(super) fn rules(&mut self, call: &Call<'_>) -> Answer {
        let rules: Vec<_> = self.project(call.id())?.rules.iter().map(|rule| rule.model.clone()).collect();
        Ok(self.reply(json!(rules)))
    }

    /// `POST` and `PUT /v1/project/{id}/pretranslation-rules`: both replace the set. Documents that are there
    /// already are pretranslated too, unless `startPretranslate=false`.
    pub(super) fn set_rules(&mut self, call: &Call<'_>) -> Answer {
        let project = self.project(call.id())?;
        let models = call.bodies::<RuleModel>()?;
        let mut rules =
            models.into_iter().map(|model| self.rule(model, project)).collect::<Result<Vec<_>, _>>()?;
        rules.sort_by_key(|rule| rule.order);
        let start = call.flag("startPretranslate", true)?;
        let project = self.project_mut(call.id())?;
        project.rules = rules;
        let files = project.files.clone();
        if start && !project.rules.is_empty() {
            self.pretranslate_all(files, call);
        }
        Ok(Response::empty(200))
    }

    /// Orders pretranslation for files: now, or as soon as they are parsed.
    fn pretranslate_all(&mut self, files: Vec<String>, call: &Call<'_>) {
        for id in files {
            let Some(file) = self.files.get_mut(&id) else { continue };
            if file.parse == Parse::InProgress {
                file.ordered = true;
            } else {
                let job = Job::Pretranslate { file: id, language: None };
                self.agenda.add(call.now, self.behaviour.pretranslate_ms, job);
            }
        }
    }

    fn rule(&self, model: RuleModel, project: &Project) -> Result<Rule, Refusal> {
        let kinds = ["tM", "mT", "numberConversion", "tQS", "lQA"];
        let kind = one_of(&model.rule_type, &kinds, "pretranslation rule")?;
        if model.order < 1 {
            return Err(Refusal::bad("`order` begins at 1"));
        }
        let confirms = match &model.confirm_at_workflow_step {
            Some(id) => Some(project.stage_number(id).ok_or_else(|| {
                Refusal::bad(format!("The workflow stage `{id}` is not one of the project's"))
            })?),
            None => None,
        };
        if let Some(id) = &model.translation_memory_id
            && self.assets.memory(id).is_none()
        {
            return Err(Refusal::bad(format!("The translation memory `{id}` does not exist")));
        }
        Ok(Rule {
            kind,
            order: model.order,
            confirms,
            min_words: model.min_segment_words_count.unwrap_or(0),
            model: json!({
                "ruleType": kind,
                "order": model.order,
                "confirmAtWorkflowStep": model.confirm_at_workflow_step,
                "translationMemoryId": model.translation_memory_id,
                "minThreshold": model.min_threshold,
                "minTQSQualityThreshold": model.min_tqs,
                "minSegmentWordsCount": model.min_segment_words_count,
                "minAssuranceLevel": model.min_assurance,
                "lqaProfileId": model.lqa_profile,
                "blockingSeverityIds": model.blocking,
            }),
            memory: model.translation_memory_id,
        })
    }
}
