//! The settings of a project, and what its mark asks for.
//!
//! A project is created in several requests. When zencat is interrupted between them, the missing mark says that the
//! project's settings are not complete, and no document is uploaded before they are: text that arrives before its
//! machine translation rule would never be translated.
//!
//! What the manifest does not mention is left as it is in Smartcat. A project that zencat did not make keeps its name,
//! its stages, and its machine translation unless the manifest names one.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::id::Language;
use crate::manifest::Deadline;
use crate::manifest::MachineTranslation;
use crate::manifest::ProjectTarget;
use crate::manifest::Setup;
use crate::manifest::Workflow;
use crate::receipt::Mark;

/// What a project is created with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// Its name; `None` leaves it.
    pub name: Option<String>,
    /// Stages in order, or the name of a template that brings them.
    pub work: Work,
    /// Who translates first.
    pub engine: Engine,
    /// When its work should be done.
    pub due: Option<Due>,
    /// Name of the writable translation memory.
    pub memory: Option<String>,
    /// Names of glossaries.
    pub glossaries: Vec<String>,
    /// The client it is for, by name.
    pub client: Option<String>,
    /// The agency it is handed to, by name or id.
    pub vendor: Option<String>,
    /// Who manages it, by e-mail address or id.
    pub managers: Vec<String>,
}

/// Where a project's stages come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Named one by one, as Smartcat names them.
    Stages(Vec<String>),
    /// From a project template of this name.
    Template(String),
    /// Those that it has.
    Kept,
}

/// Machine translation of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// None.
    Off,
    /// Intelligent Routing, else a general engine.
    Auto,
    /// By name.
    Named(String),
    /// What its template or its makers gave it.
    Kept,
}

/// When a project's work should be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// Seconds from its creation.
    After(i64),
    /// At a time.
    At(jiff::Timestamp),
}

impl Due {
    fn text(self) -> String {
        match self {
            Self::After(seconds) => format!("after {seconds}"),
            Self::At(time) => format!("at {}", time.as_second()),
        }
    }
}

impl Settings {
    /// The settings that a workflow asks for in its n-th project.
    pub fn of(workflow: &Workflow, number: u32) -> Self {
        let project = &workflow.project;
        let is_found = matches!(project.target, ProjectTarget::Existing(_));
        Self {
            name: (!is_found).then(|| name_of(workflow, number)),
            work: match &workflow.setup {
                _ if is_found => Work::Kept,
                Setup::Stages(stages) => {
                    Work::Stages(stages.iter().map(|stage| stage.as_str().to_owned()).collect())
                }
                Setup::Template(name) => Work::Template(name.clone()),
            },
            engine: match &workflow.machine_translation {
                MachineTranslation::Off if is_found => Engine::Kept,
                MachineTranslation::Off => Engine::Off,
                MachineTranslation::Template => Engine::Kept,
                MachineTranslation::Auto => Engine::Auto,
                MachineTranslation::Named(name) => Engine::Named(name.clone()),
            },
            due: project.deadline.map(|deadline| match deadline {
                Deadline::After(duration) => Due::After(duration.as_secs()),
                Deadline::At(time) => Due::At(time),
            }),
            memory: project.translation_memory.clone(),
            glossaries: project.glossaries.clone(),
            client: project.client.clone(),
            vendor: project.vendor.clone(),
            managers: project.managers.clone(),
        }
    }

    /// What a project's mark asks for; the keys are the manifest's. An engine and a memory serve the languages that the
    /// project had when they were chosen, so with either of them the languages count too.
    pub fn mark(&self, languages: &BTreeSet<Language>) -> Mark {
        let Self { name, work, engine, due, memory, glossaries, client, vendor, managers } = self;
        let engine = match engine {
            Engine::Off | Engine::Kept => None,
            Engine::Auto => Some("auto".to_owned()),
            Engine::Named(name) => Some(format!("named {name}")),
        };
        let (stages, template) = match work {
            Work::Stages(stages) => (Some(stages.join("\n")), None),
            Work::Template(name) => (None, Some(name.clone())),
            Work::Kept => (None, None),
        };
        let covers = engine.is_some() || memory.is_some();
        let languages: Vec<&str> = languages.iter().map(Language::as_str).collect();
        let list = |names: &[String]| (!names.is_empty()).then(|| names.join("\n"));
        let asked = [
            ("name", name.clone()),
            ("stages", stages),
            ("template", template),
            ("machine_translation", engine),
            ("languages", covers.then(|| languages.join("\n"))),
            ("deadline", due.map(Due::text)),
            ("translation_memory", memory.clone()),
            ("glossaries", list(glossaries)),
            ("client", client.clone()),
            ("vendor", vendor.clone()),
            ("managers", list(managers)),
        ];
        Mark::asking(asked.iter().filter_map(|(setting, text)| Some((*setting, text.as_deref()?))))
    }
}

/// The name of a workflow's n-th project.
pub(super) fn name_of(workflow: &Workflow, number: u32) -> String {
    let name = match &workflow.project.target {
        ProjectTarget::Named(name) => name.as_str(),
        ProjectTarget::Existing(id) => id.as_str(),
    };
    match number {
        1 => name.to_owned(),
        _ => format!("{name} ({number})"),
    }
}
