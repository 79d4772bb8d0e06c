//! What people do in Smartcat, beside what its API does, by name. Every act that changes a document's work moves its
//! `statusModificationDate`.

mod damage;
mod hands;
mod linguists;
mod managers;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

pub use damage::Damage;
pub use managers::ProjectEdit;

use super::SmartcatState;
use super::ids::split_document_id;
use super::model::Document;

/// Why an act could not be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// There is no such document.
    #[error("there is no document `{0}`; an id looks like `65f1c0ffee00000000000001_12`")]
    NoDocument(String),
    /// There is no such project.
    #[error("there is no project `{0}`")]
    NoProject(String),
    /// The document has no such segment.
    #[error("document `{document}` has no segment `{key}`; units without text are none")]
    NoSegment {
        /// The document.
        document: String,
        /// The key.
        key: String,
    },
    /// No segment can be damaged in this way.
    #[error("document `{0}` has no segment that could be damaged in this way")]
    NothingToDamage(String),
    /// The project has no such stage.
    #[error("document `{document}` has no stage {stage}; stages begin at 1")]
    NoStage {
        /// The document.
        document: String,
        /// The stage's number.
        stage: usize,
    },
    /// The name is taken or not allowed.
    #[error("the name `{0}` is not possible")]
    Name(String),
    /// There is no such act, or it takes other arguments.
    #[error("the act `{name}` is unknown or takes other arguments: {reason}")]
    Unknown {
        /// Its name.
        name: String,
        /// What was wrong.
        reason: String,
    },
}

/// The acts by name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Act {
    FinishAll {},
    Finish { document: String },
    ConfirmStage { document: String, stage: usize },
    TranslateSegment { document: String, key: String, target: String },
    TranslateEverywhere { language: String, source: String, target: String },
    BreakMarkup { document: String, key: Option<String>, damage: Damage },
    AssignByHand { document: String, stage: usize, person: String },
    ReleaseByHand { document: String, stage: usize },
    AcceptInvitation { document: String, stage: usize },
    CompleteDocument { document: String },
    RenameDocument { document: String, name: String },
    RemoveDocument { document: String },
    DamageMetaInfo { document: String, text: Option<String> },
    RenameProject { project: String, name: String },
    RetagProject { project: String, tag: Option<String> },
    EditProject { project: String, edit: ProjectEdit },
    CancelProject { project: String },
    RestoreProject { project: String },
    CompleteProject { project: String },
    RemoveProject { project: String },
    LoseProject { project: String },
    SetBehaviour { change: Value },
}

impl SmartcatState {
    /// Does an act by name: `finish_all`, `finish`, `confirm_stage`, `translate_segment`,
    /// `translate_everywhere`, `break_markup`, `assign_by_hand`, `release_by_hand`, `accept_invitation`, `complete_document`, `rename_document`, `remove_document`,
    /// `damage_meta_info`, `rename_project`, `edit_project`, `retag_project`, `cancel_project`, `restore_project`,
    /// `complete_project`, `remove_project`, `lose_project`, `set_behaviour`. Arguments are named like those
    /// of the functions, ids `document` and `project`.
    ///
    /// # Errors
    /// What the act itself refuses, or that it is unknown or takes other arguments.
    pub fn act(&mut self, name: &str, args: &Value, now: Timestamp) -> Result<Value, String> {
        self.act_typed(name, args, now).map_err(|error| error.to_string())
    }

    fn act_typed(&mut self, name: &str, args: &Value, now: Timestamp) -> Result<Value, ActError> {
        let unknown =
            |error: serde_json::Error| ActError::Unknown { name: name.to_owned(), reason: error.to_string() };
        let args = if args.is_null() { json!({}) } else { args.clone() };
        let act: Act = serde_json::from_value(json!({name: args})).map_err(unknown)?;
        match act {
            Act::FinishAll {} => return Ok(json!({"documents": self.finish_all(now)})),
            Act::Finish { document } => self.finish(&document, now)?,
            Act::ConfirmStage { document, stage } => self.confirm_stage(&document, stage, now)?,
            Act::TranslateSegment { document, key, target } => {
                self.translate_segment(&document, &key, &target, now)?;
            }
            Act::TranslateEverywhere { language, source, target } => {
                let count = self.translate_everywhere(&language, &source, &target, now);
                return Ok(json!({"segments": count}));
            }
            Act::BreakMarkup { document, key, damage } => {
                return Ok(json!({"key": self.break_markup(&document, key.as_deref(), damage, now)?}));
            }
            Act::AssignByHand { document, stage, person } => {
                self.assign_by_hand(&document, stage, &person, now)?;
            }
            Act::ReleaseByHand { document, stage } => self.release_by_hand(&document, stage, now)?,
            Act::AcceptInvitation { document, stage } => self.accept_invitation(&document, stage, now)?,
            Act::CompleteDocument { document } => self.complete_document_by_hand(&document, now)?,
            Act::RenameDocument { document, name } => self.rename_document_by_hand(&document, &name)?,
            Act::RemoveDocument { document } => self.remove_document(&document)?,
            Act::DamageMetaInfo { document, text } => self.damage_meta_info(&document, text.as_deref())?,
            Act::RenameProject { project, name } => self.rename_project(&project, &name, now)?,
            Act::EditProject { project, edit } => self.edit_project(&project, edit, now)?,
            Act::RetagProject { project, tag } => self.retag_project(&project, tag.as_deref(), now)?,
            Act::CancelProject { project } => self.cancel_project_by_hand(&project, now)?,
            Act::RestoreProject { project } => self.restore_project_by_hand(&project, now)?,
            Act::CompleteProject { project } => self.complete_project_by_hand(&project, now)?,
            Act::RemoveProject { project } => self.remove_project_by_hand(&project)?,
            Act::LoseProject { project } => self.lose_project(&project)?,
            Act::SetBehaviour { change } => self.change_behaviour(change).map_err(unknown)?,
        }
        Ok(json!({}))
    }

    /// Turns the switches that are named; the others stay.
    fn change_behaviour(&mut self, change: Value) -> Result<(), serde_json::Error> {
        let mut switches = serde_json::to_value(&self.behaviour)?;
        match (&mut switches, change) {
            (Value::Object(switches), Value::Object(change)) => switches.extend(change),
            (_, change) => switches = change,
        }
        self.set_behaviour(serde_json::from_value(switches)?);
        Ok(())
    }

    fn known(&self, id: &str) -> Result<&Document, ActError> {
        let found =
            split_document_id(id).and_then(|(file, language)| self.files.get(file)?.document(language));
        found.ok_or_else(|| ActError::NoDocument(id.to_owned()))
    }

    fn found(&mut self, id: &str) -> Option<&mut Document> {
        let (file, language) = split_document_id(id)?;
        self.files.get_mut(file)?.document_mut(language)
    }
}
