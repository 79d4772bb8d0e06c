//! What the simulated help center holds when it starts: plain data, from JSON, from a file of articles
//! ([`from_jsonl`]), or the built-in [`example`].

mod corpus;
mod example;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;

pub use corpus::CorpusError;
pub use corpus::CorpusOptions;
pub use corpus::from_jsonl;
pub use example::example;

/// A help center.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seed {
    /// The enabled locales.
    pub locales: Vec<String>,
    /// The default one of them.
    pub default_locale: String,
    /// Content tags that articles may have.
    pub content_tags: Vec<SeedTag>,
    /// The categories.
    pub categories: Vec<SeedCategory>,
    /// The sections, nested or not.
    pub sections: Vec<SeedSection>,
    /// The articles.
    pub articles: Vec<SeedArticle>,
}

/// A content tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SeedTag {
    /// Its id, a ULID.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A category.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SeedCategory {
    /// Its id.
    pub id: u64,
    /// The locale of `name`; the default locale when not given.
    pub source_locale: Option<String>,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: Option<String>,
    /// Its place among the categories.
    pub position: i64,
    /// Its translations.
    pub translations: Vec<SeedTranslation>,
}

/// A section.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SeedSection {
    /// Its id.
    pub id: u64,
    /// The category it is in, also when nested.
    pub category_id: u64,
    /// The section it is in.
    pub parent_section_id: Option<u64>,
    /// The locale of `name`; the default locale when not given.
    pub source_locale: Option<String>,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: Option<String>,
    /// Its place.
    pub position: i64,
    /// How its articles are ordered.
    pub sorting: Sorting,
    /// Its translations.
    pub translations: Vec<SeedTranslation>,
}

/// How a section orders its articles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sorting {
    /// By position.
    #[default]
    Manual,
    /// By title.
    Title,
    /// Newest first.
    CreationDesc,
    /// Oldest first.
    CreationAsc,
}

/// An article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SeedArticle {
    /// Its id.
    pub id: u64,
    /// The section it is in.
    pub section_id: u64,
    /// The locale of `title` and `body`; the default locale when not given.
    pub source_locale: Option<String>,
    /// Its title.
    pub title: String,
    /// Its body, HTML.
    pub body: String,
    /// Whether the source is a draft.
    pub draft: bool,
    /// Whether it is promoted.
    pub promoted: bool,
    /// Its place in the section.
    pub position: i64,
    /// Its labels.
    pub label_names: Vec<String>,
    /// Its content tags.
    pub content_tag_ids: Vec<String>,
    /// Who may read it; everybody when not given.
    pub user_segment_id: Option<u64>,
    /// Sum of its votes.
    pub vote_sum: i64,
    /// Number of its votes.
    pub vote_count: u64,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When its source was changed last.
    pub updated_at: Option<Timestamp>,
    /// Its translations.
    pub translations: Vec<SeedTranslation>,
}

/// A translation of any of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SeedTranslation {
    /// Its locale.
    pub locale: String,
    /// Title or name.
    pub title: String,
    /// Body or description.
    pub body: Option<String>,
    /// Whether it is a draft.
    pub draft: bool,
    /// Whether somebody flagged it as outdated.
    pub outdated: bool,
    /// When it was changed last.
    pub updated_at: Option<Timestamp>,
}

/// Why a seed is no help center.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SeedError {
    /// The default locale is none of the locales.
    #[error("default locale `{0}` is not among the locales")]
    DefaultLocale(String),
    /// A locale that is not enabled.
    #[error("{item} has text in `{locale}`, which is not among the locales")]
    Locale {
        /// The item.
        item: String,
        /// The locale.
        locale: String,
    },
    /// An id that occurs twice.
    #[error("id {0} is used twice")]
    Twice(u64),
    /// Two texts in one locale.
    #[error("{item} has two texts in `{locale}`")]
    LocaleTwice {
        /// The item.
        item: String,
        /// The locale.
        locale: String,
    },
    /// A parent that does not exist, or closes a circle.
    #[error("{item} is in {parent}, which does not exist, is in another category or is below it")]
    Parent {
        /// The item.
        item: String,
        /// The parent.
        parent: String,
    },
}

impl Seed {
    /// Checks that everything is somewhere, once, and in enabled locales.
    ///
    /// # Errors
    /// The first contradiction found.
    pub fn check(&self) -> Result<(), SeedError> {
        if !self.locales.contains(&self.default_locale) {
            return Err(SeedError::DefaultLocale(self.default_locale.clone()));
        }
        self.check_ids()?;
        self.check_parents()?;
        for category in &self.categories {
            let item = format!("category {}", category.id);
            self.check_locales(&item, category.source_locale.as_ref(), &category.translations)?;
        }
        for section in &self.sections {
            let item = format!("section {}", section.id);
            self.check_locales(&item, section.source_locale.as_ref(), &section.translations)?;
        }
        for article in &self.articles {
            let item = format!("article {}", article.id);
            self.check_locales(&item, article.source_locale.as_ref(), &article.translations)?;
        }
        Ok(())
    }

