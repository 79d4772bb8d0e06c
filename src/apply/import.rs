//! Existing translations: taken from Zendesk into the document, block by block.

use std::collections::BTreeMap;

use crate::content::Segmented;
use crate::content::Text;
use crate::content::align;
use crate::content::attachment_blind_hash;
use crate::content::locjson;
use crate::id::DocumentId;
use crate::plan::ImportTranslation;
use crate::receipt::LanguageReceipt;
use crate::remote::smartcat::DisassemblingStatus;
use crate::remote::smartcat::ImportStatus;
use crate::remote::smartcat::WireDocument;

use super::Ending;
use super::Obstacle;
use super::Run;
use super::adopt;
use super::patience;
use super::patience::MOST_LOOKS;
use super::patience::pause;
use super::text;
use super::upload::FILE_EXTENSION;
use super::upload::comment;

impl Run<'_> {
    pub(super) async fn import(&mut self, import: &ImportTranslation) -> Ending {
        let zendesk = &self.services.zendesk;
        let texts = text::read(zendesk, import.item, &import.from, Some(&import.target.locale), None).await?;
        let current = texts.translation.map(|current| current.text);
        let current = adopt::as_planned(current, &import.translation)?;
        let document = self.document_of(import).await?;
        let document = self.parsed(document).await?;
        let source = Segmented::of(&texts.source);
        let translation = adopt::with_source_links(&import.from, &import.target.locale, current);
        let aligned = align::align(&source, &translation);
        if import.pull && !holds_all(&source, &aligned, &translation) {
            self.note_withheld(import, &document).await?;
            return Err(Obstacle::Skip(
                "the edit does not line up with the source, so Smartcat cannot take it: left in Zendesk as it is, and \
                 held from now on"
                    .to_owned(),
            ));
        }
        if aligned.matched > 0 {
            let bytes = locjson::write(&source, &comment(import.item, &import.from), Some(&aligned.units));
            // Machine translation may have filled the document already; what people wrote goes before it. But where it
            // came with the file of an earlier run, people may have worked on it since.
            let there = match import.file.is_some() && !import.pull {
                true => adopt::units_there(self.services, &document, &aligned.units).await?,
                false => 0,
            };
            // Half of its units are enough: people may have gone on from there, and a machine hits upon the one or other
            // by itself.
            let overwrite = 2 * there < aligned.units.len();
            if there < aligned.units.len() {
                self.fill(&document, bytes, overwrite, import.pull).await?;
            }
        }
        self.note_import(import, &document).await?;
        Ok(match aligned.matched {
            0 => "its blocks do not line up with the source's: nothing imported, it is translated anew"
                .to_owned(),
            matched if matched == aligned.total => "imported".to_owned(),
            matched => format!("imported {matched} of {} blocks; the others do not line up", aligned.total),
        })
    }

    /// The document of a step, which the same run may have uploaded.
    async fn document_of(&mut self, import: &ImportTranslation) -> Result<WireDocument, Obstacle> {
        let project = self.project_id(&import.project)?;
        if !self.uploaded.contains_key(&project) {
            let documents = self.read_project(&import.project, &project).await?.documents;
            self.uploaded.insert(project.clone(), by_external_id(documents));
        }
        let of_item =
            self.uploaded.get(&project).and_then(|all| all.get(&self.owner.external_id(import.item)));
        let found = of_item.into_iter().flatten().find(|document| {
            document.target_language == import.target.language
                && import.file.as_ref().is_none_or(|file| document.id.file() == *file)
        });
        found.cloned().ok_or_else(|| Obstacle::Skip("its document is not in Smartcat".to_owned()))
    }

    /// Waits until Smartcat has read the file: before that there is nothing to import into.
    async fn parsed(&mut self, mut document: WireDocument) -> Result<WireDocument, Obstacle> {
        let mut looks = 0;
        while patience::is_being_read(&document) {
            if !self.looks_again(&document, looks) {
                return Err(patience::still_read(&document, "imports it"));
            }
            pause(looks).await;
            looks += 1;
            let again = self.services.smartcat.document(&document.id).await?;
            document =
                again.ok_or_else(|| Obstacle::Skip("its document was removed from Smartcat".to_owned()))?;
        }
        match document.disassembling_status {
            DisassemblingStatus::Error => {
                Err(Obstacle::Fail("Smartcat could not read the uploaded file".to_owned()))
            }
            _ => Ok(document),
        }
    }

    /// Sends translations for the document's units and waits for Smartcat's report.
    async fn fill(
        &self,
        document: &WireDocument,
        bytes: Vec<u8>,
        overwrite: bool,
        confirm: bool,
    ) -> Result<(), Obstacle> {
        let name = format!("{}{FILE_EXTENSION}", document.full_path);
        let write = &self.services.smartcat_write;
        write.import_translation(&document.id, &name, &bytes, overwrite, confirm).await?;
        for look in 0..MOST_LOOKS {
            match self.services.smartcat.import_status(&document.id).await? {
                ImportStatus::Completed => return Ok(()),
                ImportStatus::Faulted => return Err(self.import_fault(&document.id).await),
                ImportStatus::Importing | ImportStatus::Other(_) => pause(look).await,
            }
        }
        Err(Obstacle::Fail(
            "Smartcat did not finish the import in three minutes; run again to see".to_owned(),
        ))
    }

    async fn import_fault(&self, document: &DocumentId) -> Obstacle {
        match self.services.smartcat.import_report(document).await {
            Ok(report) => Obstacle::Fail(format!("Smartcat could not import the translation: {report}")),
            Err(error) => error.into(),
        }
    }

    async fn note_import(
        &mut self,
        import: &ImportTranslation,
        document: &WireDocument,
    ) -> Result<(), Obstacle> {
        let file = document.id.file();
        let known = self.receipts.language(&file, &import.target.language);
        let hash = Some(import.translation);
        let entry = match import.pull {
            // Smartcat now holds what stands in Zendesk: the next export equals it, and only the receipt is renewed.
            true => LanguageReceipt { imp: hash, tgt: hash, withheld: false, out: None, ..known },
            false => LanguageReceipt { imp: hash, ..known },
        };
        self.write_entry(import, document, entry).await
    }

    /// Remembers an edit that Smartcat cannot take, so that it is not tried again and never overwritten.
    async fn note_withheld(
        &mut self,
        import: &ImportTranslation,
        document: &WireDocument,
    ) -> Result<(), Obstacle> {
        let known = self.receipts.language(&document.id.file(), &import.target.language);
        let entry = LanguageReceipt { imp: Some(import.translation), withheld: true, ..known };
        self.write_entry(import, document, entry).await
    }

    async fn write_entry(
        &mut self,
        import: &ImportTranslation,
        document: &WireDocument,
        entry: LanguageReceipt,
    ) -> Result<(), Obstacle> {
        let file = document.id.file();
        self.receipts.record(&file, &import.target.language, entry);
        Ok(self.receipts.write(&self.services.smartcat_write, &file, &document.id).await?)
    }
}

/// Documents of a project by their external ids, which name items.
pub(super) type ByExternalId = BTreeMap<String, Vec<WireDocument>>;

fn by_external_id(documents: Vec<WireDocument>) -> ByExternalId {
    let mut by_id = ByExternalId::new();
    for document in documents {
        if let Some(id) = document.external_id.clone() {
            by_id.entry(id).or_default().push(document);
        }
    }
    by_id
}

/// Whether a page assembled from the aligned units is the translation as it stands: delivered again, nothing of the
/// edit is lost.
fn holds_all(source: &Segmented, aligned: &align::Alignment, translation: &Text) -> bool {
    let assembled = source.assemble(&aligned.units);
    aligned.is_whole()
        && assembled.is_ok_and(|page| attachment_blind_hash(&page) == attachment_blind_hash(translation))
}
