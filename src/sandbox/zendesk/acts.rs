//! What people do in the help center beside the API, and what one can see of it: for tests, and for whoever plays with
//! `zencat sandbox`.

use jiff::Timestamp;
use serde::Serialize;

use super::EDITOR_USER_ID;
use super::Kind;
use super::PERMISSION_GROUP_ID;
use super::Role;
use super::ZendeskState;
use super::store::ArticleDetail;
use super::store::Detail;
use super::store::Item;
use super::store::ItemKey;
use super::texts::Change;
use super::texts::NewText;
use super::whole_second;

/// Why an act cannot be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ActError {
    /// The item does not exist.
    #[error("there is no {kind} {id}")]
    NoItem {
        /// Its kind.
        kind: Kind,
        /// Its id.
        id: u64,
    },
    /// The item has no text in the locale.
    #[error("{kind} {id} has no text in `{locale}`")]
    NoText {
        /// Its kind.
        kind: Kind,
        /// Its id.
        id: u64,
        /// The locale.
        locale: String,
    },
    /// The locale is not enabled.
    #[error("locale `{0}` is not enabled")]
    Locale(String),
    /// The default locale stays enabled.
    #[error("`{0}` is the default locale and stays enabled")]
    DefaultLocale(String),
}

/// One text, as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TranslationView {
    /// Title or name.
    pub title: String,
    /// Body or description; empty when there is none.
    pub body: String,
    /// Whether it is a draft.
    pub draft: bool,
    /// Whether it is flagged as outdated.
    pub outdated: bool,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// Who changed it last; nobody for what was there from the start.
    pub updated_by: Option<i64>,
}

/// One article, as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ArticleView {
    /// Its id.
    pub id: u64,
    /// The section it is in.
    pub section_id: u64,
    /// The locale of its source.
    pub source_locale: String,
    /// The source's title.
    pub title: String,
    /// Its labels.
    pub label_names: Vec<String>,
    /// All locales that it has text in, the source's included.
    pub locales: Vec<String>,
    /// Shared by all locales.
    pub updated_at: Timestamp,
}

impl ZendeskState {
    /// Changes an article's source by hand.
    ///
    /// # Errors
    /// When there is no such article.
    pub fn edit_source(
        &mut self,
        article: u64,
        title: Option<&str>,
        body: Option<&str>,
        now: Timestamp,
    ) -> Result<(), ActError> {
        let locale = self.item(Kind::Article, article)?.source_locale.clone();
        self.edit_translation(Kind::Article, article, &locale, title, body, now)
    }

    /// Changes a text by hand, or writes it when it is not there yet.
    ///
    /// # Errors
    /// When there is no such item or the locale is not enabled.
    pub fn edit_translation(
        &mut self,
        kind: Kind,
        id: u64,
        locale: &str,
        title: Option<&str>,
        body: Option<&str>,
        now: Timestamp,
    ) -> Result<(), ActError> {
        let now = whole_second(now);
        let item = self.item(kind, id)?;
        if item.translations.contains_key(locale) {
            let body = body.map(|body| Some(body.to_owned()));
            let change = Change { title: title.map(str::to_owned), body, ..Change::default() };
            self.change_text((kind, id), locale, change, EDITOR_USER_ID, now);
            return Ok(());
        }
        if !self.store.locales.iter().any(|enabled| enabled == locale) {
            return Err(ActError::Locale(locale.to_owned()));
        }
        let text = NewText {
            locale: locale.to_owned(),
            title: title.unwrap_or_default().to_owned(),
            body: body.map(str::to_owned),
            ..NewText::default()
        };
        self.add_text((kind, id), text, EDITOR_USER_ID, now);
        Ok(())
    }

    /// Opens an article in the editor and saves it: the markup changes, the text does not.
    ///
    /// # Errors
    /// When there is no such text.
    pub fn editor_save(&mut self, article: u64, locale: &str, now: Timestamp) -> Result<(), ActError> {
        let now = whole_second(now);
        let body = self.text((Kind::Article, article), locale)?.body.clone().unwrap_or_default();
        let change = Change { body: Some(Some(self.through_editor(&body, now))), ..Change::default() };
        self.change_text((Kind::Article, article), locale, change, EDITOR_USER_ID, now);
        Ok(())
    }

