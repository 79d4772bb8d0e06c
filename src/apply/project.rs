//! Projects: created or found by their tag, then given their settings.

use jiff::SignedDuration;

use crate::id::Language;
use crate::id::ProjectId;
use crate::plan::AddLanguage;
use crate::plan::CreateProject;
use crate::plan::Due;
use crate::plan::Engine;
use crate::plan::ProjectRef;
use crate::plan::Settings;
use crate::plan::UpdateProject;
use crate::plan::Work;
use crate::remote::RemoteError;
use crate::remote::smartcat::MachineTranslation;
use crate::remote::smartcat::NewMemory;
use crate::remote::smartcat::NewProject;
use crate::remote::smartcat::PretranslationRule;
use crate::remote::smartcat::ProjectChanges;
use crate::remote::smartcat::ProjectMemory;
use crate::remote::smartcat::StageType;
use crate::remote::smartcat::WireProject;

use super::Ending;
use super::Obstacle;
use super::Run;

/// Engines that translate between most languages, best first (smartcat.md §8).
const GENERAL_ENGINES: [&str; 2] = ["Intelligent Routing", "Google NMT"];

/// Percent from which a memory's match is used.
const MATCH_THRESHOLD: u32 = 75;

impl Run<'_> {
    pub(super) async fn create_project(&mut self, create: &CreateProject) -> Ending {
        let tag = self.owner.tag(&create.project.workflow, create.project.number);
        let (project, detail) = match self.elder(&tag).await? {
            Some(project) => (project, "found: it was created since the plan was made"),
            None => self.make(create, &tag).await?,
        };
        self.complete(&project, &create.settings).await?;
        self.projects.insert((create.project.workflow.clone(), create.project.number), project.id);
        Ok(detail.to_owned())
    }

    /// Creates a project. Two runs at once may both come here: of two projects with one tag the elder is the one, and
    /// the run that made the younger takes its own away again, which is still empty.
    async fn make(&self, create: &CreateProject, tag: &str) -> Result<(WireProject, &'static str), Obstacle> {
        let new = self.new_project(create, tag).await?;
        let made = match self.services.smartcat_write.create_project(&new).await {
            Ok(project) => Ok(project),
            Err(error) if error.is_ambiguous() => Err(error),
            Err(error) => return Err(error.into()),
        };
        match (self.elder(tag).await?, made) {
            (None, Ok(made)) => Ok((made, "created")),
            (None, Err(error)) => Err(Obstacle::Fail(format!(
                "Smartcat did not say whether the project was created, and does not show it; run again ({error})"
            ))),
            (Some(elder), Err(_)) => Ok((elder, "created")),
            (Some(elder), Ok(made)) if elder.id == made.id => Ok((elder, "created")),
            (Some(elder), Ok(made)) => {
                self.services.smartcat_write.delete_project(&made.id).await?;
                Ok((elder, "found: another run created it at the same time"))
            }
        }
    }

    async fn new_project(&self, create: &CreateProject, tag: &str) -> Result<NewProject, Obstacle> {
        let CreateProject { project, source, languages, settings } = create;
        let (stages, template) = match &settings.work {
            Work::Stages(stages) => {
                (stages.iter().map(|stage| StageType::from(stage.as_str())).collect(), None)
            }
            Work::Template(name) => (Vec::new(), Some(self.template(name).await?)),
        };
        let source = source.clone().ok_or_else(|| {
            Obstacle::Fail(
                "Smartcat has no language for the source locale; map it under `locales`".to_owned(),
            )
        })?;
        Ok(NewProject {
            name: project.name.clone(),
            source_language: source,
            target_languages: languages.clone(),
            stages,
            template_id: template,
            external_tag: Some(tag.to_owned()),
            // The description carries the mark of complete settings, so it comes last.
            description: None,
            deadline: None,
            client_id: None,
            translation_memory_name: None,
            use_translation_memory: None,
        })
    }

    async fn template(&self, name: &str) -> Result<String, Obstacle> {
        let templates = self.services.smartcat.templates().await?;
        match templates.iter().find(|template| template.name == name) {
            Some(template) => Ok(template.id.clone()),
            None => {
                let names: Vec<&str> = templates.iter().map(|template| template.name.as_str()).collect();
                Err(Obstacle::Fail(format!(
                    "Smartcat has no project template \"{name}\"; it has {}",
                    list(&names)
                )))
            }
        }
    }

    /// The eldest project with exactly this tag.
    async fn elder(&self, tag: &str) -> Result<Option<WireProject>, RemoteError> {
        let tagged = self.services.smartcat.projects(tag).await?;
        let exactly = tagged.into_iter().filter(|project| project.external_tag.as_deref() == Some(tag));
        Ok(exactly.min_by(|a, b| (&a.creation_date, &a.id).cmp(&(&b.creation_date, &b.id))))
    }

    pub(super) async fn update_project(&mut self, update: &UpdateProject) -> Ending {
        let id = self.project_id(&update.project)?;
        self.unready.insert(id.clone());
        let project = self.read_project(&update.project, &id).await?;
        self.complete(&project, &update.settings).await?;
        self.unready.remove(&id);
        Ok("settings written".to_owned())
    }

    pub(super) async fn add_language(&mut self, add: &AddLanguage) -> Ending {
        let id = self.project_id(&add.project)?;
        let project = self.read_project(&add.project, &id).await?;
        if project.target_languages.contains(&add.target.language) {
            return Ok("it is there already".to_owned());
        }
        self.services.smartcat_write.add_language(&id, &add.target.language, false).await?;
        Ok(format!("{} added", add.target.language))
    }

    /// A project as it is now.
    pub(super) async fn read_project(
        &self,
        project: &ProjectRef,
        id: &ProjectId,
    ) -> Result<WireProject, Obstacle> {
        let found = self.services.smartcat.project(id).await?;
        found.ok_or_else(|| {
            Obstacle::Skip(format!("its project \"{}\" is not in Smartcat any more", project.name))
        })
    }

    /// Gives a project its settings; last the mark that says that they are complete.
    async fn complete(&self, project: &WireProject, settings: &Settings) -> Result<(), Obstacle> {
        let Settings { work: _, engine, due, memory, glossaries } = settings;
        self.set_engine(project, engine).await?;
        if let Some(name) = memory {
            self.attach_memory(project, name).await?;
        }
        if !glossaries.is_empty() {
            self.attach_glossaries(project, glossaries).await?;
        }
        // What a PUT leaves out is reset (smartcat.md §6.4), so all that was read is sent back.
        let mut changes = ProjectChanges::none(project);
        changes.description = Some(self.owner.description(&settings.mark()));
        changes.deadline = project.deadline.clone().or_else(|| deadline(project, *due));
        Ok(self.services.smartcat_write.update_project(&project.id, &changes).await?)
    }

    /// Chooses the engine, and the rule by which what it translates counts as done at the first stage.
    async fn set_engine(&self, project: &WireProject, engine: &Engine) -> Result<(), Obstacle> {
        let write = &self.services.smartcat_write;
        if *engine == Engine::Off {
            // Without a rule nothing is translated by machine, whatever engine the project has.
            return Ok(write.set_pretranslation_rules(&project.id, &[]).await?);
        }
        let available = self.services.smartcat.engines(&project.id).await?;
        let chosen = choose(&available, engine, &project.target_languages)?;
        write.set_machine_translation(&project.id, chosen).await?;
        let rule = PretranslationRule {
            rule_type: "mT".to_owned(),
            order: 1,
            confirm_at_workflow_step: project.workflow_stages.first().map(|stage| stage.id.clone()),
            translation_memory_id: None,
            min_threshold: None,
        };
        Ok(write.set_pretranslation_rules(&project.id, &[rule]).await?)
    }

    /// Attaches a writable translation memory, found by its name or created, so that a changed source keeps its
    /// finished segments.
    async fn attach_memory(&self, project: &WireProject, name: &str) -> Result<(), Obstacle> {
        let id = match self.memory(name).await? {
            Some(id) => id,
            None => self.create_memory(project, name).await?,
        };
        let memory = ProjectMemory { id, match_threshold: MATCH_THRESHOLD, is_writable: true };
        Ok(self.services.smartcat_write.set_memories(&project.id, &[memory]).await?)
    }

    async fn memory(&self, name: &str) -> Result<Option<String>, RemoteError> {
        let memories = self.services.smartcat.translation_memories(name).await?;
        Ok(memories.into_iter().find(|memory| memory.name == name).map(|memory| memory.id))
    }

    async fn create_memory(&self, project: &WireProject, name: &str) -> Result<String, Obstacle> {
        let source_language = project.source_language.clone().ok_or_else(|| {
            Obstacle::Fail("Smartcat does not tell the project's source language".to_owned())
        })?;
        let target_languages = project.target_languages.clone();
        let new = NewMemory { name: name.to_owned(), source_language, target_languages, description: None };
        let created = match self.services.smartcat_write.create_memory(&new).await {
            Ok(created) => created,
            // It may be there, or another run was faster: its name says.
            Err(error) if error.is_ambiguous() || error.status() == Some(400) => None,
            Err(error) => return Err(error.into()),
        };
        match created {
            Some(id) => Ok(id),
            None => self.memory(name).await?.ok_or_else(|| {
                Obstacle::Fail(format!("Smartcat did not create the translation memory \"{name}\""))
            }),
        }
    }

    async fn attach_glossaries(&self, project: &WireProject, names: &[String]) -> Result<(), Obstacle> {
        let known = self.services.smartcat.glossaries().await?;
        let ids: Result<Vec<String>, Obstacle> = names
            .iter()
            .map(|name| {
                let found = known.iter().find(|glossary| glossary.name == *name);
                found.map(|glossary| glossary.id.clone()).ok_or_else(|| {
                    let names: Vec<&str> = known.iter().map(|glossary| glossary.name.as_str()).collect();
                    Obstacle::Fail(format!("Smartcat has no glossary \"{name}\"; it has {}", list(&names)))
                })
            })
            .collect();
        Ok(self.services.smartcat_write.set_glossaries(&project.id, &ids?).await?)
    }
}

