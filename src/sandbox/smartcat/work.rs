//! What happens by itself, by the clock: parsing, pretranslation, imports; and what follows from every
//! change.

use std::collections::BTreeMap;
use std::collections::HashMap;

use jiff::SignedDuration;
use jiff::Timestamp;

use super::SmartcatState;
use super::behaviour::ConfirmAt;
use super::behaviour::StatusAfterImport;
use super::behaviour::StatusAfterUpdate;
use super::behaviour::StatusDate;
use super::files::Unit;
use super::model::Document;
use super::model::DocumentStatus;
use super::model::File;
use super::model::Import;
use super::model::ImportState;
use super::model::InsideConfirm;
use super::model::Parse;
use super::model::Project;
use super::model::Rule;
use super::model::Segment;
use super::pseudo::pseudo_translate;

/// Jobs by the moment at which they are due.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    jobs: BTreeMap<(Timestamp, u64), Job>,
    added: u64,
}

/// Something that happens later.
#[derive(Debug)]
pub(super) enum Job {
    /// A file, in one of its revisions, is parsed.
    Parse { file: String, revision: u32 },
    /// A file's documents, or the one in a language, are pretranslated.
    Pretranslate { file: String, language: Option<u32> },
    /// A translation is put into a document.
    Import(ImportJob),
    /// An export task is forgotten.
    Forget { export: String },
}

/// A translation on its way into a document.
#[derive(Debug)]
pub(super) struct ImportJob {
    pub(super) file: String,
    pub(super) language: u32,
    /// Keys and texts, or what is wrong with the file.
    pub(super) translations: Result<Vec<(String, String)>, String>,
    pub(super) overwrite: bool,
    pub(super) confirm: bool,
}

/// Why a document's state is looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// Its file was parsed for the first time.
    Parsed,
    /// Somebody, or a machine, translated or confirmed.
    Work,
    /// Its source was replaced.
    NewSource,
    /// A translation was imported.
    Imported,
}

impl Agenda {
    pub(super) fn add(&mut self, now: Timestamp, after_ms: u64, job: Job) {
        self.added += 1;
        self.jobs.insert((later(now, after_ms), self.added), job);
    }

    /// The next job that is due, and when it was.
    fn next_due(&mut self, now: Timestamp) -> Option<(Timestamp, Job)> {
        let first = self.jobs.first_entry().filter(|first| first.key().0 <= now)?;
        let ((due, _), job) = first.remove_entry();
        Some((due, job))
    }
}

/// A moment some milliseconds later.
pub(super) fn later(now: Timestamp, ms: u64) -> Timestamp {
    let duration = SignedDuration::from_millis(i64::try_from(ms).unwrap_or(i64::MAX));
    now.checked_add(duration).unwrap_or(Timestamp::MAX)
}

impl SmartcatState {
    /// Does everything that is due.
    pub(super) fn do_due_jobs(&mut self, now: Timestamp) {
        while let Some((due, job)) = self.agenda.next_due(now) {
            match job {
                Job::Parse { file, revision } => self.parse(&file, revision, due),
                Job::Pretranslate { file, language } => self.pretranslate(&file, language, due),
                Job::Import(job) => self.import(job, due),
                Job::Forget { export } => {
                    self.exports.remove(&export);
                }
            }
        }
    }

    fn parse(&mut self, id: &str, revision: u32, now: Timestamp) {
        let Some(file) = self.files.get_mut(id).filter(|file| file.revision == revision) else { return };
        let Some(bytes) = file.incoming.take() else { return };
        let Some(units) = file.format.and_then(|format| format.parse(&bytes).ok()) else {
            file.parse = Parse::Error;
            return;
        };
        let stages = self.projects.get(&file.project).map_or(0, Project::stage_count);
        let keeps_unconfirmed = self.behaviour.update_keeps_unconfirmed;
        let cause = if file.revision == 1 { Cause::Parsed } else { Cause::NewSource };
        file.bytes = bytes;
        file.parse = Parse::Success;
        merge(file, &units, stages, keeps_unconfirmed);
        if file.ordered {
            let job = Job::Pretranslate { file: id.to_owned(), language: None };
            self.agenda.add(now, self.behaviour.pretranslate_ms, job);
        }
        let languages: Vec<u32> = file.documents.iter().map(|document| document.language.id).collect();
        for language in languages {
            self.settle(id, language, cause, now);
        }
    }

