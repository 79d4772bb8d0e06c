//! What the help center holds: categories, sections and articles with their translations, attachments, ids.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;

use super::super::seed::SeedTag;
use super::super::seed::Sorting;

/// What has translations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A category.
    Category,
    /// A section.
    Section,
    /// An article.
    Article,
}

impl Kind {
    /// The path segment, which is also the key of a list.
    pub(super) fn plural(self) -> &'static str {
        match self {
            Self::Category => "categories",
            Self::Section => "sections",
            Self::Article => "articles",
        }
    }

    /// The key of a single object.
    pub(super) fn singular(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Section => "section",
            Self::Article => "article",
        }
    }

    /// `source_type` of a translation.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Self::Category => "Category",
            Self::Section => "Section",
            Self::Article => "Article",
        }
    }

    pub(super) fn of_plural(segment: &str) -> Option<Self> {
        [Self::Category, Self::Section, Self::Article].into_iter().find(|kind| kind.plural() == segment)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.singular())
    }
}

/// The key of an item.
pub(super) type ItemKey = (Kind, u64);

/// A category, section or article.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) kind: Kind,
    pub(super) id: u64,
    pub(super) source_locale: String,
    pub(super) position: i64,
    pub(super) created_at: Timestamp,
    /// Shared by all locales.
    pub(super) updated_at: Timestamp,
    pub(super) translations: BTreeMap<String, Translation>,
    pub(super) detail: Detail,
}

/// What only one kind has.
#[derive(Clone, Debug)]
pub(super) enum Detail {
    Category,
    Section { category_id: u64, parent_section_id: Option<u64>, sorting: Sorting },
    Article(ArticleDetail),
}

/// What only articles have.
#[derive(Clone, Debug, Default)]
pub(super) struct ArticleDetail {
    pub(super) section_id: u64,
    pub(super) author_id: i64,
    pub(super) comments_disabled: bool,
    pub(super) promoted: bool,
    pub(super) vote_sum: i64,
    pub(super) vote_count: u64,
    pub(super) user_segment_id: Option<u64>,
    pub(super) permission_group_id: u64,
    pub(super) content_tag_ids: Vec<String>,
    pub(super) label_names: Vec<String>,
}

/// One text of an item.
#[derive(Clone, Debug)]
pub(super) struct Translation {
    pub(super) id: u64,
    pub(super) locale: String,
    pub(super) title: String,
    pub(super) body: Option<String>,
    pub(super) draft: bool,
    pub(super) outdated: bool,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    /// When title or body were changed last; an article shows it for the displayed locale.
    pub(super) edited_at: Timestamp,
    pub(super) created_by: Option<i64>,
    pub(super) updated_by: Option<i64>,
}

impl Item {
    pub(super) fn key(&self) -> ItemKey {
        (self.kind, self.id)
    }

    pub(super) fn source(&self) -> Option<&Translation> {
        self.translations.get(&self.source_locale)
    }

    pub(super) fn article(&self) -> Option<&ArticleDetail> {
        match &self.detail {
            Detail::Article(article) => Some(article),
            Detail::Category | Detail::Section { .. } => None,
        }
    }

    pub(super) fn article_mut(&mut self) -> Option<&mut ArticleDetail> {
        match &mut self.detail {
            Detail::Article(article) => Some(article),
            Detail::Category | Detail::Section { .. } => None,
        }
    }

    /// What the item is directly in: an article's or nested section's section, else a section's category.
    pub(super) fn parent(&self) -> Option<ItemKey> {
        match &self.detail {
            Detail::Category => None,
            Detail::Section { parent_section_id: Some(id), .. } => Some((Kind::Section, *id)),
            Detail::Section { category_id, .. } => Some((Kind::Category, *category_id)),
            Detail::Article(article) => Some((Kind::Section, article.section_id)),
        }
    }
}

/// A file that articles show.
#[derive(Clone, Debug)]
pub(super) struct Attachment {
    pub(super) id: u64,
    /// The attachment that it is a copy of, or itself.
    pub(super) origin: u64,
    pub(super) article_id: u64,
    pub(super) locale: String,
    pub(super) file_name: String,
    pub(super) created_at: Timestamp,
}

/// Everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Store {
    pub(super) locales: Vec<String>,
    pub(super) default_locale: String,
    pub(super) items: BTreeMap<ItemKey, Item>,
    pub(super) tags: Vec<SeedTag>,
    pub(super) attachments: BTreeMap<u64, Attachment>,
    /// Attachments by article, locale and origin: a copy is made once.
    pub(super) copies: BTreeMap<(u64, String, u64), u64>,
    /// Labels get an id when they are first shown.
    pub(super) labels: BTreeMap<String, (u64, Timestamp)>,
    ids: Ids,
}

/// One source of ids for everything, 14 digits and not in the order of time, as Zendesk's are.
#[derive(Clone, Debug, Default)]
struct Ids {
    taken: BTreeSet<u64>,
    given: u64,
}

impl Store {
    /// An empty one.
    pub(super) fn new(locales: Vec<String>, default_locale: String, tags: Vec<SeedTag>) -> Self {
        Self { locales, default_locale, tags, ..Self::default() }
    }

    /// A new id.
    pub(super) fn new_id(&mut self) -> u64 {
        loop {
            self.ids.given += 1;
            // The factor shares no divisor with the modulus, so no number comes twice.
            let id = 21_970_000_000_000 + self.ids.given.wrapping_mul(618_033_988_749) % 1_000_000_000_000;
            if self.ids.taken.insert(id) {
                return id;
            }
        }
    }

    /// Keeps a given id from being given again.
    pub(super) fn reserve(&mut self, id: u64) {
        self.ids.taken.insert(id);
    }

    /// What an item is in, from the inside out.
    pub(super) fn ancestors(&self, item: &Item) -> Vec<ItemKey> {
        let mut ancestors = Vec::new();
        let mut parent = item.parent();
        while let Some(key) = parent {
            // Writes refuse circles (see `write.rs`), so this ends.
            ancestors.push(key);
            parent = self.items.get(&key).and_then(Item::parent);
        }
        ancestors
    }

    /// The category that an item is in, or is.
    pub(super) fn category_of(&self, item: &Item) -> u64 {
        let top = self.ancestors(item).last().copied();
        top.map_or(item.id, |(_, id)| id)
    }

    /// Sets `updated_at` of everything that an item is in (zendesk-help-center.md §9.2, touch cascade).
    pub(super) fn touch_parents(&mut self, key: ItemKey, now: Timestamp) {
        let parents = self.items.get(&key).map(|item| self.ancestors(item)).unwrap_or_default();
        for parent in parents {
            if let Some(item) = self.items.get_mut(&parent) {
                item.updated_at = item.updated_at.max(now);
            }
        }
    }

    /// Removes an item with everything in it.
    pub(super) fn remove(&mut self, key: ItemKey) {
        let below: Vec<ItemKey> = self
            .items
            .values()
            .filter(|item| self.ancestors(item).contains(&key))
            .map(Item::key)
            .chain([key])
            .collect();
        for key in below {
            self.items.remove(&key);
            if key.0 == Kind::Article {
                self.attachments.retain(|_, attachment| attachment.article_id != key.1);
                self.copies.retain(|(article, ..), _| *article != key.1);
            }
        }
    }
}
