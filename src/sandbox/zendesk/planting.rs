//! A seed becomes the contents of a help center.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::Timestamp;

use super::super::clock::START;
use super::super::seed::Seed;
use super::super::seed::SeedTranslation;
use super::ACCOUNT_USER_ID;
use super::PERMISSION_GROUP_ID;
use super::store::ArticleDetail;
use super::store::Detail;
use super::store::Item;
use super::store::Kind;
use super::store::Store;
use super::store::Translation;

/// What of an item is the same for all kinds.
struct Common {
    kind: Kind,
    id: u64,
    source_locale: Option<String>,
    position: i64,
    draft: bool,
    title: String,
    body: Option<String>,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    translations: Vec<SeedTranslation>,
}

/// Builds the store of a consistent seed.
pub(super) fn plant(seed: Seed) -> Store {
    let mut store = Store::new(seed.locales, seed.default_locale, seed.content_tags);
    let given = seed.categories.iter().map(|one| one.id);
    let given =
        given.chain(seed.sections.iter().map(|one| one.id)).chain(seed.articles.iter().map(|one| one.id));
    given.for_each(|id| store.reserve(id));
    for one in seed.categories {
        let common = Common {
            kind: Kind::Category,
            id: one.id,
            source_locale: one.source_locale,
            position: one.position,
            draft: false,
            title: one.name,
            body: one.description,
            created_at: None,
            updated_at: None,
            translations: one.translations,
        };
        store.plant(common, Detail::Category);
    }
    for one in seed.sections {
        let detail = Detail::Section {
            category_id: one.category_id,
            parent_section_id: one.parent_section_id,
            sorting: one.sorting,
        };
        let common = Common {
            kind: Kind::Section,
            id: one.id,
            source_locale: one.source_locale,
            position: one.position,
            draft: false,
            title: one.name,
            body: one.description,
            created_at: None,
            updated_at: None,
            translations: one.translations,
        };
        store.plant(common, detail);
    }
    for one in seed.articles {
        let detail = ArticleDetail {
            section_id: one.section_id,
            author_id: ACCOUNT_USER_ID,
            comments_disabled: false,
            promoted: one.promoted,
            vote_sum: one.vote_sum,
            vote_count: one.vote_count,
            user_segment_id: one.user_segment_id,
            permission_group_id: PERMISSION_GROUP_ID,
            content_tag_ids: one.content_tag_ids,
            label_names: one.label_names,
        };
        let common = Common {
            kind: Kind::Article,
            id: one.id,
            source_locale: one.source_locale,
            position: one.position,
            draft: one.draft,
            title: one.title,
            body: Some(one.body),
            created_at: one.created_at,
            updated_at: one.updated_at,
            translations: one.translations,
        };
        store.plant(common, Detail::Article(detail));
    }
    store
}

impl Store {
    fn plant(&mut self, common: Common, detail: Detail) {
        let source_locale = common.source_locale.unwrap_or_else(|| self.default_locale.clone());
        let created_at = common.created_at.unwrap_or_else(|| self.some_time_ago());
        let source = SeedTranslation {
            locale: source_locale.clone(),
            title: common.title,
            body: common.body,
            draft: common.draft,
            outdated: false,
            updated_at: common.updated_at.or(Some(created_at)),
        };
        let mut translations = BTreeMap::new();
        let mut updated_at = created_at;
        for text in std::iter::once(source).chain(common.translations) {
            let changed = text.updated_at.unwrap_or(created_at).max(created_at);
            updated_at = updated_at.max(changed);
            if let (Kind::Article, Some(body)) = (common.kind, &text.body) {
                self.adopt_attachments(common.id, &text.locale, body, created_at);
            }
            translations.insert(text.locale.clone(), self.text_of(text, created_at, changed));
        }
        if let Detail::Article(article) = &detail {
            self.name_labels(&article.label_names, created_at);
        }
        let item = Item {
            kind: common.kind,
            id: common.id,
            source_locale,
            position: common.position,
            created_at,
            updated_at,
            translations,
            detail,
        };
        self.items.insert(item.key(), item);
    }

    /// Nobody is named as the author of seeded content, as in Zendesk.
    fn text_of(&mut self, text: SeedTranslation, created_at: Timestamp, changed: Timestamp) -> Translation {
        Translation {
            id: self.new_id(),
            locale: text.locale,
            title: text.title,
            body: text.body,
            draft: text.draft,
            outdated: text.outdated,
            created_at,
            updated_at: changed,
            edited_at: changed,
            created_by: None,
            updated_by: None,
        }
    }

    /// Two months before the start, each item some minutes after the last.
    fn some_time_ago(&self) -> Timestamp {
        let minutes = i64::try_from(self.items.len() % 10_000).unwrap_or_default() * 7;
        let ago = SignedDuration::from_hours(61 * 24) - SignedDuration::from_mins(minutes);
        START.checked_sub(ago).unwrap_or(START)
    }

    /// Gives ids to labels that have none yet.
    pub(super) fn name_labels(&mut self, names: &[String], now: Timestamp) {
        for name in names {
            if !self.labels.contains_key(name) {
                let id = self.new_id();
                self.labels.insert(name.clone(), (id, now));
            }
        }
    }
}