    /// A reader votes: the article's `updated_at` moves, nothing else that concerns translation.
    ///
    /// # Errors
    /// When there is no such article.
    pub fn vote(&mut self, article: u64, up: bool, now: Timestamp) -> Result<(), ActError> {
        let item = self.item_mut(Kind::Article, article, now)?;
        if let Some(article) = item.article_mut() {
            article.vote_count += 1;
            article.vote_sum += if up { 1 } else { -1 };
        }
        if self.behaviour.vote_touches_parents {
            self.store.touch_parents((Kind::Article, article), whole_second(now));
        }
        Ok(())
    }

    /// Sets an article's labels.
    ///
    /// # Errors
    /// When there is no such article.
    pub fn set_labels(&mut self, article: u64, labels: &[&str], now: Timestamp) -> Result<(), ActError> {
        let names: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
        let item = self.item_mut(Kind::Article, article, now)?;
        if let Some(article) = item.article_mut() {
            article.label_names.clone_from(&names);
        }
        self.store.name_labels(&names, whole_second(now));
        Ok(())
    }

    /// Makes a text a draft, or publishes it.
    ///
    /// # Errors
    /// When there is no such text.
    pub fn set_draft(
        &mut self,
        kind: Kind,
        id: u64,
        locale: &str,
        draft: bool,
        now: Timestamp,
    ) -> Result<(), ActError> {
        self.text((kind, id), locale)?;
        let change = Change { draft: Some(draft), ..Change::default() };
        self.change_text((kind, id), locale, change, EDITOR_USER_ID, whole_second(now));
        Ok(())
    }

    /// Flags a text as outdated, or takes the flag away.
    ///
    /// # Errors
    /// When there is no such text.
    pub fn set_outdated(
        &mut self,
        kind: Kind,
        id: u64,
        locale: &str,
        outdated: bool,
        now: Timestamp,
    ) -> Result<(), ActError> {
        self.text((kind, id), locale)?;
        let change = Change { outdated: Some(outdated), ..Change::default() };
        self.change_text((kind, id), locale, change, EDITOR_USER_ID, whole_second(now));
        Ok(())
    }

    /// Deletes a translation.
    ///
    /// # Errors
    /// When there is no such text. The source is no translation.
    pub fn delete_text(&mut self, kind: Kind, id: u64, locale: &str, now: Timestamp) -> Result<(), ActError> {
        self.text((kind, id), locale)?;
        let item = self.item_mut(kind, id, now)?;
        if item.source_locale == locale {
            return Err(ActError::NoText { kind, id, locale: locale.to_owned() });
        }
        item.translations.remove(locale);
        Ok(())
    }

    /// Archives an article, or deletes a section or category with all that is in it.
    ///
    /// # Errors
    /// When there is no such item.
    pub fn archive(&mut self, kind: Kind, id: u64, now: Timestamp) -> Result<(), ActError> {
        self.item(kind, id)?;
        self.store.touch_parents((kind, id), whole_second(now));
        self.store.remove((kind, id));
        Ok(())
    }

    /// Moves an article to another section.
    ///
    /// # Errors
    /// When there is no such article or section.
    pub fn move_article(&mut self, article: u64, section: u64, now: Timestamp) -> Result<(), ActError> {
        self.item(Kind::Section, section)?;
        let item = self.item_mut(Kind::Article, article, now)?;
        if let Some(article) = item.article_mut() {
            article.section_id = section;
        }
        Ok(())
    }

    /// Adds a published article in the default locale; the id is returned.
    ///
    /// # Errors
    /// When there is no such section.
    pub fn add_article(
        &mut self,
        section: u64,
        title: &str,
        body: &str,
        now: Timestamp,
    ) -> Result<u64, ActError> {
        self.item(Kind::Section, section)?;
        let source = NewText {
            locale: self.store.default_locale.clone(),
            title: title.to_owned(),
            body: Some(body.to_owned()),
            ..NewText::default()
        };
        let detail = ArticleDetail {
            section_id: section,
            author_id: EDITOR_USER_ID,
            permission_group_id: PERMISSION_GROUP_ID,
            ..ArticleDetail::default()
        };
        let now = whole_second(now);
        Ok(self.insert(Kind::Article, source, 0, Detail::Article(detail), EDITOR_USER_ID, now).1)
    }

