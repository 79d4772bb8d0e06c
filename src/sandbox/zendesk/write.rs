//! The routes that make, change and remove categories, sections and articles. Text is written through translations;
//! what is sent here instead is taken when an item is made and ignored later (zendesk-help-center.md §0.1, §3).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::ACCOUNT_USER_ID;
use super::Answer;
use super::Ask;
use super::Refusal;
use super::Role;
use super::ZendeskState;
use super::fields;
use super::id_of;
use super::json::Escape;
use super::json::Object;
use super::json_answer;
use super::store::ArticleDetail;
use super::store::Detail;
use super::store::Item;
use super::store::ItemKey;
use super::store::Kind;
use super::texts::Change;
use super::texts::NewText;
use super::translations::present;
use crate::sandbox::http::Response;
use crate::sandbox::seed::Sorting;

/// The fields of a new or changed article that are looked at.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ArticleFields {
    title: Option<String>,
    body: Option<String>,
    locale: Option<String>,
    draft: Option<bool>,
    author_id: Option<i64>,
    comments_disabled: Option<bool>,
    content_tag_ids: Option<Vec<String>>,
    label_names: Option<Vec<String>>,
    permission_group_id: Option<u64>,
    position: Option<i64>,
    promoted: Option<bool>,
    section_id: Option<u64>,
    #[serde(deserialize_with = "present")]
    user_segment_id: Option<Option<u64>>,
    user_segment_ids: Option<Vec<u64>>,
    translations: Vec<TextFields>,
}

/// The same of a section or category.
#[derive(Default, Deserialize)]
#[serde(default)]
struct GroupFields {
    name: Option<String>,
    description: Option<String>,
    locale: Option<String>,
    position: Option<i64>,
    sorting: Option<Sorting>,
    category_id: Option<u64>,
    #[serde(deserialize_with = "present")]
    parent_section_id: Option<Option<u64>>,
    translations: Vec<TextFields>,
}

/// A translation that comes with a new item.
#[derive(Deserialize)]
struct TextFields {
    locale: String,
    title: String,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    draft: bool,
}

impl ZendeskState {
    pub(super) fn write(&mut self, ask: &Ask<'_>, route: &[&str]) -> Answer {
        match (ask.request.method.as_str(), route) {
            ("POST", ["categories"]) => self.create_category(ask),
            ("POST", ["categories", id, "sections"]) => self.create_section(ask, id_of(id)?),
            ("POST", ["sections", id, "articles"]) => self.create_article(ask, id_of(id)?),
            ("POST", [kind, id, "translations"]) => self.post_translation(ask, kind_of(kind)?, id_of(id)?),
            ("PUT", [kind, id, "source_locale"]) => self.move_source(ask, kind_of(kind)?, id_of(id)?),
            ("PUT", [kind, id, "translations", locale]) => {
                self.put_translation(ask, kind_of(kind)?, id_of(id)?, &locale.to_ascii_lowercase())
            }
            ("PUT", ["articles", id]) => self.update_article(ask, id_of(id)?),
            ("PUT", ["sections", id]) => self.update_section(ask, id_of(id)?),
            ("PUT", ["categories", id]) => self.update_category(ask, id_of(id)?),
            ("DELETE", ["translations", id]) => self.delete_translation_by_id(ask, id_of(id)?),
            ("DELETE", [kind, id, "translations", locale]) => {
                self.delete_translation(ask, kind_of(kind)?, id_of(id)?, &locale.to_ascii_lowercase())
            }
            ("DELETE", [kind, id]) => self.delete(ask, kind_of(kind)?, id_of(id)?),
            _ => Err(Refusal::NoEndpoint),
        }
    }

