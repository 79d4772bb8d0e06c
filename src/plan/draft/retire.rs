//! What is ours and no longer asked for.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::desired::Desired;
use crate::id::DocumentId;
use crate::id::Language;
use crate::manifest::OnRemove;
use crate::observed::File;
use crate::observed::Item;
use crate::observed::Project;
use crate::plan::Action;
use crate::plan::Assignee;
use crate::plan::Held;
use crate::plan::HeldCode;
use crate::plan::Pair;
use crate::plan::PairState;
use crate::plan::RetireDocument;
use crate::plan::Selection;
use crate::plan::Step;
use crate::plan::build::Documents;
use crate::plan::build::OUT_OF_PLACE;
use crate::plan::projects::reference;
use crate::plan::state::percent;

use super::Draft;

impl<'a> Draft<'a, '_> {
    /// What is ours and no longer asked for.
    pub(in crate::plan) fn leftovers(
        &mut self,
        desired: &Desired,
        documents: &Documents<'a>,
        selection: &Selection,
    ) {
        for project in &self.observed.projects {
            for file in &project.files {
                if selection.takes_item(&self.observed.help_center, file.item) {
                    self.leftover_of(desired, documents, selection, project, file);
                }
            }
        }
    }

    fn leftover_of(
        &mut self,
        desired: &Desired,
        documents: &Documents<'a>,
        selection: &Selection,
        project: &'a Project,
        file: &'a File,
    ) {
        let wants = desired.wants.get(&file.item).map_or(&[][..], Vec::as_slice);
        let files = documents.of_item(file.item, &project.workflow);
        let is_wanted = |language: &Language| {
            wants.iter().any(|want| want.language == *language && want.workflow == project.workflow)
                && files.find(language).is_some_and(|found| found.file.id == file.id)
        };
        let selected = selection.smartcat_languages(self.manifest);
        let selected = selected.as_ref();
        let mut left: BTreeMap<_, _> = file
            .documents
            .iter()
            .filter(|(language, _)| !is_wanted(language) && selected.is_none_or(|all| all.contains(language)))
            .map(|(language, document)| (language.clone(), document.id.clone()))
            .collect();
        self.superseded(documents, project, file, &mut left);
        if left.is_empty() {
            return;
        }
        match self.observed.help_center.items.get(&file.item) {
            None => self.unseen(project, file, UNSEEN, left.keys()),
            Some(item) if !self.observed.help_center.shows_place_of(item) => {
                self.unseen(project, file, OUT_OF_PLACE, left.keys());
            }
            Some(item) => self.orphaned(project, file, item, left),
        }
    }

    /// A document whose item, or what stands above it, is not in the help center's answer: unknown, never removed.
    fn unseen<'l>(
        &mut self,
        project: &Project,
        file: &File,
        why: &'static str,
        languages: impl Iterator<Item = &'l Language>,
    ) {
        for language in languages {
            self.left(project, file, language, HeldCode::Unreadable, why.into(), PairState::Held);
        }
    }

    fn orphaned(
        &mut self,
        project: &Project,
        file: &File,
        item: &Item,
        documents: BTreeMap<Language, DocumentId>,
    ) {
        let people = people(file, documents.keys());
        let delete = self.manifest.on_remove == OnRemove::Delete;
        if self.manifest.on_remove == OnRemove::Keep || (people.is_empty() && !delete) {
            for language in documents.keys() {
                let why = match self.manifest.on_remove {
                    OnRemove::Keep => LEFT_IN_SMARTCAT.into(),
                    OnRemove::Cancel | OnRemove::Delete => nobody_to_release(file, language),
                };
                self.left(project, file, language, HeldCode::Orphan, why, PairState::Orphan);
            }
            return;
        }
        let reason = match delete {
            true => "no rule asks for it any more; the document is deleted, Zendesk is left as it is",
            false => "no rule asks for it any more; its people are released, Zendesk is left as it is",
        };
        let action = RetireDocument {
            item: item.key,
            project: reference(project),
            file: file.id.clone(),
            documents,
            delete,
            superseded: BTreeMap::new(),
            people,
        };
        self.steps.push(Step::new(Action::RetireDocument(action), reason, None, 0));
    }

    fn left(
        &mut self,
        project: &Project,
        file: &File,
        language: &Language,
        code: HeldCode,
        why: Cow<'static, str>,
        state: PairState,
    ) {
        let document = file.documents.get(language);
        self.summary.held += 1;
        self.held.push(Held { item: file.item, language: language.to_shared(), code, reason: why });
        self.pairs.push(Pair {
            item: file.item,
            language: language.to_shared(),
            workflow: project.workflow.clone(),
            state,
            progress: document.map(percent),
            document: document.map(|document| document.id.clone()),
            project: Some(project.id.clone()),
            asked: Vec::new(),
        });
    }
}

const UNSEEN: &str =
    "Zendesk does not show the item: archived, deleted, or not visible to this account; nothing is done";

const LEFT_IN_SMARTCAT: &str =
    "no rule asks for it any more; `on_remove: keep` leaves its document in Smartcat";

/// Why nobody is taken off a document. What an agency was given cannot be taken back by the API (smartcat.md §7.9).
fn nobody_to_release(file: &File, language: &Language) -> Cow<'static, str> {
    let stages = file.documents.get(language).into_iter().flat_map(|document| document.stages.iter());
    match stages.filter_map(|stage| stage.agency.as_deref()).next() {
        Some(agency) => format!(
            "no rule asks for it any more; {agency} has its document: what an agency was given is taken back in Smartcat"
        )
        .into(),
        None => "no rule asks for it any more; nobody works on its document in Smartcat".into(),
    }
}

/// Who is assigned to some of a file's documents.
pub(super) fn people<'l>(file: &File, languages: impl Iterator<Item = &'l Language>) -> Vec<Assignee> {
    let documents = languages.filter_map(|language| file.documents.get(language));
    documents
        .flat_map(|document| {
            (1..).zip(document.stages.iter()).map(move |(number, stage)| (document, number, stage))
        })
        .flat_map(|(document, number, stage)| {
            let assignee = move |id: &Arc<str>| Assignee {
                document: document.id.clone(),
                stage: number,
                id: id.to_string(),
            };
            stage.assignees.iter().map(assignee)
        })
        .collect()
}
