//! What Smartcat has that a manifest can name.

use std::collections::BTreeMap;

use crate::id::ProjectId;
use crate::id::WorkflowName;

/// What to ask Smartcat for: only what the manifest names, and only when it is about to be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Questions {
    /// The account's project templates.
    pub templates: bool,
    /// The account's glossaries.
    pub glossaries: bool,
    /// Engines, for workflows that name one: those of a project of theirs, or else the account's.
    pub engines: BTreeMap<WorkflowName, Option<ProjectId>>,
}

impl Questions {
    /// Nothing is to be asked.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What Smartcat answered. What was not asked for, or not answered, is missing.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// Names of project templates.
    pub templates: Option<Vec<String>>,
    /// Names of glossaries.
    pub glossaries: Option<Vec<String>>,
    /// Engines by workflow.
    pub engines: BTreeMap<WorkflowName, Engines>,
}

/// Engines of machine translation that a workflow can use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Engines {
    /// The engines.
    pub list: Vec<NamedEngine>,
    /// Profiles are among them. Only a project tells its profiles, the account's list has engines alone.
    pub with_profiles: bool,
}

/// An engine, or a profile of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedEngine {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Whether an engine is the one that a manifest names: by its name or, without `engine:`, by its id, in any case.
pub fn is_engine(wanted: &str, id: &str, name: &str) -> bool {
    let wanted = wanted.to_lowercase();
    name.to_lowercase() == wanted || id.to_lowercase().trim_start_matches("engine:") == wanted
}
