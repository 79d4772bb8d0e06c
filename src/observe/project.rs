//! A project as Smartcat tells of it, reduced to what is compared.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::id::FilePath;
use crate::id::Language;
use crate::id::ProjectName;
use crate::id::WorkflowName;
use crate::observed::Document;
use crate::observed::File;
use crate::observed::Parse;
use crate::observed::Project;
use crate::observed::Stage;
use crate::observed::StageProgress;
use crate::owner;
use crate::owner::Owner;
use crate::receipt::Mark;
use crate::receipt::Receipt;
use crate::remote::smartcat::DisassemblingStatus;
use crate::remote::smartcat::DocumentStatus;
use crate::remote::smartcat::ProjectStatus;
use crate::remote::smartcat::WireDocument;
use crate::remote::smartcat::WireProject;

use super::files::Files;
use super::files::Gathered;

/// A project with the files in it that are ours.
pub(super) fn observed_project(
    project: WireProject<Files>,
    workflow: WorkflowName,
    number: u32,
    adopted: bool,
    owner: &Owner,
) -> Project {
    let stages: Vec<Stage> = project
        .workflow_stages
        .iter()
        .map(|stage| Stage { id: stage.id.clone(), kind: stage.stage_type.as_str().into() })
        .collect();
    let all = project.documents.len();
    let languages: BTreeSet<Language> = project.target_languages.into_iter().collect();
    let mut shared = Shared { languages: &languages, stages: &stages, statuses: BTreeSet::new() };
    let ours = |file| observed_file(file, &mut shared, owner);
    let files: Vec<File> = project.documents.into_values().filter_map(ours).collect();
    Project {
        id: project.id,
        name: ProjectName::new(project.name),
        workflow,
        number,
        adopted,
        canceled: project.status == ProjectStatus::Canceled,
        by_tasks: project.assignment_mode.as_deref() == Some("projectTask"),
        settings: project.description.as_deref().and_then(owner::find_settings).and_then(Mark::parse),
        client: project.client_id,
        vendors: project
            .vendors
            .into_iter()
            .filter(|vendor| !vendor.removed_from_project)
            .map(|vendor| vendor.vendor_account_id)
            .collect(),
        managers: project.managers,
        equipment: None,
        languages,
        stages,
        deadline: project.deadline.as_deref().and_then(|at| at.parse().ok()),
        foreign_files: all - files.len(),
        files,
    }
}

/// What the documents of a project have in common: names that each of its many documents repeats, and that are kept
/// once.
struct Shared<'p> {
    languages: &'p BTreeSet<Language>,
    stages: &'p [Stage],
    statuses: BTreeSet<Arc<str>>,
}

impl Shared<'_> {
    fn language(&self, language: Language) -> Language {
        self.languages.get(&language).cloned().unwrap_or(language)
    }

    fn status(&mut self, status: &str) -> Arc<str> {
        if let Some(known) = self.statuses.get(status) {
            return Arc::clone(known);
        }
        let status = Arc::from(status);
        self.statuses.insert(Arc::clone(&status));
        status
    }

    /// A document's stages have no type of their own: they are joined with the project's by id, else by position
    /// (smartcat.md §7.2).
    fn kind(&self, id: &str, position: usize) -> Arc<str> {
        let by_id = self.stages.iter().find(|stage| stage.id == id);
        let stage = by_id.or_else(|| self.stages.get(position));
        stage.map_or_else(|| Arc::from(""), |stage| Arc::clone(&stage.kind))
    }
}

/// The documents of one file; `None` when the file is not ours.
fn observed_file(file: Gathered, shared: &mut Shared<'_>, owner: &Owner) -> Option<File> {
    let first = file.documents.first()?;
    let item = owner.read_external_id(first.external_id.as_deref()?)?;
    Some(File {
        id: first.id.file(),
        item,
        path: FilePath::new(first.full_path.as_str()),
        receipt: Receipt {
            languages: file
                .receipt
                .languages
                .into_iter()
                .map(|(language, entry)| (shared.language(language), entry))
                .collect(),
            ..file.receipt
        },
        documents: file
            .documents
            .into_iter()
            .map(|document| {
                (shared.language(document.target_language.clone()), observed_document(document, shared))
            })
            .collect(),
    })
}

fn observed_document(document: WireDocument, shared: &mut Shared<'_>) -> Document {
    let times = document.workflow_stages.iter().map(|stage| stage.status_modification_date.as_deref());
    let moved_at: Option<Timestamp> = std::iter::once(document.status_modification_date.as_deref())
        .chain(times)
        .flatten()
        .filter_map(|at| at.parse().ok())
        .max();
    Document {
        parse: parse_of(&document),
        completed: document.status == DocumentStatus::Completed,
        ready_for_completion: document.ready_for_completion,
        stages: stage_progress(&document, shared),
        words: document.words_count,
        moved_at,
        id: document.id,
    }
}

fn parse_of(document: &WireDocument) -> Parse {
    match document.disassembling_status {
        DisassemblingStatus::Success => Parse::Done,
        DisassemblingStatus::Error => Parse::Failed,
        DisassemblingStatus::InProgress | DisassemblingStatus::Other(_) => Parse::InProgress,
    }
}

fn stage_progress(document: &WireDocument, shared: &mut Shared<'_>) -> Vec<StageProgress> {
    let stages = document.workflow_stages.iter().enumerate();
    stages
        .map(|(position, stage)| StageProgress {
            kind: shared.kind(&stage.id, position),
            percent: stage.progress,
            status: shared.status(stage.status.as_str()),
            assignees: stage.executives.iter().map(|executive| executive.id.clone()).collect(),
            agency: stage.vendor.as_ref().map(|vendor| vendor.shown().to_owned()),
            open_words: stage.unassigned_words_count,
        })
        .collect()
}
