//! A project's documents, gathered by file while the answer is read.
//!
//! Every document of a file carries a copy of the file's receipt. Together the copies are most of a large answer, so
//! they are merged as they come and none is kept.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::SeqAccess;
use serde::de::Visitor;

use crate::id::FileId;
use crate::receipt::Receipt;
use crate::remote::smartcat::WireDocument;

/// The files of a project by id.
#[derive(Default)]
pub(super) struct Files(BTreeMap<FileId, Gathered>);

/// One file.
#[derive(Default)]
pub(super) struct Gathered {
    /// All that the copies of its receipt say.
    pub(super) receipt: Receipt,
    /// Its documents, without the copies.
    pub(super) documents: Vec<WireDocument>,
    last_copy: Option<String>,
}

impl Files {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn into_values(self) -> impl Iterator<Item = Gathered> {
        self.0.into_values()
    }

    fn add(&mut self, mut document: WireDocument) {
        let file = self.0.entry(document.id.file()).or_default();
        // Where Smartcat keeps one receipt per file, all copies are alike (smartcat.md §7.6).
        if let Some(copy) = document.meta_info.take().filter(|copy| file.last_copy.as_ref() != Some(copy)) {
            file.receipt.add_copy(&copy);
            file.last_copy = Some(copy);
        }
        file.documents.push(document);
    }
}

impl<'de> Deserialize<'de> for Files {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(OneByOne)
    }
}

struct OneByOne;

impl<'de> Visitor<'de> for OneByOne {
    type Value = Files;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of documents")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Files, A::Error> {
        let mut files = Files::default();
        while let Some(document) = list.next_element()? {
            files.add(document);
        }
        Ok(files)
    }
}
