//! New documents: one file for the languages of an item that are missing together, one for each translation that is
//! adopted.

use std::collections::BTreeMap;

use crate::id::ItemKey;
use crate::id::Language;
use crate::observed::Item;
use crate::plan::Action;
use crate::plan::CreateDocument;
use crate::plan::ImportTranslation;
use crate::plan::ProjectRef;
use crate::plan::Step;
use crate::plan::Target;
use crate::plan::build::Assessed;
use crate::plan::build::Verdict;
use crate::plan::state::State;
use crate::receipt::Short;

use super::Draft;
use super::adopt;
use super::target;

impl<'a, 'p> Draft<'a, 'p> {
    pub(super) fn create(&mut self, key: ItemKey, pairs: &[&'p Assessed<'a>]) {
        for (pairs, adopts) in adopt::files(pairs) {
            self.create_file(key, &pairs, adopts);
        }
    }

    fn create_file(&mut self, key: ItemKey, pairs: &[&'p Assessed<'a>], adopts: Option<Short>) {
        let Some(first) = pairs.first() else { return };
        let Some(source) = &first.item.source else { return };
        let targets: Vec<Target> = pairs.iter().map(|pair| target(pair)).collect();
        let project = self.projects.place(first.workflow, &targets);
        let existing = existing(pairs);
        let file_name = self.free_file_name(first.item, &project);
        let words = u64::from(source.words) * targets.len() as u64;
        let action = CreateDocument {
            item: key,
            from: first.item.source_locale.clone(),
            project: project.clone(),
            file_name,
            source: Short::from(&source.hash),
            targets,
            existing,
            adopts,
            predecessor: None,
        };
        let reason = adopt::reason(&action);
        self.steps.push(Step::new(Action::CreateDocument(action), reason, Some(first.want.rule), words));
        for pair in pairs {
            self.import_after_create(pair, &project);
            self.assign(pair, || project.clone());
        }
    }

    fn import_after_create(&mut self, pair: &Assessed<'_>, project: &ProjectRef) {
        let Verdict::State(State::Missing { import: true }) = pair.verdict else { return };
        let Some(translation) = pair.item.translations.get(&pair.want.locale) else { return };
        let action = Action::ImportTranslation(ImportTranslation {
            item: pair.item.key,
            from: pair.item.source_locale.clone(),
            project: project.clone(),
            file: None,
            target: target(pair),
            translation: Short::from(&translation.hash),
            pull: false,
        });
        let reason = "the translation that stands in Zendesk is imported into the new document";
        self.steps.push(Step::new(action, reason, Some(pair.want.rule), 0));
    }

    /// A name that no file of the project has. A further language of an item goes into a file of its own, since
    /// Smartcat can add a language only to all documents of a project at once (smartcat.md §6.6).
    pub(super) fn free_file_name(&mut self, item: &Item, project: &ProjectRef) -> String {
        self.note_names_taken(project);
        let taken = project.id.as_ref().and_then(|id| self.taken.get(id));
        let is_free = |stem: &String| {
            !self.named.contains(stem) && !taken.is_some_and(|taken| taken.contains(stem.as_str()))
        };
        let free = (1..).map(|nth| file_stem(&item.title, item.key, nth)).find(is_free).unwrap_or_default();
        self.named.insert(free.clone());
        free + ".locjson"
    }

    /// Most plans add files to one project or two, and the others' names need not be looked at.
    fn note_names_taken(&mut self, project: &ProjectRef) {
        let Some(id) = project.id.as_ref().filter(|id| !self.taken.contains_key(id)) else { return };
        if let Some(known) = self.observed.projects.iter().find(|known| known.id == *id) {
            self.taken.insert(&known.id, known.files.iter().map(|file| file.path.as_str()).collect());
        }
    }
}

/// The translations that stand in Zendesk when a document is created.
fn existing(pairs: &[&Assessed<'_>]) -> BTreeMap<Language, Short> {
    let found = pairs.iter().filter_map(|pair| {
        let translation = pair.item.translations.get(&pair.want.locale)?;
        Some((pair.want.language.clone(), Short::from(&translation.hash)))
    });
    found.collect()
}

/// Names are unique in a project, so a repeated upload is refused and not a duplicate (smartcat.md §7.1). The
/// server's longest name is unknown; connectors of Smartcat's own stay below 90 characters.
const LONGEST_TITLE: usize = 60;

/// What file systems refuse in a name, and brackets: names stay readable in paths and searches.
const FORBIDDEN: &str = "<>|:*?\"\\/()[]";

/// A file's name without its ending: for people the title, for uniqueness the item, and which of its files it is.
fn file_stem(title: &str, key: ItemKey, nth: usize) -> String {
    let title: String = title
        .chars()
        .map(|c| if FORBIDDEN.contains(c) || c.is_control() { ' ' } else { c })
        .take(LONGEST_TITLE)
        .collect();
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let nth = if nth == 1 { String::new() } else { format!(" {nth}") };
    format!("{title} {}-{}{nth}", key.kind, key.id).trim_start().to_owned()
}
