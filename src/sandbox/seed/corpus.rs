//! A help center from a file of articles, one JSON object on each line. What the file lacks (ids, sections, titles) is
//! made up from what it has, always in the same way, so two runs see the same help center.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;

use super::Seed;
use super::SeedArticle;
use super::SeedCategory;
use super::SeedSection;
use super::SeedTranslation;

/// How the file is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorpusOptions {
    /// The source locale of all articles, whatever the file says; translations into it are left out. With `None`
    /// every article keeps its own.
    pub source_locale: Option<String>,
    /// The name of the one category that holds all sections.
    pub category: String,
}

impl Default for CorpusOptions {
    fn default() -> Self {
        Self { source_locale: Some(DEFAULT_LOCALE.to_owned()), category: "Knowledge base".to_owned() }
    }
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CorpusError {
    /// A line that is no article.
    #[error("line {line} is no article: {source}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// An id that occurs twice.
    #[error("line {line}: article {id} was on an earlier line")]
    Twice {
        /// The line, from 1.
        line: usize,
        /// The id.
        id: u64,
    },
}

const DEFAULT_LOCALE: &str = "en-us";

/// Made-up ids start here: as long as Zendesk's today, and above those of the recorded files.
const FIRST_ID: u64 = 46_000_000_000_000;
const ID_SPAN: u64 = 9_000_000_000_000;

#[derive(Deserialize)]
struct Line {
    id: Option<u64>,
    section_id: Option<u64>,
    title: Option<String>,
    body: Option<String>,
    locale: Option<String>,
    source_locale: Option<String>,
    label_names: Option<Vec<String>>,
    updated_at: Option<Timestamp>,
    #[serde(default)]
    translations: Vec<TranslationLine>,
    #[serde(default)]
    x: Provenance,
}

#[derive(Deserialize)]
struct TranslationLine {
    locale: String,
    title: Option<String>,
    body: Option<String>,
    updated_at: Option<Timestamp>,
    draft: Option<bool>,
    outdated: Option<bool>,
}

/// What is known of the article beside the article.
#[derive(Default, Deserialize)]
struct Provenance {
    /// A stable name where there is no id.
    key: Option<String>,
    /// The name of the section.
    section: Option<String>,
    position: Option<i64>,
    created_at: Option<Timestamp>,
    vote_sum: Option<i64>,
    vote_count: Option<u64>,
}

/// Reads a file's content; empty lines are skipped.
///
/// # Errors
/// A line that is no article, or an article that occurs twice.
pub fn from_jsonl(text: &str, options: &CorpusOptions) -> Result<Seed, CorpusError> {
    let mut reader = Reader::new(options);
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let parsed = serde_json::from_str(line);
        let line = index + 1;
        reader.add(line, parsed.map_err(|source| CorpusError::Line { line, source })?)?;
    }
    Ok(reader.finish())
}

struct Reader<'a> {
    options: &'a CorpusOptions,
    taken: BTreeSet<u64>,
    locales: BTreeSet<String>,
    sections: BTreeMap<u64, SeedSection>,
    articles: Vec<SeedArticle>,
}

impl<'a> Reader<'a> {
    fn new(options: &'a CorpusOptions) -> Self {
        Self {
            options,
            taken: BTreeSet::new(),
            locales: BTreeSet::new(),
            sections: BTreeMap::new(),
            articles: Vec::new(),
        }
    }

    fn add(&mut self, line: usize, article: Line) -> Result<(), CorpusError> {
        let name = article.x.key.clone().unwrap_or_else(|| format!("line {line}"));
        let id = match article.id {
            Some(id) if self.taken.insert(id) => id,
            Some(id) => return Err(CorpusError::Twice { line, id }),
            None => self.made_up(&format!("article {name}")),
        };
        let section_id = self.section(article.section_id, article.x.section.as_deref());
        let source = self.options.source_locale.clone().or(article.source_locale).or(article.locale);
        let source = source.unwrap_or_else(|| DEFAULT_LOCALE.to_owned()).to_ascii_lowercase();
        self.locales.insert(source.clone());
        let title = article.title.unwrap_or(name);
        let translations = self.translations(article.translations, &source, &title);
        self.articles.push(SeedArticle {
            id,
            section_id,
            source_locale: Some(source),
            title,
            body: article.body.unwrap_or_default(),
            position: article.x.position.unwrap_or_default(),
            label_names: article.label_names.unwrap_or_default(),
            vote_sum: article.x.vote_sum.unwrap_or_default(),
            vote_count: article.x.vote_count.unwrap_or_default(),
            created_at: article.x.created_at,
            updated_at: article.updated_at.or(article.x.created_at),
            translations,
            ..SeedArticle::default()
        });
        Ok(())
    }

    /// The translations, the first of each locale, without the source's.
    fn translations(
        &mut self,
        lines: Vec<TranslationLine>,
        source: &str,
        title: &str,
    ) -> Vec<SeedTranslation> {
        let mut seen = BTreeSet::from([source.to_owned()]);
        let mut translations = Vec::new();
        for line in lines {
            let locale = line.locale.to_ascii_lowercase();
            if !seen.insert(locale.clone()) {
                continue;
            }
            self.locales.insert(locale.clone());
            translations.push(SeedTranslation {
                locale,
                title: line.title.unwrap_or_else(|| title.to_owned()),
                body: line.body,
                draft: line.draft.unwrap_or_default(),
                outdated: line.outdated.unwrap_or_default(),
                updated_at: line.updated_at,
            });
        }
        translations
    }