    /// Applies the project's rules to the open segments (§8).
    fn pretranslate(&mut self, id: &str, only: Option<u32>, now: Timestamp) {
        let Some(file) = self.files.get_mut(id).filter(|file| file.parse == Parse::Success) else { return };
        let Some(project) = self.projects.get(&file.project).filter(|project| !project.rules.is_empty())
        else {
            return;
        };
        let mut changed = Vec::new();
        for document in &mut file.documents {
            if only.is_some_and(|language| language != document.language.id) {
                continue;
            }
            document.pretranslated = true;
            if !self.behaviour.pretranslation_respects_targets {
                document
                    .segments
                    .iter_mut()
                    .filter(|segment| segment.confirmed == 0)
                    .for_each(|segment| segment.target = None);
            }
            let mut words = self.behaviour.smartwords.saturating_sub(self.words_charged);
            let before = words;
            let touched = project.rules.iter().fold(false, |touched, rule| {
                touched
                    | match rule.kind {
                        "tM" => recall(document, project, rule, &self.assets),
                        "mT" => translate(document, project, rule, &mut words),
                        _ => false,
                    }
            });
            self.words_charged += before - words;
            if touched {
                changed.push(document.language.id);
            }
        }
        for language in changed {
            self.settle(id, language, Cause::Work, now);
        }
    }

    fn import(&mut self, job: ImportJob, now: Timestamp) {
        let Some(file) = self.files.get_mut(&job.file) else { return };
        let stages = self.projects.get(&file.project).map_or(0, Project::stage_count);
        let parsed = file.parse == Parse::Success;
        let Some(document) = file.document_mut(job.language) else { return };
        let confirm = job.confirm.then_some(match self.behaviour.import_confirms_at {
            ConfirmAt::FirstStage => 1,
            ConfirmAt::LastStage => stages,
        });
        let translations =
            if parsed { job.translations } else { Err("The document is not disassembled".to_owned()) };
        let report = match translations {
            Ok(translations) => take_over(document, translations, job.overwrite, confirm),
            Err(message) => {
                Import { state: ImportState::Faulted, updated: 0, skipped: 0, message: Some(message) }
            }
        };
        let touched = report.updated > 0;
        document.import = Some(report);
        if touched {
            self.settle(&job.file, job.language, Cause::Imported, now);
        }
    }

    /// Draws the conclusions of a change: memory, status, date.
    pub(super) fn settle(&mut self, file: &str, language: u32, cause: Cause, now: Timestamp) {
        let Some(file) = self.files.get_mut(file) else { return };
        let Some(project) = self.projects.get(&file.project) else { return };
        let Some(document) = file.document_mut(language) else { return };
        let memory = project.writable_memory(document.language).map(str::to_owned);
        if let Some(memory) = memory.and_then(|id| self.assets.memory_mut(&id)) {
            for segment in document.segments.iter().filter(|segment| segment.confirmed > 0) {
                if let Some(target) = &segment.target {
                    memory.remember(language, &segment.source, target);
                }
            }
        }
        let done = document.is_done(project.stage_count());
        document.ready = done && self.behaviour.manager_review;
        let status = match cause {
            _ if done && !self.behaviour.manager_review => DocumentStatus::Completed,
            Cause::NewSource => match self.behaviour.status_after_update {
                StatusAfterUpdate::Updated => DocumentStatus::Updated,
                StatusAfterUpdate::InProgress => DocumentStatus::InProgress,
            },
            Cause::Imported => match self.behaviour.status_after_import {
                StatusAfterImport::TargetUpdated => DocumentStatus::TargetUpdated,
                StatusAfterImport::InProgress => DocumentStatus::InProgress,
            },
            Cause::Work | Cause::Parsed => in_work(document),
        };
        let moved = document.status != status
            || (cause != Cause::Parsed && self.behaviour.status_date == StatusDate::Work);
        document.status = status;
        if moved {
            document.touch(now);
        }
    }
}

impl Document {
    /// Moves the status date: always forward, so that two changes in one moment are two.
    pub(super) fn touch(&mut self, now: Timestamp) {
        self.status_modified = now.max(later(self.status_modified, 1));
    }
}

