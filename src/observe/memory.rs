//! What a run remembers of a help center, as bytes: hashes and names, no text.
//!
//! A header, then an article on each line. Whoever keeps the bytes signs them; what is read back is checked as a whole
//! and thrown away at the least doubt, for everything in it can be had from the service again.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;

use super::Freshness;
use crate::content::ContentHash;
use crate::content::Facts;
use crate::content::Fingerprints;
use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::id::Locale;
use crate::observed::HelpCenter;
use crate::observed::Item;
use crate::observed::Translation;

/// Another version of the program may see other things in the same text.
const WRITTEN_BY: &str = env!("CARGO_PKG_VERSION");

/// What an earlier run saw.
#[derive(Debug)]
pub struct Memory {
    pub(super) freshness: Freshness,
    pub(super) articles: BTreeMap<ItemKey, Item>,
    host: String,
    locales: BTreeSet<Locale>,
}

/// Why bytes are no memory that can be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemoryError {
    /// Written by another version.
    #[error("it was written by version {0}")]
    OtherVersion(String),
    /// No line of the expected form.
    #[error("line {0} cannot be understood")]
    Line(usize),
}

#[derive(Serialize, Deserialize)]
struct Header {
    zencat: String,
    host: String,
    locales: BTreeSet<Locale>,
    swept_at: Timestamp,
    seen_until: Timestamp,
}

/// An article. Its links are item keys as text; its translations are in the order of their locales.
#[derive(Serialize, Deserialize)]
struct Line {
    id: u64,
    title: String,
    url: String,
    section: Option<u64>,
    labels: Vec<String>,
    content_tags: Vec<String>,
    position: i64,
    source_locale: Locale,
    draft: bool,
    source: Option<Source>,
    translations: BTreeMap<Locale, Kept>,
}

#[derive(Serialize, Deserialize)]
struct Source {
    hash: ContentHash,
    units: ContentHash,
    words: u32,
    links: Vec<String>,
    fingerprints: String,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    hash: ContentHash,
    draft: bool,
    outdated: bool,
    updated_at: Option<Timestamp>,
    updated_by: Option<i64>,
}

impl Memory {
    /// What is worth remembering of this sight.
    pub fn encode(help_center: &HelpCenter, freshness: Freshness) -> Vec<u8> {
        let header = Header {
            zencat: WRITTEN_BY.to_owned(),
            host: help_center.host.clone(),
            locales: help_center.locales.clone(),
            swept_at: freshness.swept_at,
            seen_until: freshness.seen_until,
        };
        let mut bytes = line(&header);
        let articles = help_center.items.values().filter(|item| item.key.kind == ItemKind::Article);
        articles.for_each(|article| bytes.extend(line(&Line::of(article))));
        bytes
    }

    /// Reads what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    /// For anything else.
    pub fn decode(text: &str) -> Result<Self, MemoryError> {
        let mut lines = text.lines().zip(1..);
        let (first, _) = lines.next().ok_or(MemoryError::Line(1))?;
        let header: Header = serde_json::from_str(first).map_err(|_| MemoryError::Line(1))?;
        if header.zencat != WRITTEN_BY {
            return Err(MemoryError::OtherVersion(header.zencat));
        }
        let articles = lines.map(|(text, number)| {
            let line: Option<Line> = serde_json::from_str(text).ok();
            let article = line.and_then(Line::into_item).ok_or(MemoryError::Line(number))?;
            Ok((article.key, article))
        });
        Ok(Self {
            freshness: Freshness { swept_at: header.swept_at, seen_until: header.seen_until },
            articles: articles.collect::<Result<_, MemoryError>>()?,
            host: header.host,
            locales: header.locales,
        })
    }

    /// It is about this help center. Where another locale is enabled, other translations may be seen.
    pub(super) fn is_about(&self, host: &str, locales: &BTreeSet<Locale>) -> bool {
        self.host == host && self.locales == *locales
    }
}

