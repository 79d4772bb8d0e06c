//! The receipt: what zencat remembers about a file, kept in the file itself.
//!
//! There is no state file. Each Smartcat document carries a `metaInfo` string; zencat writes a compact JSON
//! record into it. Whether Smartcat keeps one `metaInfo` per file or one per language is not documented
//! (smartcat.md §7.6), so both must work: every write holds the union of all that is known of the file, and
//! every record carries the number of the write that made it. Reading merges all copies of a file: the source's
//! record comes from the latest write, each language's from the latest write that touched that language.

mod mark;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Serialize;

use crate::content::ContentHash;
use crate::content::Fingerprints;
use crate::id::FileId;
use crate::id::ItemKey;
use crate::id::Language;

pub use mark::Mark;

/// What zencat knows of one file: the source it holds and, per language, what was last delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Number of the write that made this record; grows by one with every write.
    pub writes: u32,
    /// The source that the file holds. `None` when no copy of the receipt could be read.
    pub source: Option<SourceReceipt>,
    /// Smartcat refused to replace the file's source: a changed source goes into a new file.
    pub refused: bool,
    /// The file whose place this one took.
    pub replaces: Option<FileId>,
    /// What is known per target language.
    pub languages: BTreeMap<Language, LanguageReceipt>,
}

/// The source text a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceReceipt {
    /// Content hash of the whole text.
    pub hash: Short,
    /// Hash of the units alone: equal when only markup outside the units changed.
    pub units: Short,
    /// Short prints of the units, to estimate how many words of a changed source are new.
    pub fingerprints: Option<Fingerprints>,
}

/// What was last exchanged in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageReceipt {
    /// Number of the write that made this record.
    #[serde(rename = "n", default)]
    pub writes: u32,
    /// Hash of the translation last taken from Smartcat; `None` until the first delivery or comparison.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out: Option<Short>,
    /// Hash of the translation in Zendesk that zencat accepts as known: as returned by its last write, or as found
    /// when the document was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tgt: Option<Short>,
    /// The document's status time at the last delivery or comparison.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<jiff::Timestamp>,
    /// Hash of the source on whose skeleton the translation was last assembled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Short>,
    /// Hash of the set of linked items that had this translation when links were last localised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links: Option<Short>,
    /// Why the delivery of `at` on `on` was refused by the structure check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bad: Option<String>,
    /// What was refused is a whole page all the same: `integrity: warn` lets it through.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fit: bool,
    /// The translation with this hash was imported into the document; with `withheld`, it could not be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imp: Option<Short>,
    /// `out` was compared with a translation that somebody else wrote, found different, and not delivered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
    /// Another document took this one's place without everything that was finished here: it is not deleted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub kept: bool,
    /// Assignments that zencat asked Smartcat for, each with whether Smartcat said yes. Two things cannot be seen in a
    /// document: that invitations were sent which nobody has accepted yet, and that a manager took somebody off again.
    /// Without this mark, both would be asked for with every run.
    #[serde(rename = "asg", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub assigned: BTreeMap<AssignmentMark, bool>,
}

/// Which assignment of the manifest it was: a short hash of the stage and of who is asked to do the work. Where the
/// manifest names somebody else, it is another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AssignmentMark(String);

impl AssignmentMark {
    /// The mark of an assignment, given all that makes it what it is.
    pub fn of(description: &str) -> Self {
        Self(ContentHash::of_bytes(description.as_bytes()).short()[..8].to_owned())
    }
}

/// What a receipt says of the translation now in Zendesk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is what zencat last wrote, or what it found and accepted.
    Known,
    /// There is none and zencat wrote none.
    Undelivered,
    /// It is there and zencat knows nothing of it.
    Unclaimed,
    /// It is not what zencat last wrote.
    Changed,
    /// Somebody deleted it after zencat's last write.
    Deleted,
}

impl LanguageReceipt {
    /// Compares the hash of the translation now in Zendesk with the receipt.
    pub fn standing(&self, translation: Option<&ContentHash>) -> Standing {
        match (&self.tgt, translation) {
            (None, None) => Standing::Undelivered,
            (None, Some(_)) => Standing::Unclaimed,
            (Some(known), Some(hash)) if known == hash => Standing::Known,
            (Some(_), Some(_)) => Standing::Changed,
            (Some(_), None) => Standing::Deleted,
        }
    }
}

/// The first 128 bits of a content hash: the length of `metaInfo` is limited by an unknown number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Short([u8; 16]);

/// A text that is no short hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected 32 hex digits")]
pub struct ShortError;

