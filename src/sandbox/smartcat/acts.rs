//! What people do in Smartcat, beside what its API does: linguists confirm, retype and damage; managers
//! rename, cancel and delete. Every act that changes a document's work moves its `statusModificationDate`.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use super::SmartcatState;
use super::ids::split_document_id;
use super::lifecycle::close_document;
use super::markup::Piece;
use super::markup::is_end_tag;
use super::markup::pieces;
use super::model::Document;
use super::model::Project;
use super::model::Segment;
use super::pseudo_translate;
use super::work::Cause;

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

/// How a linguist damages a translation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Damage {
    /// The first tag is gone, with its end tag if it has one.
    DropTag,
    /// The first end tag is gone: the markup is no longer well nested.
    Unbalance,
    /// A tag that the source does not have.
    AddTag,
    /// Every `{{placeholder}}` is translated.
    Placeholder,
    /// The translation is empty.
    Empty,
    /// The source text stands in place of the translation.
    SourceText,
}

/// What a manager sets in a project by hand. What is not given stays.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case", default, deny_unknown_fields)]
pub struct ProjectEdit {
    /// Another deadline; an empty text takes it away.
    pub deadline: Option<String>,
    /// Other managers.
    pub managers: Option<Vec<String>>,
    /// Other glossaries.
    pub glossaries: Option<Vec<String>>,
    /// Neither client nor vendor any more.
    pub released: bool,
    /// No engine and no pretranslation rule any more.
    pub by_hand_only: bool,
    /// Its memories are for reading alone.
    pub memories_locked: bool,
    /// Another stage at the end.
    pub stage: Option<String>,
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
    /// Linguists confirm every open segment of every parsed document at every stage, translating what is
    /// empty. Returns how many documents they worked on.
    pub fn finish_all(&mut self, now: Timestamp) -> usize {
        let now = self.pass(now);
        let open: Vec<_> = self
            .files
            .values()
            .flat_map(|file| {
                file.documents
                    .iter()
                    .filter(|document| !document.is_done(document.stages.len()))
                    .map(|document| (file.id.clone(), document.language.id, document.stages.len()))
            })
            .collect();
        for (file, language, stages) in &open {
            self.confirm_document(file, *language, *stages, now);
        }
        open.len()
    }

    /// The same for one document.
    ///
    /// # Errors
    /// When there is no such document.
    pub fn finish(&mut self, document_id: &str, now: Timestamp) -> Result<(), ActError> {
        let now = self.pass(now);
        let stages = self.known(document_id)?.stages.len();
        self.confirm_document_by_id(document_id, stages, now)
    }

    /// Linguists confirm every segment of a document up to a stage, which is counted from 1.
    ///
    /// # Errors
    /// When there is no such document or stage.
    pub fn confirm_stage(&mut self, document_id: &str, stage: usize, now: Timestamp) -> Result<(), ActError> {
        let now = self.pass(now);
        if !(1..=self.known(document_id)?.stages.len()).contains(&stage) {
            return Err(ActError::NoStage { document: document_id.to_owned(), stage });
        }
        self.confirm_document_by_id(document_id, stage, now)
    }

    fn confirm_document_by_id(&mut self, id: &str, stage: usize, now: Timestamp) -> Result<(), ActError> {
        let (file, language) = split_document_id(id).ok_or_else(|| ActError::NoDocument(id.to_owned()))?;
        self.confirm_document(file, language, stage, now);
        Ok(())
    }

    /// A linguist's own words. The segment stays confirmed as far as it was.
    ///
    /// # Errors
    /// When there is no such document or segment.
    pub fn translate_segment(
        &mut self,
        document_id: &str,
        key: &str,
        target: &str,
        now: Timestamp,
    ) -> Result<(), ActError> {
        self.retype(document_id, now, |document| {
            let no_segment = || ActError::NoSegment { document: document_id.to_owned(), key: key.to_owned() };
            let segment = document.segments.iter_mut().find(|segment| segment.key == key);
            segment.ok_or_else(no_segment)?.target = Some(target.to_owned());
            Ok(())
        })
    }

    /// Gives every segment with this source text, in one language, the same words. Returns how many there
    /// were.
    pub fn translate_everywhere(
        &mut self,
        language: &str,
        source: &str,
        target: &str,
        now: Timestamp,
    ) -> usize {
        let now = self.pass(now);
        let mut touched = Vec::new();
        let mut count = 0;
        for file in self.files.values_mut() {
            for document in file.documents.iter_mut().filter(|document| document.language.code == language) {
                let found = document.segments.iter_mut().filter(|segment| segment.source == source);
                let before = count;
                found.for_each(|segment| {
                    segment.target = Some(target.to_owned());
                    count += 1;
                });
                if count > before {
                    touched.push((file.id.clone(), document.language.id));
                }
            }
        }
        for (file, language) in touched {
            self.settle(&file, language, Cause::Work, now);
        }
        count
    }

