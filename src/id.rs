//! Names of things: newtypes without logic, so that a locale is never taken for a language and a
//! file's id never for a document's.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

/// What kind of help-center object is translated.
///
/// The order is the order in which translations are sent: a translated article is visible only when its
/// section and category are translated too.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum ItemKind {
    /// A category: name and description.
    Category,
    /// A section, nested or not: name and description.
    Section,
    /// An article: title and body.
    Article,
}

impl ItemKind {
    /// The lower-case singular, as used in item keys (`article:360001`).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Section => "section",
            Self::Article => "article",
        }
    }

    /// The path segment of the Help Center, its API as well as its pages (`articles`).
    pub fn plural(self) -> &'static str {
        match self {
            Self::Category => "categories",
            Self::Section => "sections",
            Self::Article => "articles",
        }
    }
}

impl fmt::Display for ItemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One translatable object of the help center, written `article:360001`.
///
/// Ids are Zendesk's: up to 14 digits today, not ordered by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemKey {
    /// What it is.
    pub kind: ItemKind,
    /// Zendesk's id of it.
    pub id: u64,
}

impl ItemKey {
    /// The key of an article.
    pub fn article(id: u64) -> Self {
        Self { kind: ItemKind::Article, id }
    }

    /// The key of a section.
    pub fn section(id: u64) -> Self {
        Self { kind: ItemKind::Section, id }
    }

    /// The key of a category.
    pub fn category(id: u64) -> Self {
        Self { kind: ItemKind::Category, id }
    }
}

impl fmt::Display for ItemKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

impl Serialize for ItemKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A text that is no item key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected article:ID, section:ID or category:ID, found `{0}`")]
pub struct ItemKeyError(String);

impl FromStr for ItemKey {
    type Err = ItemKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || ItemKeyError(text.to_owned());
        let (kind, id) = text.split_once(':').ok_or_else(refuse)?;
        let kind = match kind {
            "article" => ItemKind::Article,
            "section" => ItemKind::Section,
            "category" => ItemKind::Category,
            _ => return Err(refuse()),
        };
        let id = id.parse().map_err(|_| refuse())?;
        Ok(Self { kind, id })
    }
}

// Names are copied a million times for one plan and a hundred thousand times for one observation: shared, not copied.
macro_rules! text_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, schemars::JsonSchema)]
        #[schemars(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps the text as it is.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            shared_text!();
        }

        shared_text_traits!($name);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::new)
            }
        }
    };
}

macro_rules! shared_text {
    () => {
        /// The text.
        pub fn as_str(&self) -> &str {
            &self.0
        }

        /// The text, for whoever keeps it without knowing what it names.
        pub fn to_shared(&self) -> Arc<str> {
            Arc::clone(&self.0)
        }
    };
}

macro_rules! shared_text_traits {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    };
}

text_newtype! {
    /// A language of Smartcat, in its canonical case: `pt-BR`, `zh-Hans`.
    Language
}
text_newtype! {
    /// A workflow's name, as the manifest writes it.
    WorkflowName
}
text_newtype! {
    /// A Smartcat project's UUID.
    ProjectId
}
text_newtype! {
    /// A Smartcat project's name.
    ProjectName
}
text_newtype! {
    /// Where a file is in its project: its name with the folders before it, without extension.
    FilePath
}
text_newtype! {
    /// A file in a Smartcat project, with all its target languages: the part of a document's id before
    /// the last underscore.
    FileId
}
text_newtype! {
    /// A Smartcat document: one file in one target language, `{file}_{language number}`.
    DocumentId
}

impl DocumentId {
    /// The file that this document is one language of. The *last* underscore divides: the file's part is opaque.
    pub fn file(&self) -> FileId {
        match self.0.rsplit_once('_') {
            Some((file, _)) => FileId::new(file),
            None => FileId::new(self.to_shared()),
        }
    }
}

/// A locale of the help center, in Zendesk's form: lower case with hyphens, `en-us`, `es-419`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, schemars::JsonSchema)]
#[schemars(transparent)]
pub struct Locale(Arc<str>);

impl Locale {
    /// Zendesk's Support API writes `en-US` where the Help Center writes `en-us`: one form here.
    pub fn new(text: &str) -> Self {
        Self(text.to_ascii_lowercase().into())
    }

    shared_text!();

    /// The language without its region: `es` of `es-419`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }
}

shared_text_traits!(Locale);

impl<'de> Deserialize<'de> for Locale {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::new(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn item_keys_read_back_as_written() {
        for key in [ItemKey::article(360_001), ItemKey::section(1), ItemKey::category(u64::MAX)] {
            assert_eq!(key.to_string().parse(), Ok(key));
        }
    }

    #[test]
    fn what_is_no_item_key_is_refused() {
        for text in ["", "article", "article:", "article:x", "page:1", "article:-1", "article:1 "] {
            assert!(text.parse::<ItemKey>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_document_belongs_to_the_file_before_the_last_underscore() {
        assert_eq!(DocumentId::new("61331_25_1033").file(), FileId::new("61331_25"));
        assert_eq!(DocumentId::new("bare").file(), FileId::new("bare"));
    }

    #[test]
    fn locales_have_one_case() {
        assert_eq!(Locale::new("es-419").primary(), "es");
        assert_eq!(Locale::new("en-US"), Locale::new("en-us"));
    }
}