    fn create_article(&mut self, ask: &Ask<'_>, section_id: u64) -> Answer {
        self.known(ask, Kind::Section, section_id)?;
        let fields: ArticleFields = fields(ask.request, "article")?;
        if fields.user_segment_id.is_none() && fields.user_segment_ids.is_none() {
            return Err(Refusal::InvalidAttribute("user_segment_id or user_segment_ids must be present"));
        }
        let group = fields
            .permission_group_id
            .ok_or(Refusal::InvalidAttribute("permission_group_id must be present"))?;
        let draft = fields.draft.unwrap_or_default();
        self.check_may_publish(ask, draft)?;
        let source = self.source_text(ask, fields.title, fields.body, fields.locale, "title", draft)?;
        let label_names = fields.label_names.unwrap_or_default();
        check_labels(&label_names)?;
        self.store.name_labels(&label_names, ask.now);
        let segments = fields.user_segment_ids.and_then(|ids| ids.first().copied());
        let detail = ArticleDetail {
            section_id,
            author_id: fields.author_id.unwrap_or(ACCOUNT_USER_ID),
            comments_disabled: fields.comments_disabled.unwrap_or_default(),
            promoted: fields.promoted.unwrap_or_default(),
            vote_sum: 0,
            vote_count: 0,
            user_segment_id: fields.user_segment_id.flatten().or(segments),
            permission_group_id: group,
            content_tag_ids: fields.content_tag_ids.unwrap_or_default(),
            label_names,
        };
        self.create(ask, source, fields.position, Detail::Article(detail), fields.translations)
    }

    fn create_section(&mut self, ask: &Ask<'_>, category_id: u64) -> Answer {
        ask.caller.need(Role::Admin)?;
        self.known(ask, Kind::Category, category_id)?;
        let fields: GroupFields = fields(ask.request, "section")?;
        let parent_section_id = fields.parent_section_id.flatten();
        self.check_parent_section(None, parent_section_id)?;
        let source = self.source_text(ask, fields.name, fields.description, fields.locale, "name", false)?;
        let detail =
            Detail::Section { category_id, parent_section_id, sorting: fields.sorting.unwrap_or_default() };
        self.create(ask, source, fields.position, detail, fields.translations)
    }

    fn create_category(&mut self, ask: &Ask<'_>) -> Answer {
        ask.caller.need(Role::Admin)?;
        let fields: GroupFields = fields(ask.request, "category")?;
        let source = self.source_text(ask, fields.name, fields.description, fields.locale, "name", false)?;
        self.create(ask, source, fields.position, Detail::Category, fields.translations)
    }

    /// The first text of a new item. Its locale is in the body or in the path, else the default one.
    fn source_text(
        &self,
        ask: &Ask<'_>,
        title: Option<String>,
        body: Option<String>,
        locale: Option<String>,
        field: &'static str,
        draft: bool,
    ) -> Result<NewText, Refusal> {
        let title = title.filter(|title| !title.trim().is_empty());
        let title = title.ok_or(Refusal::Invalid { status: 400, field, message: "can't be blank" })?;
        self.check_length(Some(&title), body.as_deref())?;
        let locale = locale.map(|locale| locale.to_ascii_lowercase()).or_else(|| ask.locale.clone());
        let locale = locale.unwrap_or_else(|| self.store.default_locale.clone());
        self.check_enabled(&locale)?;
        Ok(NewText { locale, title, body, draft, outdated: false })
    }

    fn check_enabled(&self, locale: &str) -> Result<(), Refusal> {
        let enabled = self.store.locales.iter().any(|enabled| enabled == locale);
        let status = self.behaviour.refused_locale_status;
        let message = "is not enabled for this help center";
        if enabled { Ok(()) } else { Err(Refusal::Invalid { status, field: "locale", message }) }
    }

