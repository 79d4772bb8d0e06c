//! The manifest: what should be translated, and how, as people write it in git.
//!
//! A text becomes a [`Manifest`] in four steps, and every step collects all of its problems instead of stopping at one:
//!
//! ```text
//! text ─ tree.rs ─→ tree of values with their places      guard: size, depth, duplicates, aliases, tags
//!      ─ shape.rs ─→ the same, nothing unknown in it       keys, types and words, by the schema of raw.rs
//!      ─ serde_yaml ─→ raw.rs                              plain types
//!      ─ validate.rs ─→ model.rs, rules.rs                 what the keys mean together
//! ```
//!
//! Beside it: [`rules`] (which rule decides about an item), [`locales`] (Zendesk's locales, Smartcat's languages),
//! [`lock`] (the resolved scope as a file in git) and [`load`], the only door to files.

mod bits;
pub mod glob;
mod index;
mod languages;
pub mod load;
pub mod locales;
pub mod lock;
mod model;
pub mod origin;
mod problems;
mod raw;
pub mod rules;
mod schema;
mod secrets;
mod shape;
pub(crate) mod suggest;
mod tree;
mod validate;

use serde_yaml::Value;

use crate::diag::Code;
use crate::diag::Diagnostic;

use problems::Problems;
use raw::RawManifest;
use tree::Kind;
use tree::Node;

pub use crate::diag::Place;
pub use locales::Locales;
pub use model::AssignMode;
pub use model::Assignee;
pub use model::Assignment;
pub use model::Deadline;
pub use model::ExistingTranslations;
pub use model::Integrity;
pub use model::Limits;
pub use model::LinkPolicy;
pub use model::MachineTranslation;
pub use model::Manifest;
pub use model::OnEdit;
pub use model::OnRemove;
pub use model::ProjectSettings;
pub use model::ProjectTarget;
pub use model::Publish;
pub use model::Region;
pub use model::SendWhen;
pub use model::Setup;
pub use model::Smartcat;
pub use model::StageType;
pub use model::Workflow;
pub use model::WorkflowSpans;
pub use model::Zendesk;
pub use origin::Origin;
pub use rules::Match;
pub use rules::Rule;
pub use rules::Verdict;
pub use schema::schema;
pub use schema::schema_text;
pub use validate::in_name;
pub use validate::is_name;
pub(crate) use validate::languages::source_as_target;
pub(crate) use validate::languages::unknown_language;

impl Manifest {
    /// Reads a manifest. `source` is where it came from, for people.
    ///
    /// With the manifest come warnings. Without one come all problems of the file, sorted by place.
    pub fn parse(source: &str, text: &str) -> Result<(Self, Vec<Diagnostic>), Vec<Diagnostic>> {
        let mut found = Problems::default();
        let manifest = read(source, text, &mut found);
        let found = found.into_sorted();
        match manifest {
            Some(manifest) if !found.iter().any(Diagnostic::is_error) => Ok((manifest, found)),
            _ => Err(found),
        }
    }
}

fn read(source: &str, text: &str, found: &mut Problems) -> Option<Manifest> {
    let root = tree::read(text, found)?;
    if matches!(root.kind, Kind::Null) {
        found.push(
            Diagnostic::error(Code::EmptyManifest, root.span, "the manifest says nothing")
                .hint("`zencat init` writes a first manifest from what exists"),
        );
        return None;
    }
    let root = shape::check(root, found);
    if matches!(root.kind, Kind::Refused) {
        return None;
    }
    match serde_yaml::from_value::<RawManifest>(plain(&root)) {
        Ok(raw) => validate::validate(source, raw, &root, found),
        // The shape is made from the same types, so there is nothing left to refuse; should there be, it is said.
        Err(error) => {
            found.push(Diagnostic::error(Code::WrongType, root.span, error.to_string()));
            None
        }
    }
}

/// The tree without places, and without what was refused.
fn plain(node: &Node) -> Value {
    match &node.kind {
        Kind::Null | Kind::Refused => Value::Null,
        Kind::Bool(value) => Value::Bool(*value),
        Kind::Whole(number) => Value::Number((*number).into()),
        Kind::Number(text) | Kind::Text(text) => Value::String(text.clone()),
        Kind::List(items) => Value::Sequence(items.iter().map(plain).collect()),
        Kind::Map(entries) => {
            let kept = entries.iter().filter(|(_, value)| !matches!(value.kind, Kind::Refused));
            Value::Mapping(kept.map(|(key, value)| (Value::String(key.name.clone()), plain(value))).collect())
        }
    }
}
