//! Documents whose source Smartcat refuses to replace: source updates are a feature that an account may lack
//! (smartcat.md §7.4), which is known once it was tried and is written down in the receipt. A new document takes the
//! place of the old one. It is uploaded with all finished segments filled in, so that nothing is ordered twice; one file
//! per language, since a file brings the translation of one language only.

use std::collections::BTreeMap;

use crate::id::DocumentId;
use crate::id::Language;
use crate::observed::Document;
use crate::observed::File;
use crate::observed::Parse;
use crate::observed::Project;
use crate::plan::Action;
use crate::plan::CreateDocument;
use crate::plan::Held;
use crate::plan::HeldCode;
use crate::plan::Predecessor;
use crate::plan::RetireDocument;
use crate::plan::Step;
use crate::plan::Superseded;
use crate::plan::build::Documents;
use crate::plan::build::Found;
use crate::plan::projects::reference;
use crate::receipt::Short;

use super::Draft;
use super::Outdated;
use super::retire::people;
use super::target;
use super::update::outdated;

impl<'a, 'p> Draft<'a, 'p> {
    /// A new document for each language that the plan is for.
    pub(super) fn replace(&mut self, pairs: &[Outdated<'a, 'p>], new_words: u32, reason: &str) {
        for (pair, found, _) in pairs.iter().filter(|(pair, ..)| pair.selected) {
            let Some(source) = &pair.item.source else { continue };
            let targets = vec![target(pair)];
            let project = self.projects.place(pair.workflow, &targets);
            let existing = pair.known.tgt.map(|tgt| (pair.want.language.clone(), tgt));
            let action = CreateDocument {
                item: pair.item.key,
                from: pair.item.source_locale.clone(),
                file_name: self.free_file_name(pair.item, &project),
                project,
                source: Short::from(&source.hash),
                targets,
                existing: existing.into_iter().collect(),
                adopts: None,
                predecessor: Some(Predecessor {
                    file: found.file.id.clone(),
                    path: found.file.path.clone(),
                    document: found.document.id.clone(),
                    finished: is_finished(found.document),
                    mark_outdated: outdated(pair).is_some(),
                }),
            };
            let reason = format!(
                "{reason}; Smartcat refuses new sources for existing documents on this account, so a new document with \
                 all finished segments takes its place"
            );
            let rule = Some(pair.want.rule);
            self.steps.push(Step::new(Action::CreateDocument(action), reason, rule, u64::from(new_words)));
        }
    }

    /// Takes out of what is left of a file the documents that others took the place of. Once those can be worked on and
    /// are known to hold what was finished, these are deleted, whatever `on_remove` says of items that nobody asks for.
    pub(super) fn superseded(
        &mut self,
        documents: &Documents<'a>,
        project: &'a Project,
        file: &'a File,
        left: &mut BTreeMap<Language, DocumentId>,
    ) {
        let files = documents.of_item(file.item, &project.workflow);
        if !files.take_the_place_of(&file.id) {
            return;
        }
        let (mut gone, mut superseded) = (BTreeMap::new(), BTreeMap::new());
        left.retain(|language, document| {
            // Where places were taken one after the other, it is the last one that holds what was finished.
            let successor = files.find(language).filter(|found| found.file.id != file.id);
            let Some(successor) = successor else { return true };
            if is_kept(file, language) {
                self.keep_superseded(file, language);
            } else if successor.document.parse == Parse::Done
                && let Some(place) = self.place_of(file, language, successor)
            {
                gone.insert(language.clone(), document.clone());
                superseded.insert(language.clone(), place);
            }
            false
        });
        if gone.is_empty() {
            return;
        }
        let action = RetireDocument {
            item: file.item,
            project: reference(project),
            file: file.id.clone(),
            people: people(file, gone.keys()),
            documents: gone,
            delete: true,
            superseded,
        };
        let reason = "another document took its place, with all that was finished in it";
        self.steps.push(Step::new(Action::RetireDocument(action), reason, None, 0));
    }

    /// What is to be known of a place before its old document goes; `None` where Zendesk does not show the item.
    fn place_of(&self, file: &File, language: &Language, successor: Found<'_>) -> Option<Superseded> {
        let item = self.observed.help_center.items.get(&file.item)?;
        Some(Superseded {
            from: item.source_locale.clone(),
            path: file.path.clone(),
            finished: is_finished(file.documents.get(language)?),
            by: successor.document.id.clone(),
            by_path: successor.file.path.clone(),
        })
    }

    /// A document that is kept beside the one that took its place, since that did not get all that was finished.
    fn keep_superseded(&mut self, file: &File, language: &Language) {
        self.summary.held += 1;
        self.held.push(Held {
            item: file.item,
            language: language.to_shared(),
            code: HeldCode::Orphan,
            reason: "another document took its place, but not everything that was finished in it arrived there; it is \
                     kept: take over by hand what is missing, then delete it in Smartcat"
                .into(),
        });
    }
}

/// An earlier run found that the document holds what its successor lacks.
fn is_kept(file: &File, language: &Language) -> bool {
    file.receipt.languages.get(language).is_some_and(|known| known.kept)
}

/// All of a document's stages are done.
fn is_finished(document: &Document) -> bool {
    document.completed || document.stages.iter().all(|stage| stage.is_done())
}
