//! What the two services hold, as plain data. Nothing here is ever guessed: what could not be read is missing
//! from it, and the plan treats what is missing as unknown, never as removed.

mod offer;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::content::ContentHash;
use crate::content::Facts;
use crate::id::DocumentId;
use crate::id::FileId;
use crate::id::FilePath;
use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::id::Language;
use crate::id::Locale;
use crate::id::ProjectId;
use crate::id::ProjectName;
use crate::id::WorkflowName;
use crate::receipt::Mark;
use crate::receipt::Receipt;

pub use offer::Engines;
pub use offer::NamedEngine;
pub use offer::Offer;
pub use offer::Questions;
pub use offer::is_engine;

/// Both services at one moment.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// The help center.
    pub help_center: HelpCenter,
    /// Smartcat's projects of this manifest, by workflow and number, of two with one number the elder first.
    pub projects: Vec<Project>,
    /// Projects that zencat made and whose tag somebody changed.
    pub unmarked: Vec<Unmarked>,
    /// People and agencies of the Smartcat account, as far as somebody asked for them.
    pub team: Team,
}

/// A project that by its description is this manifest's and by its tag is not. What is in it was ordered and must not
/// be ordered again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmarked {
    /// Its id.
    pub id: ProjectId,
    /// Its name.
    pub name: String,
    /// The tag that it carries now.
    pub tag: Option<String>,
    /// What the tags of this manifest's projects begin with.
    pub tag_prefix: String,
    /// The documents in it.
    pub pairs: BTreeSet<(ItemKey, Language)>,
}

/// People and agencies of the Smartcat account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Team {
    /// Ids of people by e-mail address, in lower case.
    pub people: BTreeMap<String, String>,
    /// Ids of agencies by name and by id.
    pub agencies: BTreeMap<String, String>,
    /// What people are called, by id.
    pub names: BTreeMap<String, String>,
}

impl Team {
    /// The id of somebody who is named by e-mail address or id.
    pub fn person(&self, name: &str) -> Option<String> {
        match name.contains('@') {
            true => self.people.get(&name.to_lowercase()).cloned(),
            false => Some(name.to_owned()),
        }
    }

    /// What to call somebody: the id where nothing else is known.
    pub fn name_of<'a>(&'a self, id: &'a str) -> &'a str {
        self.names.get(id).map_or(id, String::as_str)
    }
}

/// The help center's hierarchy and the facts about its texts; no text is kept.
#[derive(Clone, Debug, Default)]
pub struct HelpCenter {
    /// The host that owns the items, as written into documents' external ids.
    pub host: String,
    /// Locales enabled in the help center.
    pub locales: BTreeSet<Locale>,
    /// The help center's default locale.
    pub default_locale: Option<Locale>,
    /// Everything that the account can see.
    pub items: BTreeMap<ItemKey, Item>,
}

/// A category, section or article.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its kind and id.
    pub key: ItemKey,
    /// Title or name in the source locale.
    pub title: String,
    /// Its page, as Zendesk gives it.
    pub url: String,
    /// The section that holds it: an article's section, a nested section's parent.
    pub section: Option<u64>,
    /// The category above it. For an article it is found through its section.
    pub category: Option<u64>,
    /// An article's labels.
    pub labels: Vec<String>,
    /// An article's content tags (ids).
    pub content_tags: Vec<String>,
    /// The order among its siblings.
    pub position: i64,
    /// The locale of its source.
    pub source_locale: Locale,
    /// The source is a draft.
    pub draft: bool,
    /// Facts about the source's text; `None` when the source translation was not in the answer.
    pub source: Option<Facts>,
    /// Its translations, the source left out.
    pub translations: BTreeMap<Locale, Translation>,
}

/// One translation in Zendesk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translation {
    /// Content hash of title and body.
    pub hash: ContentHash,
    /// Not published.
    pub draft: bool,
    /// Flagged as outdated.
    pub outdated: bool,
    /// When it was last written.
    pub updated_at: Option<Timestamp>,
    /// Who wrote it last (a Zendesk user id).
    pub updated_by: Option<i64>,
}

/// A Smartcat project of ours.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Its name, as it is now.
    pub name: ProjectName,
    /// The workflow it serves.
    pub workflow: WorkflowName,
    /// Which project of the workflow it is, from 1. A project named by id in the manifest is number 1.
    pub number: u32,
    /// The manifest names it by id: zencat did not create it.
    pub adopted: bool,
    /// Cancelled in Smartcat: nothing is added to it.
    pub canceled: bool,
    /// The mark of the settings it was given, from its description.
    pub settings: Option<Mark>,
    /// The client it is for.
    pub client: Option<String>,
    /// Work is given to people by tasks, a language and stage each, not by documents.
    pub by_tasks: bool,
    /// The agencies it is handed to as a whole: they decide themselves who works.
    pub vendors: Vec<String>,
    /// Who manages it (ids).
    pub managers: Vec<String>,
    /// What it works with; `None` where nobody looked, since it takes requests of its own.
    pub equipment: Option<Equipment>,
    /// Its target languages.
    pub languages: BTreeSet<Language>,
    /// Its workflow stages in order.
    pub stages: Vec<Stage>,
    /// When its work should be done.
    pub deadline: Option<Timestamp>,
    /// Files of ours in it, by id.
    pub files: Vec<File>,
    /// Files in it that are not ours; they count against its size.
    pub foreign_files: usize,
}

