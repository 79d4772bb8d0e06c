//! Ids, made from a seed and a counter: the same requests always get the same ones.

use std::collections::BTreeMap;

use sha2::Digest as _;
use sha2::Sha256;

/// The source of ids. Each kind counts for itself, so one more export does not renumber the projects after
/// it.
#[derive(Debug)]
pub(super) struct Ids {
    seed: String,
    counters: BTreeMap<&'static str, u64>,
}

impl Ids {
    pub(super) fn new(seed: &str) -> Self {
        Self { seed: seed.to_owned(), counters: BTreeMap::new() }
    }

    /// A UUID in lower case.
    pub(super) fn uuid(&mut self, kind: &'static str) -> String {
        let hex = self.hex(kind);
        let part = |from, to| hex.get(from..to).unwrap_or_default();
        format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
    }

    /// 24 hex digits: a document's id without its language (§4).
    pub(super) fn document(&mut self) -> String {
        let mut hex = self.hex("document");
        hex.truncate(24);
        hex
    }

    fn hex(&mut self, kind: &'static str) -> String {
        let counter = self.counters.entry(kind).or_default();
        *counter += 1;
        let digest = Sha256::digest(format!("{}/{kind}/{counter}", self.seed));
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Whether a text has the shape of a UUID.
pub(super) fn is_uuid(text: &str) -> bool {
    let dashes = [8, 13, 18, 23];
    text.len() == 36
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if dashes.contains(&at) { byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// A document's id in its two parts: the file and the language's number, split at the last underscore (§4).
pub(super) fn split_document_id(id: &str) -> Option<(&str, u32)> {
    let (file, language) = id.rsplit_once('_')?;
    Some((file, language.parse().ok()?))
}
