//! What linguists do with texts: confirm, retype and damage them.

use jiff::Timestamp;

use super::super::SmartcatState;
use super::super::ids::split_document_id;
use super::super::model::Document;
use super::super::pseudo_translate;
use super::super::work::Cause;
use super::ActError;
use super::Damage;
use super::damage::damaged;

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

    fn retype<T>(
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
}
