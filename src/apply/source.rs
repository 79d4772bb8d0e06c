//! A changed source: its document is updated in place, so what is unchanged keeps its translation.

use crate::content::Segmented;
use crate::content::locjson;
use crate::id::ItemKey;
use crate::id::Locale;
use crate::plan::UpdateDocument;
use crate::remote::RemoteError;
use crate::remote::zendesk::ZendeskWrite;

use super::Ending;
use super::Obstacle;
use super::Run;
use super::text;
use super::upload::FILE_EXTENSION;
use super::upload::comment;
use super::upload::source_receipt;

impl Run<'_> {
    pub(super) async fn update_source(&mut self, update: &UpdateDocument) -> Ending {
        let zendesk = &self.services.zendesk;
        let source = text::read_source(zendesk, update.item, &update.from, &update.source).await?;
        let bytes = locjson::write(&Segmented::of(&source), &comment(update.item, &update.from), None);
        let name = format!("{}{FILE_EXTENSION}", update.path);
        // The flag goes first: a run that ends between the two finds the document as old as before, and goes on from
        // there. The other way round the document would be new, and nobody would know of the flag.
        self.mark_outdated(update).await?;
        let write = &self.services.smartcat_write;
        let documents = match write.update_source(&update.file, &name, &bytes).await {
            Ok(documents) => documents,
            Err(error) if error.status() == Some(403) => return self.note_refusal(update, &error).await,
            Err(error) => return Err(error.into()),
        };
        let document = documents.first().map(|document| document.id.clone());
        let document = document.or_else(|| update.documents.first().cloned()).ok_or_else(|| {
            Obstacle::Fail("Smartcat took the new source but named no document of it; run again".to_owned())
        })?;
        self.receipts.record_source(&update.file, source_receipt(&source));
        self.receipts.write(write, &update.file, &document).await?;
        Ok("the new source was sent".to_owned())
    }

    /// Source updates are a feature that an account may lack (smartcat.md §7.4). It is written down, so that the next
    /// plan says what is done instead.
    async fn note_refusal(&mut self, update: &UpdateDocument, error: &RemoteError) -> Ending {
        if let Some(document) = update.documents.first() {
            self.receipts.record_refusal(&update.file);
            self.receipts.write(&self.services.smartcat_write, &update.file, document).await?;
        }
        Err(Obstacle::Skip(format!(
            "Smartcat refuses new sources for existing documents on this account; the next plan replaces the document, \
             and takes over all of its finished segments ({error})"
        )))
    }

    /// Flags the published translations until the new ones arrive.
    async fn mark_outdated(&self, update: &UpdateDocument) -> Result<(), Obstacle> {
        for locale in &update.mark_outdated {
            flag_outdated(&self.services.zendesk_write, update.item, locale).await?;
        }
        Ok(())
    }
}

/// Flags a translation as outdated. Only the flag is written: its text stays.
pub(super) async fn flag_outdated(
    zendesk: &ZendeskWrite,
    item: ItemKey,
    locale: &Locale,
) -> Result<(), RemoteError> {
    match zendesk.set_outdated(item, locale, true).await {
        Ok(()) => Ok(()),
        Err(error) if error.is_not_found() => Ok(()),
        Err(error) => Err(error),
    }
}