    /// Enables a locale for the help center.
    pub fn enable_locale(&mut self, locale: &str) {
        let locale = locale.to_ascii_lowercase();
        if !self.store.locales.contains(&locale) {
            self.store.locales.push(locale);
        }
    }

    /// Disables a locale: nothing is listed in it any more and no text can be added. Texts that exist are kept.
    ///
    /// # Errors
    /// For the default locale.
    pub fn disable_locale(&mut self, locale: &str) -> Result<(), ActError> {
        if locale == self.store.default_locale {
            return Err(ActError::DefaultLocale(locale.to_owned()));
        }
        self.store.locales.retain(|enabled| enabled != locale);
        Ok(())
    }

    /// Takes a section with all that is in it from the account's sight, or gives it back: lists get shorter, which is
    /// not the same as a deletion.
    ///
    /// # Errors
    /// When there is no such section.
    pub fn withhold(&mut self, section: u64, withheld: bool) -> Result<(), ActError> {
        self.item(Kind::Section, section)?;
        if withheld {
            self.withheld.insert(section);
        } else {
            self.withheld.remove(&section);
        }
        Ok(())
    }

    /// Changes what the account behind the credentials may do.
    pub fn set_role(&mut self, role: Role) {
        self.behaviour.role = role;
    }

    /// Makes all access tokens given out so far worthless.
    pub fn revoke_tokens(&mut self) {
        self.tokens.revoke_all();
    }

    /// A text of an item.
    pub fn translation(&self, kind: Kind, id: u64, locale: &str) -> Option<TranslationView> {
        let text = self.store.items.get(&(kind, id))?.translations.get(locale)?;
        Some(TranslationView {
            title: text.title.clone(),
            body: text.body.clone().unwrap_or_default(),
            draft: text.draft,
            outdated: text.outdated,
            updated_at: text.updated_at,
            updated_by: text.updated_by,
        })
    }

    /// All articles, by id.
    pub fn articles(&self) -> Vec<ArticleView> {
        self.store.items.values().filter_map(article_view).collect()
    }

    /// The ids of all items of a kind.
    pub fn ids(&self, kind: Kind) -> Vec<u64> {
        self.store.items.keys().filter(|key| key.0 == kind).map(|key| key.1).collect()
    }

    /// The locales in which an item has text.
    pub fn locales_of(&self, kind: Kind, id: u64) -> Vec<String> {
        let item = self.store.items.get(&(kind, id));
        item.map(|item| item.translations.keys().cloned().collect()).unwrap_or_default()
    }

    /// The enabled locales.
    pub fn locales(&self) -> &[String] {
        &self.store.locales
    }

    fn item(&self, kind: Kind, id: u64) -> Result<&Item, ActError> {
        self.store.items.get(&(kind, id)).ok_or(ActError::NoItem { kind, id })
    }

    /// An item that is changed otherwise than in its text.
    fn item_mut(&mut self, kind: Kind, id: u64, now: Timestamp) -> Result<&mut Item, ActError> {
        let item = self.store.items.get_mut(&(kind, id)).ok_or(ActError::NoItem { kind, id })?;
        item.updated_at = item.updated_at.max(whole_second(now));
        Ok(item)
    }

    fn text(&self, key: ItemKey, locale: &str) -> Result<&super::store::Translation, ActError> {
        let (kind, id) = key;
        let text = self.item(kind, id)?.translations.get(locale);
        text.ok_or_else(|| ActError::NoText { kind, id, locale: locale.to_owned() })
    }
}

fn article_view(item: &Item) -> Option<ArticleView> {
    let article = item.article()?;
    Some(ArticleView {
        id: item.id,
        section_id: article.section_id,
        source_locale: item.source_locale.clone(),
        title: item.source().map(|text| text.title.clone()).unwrap_or_default(),
        label_names: article.label_names.clone(),
        locales: item.translations.keys().cloned().collect(),
        updated_at: item.updated_at,
    })
}
