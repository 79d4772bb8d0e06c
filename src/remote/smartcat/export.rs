//! Exports: a task, and the file it ends with (smartcat.md §7.8).

use std::io::Cursor;
use std::io::Read as _;

use crate::remote::request::Answer;
use serde::Deserialize;

/// Which segments of an export are filled with their translation; the others hold their source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExportMode {
    /// All that the editor shows.
    Current,
    /// Those confirmed at the stage asked for, or at any.
    Confirmed,
    /// Those confirmed at the last stage.
    Complete,
}

impl ExportMode {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Confirmed => "confirmed",
            Self::Complete => "complete",
        }
    }
}

/// An export that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ExportTask {
    /// Its id.
    pub id: String,
}

/// How an export stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Export {
    /// Ask again later.
    NotReady,
    /// Here it is.
    Ready(ExportFile),
    /// It cannot be made; what Smartcat says.
    Failed(String),
    /// Smartcat does not know the task (any more): ask for a new one.
    Gone,
}

/// An exported file: the document itself, or a ZIP of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportFile {
    /// Its content.
    pub bytes: Vec<u8>,
    /// The content is a ZIP.
    pub is_zip: bool,
}

/// More than any translation of an article has: Zendesk takes 1 MB (zendesk-help-center.md §10).
const LARGEST_MEMBER: u64 = 32 << 20;

impl ExportFile {
    /// The content of an export of one document, should it come as a ZIP all the same; `None` when it holds anything
    /// but one file of ordinary size.
    pub fn into_single(self) -> Option<Vec<u8>> {
        if !self.is_zip {
            return Some(self.bytes);
        }
        let mut members = self.into_members()?;
        (members.archive.len() == 1).then(|| members.read(0)).flatten()
    }

    /// The files in it, to be read one by one; `None` when it is no ZIP.
    pub fn into_members(self) -> Option<Members> {
        Some(Members { archive: zip::ZipArchive::new(Cursor::new(self.bytes)).ok()? })
    }
}

/// The files in a ZIP. Their names are only compared, never used as paths, and nothing is unpacked that nobody asks
/// for: what a small archive can blow up to stays in it.
pub struct Members {
    archive: zip::ZipArchive<Cursor<Vec<u8>>>,
}

impl Members {
    /// The one file whose name is wanted; `None` when there is none or several, or it is damaged or too large.
    pub fn only(&mut self, is_wanted: impl Fn(&str) -> bool) -> Option<Vec<u8>> {
        let mut wanted = None;
        for index in 0..self.archive.len() {
            let member = self.archive.by_index_raw(index);
            let is_it = member.is_ok_and(|member| member.name().is_ok_and(|name| is_wanted(&name)));
            if is_it && wanted.replace(index).is_some() {
                return None;
            }
        }
        self.read(wanted?)
    }

    fn read(&mut self, index: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        self.archive.by_index(index).ok()?.take(LARGEST_MEMBER + 1).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 <= LARGEST_MEMBER).then_some(bytes)
    }
}

/// The file in an answer.
pub(super) fn export_file(answer: Answer) -> ExportFile {
    let is_zip = answer.body.starts_with(b"PK\x03\x04") || answer.body.starts_with(b"PK\x05\x06");
    ExportFile { is_zip, bytes: answer.body }
}
