//! A changed source: its document is updated in place, so what is unchanged keeps its translation.

use crate::content::Segmented;
use crate::content::locjson;
use crate::plan::UpdateDocument;
use crate::remote::zendesk::TranslationChange;

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
        let write = &self.services.smartcat_write;
        let documents = write.update_source(&update.file, &name, &bytes).await.map_err(explain)?;
        let document = documents.first().map(|document| document.id.clone());
        let document = document.or_else(|| update.documents.first().cloned()).ok_or_else(|| {
            Obstacle::Fail("Smartcat took the new source but named no document of it; run again".to_owned())
        })?;
        self.receipts.record_source(&update.file, source_receipt(&source));
        self.receipts.write(write, &update.file, &document).await?;
        self.mark_outdated(update).await?;
        Ok("the new source was sent".to_owned())
    }

    /// Flags the published translations until the new ones arrive. Only the flag is written: their text stays.
    async fn mark_outdated(&self, update: &UpdateDocument) -> Result<(), Obstacle> {
        let flag = TranslationChange { outdated: Some(true), ..TranslationChange::default() };
        for locale in &update.mark_outdated {
            match self.services.zendesk_write.update_translation(update.item, locale, &flag).await {
                Ok(_) => {}
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// Source updates are a feature that an account may lack (smartcat.md §7.4).
fn explain(error: crate::remote::RemoteError) -> Obstacle {
    match error.status() {
        Some(403) => Obstacle::Fail(format!(
            "Smartcat refuses source updates for this account: ask Smartcat to enable \"document update\" by API, or \
             remove the document there to have the article sent anew ({error})"
        )),
        _ => error.into(),
    }
}