    fn create(
        &mut self,
        ask: &Ask<'_>,
        source: NewText,
        position: Option<i64>,
        detail: Detail,
        translations: Vec<TextFields>,
    ) -> Answer {
        for text in &translations {
            self.check_enabled(&text.locale.to_ascii_lowercase())?;
            self.check_length(Some(&text.title), text.body.as_deref())?;
        }
        let kind = match &detail {
            Detail::Category => Kind::Category,
            Detail::Section { .. } => Kind::Section,
            Detail::Article(_) => Kind::Article,
        };
        let shown = source.locale.clone();
        let key = self.insert(kind, source, position.unwrap_or_default(), detail, ACCOUNT_USER_ID, ask.now);
        for text in translations.into_iter().filter(|text| !text.locale.eq_ignore_ascii_case(&shown)) {
            let TextFields { locale, title, body, draft } = text;
            let text = NewText { locale: locale.to_ascii_lowercase(), title, body, draft, outdated: false };
            self.add_text(key, text, ACCOUNT_USER_ID, ask.now);
        }
        let answer = self.changed(ask, key, &shown, 201)?;
        let place = format!("{}/api/v2/help_center/{shown}/{}/{}.json", self.base, kind.plural(), key.1);
        Ok(answer.with_header("location", place))
    }

    /// Puts a new item into the store.
    pub(super) fn insert(
        &mut self,
        kind: Kind,
        source: NewText,
        position: i64,
        detail: Detail,
        by: i64,
        now: jiff::Timestamp,
    ) -> ItemKey {
        let item = Item {
            kind,
            id: self.store.new_id(),
            source_locale: source.locale.clone(),
            position,
            created_at: now,
            updated_at: now,
            translations: BTreeMap::new(),
            detail,
        };
        let key = item.key();
        self.store.items.insert(key, item);
        self.add_text(key, source, by, now);
        self.store.touch_parents(key, now);
        key
    }

    fn changed(&self, ask: &Ask<'_>, key: ItemKey, locale: &str, status: u16) -> Answer {
        let item = self.store.items.get(&key).ok_or(Refusal::NotFound)?;
        let shown = item.translations.get(locale).or_else(|| item.source()).ok_or(Refusal::NotFound)?;
        let json = self.renderer(ask.caller, false).item(item, shown);
        Ok(json_answer(status, Object::new().with_json(key.0.singular(), &json).finish(), Escape::Markup))
    }

    /// What an article is beside its text; the text in the request is ignored without a word.
    fn update_article(&mut self, ask: &Ask<'_>, id: u64) -> Answer {
        let key = self.known(ask, Kind::Article, id)?.key();
        let fields: ArticleFields = fields(ask.request, "article")?;
        if let Some(labels) = &fields.label_names {
            check_labels(labels)?;
            self.store.name_labels(labels, ask.now);
        }
        if let Some(section) = fields.section_id {
            self.known(ask, Kind::Section, section)?;
        }
        if let Some(item) = self.store.items.get_mut(&key) {
            item.position = fields.position.unwrap_or(item.position);
            item.updated_at = item.updated_at.max(ask.now);
            if let Some(article) = item.article_mut() {
                update_detail(article, fields);
            }
        }
        let locale = ask.locale.clone().unwrap_or_default();
        self.changed(ask, key, &locale, 200)
    }

    /// Unlike a category's, a section's name can be changed here, in its source locale.
    fn update_section(&mut self, ask: &Ask<'_>, id: u64) -> Answer {
        ask.caller.need(Role::Admin)?;
        let item = self.known(ask, Kind::Section, id)?;
        let (key, source) = (item.key(), item.source_locale.clone());
        let fields: GroupFields = fields(ask.request, "section")?;
        self.check_length(fields.name.as_deref(), fields.description.as_deref())?;
        if let Some(category) = fields.category_id {
            self.known(ask, Kind::Category, category)?;
        }
        if let Some(parent) = fields.parent_section_id {
            self.check_parent_section(Some(id), parent)?;
        }
        let change = Change { title: fields.name, body: fields.description.map(Some), ..Change::default() };
        self.change_text(key, &source, change, ACCOUNT_USER_ID, ask.now);
        if let Some(item) = self.store.items.get_mut(&key) {
            item.position = fields.position.unwrap_or(item.position);
            item.updated_at = item.updated_at.max(ask.now);
            if let Detail::Section { category_id, parent_section_id, sorting } = &mut item.detail {
                *category_id = fields.category_id.unwrap_or(*category_id);
                *parent_section_id = fields.parent_section_id.unwrap_or(*parent_section_id);
                *sorting = fields.sorting.unwrap_or(*sorting);
            }
        }
        let locale = ask.locale.clone().unwrap_or_default();
        self.changed(ask, key, &locale, 200)
    }

