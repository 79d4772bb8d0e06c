//! A project's documents, reduced and gathered by file while the answer is read.
//!
//! Every document of a file carries a copy of the file's receipt. Together the copies are most of a large answer, so
//! they are merged as they come and none is kept. Names that many documents repeat are kept once.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::id::FileId;
use crate::id::FilePath;
use crate::id::Language;
use crate::observed::Document;
use crate::observed::Parse;
use crate::observed::StageProgress;
use crate::receipt::Receipt;
use crate::remote::smartcat::DisassemblingStatus;
use crate::remote::smartcat::DocumentStatus;
use crate::remote::smartcat::StageProgress as WireStage;
use crate::remote::smartcat::WireDocument;

use super::shared;

/// The files of a project by id.
#[derive(Default)]
pub(super) struct Files {
    files: BTreeMap<FileId, Gathered>,
    names: Names,
}

/// One file.
pub(super) struct Gathered {
    /// What was given at the upload, by its first document.
    pub(super) external_id: Option<String>,
    /// Its path, by its first document.
    pub(super) path: FilePath,
    /// All that the copies of its receipt say.
    pub(super) receipt: Receipt,
    /// Its documents.
    pub(super) documents: Vec<Seen>,
    last_copy: Option<String>,
}

/// A document of a project whose stages are not known yet.
pub(super) struct Seen {
    pub(super) language: Language,
    /// The document, without its stages.
    pub(super) document: Document,
    /// Its stages, without their types.
    pub(super) stages: Vec<StageProgress>,
    /// Their ids, by which the project tells the types.
    pub(super) stage_ids: Arc<[Arc<str>]>,
}

impl Extend<WireDocument> for Files {
    fn extend<I: IntoIterator<Item = WireDocument>>(&mut self, documents: I) {
        documents.into_iter().for_each(|document| self.add(document));
    }
}

impl Files {
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    pub(super) fn into_iter(self) -> impl Iterator<Item = (FileId, Gathered)> {
        self.files.into_iter()
    }

    fn add(&mut self, mut document: WireDocument) {
        let file = self.files.entry(document.id.file()).or_insert_with(|| Gathered {
            external_id: document.external_id.take(),
            path: FilePath::new(document.full_path.as_str()),
            receipt: Receipt::default(),
            documents: Vec::new(),
            last_copy: None,
        });
        // Where Smartcat keeps one receipt per file, all copies are alike (smartcat.md §7.6).
        if let Some(copy) = document.meta_info.take().filter(|copy| file.last_copy.as_ref() != Some(copy)) {
            file.receipt.add_copy(&copy);
            file.last_copy = Some(copy);
        }
        file.documents.push(Seen {
            language: shared(&document.target_language, &mut self.names.languages),
            stage_ids: self.names.list(document.workflow_stages.iter().map(|stage| stage.id.as_str())),
            stages: document.workflow_stages.iter().map(|stage| progress(stage, &mut self.names)).collect(),
            document: observed_document(document),
        });
    }
}

/// Names that are kept once.
#[derive(Default)]
struct Names {
    texts: BTreeSet<Arc<str>>,
    languages: BTreeSet<Language>,
    last_list: Arc<[Arc<str>]>,
}

impl Names {
    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let text = Arc::from(text);
        self.texts.insert(Arc::clone(&text));
        text
    }

    /// A list that is most often the same as the one before.
    fn list<'t>(&mut self, texts: impl Iterator<Item = &'t str> + Clone) -> Arc<[Arc<str>]> {
        if !texts.clone().eq(self.last_list.iter().map(|text| &**text)) {
            self.last_list = texts.map(|text| self.text(text)).collect();
        }
        Arc::clone(&self.last_list)
    }
}

fn observed_document(document: WireDocument) -> Document {
    let times = document.workflow_stages.iter().map(|stage| stage.status_modification_date.as_deref());
    let moved_at: Option<Timestamp> = std::iter::once(document.status_modification_date.as_deref())
        .chain(times)
        .flatten()
        .filter_map(|at| at.parse().ok())
        .max();
    Document {
        parse: parse_of(&document.disassembling_status),
        completed: document.status == DocumentStatus::Completed,
        ready_for_completion: document.ready_for_completion,
        stages: Arc::default(),
        words: document.words_count,
        moved_at,
        id: document.id,
    }
}

fn parse_of(status: &DisassemblingStatus) -> Parse {
    match status {
        DisassemblingStatus::Success => Parse::Done,
        DisassemblingStatus::Error => Parse::Failed,
        DisassemblingStatus::InProgress | DisassemblingStatus::Other(_) => Parse::InProgress,
    }
}

fn progress(stage: &WireStage, names: &mut Names) -> StageProgress {
    StageProgress {
        kind: Arc::default(),
        percent: stage.progress,
        status: names.text(stage.status.as_str()),
        assignees: stage.executives.iter().map(|executive| names.text(&executive.id)).collect(),
        agency: stage.vendor.as_ref().map(|vendor| names.text(vendor.shown())),
        open_words: stage.unassigned_words_count,
    }
}
