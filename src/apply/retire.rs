//! Documents that no rule asks for any more. Zendesk is never deleted from.

use crate::id::DocumentId;
use crate::plan::RetireDocument;

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
        Ok(format!("{} assignments cancelled in Smartcat", retire.people.len()))
    }
}