/// What a project works with, as far as its mark speaks of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Equipment {
    /// Its machine translation engines (ids).
    pub engines: Vec<String>,
    /// Machine translation fills segments and confirms them at the first stage.
    pub machine_confirms: bool,
    /// The translation memory that is written to (its id).
    pub writable_memory: Option<String>,
    /// Its glossaries (ids).
    pub glossaries: Vec<String>,
}

/// A workflow stage of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Smartcat's id of it.
    pub id: String,
    /// Its type: `translation`, `postediting`, …
    pub kind: Arc<str>,
}

/// One uploaded file: an item's source with one document per target language.
#[derive(Clone, Debug)]
pub struct File {
    /// Its id.
    pub id: FileId,
    /// The item it belongs to.
    pub item: ItemKey,
    /// Its path in the project.
    pub path: FilePath,
    /// What zencat wrote down about it.
    pub receipt: Receipt,
    /// Its documents.
    pub documents: BTreeMap<Language, Document>,
}

/// One file in one target language.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// Whether Smartcat could read the file.
    pub parse: Parse,
    /// Smartcat says that all of its work is done.
    pub completed: bool,
    /// All stages are done and somebody has to press "complete".
    pub ready_for_completion: bool,
    /// Progress per stage, in the project's order.
    pub stages: Arc<[StageProgress]>,
    /// Source words as Smartcat counts them; 0 until parsed.
    pub words: u32,
    /// When its status last changed: the latest of the document's and its stages' times.
    pub moved_at: Option<Timestamp>,
}

/// Whether Smartcat could read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parse {
    /// Not yet.
    InProgress,
    /// It did.
    Done,
    /// It could not.
    Failed,
}

/// One stage of one document.
#[derive(Clone, Debug, PartialEq)]
pub struct StageProgress {
    /// The stage's type.
    pub kind: Arc<str>,
    /// 0 to 100.
    pub percent: f64,
    /// Smartcat's word for its status: `notAssigned`, `assigned`, `inProgress`, `completed`.
    pub status: Arc<str>,
    /// Ids of those who work on it, or are invited to.
    pub assignees: Vec<Arc<str>>,
    /// The agency that has it, by name.
    pub agency: Option<Arc<str>>,
    /// Words that nobody works on.
    pub open_words: u32,
}

impl StageProgress {
    /// The stage is done.
    pub fn is_done(&self) -> bool {
        &*self.status == "completed" || self.percent >= 100.0
    }

    /// There is work, and nobody has it or is invited to it.
    pub fn is_open(&self) -> bool {
        !self.is_done() && self.assignees.is_empty() && self.agency.is_none() && &*self.status != "assigned"
    }

    /// People are invited, and none of them has accepted.
    pub fn is_invited(&self) -> bool {
        !self.assignees.is_empty() && &*self.status == "notAssigned"
    }
}

impl HelpCenter {
    /// The sections above an item, nearest first; a section counts as above itself.
    pub fn sections_of(&self, item: &Item) -> Vec<u64> {
        let mut next = match item.key.kind {
            ItemKind::Section => Some(item.key.id),
            ItemKind::Article => item.section,
            ItemKind::Category => None,
        };
        let mut chain = Vec::new();
        while let Some(id) = next {
            // A cycle cannot be made in Zendesk, but a chain is followed in data that came over a network.
            if chain.contains(&id) {
                break;
            }
            chain.push(id);
            next = self.items.get(&ItemKey::section(id)).and_then(|section| section.section);
        }
        chain
    }

    /// All that stands above an item was in the answers too: only then is it known which rules match it.
    pub fn shows_place_of(&self, item: &Item) -> bool {
        let shows = |key| self.items.contains_key(&key);
        self.sections_of(item).into_iter().map(ItemKey::section).all(shows)
            && self.category_of(item).map(ItemKey::category).is_none_or(shows)
    }

    /// How many items of a kind there are.
    pub fn count(&self, kind: ItemKind) -> usize {
        self.items.keys().filter(|key| key.kind == kind).count()
    }

    /// The category above an item; a category counts as above itself.
    pub fn category_of(&self, item: &Item) -> Option<u64> {
        match item.key.kind {
            ItemKind::Category => Some(item.key.id),
            ItemKind::Section => item.category,
            ItemKind::Article => {
                let section = self.items.get(&ItemKey::section(item.section?))?;
                section.category
            }
        }
    }
}