    fn section(&mut self, id: Option<u64>, name: Option<&str>) -> u64 {
        let id = id.unwrap_or_else(|| id_of(&format!("section {}", name.unwrap_or_default())));
        let fallback = || name.map_or_else(|| format!("Section {id}"), str::to_owned);
        self.sections.entry(id).or_insert_with(|| SeedSection {
            id,
            name: fallback(),
            ..SeedSection::default()
        });
        id
    }

    fn made_up(&mut self, name: &str) -> u64 {
        let mut id = id_of(name);
        while !self.taken.insert(id) {
            id += 1;
        }
        id
    }

    fn finish(mut self) -> Seed {
        // Sections and articles come from different counters at the source, so their ids may meet here.
        let clashes: Vec<u64> = self.sections.keys().copied().filter(|id| self.taken.contains(id)).collect();
        for old in clashes {
            let new = self.made_up(&format!("section {old}"));
            if let Some(section) = self.sections.remove(&old) {
                self.sections.insert(new, SeedSection { id: new, ..section });
            }
            for article in self.articles.iter_mut().filter(|article| article.section_id == old) {
                article.section_id = new;
            }
        }
        self.taken.extend(self.sections.keys());
        let default_locale =
            self.options.source_locale.as_deref().unwrap_or(DEFAULT_LOCALE).to_ascii_lowercase();
        self.locales.insert(default_locale.clone());
        let category_id = self.made_up("category");
        let category =
            SeedCategory { id: category_id, name: self.options.category.clone(), ..SeedCategory::default() };
        Seed {
            locales: self.locales.into_iter().collect(),
            default_locale,
            content_tags: Vec::new(),
            categories: vec![category],
            sections: self
                .sections
                .into_values()
                .map(|section| SeedSection { category_id, ..section })
                .collect(),
            articles: self.articles,
        }
    }
}

/// An id from a name (FNV-1a), 14 digits.
fn id_of(name: &str) -> u64 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    FIRST_ID + hash % ID_SPAN
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = r#"
{"id":115,"section_id":7,"title":"One","body":"<p>1</p>","locale":"en-us","source_locale":null,"label_names":["a"],"updated_at":null,"translations":[],"x":{"source":"s","position":3}}
{"id":null,"section_id":null,"title":null,"body":"<p>2</p>","locale":"en","source_locale":"en","label_names":null,"updated_at":null,"translations":[{"locale":"EN-us","title":"t","body":"b","updated_at":null,"draft":null,"outdated":null},{"locale":"de","title":null,"body":"<p>zwei</p>","updated_at":null,"draft":null,"outdated":null}],"x":{"key":"two.html","section":"Help"}}
"#;

    #[test]
    fn what_a_file_lacks_is_made_up_and_always_the_same() {
        let seed = from_jsonl(LINES, &CorpusOptions::default()).unwrap();
        assert_eq!(seed.check(), Ok(()));
        assert_eq!(seed, from_jsonl(LINES, &CorpusOptions::default()).unwrap());
        assert_eq!(seed.locales, ["de", "en-us"]);
        let [one, two] = &seed.articles[..] else { panic!("{seed:?}") };
        assert_eq!((one.id, one.section_id, one.position), (115, 7, 3));
        assert_eq!(two.title, "two.html");
        assert!(two.id >= FIRST_ID);
        let locales: Vec<_> = two.translations.iter().map(|one| one.locale.as_str()).collect();
        assert_eq!(locales, ["de"], "a translation into the source locale is left out");
        assert!(seed.sections.iter().any(|section| section.name == "Help"));
    }

    #[test]
    fn without_an_override_articles_keep_their_source_locale() {
        let options = CorpusOptions { source_locale: None, ..CorpusOptions::default() };
        let seed = from_jsonl(LINES, &options).unwrap();
        assert_eq!(seed.articles[1].source_locale.as_deref(), Some("en"));
        assert_eq!(seed.articles[1].translations.len(), 2);
        assert_eq!(seed.check(), Ok(()));
    }

    #[test]
    fn an_article_and_a_section_of_one_id_are_told_apart() {
        let line = r#"{"id":7,"section_id":7,"title":"x","body":""}"#;
        let seed = from_jsonl(line, &CorpusOptions::default()).unwrap();
        assert_eq!(seed.check(), Ok(()));
        assert_eq!(seed.articles[0].id, 7);
    }

    #[test]
    fn faulty_lines_are_named() {
        let twice = "{\"id\":1}\n\n{\"id\":1}";
        assert!(matches!(
            from_jsonl(twice, &CorpusOptions::default()),
            Err(CorpusError::Twice { line: 3, id: 1 })
        ));
        assert!(matches!(
            from_jsonl("\n[", &CorpusOptions::default()),
            Err(CorpusError::Line { line: 2, .. })
        ));
    }
}
