//! The content hash: SHA-256 over the canonical form.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Serialize;
use sha2::Digest as _;
use sha2::Sha256;

use super::Text;
use super::canonical;

/// Begins every hashed text. A change of the rules, or of the HTML parser's, changes it: then all texts count as
/// changed, once, instead of some of them by chance.
const VERSION: &[u8] = b"zencat content 1";

/// What a text says, as 256 bits: equal for texts that say the same. Written `sha256:` and 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash([u8; 32]);

/// The hash of a text's canonical form. Total: every text has one.
pub fn content_hash(text: &Text) -> ContentHash {
    of_fields(&canonical::plain(&text.title), &canonical::html(&text.body))
}

/// The hash of a text as if all attachments in it were one: equal for a text that was written to Zendesk and the same
/// text read back, where Zendesk has changed nothing but the ids of attachments.
pub fn attachment_blind_hash(text: &Text) -> ContentHash {
    of_fields(&canonical::plain(&text.title), &canonical::html_without_attachment_ids(&text.body))
}

fn of_fields(title: &str, body: &[u8]) -> ContentHash {
    let mut hasher = Sha256::new();
    for field in [VERSION, title.as_bytes(), body] {
        hasher.update((field.len() as u64).to_le_bytes());
        hasher.update(field);
    }
    ContentHash(hasher.finalize().into())
}

impl ContentHash {
    /// Plain SHA-256 of some bytes, for what is no help-center text.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The same of pieces that follow each other.
    pub(super) fn of_pieces<const N: usize>(pieces: [&[u8]; N]) -> Self {
        let mut hasher = Sha256::new();
        pieces.iter().for_each(|piece| hasher.update(piece));
        Self(hasher.finalize().into())
    }

    /// The first 32 hex digits, without a prefix: what a receipt has room for.
    pub fn short(&self) -> String {
        self.hex(16)
    }

    /// The bytes of [`short`](Self::short).
    pub fn first_half(&self) -> [u8; 16] {
        let mut half = [0; 16];
        half.copy_from_slice(&self.0[..16]);
        half
    }

    /// The first `bytes` bytes in hex.
    pub(super) fn hex(&self, bytes: usize) -> String {
        let mut text = String::with_capacity(bytes * 2);
        text.extend(self.digits(bytes));
        text
    }

    fn digits(&self, bytes: usize) -> impl Iterator<Item = char> {
        const DIGITS: [char; 16] =
            ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
        let nibbles = self.0.iter().take(bytes).flat_map(|byte| [byte >> 4, byte & 15]);
        nibbles.map(|nibble| DIGITS[usize::from(nibble)])
    }

    /// All bytes.
    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first three bytes: a unit's fingerprint.
    pub(super) fn print(&self) -> [u8; 3] {
        [self.0[0], self.0[1], self.0[2]]
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.hex(32))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no content hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected `sha256:` and 64 hex digits")]
pub struct ContentHashError;

impl FromStr for ContentHash {
    type Err = ContentHashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits =
            text.strip_prefix("sha256:").filter(|digits| digits.len() == 64).ok_or(ContentHashError)?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| ContentHashError)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| ContentHashError)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for ContentHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ContentHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
