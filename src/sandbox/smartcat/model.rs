//! What Smartcat knows: projects, files, documents (a file in one target language), segments, stages.

use jiff::Timestamp;
use serde_json::Map;
use serde_json::Value;

use super::files::Format;
use super::files::Unit;
use super::languages::Language;
use super::markup::count_words;

/// A project.
#[derive(Debug)]
pub(super) struct Project {
    pub(super) id: String,
    /// Its place in the order of creation.
    pub(super) serial: usize,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) deadline: Option<String>,
    pub(super) source: &'static Language,
    pub(super) targets: Vec<&'static Language>,
    pub(super) created: Timestamp,
    pub(super) modified: Timestamp,
    /// When somebody cancelled, restored or completed it.
    pub(super) status_modified: Option<Timestamp>,
    pub(super) canceled: bool,
    /// Completed by request; documents added later open it again.
    pub(super) completed: bool,
    pub(super) client: Option<String>,
    pub(super) domain: Option<i64>,
    pub(super) vendors: Vec<String>,
    pub(super) stages: Vec<Stage>,
    pub(super) external_tag: Option<String>,
    pub(super) specializations: Vec<String>,
    pub(super) managers: Vec<String>,
    pub(super) custom_fields: Map<String, Value>,
    pub(super) ai_profile: Option<String>,
    pub(super) engines: Vec<ProjectEngine>,
    pub(super) rules: Vec<Rule>,
    pub(super) memories: Vec<Attached>,
    pub(super) glossaries: Vec<String>,
    /// Files in the order of their upload.
    pub(super) files: Vec<String>,
    /// Somebody else's by now: every operation answers 403.
    pub(super) foreign: bool,
}

/// A workflow stage. Stage numbers begin at 1.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    pub(super) id: String,
    pub(super) kind: &'static str,
}

/// An engine chosen for a project.
#[derive(Clone, Debug)]
pub(super) struct ProjectEngine {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) languages: Vec<String>,
}

/// A pretranslation rule.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) kind: &'static str,
    pub(super) order: i64,
    /// The number of the stage that it confirms.
    pub(super) confirms: Option<usize>,
    pub(super) memory: Option<String>,
    pub(super) min_words: u32,
    /// As it was sent, for reading it back.
    pub(super) model: Value,
}

/// A translation memory in use by a project.
#[derive(Clone, Debug)]
pub(super) struct Attached {
    pub(super) memory: String,
    pub(super) threshold: i64,
    /// One target language, or all.
    pub(super) language: Option<&'static Language>,
    pub(super) writable: bool,
}

/// A source file with its documents.
#[derive(Debug)]
pub(super) struct File {
    /// The id without a language.
    pub(super) id: String,
    pub(super) project: String,
    /// Folders, name, extension.
    pub(super) path: String,
    pub(super) format: Option<Format>,
    pub(super) bytes: Vec<u8>,
    /// Bytes still to be parsed.
    pub(super) incoming: Option<Vec<u8>>,
    pub(super) parse: Parse,
    pub(super) external_id: Option<String>,
    pub(super) created: Timestamp,
    /// Counts uploads and updates of the source.
    pub(super) revision: u32,
    pub(super) placeholders: bool,
    /// Pretranslation follows parsing.
    pub(super) ordered: bool,
    /// What to do with translations inside the file; `None` leaves them alone.
    pub(super) inside: Option<Inside>,
    pub(super) documents: Vec<Document>,
}

/// Translations inside an uploaded file are taken over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inside {
    pub(super) confirm: InsideConfirm,
}

/// Where translations inside a file are confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InsideConfirm {
    Nowhere,
    FirstStage,
    LastStage,
}

/// How far parsing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parse {
    InProgress,
    Success,
    Error,
}

/// A file in one target language.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) language: &'static Language,
    pub(super) created: Timestamp,
    pub(super) status: DocumentStatus,
    pub(super) status_modified: Timestamp,
    pub(super) meta_info: Option<String>,
    pub(super) segments: Vec<Segment>,
    pub(super) pretranslated: bool,
    /// Done, and waiting for a manager.
    pub(super) ready: bool,
    /// One for each stage of the project.
    pub(super) stages: Vec<Assignment>,
    pub(super) import: Option<Import>,
    pub(super) imports: u32,
    pub(super) exports: u32,
}

/// A document's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DocumentStatus {
    Created,
    InProgress,
    Completed,
    Updated,
    TargetUpdated,
}

/// The unit of work.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    pub(super) key: String,
    pub(super) source: String,
    pub(super) html: bool,
    pub(super) words: u32,
    pub(super) target: Option<String>,
    /// The last stage at which it is confirmed; 0 for none.
    pub(super) confirmed: usize,
}

/// Who works on a document's stage.
#[derive(Clone, Debug, Default)]
pub(super) struct Assignment {
    pub(super) executives: Vec<Executive>,
    pub(super) vendor: Option<String>,
    pub(super) modified: Option<Timestamp>,
}

/// A person at work, or invited to it.
#[derive(Clone, Debug)]
pub(super) struct Executive {
    pub(super) id: String,
    pub(super) words: u32,
}

