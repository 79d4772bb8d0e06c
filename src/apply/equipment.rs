//! What a project works with: the engine with its rule, the translation memory, the glossaries. All are sets that are
//! replaced as a whole, so each is read first, and what people put into it stays.

use crate::id::Language;
use crate::observed::is_engine;
use crate::plan::Engine;
use crate::remote::RemoteError;
use crate::remote::smartcat::MachineTranslation;
use crate::remote::smartcat::Memory;
use crate::remote::smartcat::NewMemory;
use crate::remote::smartcat::PretranslationRule;
use crate::remote::smartcat::ProjectMemory;
use crate::remote::smartcat::WireProject;

use super::Obstacle;
use super::Run;
use super::project::list;
use super::settings::Marks;

/// Engines that translate between most languages, best first (smartcat.md §8).
const GENERAL_ENGINES: [&str; 2] = ["Intelligent Routing", "Google NMT"];

/// Percent from which a memory's match is used.
const MATCH_THRESHOLD: u32 = 75;

impl Run<'_> {
    /// Chooses the engine, and the rule by which what it translates counts as done at the first stage.
    pub(super) async fn set_engine(
        &self,
        project: &WireProject,
        engine: &Engine,
        marks: &mut Marks,
    ) -> Result<(), Obstacle> {
        let name = match engine {
            Engine::Kept if !marks.old.asks("machine_translation") => return Ok(()),
            // Without a rule nothing is translated by machine, whatever engine the project has.
            Engine::Kept | Engine::Off => return self.set_rule(project, false).await,
            Engine::Auto => None,
            Engine::Named(name) => Some(name.as_str()),
        };
        let available = self.services.smartcat.engines(&project.id).await?;
        let chosen = choose(&available, name, &project.target_languages)?;
        self.services.smartcat_write.set_machine_translation(&project.id, chosen).await?;
        marks.new.give("machine_translation", [chosen.id.as_str()]);
        self.set_rule(project, true).await
    }

    /// Sees to the rule for machine translation. Rules are written only when they differ: Smartcat may fill all documents
    /// anew by them, which costs words (smartcat.md §8).
    async fn set_rule(&self, project: &WireProject, is_wanted: bool) -> Result<(), Obstacle> {
        let standing = self.services.smartcat.pretranslation_rules(&project.id).await?;
        let (machine, mut rules): (Vec<_>, Vec<_>) =
            standing.into_iter().partition(PretranslationRule::is_machine);
        let first = project.workflow_stages.first().map(|stage| stage.id.clone());
        let is_right = match machine.as_slice() {
            [rule] => is_wanted && rule.confirm_at_workflow_step == first,
            several => several.is_empty() && !is_wanted,
        };
        if is_right {
            return Ok(());
        }
        if is_wanted {
            let last = rules.iter().map(|rule| rule.order).max().unwrap_or_default();
            rules.push(PretranslationRule {
                rule_type: "mT".to_owned(),
                order: last + 1,
                confirm_at_workflow_step: first,
                translation_memory_id: None,
                min_threshold: None,
                other: serde_json::Map::new(),
            });
        }
        Ok(self.services.smartcat_write.set_pretranslation_rules(&project.id, &rules).await?)
    }

    /// Attaches the writable translation memory, found by its name or created, so that a changed source keeps its
    /// finished segments.
    pub(super) async fn set_memory(
        &self,
        project: &WireProject,
        name: Option<&str>,
        marks: &mut Marks,
    ) -> Result<(), Obstacle> {
        let Some(name) = name else { return self.detach_memory(project, marks).await };
        let id = match self.memory(name).await? {
            Some(memory) => self.cover(project, memory).await?,
            None => self.create_memory(project, name).await?,
        };
        let standing = self.services.smartcat.project_memories(&project.id).await?;
        marks.new.give("translation_memory", [id.as_str()]);
        if standing.iter().any(|memory| memory.is_writable && memory.id == id) {
            return Ok(());
        }
        let ours = ProjectMemory { id, match_threshold: MATCH_THRESHOLD, is_writable: true };
        // The one that the manifest named before goes. One memory is written to, the others are for reading
        // (smartcat.md §9).
        let stays = |memory: &ProjectMemory| {
            memory.id != ours.id && !marks.old.gave("translation_memory", &memory.id)
        };
        let mut memories: Vec<ProjectMemory> = standing.into_iter().filter(stays).collect();
        memories.iter_mut().for_each(|memory| memory.is_writable = false);
        memories.insert(0, ours);
        Ok(self.services.smartcat_write.set_memories(&project.id, &memories).await?)
    }

    /// Takes off the memory that the manifest no longer names. Smartcat refuses an empty set (smartcat.md §9), so the
    /// last one stays, for reading.
    async fn detach_memory(&self, project: &WireProject, marks: &Marks) -> Result<(), Obstacle> {
        if !marks.old.asks("translation_memory") {
            return Ok(());
        }
        let standing = self.services.smartcat.project_memories(&project.id).await?;
        let (ours, mut memories): (Vec<_>, Vec<_>) =
            standing.into_iter().partition(|memory| marks.old.gave("translation_memory", &memory.id));
        if ours.is_empty() {
            return Ok(());
        }
        if memories.is_empty() {
            memories.extend(ours.into_iter().map(|memory| ProjectMemory { is_writable: false, ..memory }));
        }
        Ok(self.services.smartcat_write.set_memories(&project.id, &memories).await?)
    }

    async fn memory(&self, name: &str) -> Result<Option<Memory>, RemoteError> {
        let memories = self.services.smartcat.translation_memories(name).await?;
        Ok(memories.into_iter().find(|memory| memory.name == name))
    }

    /// Gives a memory the languages of the project that it lacks: without them Smartcat does not let it be written to.
    async fn cover(&self, project: &WireProject, memory: Memory) -> Result<String, Obstacle> {
        let Memory { id, name: _, target_languages: mut languages } = memory;
        let known = languages.len();
        let missing = project.target_languages.iter().filter(|language| !languages.contains(language));
        let missing: Vec<Language> = missing.cloned().collect();
        languages.extend(missing);
        if languages.len() > known {
            self.services.smartcat_write.set_memory_languages(&id, &languages).await?;
        }
        Ok(id)
    }

    async fn create_memory(&self, project: &WireProject, name: &str) -> Result<String, Obstacle> {
        let source_language = project.source_language.clone().ok_or_else(|| {
            Obstacle::Fail("Smartcat does not tell the project's source language".to_owned())
        })?;
        let target_languages = project.target_languages.clone();
        let new = NewMemory { name: name.to_owned(), source_language, target_languages };
        let created = match self.services.smartcat_write.create_memory(&new).await {
            Ok(created) => created,
            // It may be there, or another run was faster: its name says.
            Err(error) if error.is_ambiguous() || error.status() == Some(400) => None,
            Err(error) => return Err(error.into()),
        };
        match created {
            Some(id) => Ok(id),
            None => self.memory(name).await?.map(|memory| memory.id).ok_or_else(|| {
                Obstacle::Fail(format!("Smartcat did not create the translation memory \"{name}\""))
            }),
        }
    }

    /// Adds the glossaries of the manifest, and takes away those that it had and has no longer.
    pub(super) async fn set_glossaries(
        &self,
        project: &WireProject,
        names: &[String],
        marks: &mut Marks,
    ) -> Result<(), Obstacle> {
        if names.is_empty() && !marks.old.asks("glossaries") {
            return Ok(());
        }
        let wanted = self.glossaries(names).await?;
        let standing = self.services.smartcat.project_glossaries(&project.id).await?;
        let mut ids: Vec<String> = standing.into_iter().map(|glossary| glossary.id).collect();
        let before = ids.clone();
        ids.retain(|id| wanted.contains(id) || !marks.old.gave("glossaries", id));
        ids.extend(wanted.iter().filter(|id| !before.contains(id)).cloned());
        marks.new.give("glossaries", wanted.iter().map(String::as_str));
        match ids == before {
            true => Ok(()),
            false => Ok(self.services.smartcat_write.set_glossaries(&project.id, &ids).await?),
        }
    }

    async fn glossaries(&self, names: &[String]) -> Result<Vec<String>, Obstacle> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let known = self.services.smartcat.glossaries().await?;
        let ids = names.iter().map(|name| {
            let found = known.iter().find(|glossary| glossary.name == *name);
            found.map(|glossary| glossary.id.clone()).ok_or_else(|| {
                let names: Vec<&str> = known.iter().map(|glossary| glossary.name.as_str()).collect();
                Obstacle::Fail(format!("Smartcat has no glossary \"{name}\"; it has {}", list(&names)))
            })
        });
        ids.collect()
    }
}

/// The engine to use: by name, or a general one, or one that covers all target languages.
fn choose<'e>(
    available: &'e [MachineTranslation],
    wanted: Option<&str>,
    targets: &[Language],
) -> Result<&'e MachineTranslation, Obstacle> {
    let named = |name: &str| available.iter().find(|engine| is_engine(name, &engine.id, &engine.name));
    let covers =
        |engine: &&MachineTranslation| targets.iter().all(|target| engine.languages.contains(target));
    let general = || GENERAL_ENGINES.iter().find_map(|name| named(name));
    let found = match wanted {
        Some(name) => named(name),
        None => general().or_else(|| available.iter().find(covers)),
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = available.iter().map(|engine| engine.name.as_str()).collect();
        let asked = match wanted {
            Some(name) => format!("no machine translation engine \"{name}\""),
            None => "no machine translation engine for all of these languages".to_owned(),
        };
        Obstacle::Fail(format!("Smartcat offers {asked} in this project; it offers {}", list(&names)))
    })
}
