//! What managers do with documents and projects: rename, change, cancel, complete and delete them.

use jiff::Timestamp;
use serde::Deserialize;

use super::super::SmartcatState;
use super::super::ids::split_document_id;
use super::super::lifecycle::close_document;
use super::super::model::Project;
use super::ActError;

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

impl SmartcatState {
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
}