impl Short {
    /// A hash of a set of items; `None` for the empty set.
    pub fn of_items(items: &[ItemKey]) -> Option<Self> {
        if items.is_empty() {
            return None;
        }
        let text: BTreeSet<String> = items.iter().map(ToString::to_string).collect();
        let text: Vec<String> = text.into_iter().collect();
        Some(Self::from(&ContentHash::of_bytes(text.join("\n").as_bytes())))
    }
}

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Short {
    type Err = ShortError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = digits.then(|| u128::from_str_radix(text, 16).ok()).flatten();
        number.map(|number| Self(number.to_be_bytes())).ok_or(ShortError)
    }
}

impl Serialize for Short {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Short {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl From<&ContentHash> for Short {
    fn from(hash: &ContentHash) -> Self {
        Self(hash.first_half())
    }
}

impl PartialEq<ContentHash> for Short {
    fn eq(&self, hash: &ContentHash) -> bool {
        self.0 == hash.first_half()
    }
}

/// The record as it travels. Unknown fields are ignored: a later zencat may write more.
#[derive(Serialize, Deserialize)]
struct Wire {
    zencat: u32,
    n: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    src: Option<Short>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    units: Option<Short>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    u: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    refused: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    of: Option<FileId>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    l: BTreeMap<Language, LanguageReceipt>,
}

/// The version of the record; a record of another version is unreadable, not half-read.
const VERSION: u32 = 1;

/// Fingerprints longer than this are left out: the estimate of new words is not worth a refused `metaInfo`.
const LONGEST_FINGERPRINTS: usize = 2_000;

impl Receipt {
    /// Merges the copies found in the documents of one file. Copies that cannot be read are passed over;
    /// when none can, the receipt is empty and `source` is `None`.
    pub fn merge<'a>(copies: impl IntoIterator<Item = &'a str>) -> Self {
        let mut receipt = Self::default();
        copies.into_iter().for_each(|copy| receipt.add_copy(copy));
        receipt
    }

    /// Takes in what one more copy says, if it can be read.
    pub fn add_copy(&mut self, copy: &str) {
        if let Some(read) = Self::read(copy) {
            *self = std::mem::take(self).merged_with(read);
        }
    }

    /// The receipt as it is written into `metaInfo`.
    pub fn encode(&self) -> String {
        let source = self.source.as_ref();
        let wire = Wire {
            zencat: VERSION,
            n: self.writes,
            src: source.map(|source| source.hash),
            units: source.map(|source| source.units),
            u: source
                .and_then(|source| source.fingerprints.as_ref())
                .map(Fingerprints::encode)
                .filter(|text| text.len() <= LONGEST_FINGERPRINTS),
            refused: self.refused,
            of: self.replaces.clone(),
            l: self.languages.clone(),
        };
        serde_json::to_string(&wire).unwrap_or_default()
    }

    /// Begins the next write: what is recorded through the returned numbers is newer than all before.
    pub fn begin_write(&mut self) -> u32 {
        self.writes += 1;
        self.writes
    }

    /// Records `entry` for `language` as part of a new write.
    pub fn record(&mut self, language: &Language, entry: LanguageReceipt) {
        let writes = self.begin_write();
        self.languages.insert(language.clone(), LanguageReceipt { writes, ..entry });
    }

    /// Takes in what other copies say: of each part the latest is kept.
    pub fn absorb(&mut self, other: Self) {
        *self = std::mem::take(self).merged_with(other);
    }

    fn read(text: &str) -> Option<Self> {
        let wire: Wire = serde_json::from_str(text).ok()?;
        if wire.zencat != VERSION {
            return None;
        }
        let source = wire.src.zip(wire.units).map(|(hash, units)| SourceReceipt {
            hash,
            units,
            fingerprints: wire.u.as_deref().and_then(Fingerprints::decode),
        });
        let Wire { n: writes, refused, of: replaces, l: languages, .. } = wire;
        Some(Self { writes, source, refused, replaces, languages })
    }

    fn merged_with(mut self, other: Self) -> Self {
        if other.source.is_some() && (self.source.is_none() || other.writes > self.writes) {
            self.source = other.source;
        }
        self.writes = self.writes.max(other.writes);
        self.refused |= other.refused;
        self.replaces = self.replaces.or(other.replaces);
        for (language, entry) in other.languages {
            match self.languages.get(&language) {
                Some(known) if known.writes >= entry.writes => {}
                _ => {
                    self.languages.insert(language, entry);
                }
            }
        }
        self
    }
}
