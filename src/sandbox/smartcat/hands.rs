//! Who works on what, decided by hand: managers assign and release, linguists accept invitations and begin.

use jiff::Timestamp;

use super::SmartcatState;
use super::acts::ActError;
use super::ids::split_document_id;
use super::model::Assignment;
use super::model::Executive;
use super::pseudo_translate;

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

    /// A linguist confirms one segment up to a stage, which is counted from 1, and translates it if it is empty.
    ///
    /// # Errors
    /// When there is no such document or segment.
    pub fn confirm_segment(
        &mut self,
        document: &str,
        key: &str,
        stage: usize,
        now: Timestamp,
    ) -> Result<(), ActError> {
        self.retype(document, now, |found| {
            let language = found.language.code;
            let no_segment = || ActError::NoSegment { document: document.to_owned(), key: key.to_owned() };
            let segment =
                found.segments.iter_mut().find(|segment| segment.key == key).ok_or_else(no_segment)?;
            segment.target.get_or_insert_with(|| pseudo_translate(&segment.source, segment.html, language));
            segment.confirmed = segment.confirmed.max(stage);
            Ok(())
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