    /// A linguist damages the translation of a segment: the one with the key, or the first where it can be
    /// done. Returns the segment's key. It stays confirmed as far as it was.
    ///
    /// # Errors
    /// When there is no such document or segment, or nothing that could be damaged in this way.
    pub fn break_markup(
        &mut self,
        document_id: &str,
        key: Option<&str>,
        damage: Damage,
        now: Timestamp,
    ) -> Result<String, ActError> {
        self.retype(document_id, now, |document| {
            let language = document.language.code;
            let mut segments =
                document.segments.iter_mut().filter(|segment| key.is_none_or(|key| segment.key == key));
            let broken = segments.find_map(|segment| {
                segment.target = Some(damaged(segment, damage, language)?);
                Some(segment.key.clone())
            });
            broken.ok_or_else(|| ActError::NothingToDamage(document_id.to_owned()))
        })
    }

    pub(super) fn retype<T>(
        &mut self,
        id: &str,
        now: Timestamp,
        change: impl FnOnce(&mut Document) -> Result<T, ActError>,
    ) -> Result<T, ActError> {
        let now = self.pass(now);
        let no_document = || ActError::NoDocument(id.to_owned());
        let (file, language) = split_document_id(id).ok_or_else(no_document)?;
        let found = self.files.get_mut(file).and_then(|file| file.document_mut(language));
        let done = change(found.ok_or_else(no_document)?)?;
        self.settle(file, language, Cause::Work, now);
        Ok(done)
    }

    /// A manager completes a document as it is, translated or not.
    ///
    /// # Errors
    /// When there is no such document.
    pub fn complete_document_by_hand(&mut self, document_id: &str, now: Timestamp) -> Result<(), ActError> {
        let now = self.pass(now);
        let stages = self.known(document_id)?.stages.len();
        if let Some(document) = self.found(document_id) {
            close_document(document, stages, now);
        }
        Ok(())
    }

    /// A manager renames a document's file. Its extension stays.
    ///
    /// # Errors
    /// When there is no such document, or the name is taken.
    pub fn rename_document_by_hand(&mut self, document_id: &str, name: &str) -> Result<(), ActError> {
        self.known(document_id)?;
        let file = split_document_id(document_id).map(|(file, _)| file).unwrap_or_default();
        self.rename_file(file, name).map_err(|_| ActError::Name(name.to_owned()))
    }

    /// A manager deletes a document in one language.
    ///
    /// # Errors
    /// When there is no such document.
    pub fn remove_document(&mut self, document_id: &str) -> Result<(), ActError> {
        self.known(document_id)?;
        if let Some((file, language)) = split_document_id(document_id) {
            self.remove_document_of(file, language);
        }
        Ok(())
    }

    /// Somebody writes something else into a document's meta info.
    ///
    /// # Errors
    /// When there is no such document.
    pub fn damage_meta_info(&mut self, document_id: &str, text: Option<&str>) -> Result<(), ActError> {
        self.known(document_id)?;
        if let Some((file, language)) = split_document_id(document_id) {
            self.write_meta_info(file, language, text);
        }
        Ok(())
    }

    /// A manager renames a project.
    ///
    /// # Errors
    /// When there is no such project.
    pub fn rename_project(&mut self, project_id: &str, name: &str, now: Timestamp) -> Result<(), ActError> {
        self.change_project(project_id, now, |project, _| name.clone_into(&mut project.name))
    }

    /// A manager changes a project's settings.
    ///
    /// # Errors
    /// When there is no such project, or no such stage.
    pub fn edit_project(&mut self, id: &str, edit: ProjectEdit, now: Timestamp) -> Result<(), ActError> {
        let ProjectEdit { deadline, managers, glossaries, released, by_hand_only, memories_locked, stage } =
            edit;
        if let Some(stage) = stage {
            self.add_stage(id, &stage, now).map_err(|_| ActError::Name(stage))?;
        }
        self.change_project(id, now, |project, _| {
            if let Some(deadline) = deadline {
                project.deadline = (!deadline.is_empty()).then_some(deadline);
            }
            project.managers = managers.unwrap_or_else(|| std::mem::take(&mut project.managers));
            project.glossaries = glossaries.unwrap_or_else(|| std::mem::take(&mut project.glossaries));
            if released {
                project.client = None;
                project.vendors.clear();
            }
            if by_hand_only {
                project.engines.clear();
                project.rules.clear();
            }
            if memories_locked {
                project.memories.iter_mut().for_each(|attached| attached.writable = false);
            }
        })
    }

