//! Who works on what, decided by hand: managers assign and release, linguists accept invitations.

use jiff::Timestamp;

use super::super::SmartcatState;
use super::super::ids::split_document_id;
use super::super::model::Assignment;
use super::super::model::Executive;
use super::ActError;

impl SmartcatState {
    /// A manager gives the whole of a stage, counted from 1, to somebody.
    ///
    /// # Errors
    /// When there is no such document or stage.
    pub fn assign_by_hand(
        &mut self,
        document: &str,
        stage: usize,
        person: &str,
        now: Timestamp,
    ) -> Result<(), ActError> {
        self.change_stage(document, stage, now, |assignment, words| {
            assignment.executives = vec![Executive { id: person.to_owned(), words }];
        })
    }

    /// A manager takes everybody off a stage.
    ///
    /// # Errors
    /// When there is no such document or stage.
    pub fn release_by_hand(&mut self, document: &str, stage: usize, now: Timestamp) -> Result<(), ActError> {
        self.change_stage(document, stage, now, |assignment, _| {
            assignment.executives.clear();
            assignment.vendor = None;
        })
    }

    /// The first who was invited to a stage accepts, and gets all of it.
    ///
    /// # Errors
    /// When there is no such document or stage.
    pub fn accept_invitation(
        &mut self,
        document: &str,
        stage: usize,
        now: Timestamp,
    ) -> Result<(), ActError> {
        self.change_stage(document, stage, now, |assignment, words| {
            if let Some(first) = assignment.executives.first_mut() {
                first.words = words;
            }
        })
    }

    fn change_stage(
        &mut self,
        id: &str,
        stage: usize,
        now: Timestamp,
        change: impl FnOnce(&mut Assignment, u32),
    ) -> Result<(), ActError> {
        let now = self.pass(now);
        let no_document = || ActError::NoDocument(id.to_owned());
        let (file, language) = split_document_id(id).ok_or_else(no_document)?;
        let file = self.files.get_mut(file).ok_or_else(no_document)?;
        let document = file.document_mut(language).ok_or_else(no_document)?;
        let words = document.words();
        let no_stage = || ActError::NoStage { document: id.to_owned(), stage };
        let at = stage.checked_sub(1).ok_or_else(no_stage)?;
        let assignment = document.stages.get_mut(at).ok_or_else(no_stage)?;
        change(assignment, words);
        assignment.modified = Some(now);
        Ok(())
    }
}
