//! A project as Smartcat tells of it, reduced to what is compared.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::id::FileId;
use crate::id::Language;
use crate::id::ProjectName;
use crate::id::WorkflowName;
use crate::observed::Document;
use crate::observed::File;
use crate::observed::Project;
use crate::observed::Stage;
use crate::observed::StageProgress;
use crate::owner;
use crate::owner::Owner;
use crate::receipt::Mark;
use crate::receipt::Receipt;
use crate::remote::smartcat::ProjectStatus;
use crate::remote::smartcat::WireProject;

use super::files::Files;
use super::files::Gathered;
use super::files::Seen;

/// A project with the files in it that are ours.
pub(super) fn observed_project(
    (project, files): (WireProject, Files),
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
    let languages: BTreeSet<Language> = project.target_languages.into_iter().collect();
    let all = files.len();
    let mut shared = Shared { languages: &languages, stages: &stages, latest: BTreeMap::new() };
    let ours = |(id, file)| observed_file(id, file, &mut shared, owner);
    let files: Vec<File> = files.into_iter().filter_map(ours).collect();
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

/// What a project's documents have in common, and is kept once.
struct Shared<'p> {
    languages: &'p BTreeSet<Language>,
    stages: &'p [Stage],
    /// Of each language the progress of the document before: most are at the same point, with the same people.
    latest: BTreeMap<Language, Arc<[StageProgress]>>,
}

impl Shared<'_> {
    fn language(&self, language: Language) -> Language {
        self.languages.get(&language).cloned().unwrap_or(language)
    }

    /// A document's stages have no type of their own: they are joined with the project's by id, else by position
    /// (smartcat.md §7.2).
    fn kind(&self, id: &str, position: usize) -> Arc<str> {
        let by_id = self.stages.iter().find(|stage| stage.id == id);
        let stage = by_id.or_else(|| self.stages.get(position));
        stage.map_or_else(Arc::default, |stage| Arc::clone(&stage.kind))
    }

    fn document(&mut self, seen: Seen) -> (Language, Document) {
        let language = seen.language;
        let ids = seen.stage_ids.iter().enumerate();
        let stages: Arc<[StageProgress]> = ids
            .zip(seen.stages)
            .map(|((position, id), stage)| StageProgress { kind: self.kind(id, position), ..stage })
            .collect();
        let latest = self.latest.entry(language.clone()).or_default();
        if *latest != stages {
            *latest = stages;
        }
        (language, Document { stages: Arc::clone(latest), ..seen.document })
    }
}

/// The documents of one file; `None` when the file is not ours.
fn observed_file(id: FileId, file: Gathered, shared: &mut Shared<'_>, owner: &Owner) -> Option<File> {
    let item = owner.read_external_id(file.external_id.as_deref()?)?;
    let languages = file.receipt.languages.into_iter();
    let receipt = Receipt {
        languages: languages.map(|(language, entry)| (shared.language(language), entry)).collect(),
        ..file.receipt
    };
    let documents = file.documents.into_iter().map(|seen| shared.document(seen)).collect();
    Some(File { id, item, path: file.path, receipt, documents })
}
