//! The help center's JSON, as far as it is used (zendesk-help-center.md §2). Unknown keys are ignored; keys that are
//! not documented are never required.

use serde::Deserialize;
use serde::Serialize;

use crate::id::Locale;
use crate::remote::lenient::id;
use crate::remote::lenient::optional_id;
use crate::remote::lenient::or_default;

/// The locales that are enabled in the help center.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Locales {
    /// All of them.
    pub locales: Vec<Locale>,
    /// The default one.
    #[serde(default, rename = "default_locale")]
    pub default: Option<Locale>,
}

/// A category, section or article, as lists show it: one form for the three, with what only some of them have left out
/// by the others. Its own text is not kept, for the same text is in the translation of the locale it is shown in.
#[derive(Clone, Debug, Deserialize)]
pub struct WireItem {
    /// Its id.
    #[serde(deserialize_with = "id")]
    pub id: u64,
    /// An article's title in the locale it is shown in.
    #[serde(default, deserialize_with = "or_default")]
    pub title: String,
    /// A section's or category's name in the locale it is shown in. An article's says the same as its title.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// Its page, on the mapped host.
    #[serde(default)]
    pub html_url: Option<String>,
    /// The locale of the original.
    #[serde(default)]
    pub source_locale: Option<Locale>,
    /// The locale it is shown in.
    #[serde(default)]
    pub locale: Option<Locale>,
    /// Every translation, the original too. `None` when they were not sent along.
    #[serde(default)]
    pub translations: Option<Vec<WireTranslation>>,
    /// The section that holds an article.
    #[serde(default, deserialize_with = "optional_id")]
    pub section_id: Option<u64>,
    /// The section above a nested section.
    #[serde(default, deserialize_with = "optional_id")]
    pub parent_section_id: Option<u64>,
    /// The category above a section.
    #[serde(default, deserialize_with = "optional_id")]
    pub category_id: Option<u64>,
    /// An article's labels, shared by all locales.
    #[serde(default, deserialize_with = "or_default")]
    pub label_names: Vec<String>,
    /// An article's content tags (ULIDs). Absent in old answers.
    #[serde(default, deserialize_with = "or_default")]
    pub content_tag_ids: Vec<String>,
    /// The order among its siblings; ties are normal, and it may be negative.
    #[serde(default, deserialize_with = "or_default")]
    pub position: i64,
    /// When anything about it last changed, votes included.
    #[serde(default)]
    pub updated_at: Option<String>,
}

impl WireItem {
    /// What it is called in the locale it is shown in.
    pub fn shown_name(&self) -> &str {
        if self.title.is_empty() { &self.name } else { &self.title }
    }
}

/// One item's text in one locale.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct WireTranslation {
    /// Its own id, unrelated to the item's.
    #[serde(default, deserialize_with = "optional_id")]
    pub id: Option<u64>,
    /// Its locale.
    pub locale: Locale,
    /// The title of an article; the name of a section or category.
    #[serde(default, deserialize_with = "or_default")]
    pub title: String,
    /// HTML; the description of a section or category. `null` is the same as empty.
    #[serde(default, deserialize_with = "or_default")]
    pub body: String,
    /// Not published.
    #[serde(default, deserialize_with = "or_default")]
    pub draft: bool,
    /// Flagged as outdated, always by hand or through the API.
    #[serde(default, deserialize_with = "or_default")]
    pub outdated: bool,
    /// When it was last written with another content.
    #[serde(default)]
    pub updated_at: Option<String>,
    /// Who wrote it; -1 is the system.
    #[serde(default)]
    pub updated_by_id: Option<i64>,
    /// Its page.
    #[serde(default)]
    pub html_url: Option<String>,
}

/// A translation that does not exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTranslation {
    /// Its locale.
    pub locale: Locale,
    /// Title or name.
    pub title: String,
    /// HTML.
    pub body: String,
    /// Whether it stays unpublished.
    pub draft: bool,
}

/// A change of a translation that exists. What is `None` stays as it is; whether it is published always does.
#[derive(Serialize)]
pub(super) struct TranslationChange<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<&'a str>,
    pub(super) outdated: bool,
}

/// The user that Zendesk takes us for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Me {
    /// The user's id.
    #[serde(default, deserialize_with = "optional_id")]
    pub id: Option<u64>,
    /// The user's name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// The user's e-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// `admin`, `agent` or `end-user`.
    #[serde(default)]
    pub role: Option<String>,
}

impl Me {
    /// Wrong or missing credentials are answered with a success and this nobody (zendesk-help-center.md §1.2).
    pub fn is_anonymous(&self) -> bool {
        self.id.is_none() || self.name == "Anonymous user"
    }
}

/// `{"user": …}`
#[derive(Deserialize)]
pub(super) struct UserAnswer {
    pub(super) user: Me,
}

/// `{"translation": …}`
#[derive(Deserialize)]
pub(super) struct TranslationAnswer {
    pub(super) translation: WireTranslation,
}

/// `{"translations": […]}`, with the keys of offset paging.
#[derive(Deserialize)]
pub(super) struct TranslationsAnswer {
    pub(super) translations: Vec<WireTranslation>,
    #[serde(default)]
    pub(super) next_page: Option<String>,
}

/// The body of a write.
#[derive(Serialize)]
pub(super) struct TranslationBody<T> {
    pub(super) translation: T,
}

/// What is sent to create a translation. `draft` is always said: its default would publish
/// (zendesk-help-center.md §9.3).
#[derive(Serialize)]
pub(super) struct NewTranslationBody<'a> {
    pub(super) locale: &'a Locale,
    pub(super) title: &'a str,
    pub(super) body: &'a str,
    pub(super) draft: bool,
    pub(super) outdated: bool,
}