/// The status of a document in the middle of its work.
fn in_work(document: &Document) -> DocumentStatus {
    match document.status {
        waiting @ (DocumentStatus::Updated | DocumentStatus::TargetUpdated) => waiting,
        _ if document.is_begun() => DocumentStatus::InProgress,
        DocumentStatus::Created => DocumentStatus::Created,
        DocumentStatus::InProgress | DocumentStatus::Completed => DocumentStatus::InProgress,
    }
}

/// Puts a file's units into its documents. Where units have keys, a segment whose key and source are still
/// there keeps its target and its confirmations; every other begins anew (§7.4).
fn merge(file: &mut File, units: &[Unit], stages: usize, keeps_unconfirmed: bool) {
    let has_keys = file.format.is_some_and(super::files::Format::has_keys);
    let inside = file.inside;
    for document in &mut file.documents {
        let mut old: HashMap<String, Segment> =
            document.segments.drain(..).map(|segment| (segment.key.clone(), segment)).collect();
        document.segments = units
            .iter()
            .map(|unit| {
                let known = old.remove(&unit.key).filter(|segment| has_keys && segment.is(unit));
                if let Some(segment) = known.filter(|segment| segment.confirmed > 0 || keeps_unconfirmed) {
                    return segment;
                }
                let mut segment = Segment::new(unit.clone());
                if let Some(inside) = inside {
                    segment.target = unit.target.clone().filter(|text| !text.is_empty());
                    segment.confirmed = match inside.confirm {
                        _ if segment.target.is_none() => 0,
                        InsideConfirm::Nowhere => 0,
                        InsideConfirm::FirstStage => 1,
                        InsideConfirm::LastStage => stages,
                    };
                }
                segment
            })
            .collect();
    }
}

/// The open segments long enough for a rule.
fn open<'a>(document: &'a mut Document, rule: &Rule) -> impl Iterator<Item = &'a mut Segment> {
    let min_words = rule.min_words;
    document.segments.iter_mut().filter(move |segment| segment.target.is_none() && segment.words >= min_words)
}

/// Fills open segments from the memories. Only exact matches exist here.
fn recall(document: &mut Document, project: &Project, rule: &Rule, assets: &super::assets::Assets) -> bool {
    let language = document.language;
    let memories: Vec<_> = project
        .memories
        .iter()
        .filter(|attached| attached.applies_to(language))
        .filter(|attached| rule.memory.as_ref().is_none_or(|only| *only == attached.memory))
        .filter_map(|attached| assets.memory(&attached.memory))
        .collect();
    let mut touched = false;
    for segment in open(document, rule) {
        let match_ = memories.iter().find_map(|memory| memory.recall(language.id, &segment.source));
        if let Some(target) = match_ {
            segment.target = Some(target.to_owned());
            segment.confirmed = rule.confirms.unwrap_or(0);
            touched = true;
        }
    }
    touched
}

/// Fills open segments by machine, while there are Smartwords.
fn translate(document: &mut Document, project: &Project, rule: &Rule, words: &mut u64) -> bool {
    let language = document.language.code;
    if !project.machine_translates(language) {
        return false;
    }
    let mut touched = false;
    for segment in open(document, rule) {
        let Some(left) = words.checked_sub(u64::from(segment.words)) else { break };
        *words = left;
        segment.target = Some(pseudo_translate(&segment.source, segment.html, language));
        segment.confirmed = rule.confirms.unwrap_or(0);
        touched = true;
    }
    touched
}

/// Takes imported translations over, by key (§7.7).
fn take_over(
    document: &mut Document,
    translations: Vec<(String, String)>,
    overwrite: bool,
    confirm: Option<usize>,
) -> Import {
    let mut segments: HashMap<String, &mut Segment> =
        document.segments.iter_mut().map(|segment| (segment.key.clone(), segment)).collect();
    let (mut updated, mut skipped) = (0, 0);
    for (key, text) in translations {
        match segments.get_mut(&key) {
            Some(segment) if !text.is_empty() && (overwrite || segment.target.is_none()) => {
                let same = segment.target.as_ref() == Some(&text);
                let before = if same { segment.confirmed } else { 0 };
                segment.confirmed = confirm.map_or(before, |stage| stage.max(before));
                segment.target = Some(text);
                updated += 1;
            }
            _ => skipped += 1,
        }
    }
    Import { state: ImportState::Completed, updated, skipped, message: None }
}