    /// A manager gives a project another external tag, or none.
    ///
    /// # Errors
    /// When there is no such project.
    pub fn retag_project(
        &mut self,
        project_id: &str,
        tag: Option<&str>,
        now: Timestamp,
    ) -> Result<(), ActError> {
        self.change_project(project_id, now, |project, _| project.external_tag = tag.map(str::to_owned))
    }

    /// A manager cancels a project.
    ///
    /// # Errors
    /// When there is no such project.
    pub fn cancel_project_by_hand(&mut self, project_id: &str, now: Timestamp) -> Result<(), ActError> {
        self.change_project(project_id, now, |project, now| {
            project.canceled = true;
            project.status_modified = Some(now);
        })
    }

    /// A manager restores a cancelled project.
    ///
    /// # Errors
    /// When there is no such project.
    pub fn restore_project_by_hand(&mut self, project_id: &str, now: Timestamp) -> Result<(), ActError> {
        self.change_project(project_id, now, |project, now| {
            project.canceled = false;
            project.status_modified = Some(now);
        })
    }

    /// A manager completes a project with all its documents, translated or not.
    ///
    /// # Errors
    /// When there is no such project.
    pub fn complete_project_by_hand(&mut self, project_id: &str, now: Timestamp) -> Result<(), ActError> {
        self.change_project(project_id, now, |_, _| ())?;
        self.close_project(project_id, self.now);
        Ok(())
    }

    /// A manager deletes a project.
    ///
    /// # Errors
    /// When there is no such project.
    pub fn remove_project_by_hand(&mut self, project_id: &str) -> Result<(), ActError> {
        self.change_project(project_id, self.now, |_, _| ())?;
        self.remove_project(project_id);
        Ok(())
    }

    /// The account loses a project: from now on it answers 403 and is not listed.
    ///
    /// # Errors
    /// When there is no such project.
    pub fn lose_project(&mut self, project_id: &str) -> Result<(), ActError> {
        self.change_project(project_id, self.now, |project, _| project.foreign = true)
    }

    fn change_project(
        &mut self,
        id: &str,
        now: Timestamp,
        change: impl FnOnce(&mut Project, Timestamp),
    ) -> Result<(), ActError> {
        let now = self.pass(now);
        let project = self.projects.get_mut(id).ok_or_else(|| ActError::NoProject(id.to_owned()))?;
        project.modified = now;
        change(project, now);
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

    /// Does an act by name: `finish_all`, `finish`, `confirm_stage`, `translate_segment`,
    /// `translate_everywhere`, `break_markup`, `complete_document`, `rename_document`, `remove_document`,
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
}

/// The translation of a segment after the damage; nothing where it would change nothing.
fn damaged(segment: &Segment, damage: Damage, language: &str) -> Option<String> {
    let written = segment.target.clone().filter(|target| !target.is_empty());
    let target = written.unwrap_or_else(|| pseudo_translate(&segment.source, segment.html, language));
    let changed = match damage {
        Damage::DropTag => without_first_tag(&target, false)?,
        Damage::Unbalance => without_first_tag(&target, true)?,
        Damage::AddTag => format!("{target} <b>!</b>"),
        Damage::Placeholder if target.contains("{{") => target.replace("{{", "{{⟦x⟧ "),
        Damage::Placeholder => return None,
        Damage::Empty => String::new(),
        Damage::SourceText => segment.source.clone(),
    };
    let applies = segment.html || !matches!(damage, Damage::DropTag | Damage::Unbalance | Damage::AddTag);
    (applies && segment.target.as_ref() != Some(&changed)).then_some(changed)
}

/// The markup without its first tag and the next end tag, or without its first end tag alone.
fn without_first_tag(html: &str, end_only: bool) -> Option<String> {
    let pieces = pieces(html);
    let is_tag = |piece: &Piece<'_>, end: bool| matches!(piece, Piece::Tag(tag) if is_end_tag(tag) == end);
    let first = pieces.iter().position(|piece| is_tag(piece, end_only))?;
    let second = if end_only { None } else { pieces.iter().position(|piece| is_tag(piece, true)) };
    let kept = pieces.iter().enumerate().filter(|(at, _)| *at != first && Some(*at) != second);
    Some(
        kept.map(|(_, piece)| match piece {
            Piece::Tag(text) | Piece::Text(text) => *text,
        })
        .collect(),
    )
}
