//! Documents that no rule asks for any more. Zendesk is never deleted from.

use crate::id::DocumentId;
use crate::id::FileId;
use crate::plan::RetireDocument;
use crate::receipt::LanguageReceipt;
use crate::remote::RemoteError;

use super::Ending;
use super::Obstacle;
use super::Run;
use super::successor::not_arrived;

impl Run<'_> {
    pub(super) async fn retire(&mut self, retire: &RetireDocument) -> Ending {
        if !retire.superseded.is_empty() {
            return self.retire_superseded(retire).await;
        }
        if retire.delete {
            let documents: Vec<DocumentId> = retire.documents.values().cloned().collect();
            self.delete(&retire.file, &documents).await?;
            return Ok("deleted in Smartcat; Zendesk is as it was".to_owned());
        }
        let write = &self.services.smartcat_write;
        for person in &retire.people {
            write.unassign(&person.document, person.stage, &person.id).await?;
        }
        self.forget_assignments(retire).await?;
        Ok(format!("{} assignments cancelled in Smartcat", retire.people.len()))
    }

    /// Deletes the documents whose successors hold all that was finished, and keeps the others.
    async fn retire_superseded(&mut self, retire: &RetireDocument) -> Ending {
        let (mut gone, mut kept) = (Vec::new(), Vec::new());
        for (language, document) in &retire.documents {
            let Some(place) = retire.superseded.get(language) else { continue };
            match not_arrived(self.services, retire.item, (language, document), place).await? {
                0 => gone.push(document.clone()),
                missing => kept.push((language, document, missing)),
            }
        }
        for (language, document, _) in &kept {
            let known = self.receipts.language(&retire.file, language);
            self.receipts.record(&retire.file, language, LanguageReceipt { kept: true, ..known });
            self.receipts.write(&self.services.smartcat_write, &retire.file, document).await?;
        }
        if !gone.is_empty() {
            self.delete(&retire.file, &gone).await?;
        }
        let Some((language, _, missing)) = kept.first() else {
            return Ok(
                "deleted in Smartcat, after all that was finished in it was seen in the other".to_owned()
            );
        };
        Err(Obstacle::Skip(format!(
            "kept: {missing} of its finished segments in {language} are not in the document that took its place; take \
             them over by hand, then delete it in Smartcat"
        )))
    }

    /// Deletes documents of a file. Each write of its receipt went to one of them only: one that stays gets it first,
    /// lest what is known of the other languages goes with a document (smartcat.md §7.6).
    async fn delete(&self, file: &FileId, documents: &[DocumentId]) -> Result<(), RemoteError> {
        let write = &self.services.smartcat_write;
        let mut files = self.observed.projects.iter().flat_map(|project| &project.files);
        let of_file =
            files.find(|known| known.id == *file).into_iter().flat_map(|known| known.documents.values());
        let mut stay = of_file.map(|document| &document.id).filter(|id| !documents.contains(id));
        if let Some(stays) = stay.next() {
            self.receipts.write(write, file, stays).await?;
        }
        write.delete_documents(documents).await
    }

    /// Should the document come into scope again, its people are assigned anew: no manager took them off.
    async fn forget_assignments(&mut self, retire: &RetireDocument) -> Result<(), RemoteError> {
        let mut changed = None;
        for (language, document) in &retire.documents {
            let mut known = self.receipts.language(&retire.file, language);
            if !known.assigned.is_empty() {
                known.assigned.clear();
                self.receipts.record(&retire.file, language, known);
                changed = Some(document);
            }
        }
        match changed {
            Some(document) => {
                self.receipts.write(&self.services.smartcat_write, &retire.file, document).await
            }
            None => Ok(()),
        }
    }
}
