//! What the plan needs to know of a source, without its text.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::id::ItemKey;

use super::ContentHash;
use super::Segmented;
use super::Text;
use super::Unit;
use super::content_hash;
use super::links::linked_items;

/// Facts about a source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Hash of the whole text.
    pub hash: ContentHash,
    /// Hash of the units alone, whatever their order: equal when there are no other words to translate.
    pub units: ContentHash,
    /// Words to translate.
    pub words: u32,
    /// Items of a help center that the text links to, in any locale; sorted, each once.
    pub links: Vec<ItemKey>,
    /// Short prints of the units.
    pub fingerprints: Fingerprints,
}

impl Facts {
    /// The facts about a text.
    pub fn of(text: &Text) -> Self {
        let segmented = Segmented::of(text);
        let fingerprints = Fingerprints::of(segmented.units());
        Self {
            hash: content_hash(text),
            units: hash_of_units(segmented.units()),
            words: fingerprints.words(),
            links: linked_items(&text.body),
            fingerprints,
        }
    }

    /// There is nothing to translate.
    pub fn is_empty(&self) -> bool {
        self.fingerprints.0.is_empty()
    }
}

/// The units in the order of their hashes: to move a paragraph gives translators nothing to do.
fn hash_of_units(units: &[Unit]) -> ContentHash {
    let mut hashes: Vec<[u8; 32]> = units.iter().map(|unit| *unit.hash().as_bytes()).collect();
    hashes.sort_unstable();
    ContentHash::of_bytes(hashes.as_flattened())
}

/// Three bytes and the number of words of each unit: enough to estimate how much of a changed text is new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fingerprints(Vec<Fingerprint>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Fingerprint {
    print: [u8; 3],
    words: u32,
}

impl Fingerprints {
    fn of(units: &[Unit]) -> Self {
        Self(
            units
                .iter()
                .map(|unit| Fingerprint { print: unit.hash().print(), words: unit.words() })
                .collect(),
        )
    }

    fn words(&self) -> u32 {
        self.0.iter().fold(0, |sum, unit| sum.saturating_add(unit.words))
    }

    /// The words in units that `old` does not have.
    pub fn new_words(&self, old: &Self) -> u32 {
        let mut known: HashMap<[u8; 3], usize> = HashMap::new();
        for unit in &old.0 {
            *known.entry(unit.print).or_insert(0) += 1;
        }
        let is_new = |unit: &&Fingerprint| match known.get_mut(&unit.print) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        };
        self.0.iter().filter(is_new).fold(0, |sum, unit| sum.saturating_add(unit.words))
    }

    /// Compact text: base64 of each unit's print and number of words, seven bits to a byte.
    pub fn encode(&self) -> String {
        let mut bytes = Vec::with_capacity(self.0.len() * 4);
        for unit in &self.0 {
            bytes.extend_from_slice(&unit.print);
            let mut words = unit.words;
            while words >= 0x80 {
                bytes.push((words & 0x7f) as u8 | 0x80);
                words >>= 7;
            }
            bytes.push(words as u8);
        }
        STANDARD_NO_PAD.encode(bytes)
    }

    /// Reads what [`encode`](Self::encode) wrote; `None` for any other text.
    pub fn decode(text: &str) -> Option<Self> {
        let bytes = STANDARD_NO_PAD.decode(text).ok()?;
        let mut rest = bytes.as_slice();
        // Hardly a unit has more than 127 words, so this is what it comes to, and memory is kept for no more.
        let mut units = Vec::with_capacity(bytes.len() / 4);
        while !rest.is_empty() {
            let (print, words_from) = rest.split_first_chunk::<3>()?;
            let (words, next) = decode_number(words_from)?;
            units.push(Fingerprint { print: *print, words });
            rest = next;
        }
        Some(Self(units))
    }
}

fn decode_number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let end = bytes.iter().position(|byte| byte & 0x80 == 0).filter(|end| *end < 5)?;
    let number = bytes[..=end].iter().rev().fold(0_u64, |number, byte| number << 7 | u64::from(byte & 0x7f));
    Some((u32::try_from(number).ok()?, &bytes[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(body: &str) -> Facts {
        Facts::of(&Text { title: "Reset a password".to_owned(), body: body.to_owned() })
    }

    #[test]
    fn words_links_and_emptiness() {
        let facts = facts(
            "<p>Two words</p><pre>not these</pre><img alt='one'><a href='/hc/en-us/articles/5'>Link</a>",
        );
        assert_eq!((facts.words, facts.links.as_slice()), (7, [ItemKey::article(5)].as_slice()));
        assert!(!facts.is_empty());
        assert!(
            Facts::of(&Text { title: " – ".to_owned(), body: "<p>&nbsp;</p><hr>".to_owned() }).is_empty()
        );
        assert!(Facts::of(&Text::default()).is_empty());
    }

    #[test]
    fn a_change_of_markup_alone_leaves_the_units() {
        let before = facts("<p>One</p><p>Two <b>b</b></p><img src=a>");
        for after in
            ["<h2 class=x>One</h2><p>Two <b>b</b></p><img src=a>", "<p>Two <b>b</b></p><p>One</p><img src=c>"]
        {
            let after = facts(after);
            assert_eq!(before.units, after.units);
            assert_ne!(before.hash, after.hash);
        }
        for after in [
            "<p>One</p><p>Two <i>b</i></p>",
            "<p>One</p><p>Two</p>",
            "<p>One</p><p>One</p><p>Two <b>b</b></p>",
        ] {
            assert_ne!(before.units, facts(after).units);
        }
        let swapped =
            |title: &str, body: &str| Facts::of(&Text { title: title.to_owned(), body: body.to_owned() });
        assert_ne!(swapped("a", "b").units, swapped("b", "a").units);
    }

    #[test]
    fn new_words_are_those_of_new_units() {
        let old = facts("<p>One two</p><p>Three</p>").fingerprints;
        let new = facts("<p>Three</p><p>Three</p><p>Four five six</p>").fingerprints;
        assert_eq!(new.new_words(&old), 4);
        assert_eq!(new.new_words(&new), 0);
        assert_eq!(new.new_words(&Fingerprints::default()), 8);
    }

    #[test]
    fn fingerprints_read_back_as_written() {
        let long = format!("<p>{}</p><p>x</p>", "word ".repeat(300));
        let written = facts(&long).fingerprints;
        assert_eq!(Fingerprints::decode(&written.encode()), Some(written.clone()));
        assert!(written.encode().len() <= 20);
        for text in ["!", "AAA", "AAAA", "AAAA/////////w", "AAAA////////"] {
            assert_eq!(Fingerprints::decode(text), None, "{text}");
        }
    }
}