fn line(value: &impl Serialize) -> Vec<u8> {
    // Plain structs with text keys always have a JSON form; without one, the reader finds an empty line.
    let mut bytes = serde_json::to_vec(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

impl Line {
    fn of(article: &Item) -> Self {
        let Item {
            key,
            title,
            url,
            section,
            category: _,
            labels,
            content_tags,
            position,
            source_locale,
            draft,
            source,
            translations,
        } = article;
        Self {
            id: key.id,
            title: title.clone(),
            url: url.clone(),
            section: *section,
            labels: labels.clone(),
            content_tags: content_tags.clone(),
            position: *position,
            source_locale: source_locale.clone(),
            draft: *draft,
            source: source.as_ref().map(Source::of),
            translations: translations
                .iter()
                .map(|(locale, kept)| (locale.clone(), Kept::of(kept)))
                .collect(),
        }
    }

    fn into_item(self) -> Option<Item> {
        let source = match self.source {
            None => None,
            Some(source) => Some(source.into_facts()?),
        };
        let translations = self.translations.into_iter();
        Some(Item {
            key: ItemKey::article(self.id),
            title: self.title,
            url: self.url,
            section: self.section,
            category: None,
            labels: self.labels,
            content_tags: self.content_tags,
            position: self.position,
            source_locale: self.source_locale,
            draft: self.draft,
            source,
            translations: translations.map(|(locale, kept)| (locale, kept.into_translation())).collect(),
        })
    }
}

impl Source {
    fn of(facts: &Facts) -> Self {
        let Facts { hash, units, words, links, fingerprints } = facts;
        Self {
            hash: *hash,
            units: *units,
            words: *words,
            links: links.iter().map(ToString::to_string).collect(),
            fingerprints: fingerprints.encode(),
        }
    }

    fn into_facts(self) -> Option<Facts> {
        let links: Result<Vec<ItemKey>, _> = self.links.iter().map(|link| link.parse()).collect();
        Some(Facts {
            hash: self.hash,
            units: self.units,
            words: self.words,
            links: links.ok()?,
            fingerprints: Fingerprints::decode(&self.fingerprints)?,
        })
    }
}

impl Kept {
    fn of(translation: &Translation) -> Self {
        let Translation { hash, draft, outdated, updated_at, updated_by } = translation;
        Self {
            hash: *hash,
            draft: *draft,
            outdated: *outdated,
            updated_at: *updated_at,
            updated_by: *updated_by,
        }
    }

    fn into_translation(self) -> Translation {
        let Self { hash, draft, outdated, updated_at, updated_by } = self;
        Translation { hash, draft, outdated, updated_at, updated_by }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Text;
    use crate::content::content_hash;

    fn help_center() -> HelpCenter {
        let body = "<p>One two</p><p>See <a href='/hc/en-us/articles/7'>seven\u{2028}</a></p>";
        let text = Text { title: "Größe \"1\"\n::error::".to_owned(), body: body.to_owned() };
        let translation = Translation {
            hash: content_hash(&text),
            draft: true,
            outdated: true,
            updated_at: "2026-03-04T05:06:07Z".parse().ok(),
            updated_by: Some(-1),
        };
        let article = Item {
            key: ItemKey::article(61_352_944_702_489),
            title: text.title.clone(),
            url: "https://acme.zendesk.com/hc/en-us/articles/1".to_owned(),
            section: Some(3),
            category: None,
            labels: vec!["legal".to_owned()],
            content_tags: vec!["01H".to_owned()],
            position: -2,
            source_locale: Locale::new("en-us"),
            draft: true,
            source: Some(Facts::of(&text)),
            translations: BTreeMap::from([(Locale::new("de"), translation)]),
        };
        let bare =
            Item { key: ItemKey::article(2), source: None, translations: BTreeMap::new(), ..article.clone() };
        HelpCenter {
            host: "acme.zendesk.com".to_owned(),
            locales: BTreeSet::from([Locale::new("en-us"), Locale::new("de")]),
            default_locale: None,
            items: [article, bare].into_iter().map(|item| (item.key, item)).collect(),
        }
    }

    fn freshness() -> Freshness {
        Freshness {
            swept_at: Timestamp::from_second(1_800_000_000).unwrap(),
            seen_until: Timestamp::from_second(1_800_000_100).unwrap(),
        }
    }

    fn encoded() -> String {
        String::from_utf8(Memory::encode(&help_center(), freshness())).unwrap()
    }

    #[test]
    fn it_reads_back_what_it_wrote() {
        let memory = Memory::decode(&encoded()).unwrap();
        let expected = help_center();
        assert_eq!(format!("{:?}", memory.articles), format!("{:?}", expected.items));
        assert_eq!(memory.freshness, freshness());
        assert!(memory.is_about("acme.zendesk.com", &expected.locales));
        assert!(!memory.is_about("other.zendesk.com", &expected.locales));
        assert!(!memory.is_about("acme.zendesk.com", &BTreeSet::from([Locale::new("en-us")])));
    }

    #[test]
    fn anything_else_is_refused() {
        let good = encoded();
        let version = format!("\"{WRITTEN_BY}\"");
        let cases = [
            (String::new(), MemoryError::Line(1)),
            ("{}\n".to_owned(), MemoryError::Line(1)),
            (good.replace(&version, "\"0.0.1\""), MemoryError::OtherVersion("0.0.1".to_owned())),
            (good.replace("article:7", "article:x"), MemoryError::Line(3)),
            (good.replacen("\"fingerprints\":\"", "\"fingerprints\":\"!", 1), MemoryError::Line(3)),
            (format!("{good}\n"), MemoryError::Line(4)),
        ];
        for (text, error) in cases {
            assert_eq!(Memory::decode(&text).err(), Some(error), "{text}");
        }
    }
}