/// The engine to use: by name, or a general one, or one that covers all target languages.
fn choose<'e>(
    available: &'e [MachineTranslation],
    wanted: &Engine,
    targets: &[Language],
) -> Result<&'e MachineTranslation, Obstacle> {
    let named = |name: &str| {
        let name = name.to_lowercase();
        available.iter().find(move |engine| {
            engine.name.to_lowercase() == name
                || engine.id.to_lowercase().trim_start_matches("engine:") == name
        })
    };
    let found = match wanted {
        Engine::Named(name) => named(name),
        Engine::Auto | Engine::Off => GENERAL_ENGINES.iter().find_map(|name| named(name)).or_else(|| {
            available.iter().find(|engine| targets.iter().all(|target| engine.languages.contains(target)))
        }),
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = available.iter().map(|engine| engine.name.as_str()).collect();
        let asked = match wanted {
            Engine::Named(name) => format!("no machine translation engine \"{name}\""),
            Engine::Auto | Engine::Off => {
                "no machine translation engine for all of these languages".to_owned()
            }
        };
        Obstacle::Fail(format!("Smartcat offers {asked} in this project; it offers {}", list(&names)))
    })
}

fn deadline(project: &WireProject, due: Option<Due>) -> Option<String> {
    let time = match due? {
        Due::At(time) => time,
        Due::After(seconds) => {
            let created: jiff::Timestamp = project.creation_date.as_deref()?.parse().ok()?;
            created.checked_add(SignedDuration::from_secs(seconds)).ok()?
        }
    };
    Some(time.to_string())
}

fn list(names: &[&str]) -> String {
    match names {
        [] => "none".to_owned(),
        _ => names.join(", "),
    }
}