    fn check_ids(&self) -> Result<(), SeedError> {
        let mut seen = BTreeSet::new();
        let categories = self.categories.iter().map(|category| category.id);
        let sections = self.sections.iter().map(|section| section.id);
        let mut ids = categories.chain(sections).chain(self.articles.iter().map(|article| article.id));
        ids.find(|id| !seen.insert(*id)).map_or(Ok(()), |id| Err(SeedError::Twice(id)))
    }

    fn check_parents(&self) -> Result<(), SeedError> {
        let categories: BTreeSet<u64> = self.categories.iter().map(|category| category.id).collect();
        let sections: BTreeMap<u64, &SeedSection> =
            self.sections.iter().map(|section| (section.id, section)).collect();
        for section in &self.sections {
            let item = format!("section {}", section.id);
            if !categories.contains(&section.category_id) {
                return Err(SeedError::Parent { item, parent: format!("category {}", section.category_id) });
            }
            let mut above = section.parent_section_id;
            // A chain longer than there are sections is a circle.
            for _ in 0..=self.sections.len() {
                let Some(id) = above else { break };
                let parent = sections.get(&id).filter(|parent| parent.category_id == section.category_id);
                above = match parent {
                    Some(parent) => parent.parent_section_id,
                    None => return Err(SeedError::Parent { item, parent: format!("section {id}") }),
                };
            }
            if let Some(id) = above {
                return Err(SeedError::Parent { item, parent: format!("section {id}") });
            }
        }
        let lost = self.articles.iter().find(|article| !sections.contains_key(&article.section_id));
        lost.map_or(Ok(()), |article| {
            Err(SeedError::Parent {
                item: format!("article {}", article.id),
                parent: format!("section {}", article.section_id),
            })
        })
    }

    fn check_locales(
        &self,
        item: &str,
        source: Option<&String>,
        translations: &[SeedTranslation],
    ) -> Result<(), SeedError> {
        let mut seen = BTreeSet::new();
        let source = source.unwrap_or(&self.default_locale);
        for locale in std::iter::once(source).chain(translations.iter().map(|one| &one.locale)) {
            if !self.locales.contains(locale) {
                return Err(SeedError::Locale { item: item.to_owned(), locale: locale.clone() });
            }
            if !seen.insert(locale) {
                return Err(SeedError::LocaleTwice { item: item.to_owned(), locale: locale.clone() });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Seed {
        Seed {
            locales: vec!["en-us".to_owned(), "de".to_owned()],
            default_locale: "en-us".to_owned(),
            categories: vec![SeedCategory { id: 1, ..SeedCategory::default() }],
            sections: vec![
                SeedSection { id: 2, category_id: 1, ..SeedSection::default() },
                SeedSection { id: 3, category_id: 1, parent_section_id: Some(2), ..SeedSection::default() },
            ],
            articles: vec![SeedArticle { id: 4, section_id: 3, ..SeedArticle::default() }],
            ..Seed::default()
        }
    }

    #[test]
    fn a_consistent_seed_passes_and_each_contradiction_is_named() {
        assert_eq!(small().check(), Ok(()));

        let mut seed = small();
        seed.default_locale = "fr".to_owned();
        assert_eq!(seed.check(), Err(SeedError::DefaultLocale("fr".to_owned())));

        let mut seed = small();
        seed.articles[0].id = 1;
        assert_eq!(seed.check(), Err(SeedError::Twice(1)));

        let mut seed = small();
        seed.sections[0].parent_section_id = Some(3);
        assert!(matches!(seed.check(), Err(SeedError::Parent { .. })), "a circle");

        let mut seed = small();
        seed.articles[0].section_id = 99;
        assert!(matches!(seed.check(), Err(SeedError::Parent { .. })));

        let mut seed = small();
        let french = SeedTranslation { locale: "fr".to_owned(), ..SeedTranslation::default() };
        seed.articles[0].translations.push(french);
        assert!(matches!(seed.check(), Err(SeedError::Locale { .. })));

        let mut seed = small();
        let english = SeedTranslation { locale: "en-us".to_owned(), ..SeedTranslation::default() };
        seed.articles[0].translations.push(english);
        assert!(matches!(seed.check(), Err(SeedError::LocaleTwice { .. })));
    }

    #[test]
    fn an_unknown_field_is_refused() {
        assert!(serde_json::from_str::<Seed>(r#"{"articles":[{"id":1,"tittle":"x"}]}"#).is_err());
        let seed: Seed = serde_json::from_str(r#"{"locales":["de"],"default_locale":"de"}"#).unwrap();
        assert_eq!(seed.check(), Ok(()));
    }
}