/// The last import of a translation.
#[derive(Clone, Debug)]
pub(super) struct Import {
    pub(super) state: ImportState,
    pub(super) updated: usize,
    pub(super) skipped: usize,
    pub(super) message: Option<String>,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ImportState {
    InProgress,
    Faulted,
    Completed,
}

impl Project {
    /// The number of stages.
    pub(super) fn stage_count(&self) -> usize {
        self.stages.len()
    }

    /// The number of the stage with this id.
    pub(super) fn stage_number(&self, id: &str) -> Option<usize> {
        self.stages.iter().position(|stage| stage.id == id).map(|at| at + 1)
    }

    /// Whether an engine of the project translates into a language.
    pub(super) fn machine_translates(&self, language: &str) -> bool {
        self.engines.iter().any(|engine| engine.languages.iter().any(|code| code == language))
    }

    /// The memory that takes what is confirmed in a language.
    pub(super) fn writable_memory(&self, language: &Language) -> Option<&str> {
        self.memories
            .iter()
            .find(|memory| memory.writable && memory.applies_to(language))
            .map(|memory| memory.memory.as_str())
    }
}

impl Attached {
    pub(super) fn applies_to(&self, language: &Language) -> bool {
        self.language.is_none_or(|own| own == language)
    }
}

impl File {
    /// The name with its extension, without folders.
    pub(super) fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The name without its extension.
    pub(super) fn name(&self) -> &str {
        stem(self.file_name())
    }

    /// The path without the extension.
    pub(super) fn full_path(&self) -> &str {
        self.path.strip_suffix(self.extension()).unwrap_or_default()
    }

    /// The extension with its dot, or nothing.
    pub(super) fn extension(&self) -> &str {
        let name = self.file_name();
        name.strip_prefix(stem(name)).unwrap_or_default()
    }

    pub(super) fn document(&self, language: u32) -> Option<&Document> {
        self.documents.iter().find(|document| document.language.id == language)
    }

    pub(super) fn document_mut(&mut self, language: u32) -> Option<&mut Document> {
        self.documents.iter_mut().find(|document| document.language.id == language)
    }

    /// The id of the document in a language.
    pub(super) fn document_id(&self, document: &Document) -> String {
        format!("{}_{}", self.id, document.language.id)
    }
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

impl Document {
    pub(super) fn new(
        language: &'static Language,
        meta_info: Option<String>,
        stages: usize,
        now: Timestamp,
    ) -> Self {
        Self {
            language,
            created: now,
            status: DocumentStatus::Created,
            status_modified: now,
            meta_info,
            segments: Vec::new(),
            pretranslated: false,
            ready: false,
            stages: vec![Assignment::default(); stages],
            import: None,
            imports: 0,
            exports: 0,
        }
    }

    /// Source words.
    pub(super) fn words(&self) -> u32 {
        self.segments.iter().map(|segment| segment.words).sum()
    }

    /// Source words of the segments confirmed at a stage.
    pub(super) fn words_confirmed(&self, stage: usize) -> u32 {
        self.segments.iter().filter(|segment| segment.confirmed >= stage).map(|segment| segment.words).sum()
    }

    /// Done work at a stage, and all of it, in words; a segment without words weighs one.
    pub(super) fn weights(&self, stage: usize) -> (u64, u64) {
        self.segments.iter().fold((0, 0), |(done, all), segment| {
            let weight = u64::from(segment.words.max(1));
            (done + if segment.confirmed >= stage { weight } else { 0 }, all + weight)
        })
    }

    /// Whether every segment is confirmed at the last stage.
    pub(super) fn is_done(&self, stages: usize) -> bool {
        self.segments.iter().all(|segment| segment.confirmed >= stages)
    }

    /// Whether anything is translated.
    pub(super) fn is_begun(&self) -> bool {
        self.segments.iter().any(|segment| segment.target.is_some())
    }
}

impl DocumentStatus {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::InProgress => "inProgress",
            Self::Completed => "completed",
            Self::Updated => "updated",
            Self::TargetUpdated => "targetUpdated",
        }
    }
}

impl Parse {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::InProgress => "inProgress",
            Self::Success => "success",
            Self::Error => "error",
        }
    }
}

impl ImportState {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::InProgress => "inProgress",
            Self::Faulted => "faulted",
            Self::Completed => "completed",
        }
    }
}

impl Segment {
    pub(super) fn new(unit: Unit) -> Self {
        let words = count_words(&unit.source, unit.html);
        Self { key: unit.key, source: unit.source, html: unit.html, words, target: None, confirmed: 0 }
    }

    /// Whether a unit of a newer file is still this segment.
    pub(super) fn is(&self, unit: &Unit) -> bool {
        self.key == unit.key && self.source == unit.source && self.html == unit.html
    }
}

/// A share of the work in percent: two decimals, and 100 only when nothing is left.
pub(super) fn percent((done, all): (u64, u64)) -> f64 {
    if done >= all {
        return 100.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 10,000")]
    let hundredths = (done.saturating_mul(10_000) / all) as f64;
    hundredths / 100.0
}
