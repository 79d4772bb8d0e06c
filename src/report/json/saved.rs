//! The part of a plan file that apply reads back.

use serde::Deserialize;

use crate::id::ItemKey;
use crate::id::ItemKind;

use super::super::safe;
use super::ActionName;
use super::SelectionDocument;

/// The part of a plan file that apply reads back: everything else is derived anew and compared by these ids.
#[derive(Debug, Deserialize)]
pub struct SavedPlan {
    /// Must be [`FORMAT_VERSION`](super::FORMAT_VERSION).
    pub format_version: u32,
    /// The digest.
    pub digest: String,
    /// The manifest it was made from.
    pub manifest: SavedManifest,
    /// The part of the scope that it is for.
    #[serde(default)]
    pub selection: SelectionDocument,
    /// Its steps.
    pub steps: Vec<SavedStep>,
}

/// See [`SavedPlan`].
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say what they are")]
pub struct SavedManifest {
    pub name: String,
}

/// See [`SavedPlan`].
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say what they are")]
pub struct SavedStep {
    pub id: String,
    pub action: ActionName,
    pub item: Option<SavedItem>,
    pub languages: Vec<String>,
    pub project: String,
}

/// See [`SavedPlan`].
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say what they are")]
pub struct SavedItem {
    pub kind: ItemKind,
    pub id: u64,
}

impl SavedItem {
    /// Its key.
    pub fn key(&self) -> ItemKey {
        ItemKey { kind: self.kind, id: self.id }
    }
}

impl SavedStep {
    /// What it is about, in a few words. A plan file may have been written by anybody.
    pub fn describe(&self) -> String {
        let subject = match &self.item {
            Some(item) => format!("{} {}", item.kind, item.id),
            None => format!("project \"{}\"", safe::line(&self.project)),
        };
        format!("{} {subject} {}", self.action.verb(), safe::line(&self.languages.join(", ")))
            .trim_end()
            .to_owned()
    }
}
