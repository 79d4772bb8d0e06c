//! The settings of a project, and their mark in its description.
//!
//! A project is created in several requests. When zencat is interrupted between them, the missing mark says that the
//! project's settings are not complete, and no document is uploaded before they are: text that arrives before its
//! machine translation rule would never be translated.

use serde::Serialize;

use crate::content::ContentHash;
use crate::manifest::Deadline;
use crate::manifest::MachineTranslation;
use crate::manifest::Setup;
use crate::manifest::Workflow;

/// What a project is created with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Settings {
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
}

/// Where a project's stages come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Named one by one, as Smartcat names them.
    Stages(Vec<String>),
    /// From a project template of this name.
    Template(String),
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

impl Settings {
    /// The settings that a workflow asks for.
    pub fn of(workflow: &Workflow) -> Self {
        Self {
            work: match &workflow.setup {
                Setup::Stages(stages) => {
                    Work::Stages(stages.iter().map(|stage| stage.as_str().to_owned()).collect())
                }
                Setup::Template(name) => Work::Template(name.clone()),
            },
            engine: match &workflow.machine_translation {
                MachineTranslation::Off => Engine::Off,
                MachineTranslation::Auto => Engine::Auto,
                MachineTranslation::Named(name) => Engine::Named(name.clone()),
            },
            due: workflow.project.deadline.map(|deadline| match deadline {
                Deadline::After(duration) => Due::After(duration.as_secs()),
                Deadline::At(time) => Due::At(time),
            }),
            memory: workflow.project.translation_memory.clone(),
            glossaries: workflow.project.glossaries.clone(),
        }
    }

    /// The mark: 12 hex digits, equal for equal settings. It counts all but the deadline, which people move.
    pub fn mark(&self) -> String {
        let Self { work, engine, due: _, memory, glossaries } = self;
        let mut text = String::from("1\n");
        match work {
            Work::Stages(stages) => stages.iter().for_each(|stage| push(&mut text, "stage", stage)),
            Work::Template(name) => push(&mut text, "template", name),
        }
        match engine {
            Engine::Off => {}
            Engine::Auto => push(&mut text, "mt", "auto"),
            Engine::Named(name) => push(&mut text, "mt named", name),
        }
        memory.iter().for_each(|name| push(&mut text, "memory", name));
        glossaries.iter().for_each(|name| push(&mut text, "glossary", name));
        ContentHash::of_bytes(text.as_bytes()).short()[..12].to_owned()
    }
}

fn push(text: &mut String, key: &str, value: &str) {
    text.push_str(&format!("{key} {} {value}\n", value.len()));
}
