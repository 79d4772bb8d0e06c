//! Documents that no rule asks for any more. Zendesk is never deleted from.

use crate::id::DocumentId;
use crate::plan::RetireDocument;
use crate::remote::RemoteError;

use super::Ending;
use super::Run;

impl Run<'_> {
    pub(super) async fn retire(&mut self, retire: &RetireDocument) -> Ending {
        let write = &self.services.smartcat_write;
        if retire.delete {
            let documents: Vec<DocumentId> = retire.documents.values().cloned().collect();
            write.delete_documents(&documents).await?;
            return Ok("deleted in Smartcat; Zendesk is as it was".to_owned());
        }
        for person in &retire.people {
            write.unassign(&person.document, person.stage, &person.id).await?;
        }
        self.forget_assignments(retire).await?;
        Ok(format!("{} assignments cancelled in Smartcat", retire.people.len()))
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