    fn update_category(&mut self, ask: &Ask<'_>, id: u64) -> Answer {
        ask.caller.need(Role::Admin)?;
        let key = self.known(ask, Kind::Category, id)?.key();
        let fields: GroupFields = fields(ask.request, "category")?;
        if let Some(item) = self.store.items.get_mut(&key)
            && let Some(position) = fields.position.filter(|position| *position != item.position)
        {
            item.position = position;
            item.updated_at = item.updated_at.max(ask.now);
        }
        let locale = ask.locale.clone().unwrap_or_default();
        self.changed(ask, key, &locale, 200)
    }

    fn check_parent_section(&self, own: Option<u64>, parent: Option<u64>) -> Result<(), Refusal> {
        let refuse = |message| Err(Refusal::Invalid { status: 400, field: "parent_section_id", message });
        let Some(parent) = parent else { return Ok(()) };
        let Some(item) = self.store.items.get(&(Kind::Section, parent)) else {
            return refuse("does not exist");
        };
        let above = self.store.ancestors(item);
        if own.is_some_and(|own| own == parent || above.contains(&(Kind::Section, own))) {
            return refuse("would result in a cycle");
        }
        // Ancestors are the sections above and one category: five levels of sections at most.
        if above.len() >= 5 { refuse("is nested too deeply") } else { Ok(()) }
    }

    fn delete(&mut self, ask: &Ask<'_>, kind: Kind, id: u64) -> Answer {
        self.check_may_write(ask, kind)?;
        let key = self.known(ask, kind, id)?.key();
        self.store.touch_parents(key, ask.now);
        self.store.remove(key);
        Ok(Response::empty(204))
    }

    /// Makes another of an item's locales its source.
    fn move_source(&mut self, ask: &Ask<'_>, kind: Kind, id: u64) -> Answer {
        self.check_may_write(ask, kind)?;
        let key = self.known(ask, kind, id)?.key();
        let name = match kind {
            Kind::Category => "category_locale",
            Kind::Section => "section_locale",
            Kind::Article => "article_locale",
        };
        let body = ask.request.json().ok_or(Refusal::Unreadable)?;
        let locale = body.get(name).and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
        self.check_enabled(&locale)?;
        let item = self.store.items.get_mut(&key).ok_or(Refusal::NotFound)?;
        if !item.translations.contains_key(&locale) {
            let message = "has no translation";
            return Err(Refusal::Invalid { status: 400, field: "locale", message });
        }
        item.source_locale = locale;
        item.updated_at = item.updated_at.max(ask.now);
        Ok(Response::empty(200))
    }
}

fn kind_of(segment: &str) -> Result<Kind, Refusal> {
    Kind::of_plural(segment).ok_or(Refusal::NoEndpoint)
}

fn check_labels(labels: &[String]) -> Result<(), Refusal> {
    let message = "at most 50 labels";
    if labels.len() > 50 {
        Err(Refusal::Invalid { status: 400, field: "label_names", message })
    } else {
        Ok(())
    }
}

fn update_detail(article: &mut ArticleDetail, fields: ArticleFields) {
    fn set<T>(place: &mut T, value: Option<T>) {
        if let Some(value) = value {
            *place = value;
        }
    }
    set(&mut article.author_id, fields.author_id);
    set(&mut article.comments_disabled, fields.comments_disabled);
    set(&mut article.promoted, fields.promoted);
    set(&mut article.section_id, fields.section_id);
    set(&mut article.permission_group_id, fields.permission_group_id);
    set(&mut article.content_tag_ids, fields.content_tag_ids);
    set(&mut article.label_names, fields.label_names);
    set(&mut article.user_segment_id, fields.user_segment_id);
    set(&mut article.user_segment_id, fields.user_segment_ids.map(|ids| ids.first().copied()));
}
