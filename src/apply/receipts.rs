//! The receipts of this run's files: read with the projects, changed by the steps, written into the files.

use std::collections::BTreeMap;

use crate::id::DocumentId;
use crate::id::FileId;
use crate::id::Language;
use crate::observed::Observed;
use crate::receipt::LanguageReceipt;
use crate::receipt::Receipt;
use crate::receipt::SourceReceipt;
use crate::remote::RemoteError;
use crate::remote::smartcat::SmartcatWrite;

/// The latest receipt of every file.
pub(super) struct Receipts(BTreeMap<FileId, Receipt>);

impl Receipts {
    pub(super) fn of(observed: &Observed) -> Self {
        let files = observed.projects.iter().flat_map(|project| &project.files);
        Self(files.map(|file| (file.id.clone(), file.receipt.clone())).collect())
    }

    /// Takes in the receipt of a file that this run uploaded.
    pub(super) fn insert(&mut self, file: FileId, receipt: Receipt) {
        self.0.insert(file, receipt);
    }

    /// Takes in the copies of a file's receipt that were read since.
    pub(super) fn absorb(&mut self, file: &FileId, copies: Receipt) {
        self.0.entry(file.clone()).or_default().absorb(copies);
    }

    /// What is known of one language.
    pub(super) fn language(&self, file: &FileId, language: &Language) -> LanguageReceipt {
        self.0.get(file).and_then(|receipt| receipt.languages.get(language)).cloned().unwrap_or_default()
    }

    /// Records what is now known of one language.
    pub(super) fn record(&mut self, file: &FileId, language: &Language, entry: LanguageReceipt) {
        self.0.entry(file.clone()).or_default().record(language, entry);
    }

    /// Records the source that a file now holds.
    pub(super) fn record_source(&mut self, file: &FileId, source: SourceReceipt) {
        let receipt = self.0.entry(file.clone()).or_default();
        receipt.begin_write();
        receipt.source = Some(source);
    }

    /// Records that Smartcat does not take a new source for a file.
    pub(super) fn record_refusal(&mut self, file: &FileId) {
        let receipt = self.0.entry(file.clone()).or_default();
        receipt.begin_write();
        receipt.refused = true;
    }

    /// A file's receipt as it is written.
    pub(super) fn encoded(&self, file: &FileId) -> Option<String> {
        self.0.get(file).map(Receipt::encode)
    }

    /// Writes a file's receipt into one of its documents. One suffices, however Smartcat keeps them: reading merges
    /// the copies of all languages, and each write holds all that is known.
    pub(super) async fn write(
        &self,
        smartcat: &SmartcatWrite,
        file: &FileId,
        document: &DocumentId,
    ) -> Result<(), RemoteError> {
        match self.encoded(file) {
            Some(receipt) => smartcat.set_meta_info(document, &receipt).await,
            None => Ok(()),
        }
    }
}
