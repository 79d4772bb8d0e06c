//! Plans, outcomes and states for machines: format version 1. These structs are the contract; they change only by
//! addition, whatever happens to the engine's own types.

mod action;
mod failure;
mod outcome;
mod plan;
mod saved;
mod status;

pub use action::ActionName;
pub use failure::DiagnosticDocument;
pub use failure::ErrorDocument;
pub use failure::FailureDocument;
pub use outcome::OutcomeDocument;
pub use outcome::OutcomeSummary;
pub use outcome::RequestsDocument;
pub use outcome::ResultName;
pub use outcome::StepOutcomeDocument;
pub use outcome::outcome;
pub use plan::HeldDocument;
pub use plan::HiddenDocument;
pub use plan::ItemDocument;
pub use plan::ManifestFacts;
pub use plan::PlanDocument;
pub use plan::RuleDocument;
pub use plan::SelectionDocument;
pub use plan::SmartcatFacts;
pub use plan::StepDocument;
pub use plan::Tool;
pub use plan::ZendeskFacts;
pub use plan::plan;
pub use saved::SavedItem;
pub use saved::SavedManifest;
pub use saved::SavedPlan;
pub use saved::SavedStep;
pub use status::AssignmentName;
pub use status::CoverageDocument;
pub use status::HeldReason;
pub use status::PairDocument;
pub use status::StageDocument;
pub use status::StatusDocument;
pub(super) use status::assignees;
pub(super) use status::assignment;
pub use status::editor_url;
pub use status::status;

use std::io::Result;
use std::io::Write;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::safe;

/// The version of all documents here.
pub const FORMAT_VERSION: u32 = 1;

/// The JSON Schema of a document, as it is committed in `schema/`.
pub fn schema<T: JsonSchema>() -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let schema = settings.into_generator().into_root_schema_for::<T>();
    // A schema is plain data: writing it cannot fail.
    serde_json::to_string_pretty(&schema).map(|text| text + "\n").unwrap_or_default()
}

/// Prints one document. A terminal acts on nothing in it: JSON lets any character of a text be written as its number.
///
/// # Errors
/// When `out` cannot be written.
pub fn print(document: &impl Serialize, out: &mut dyn Write) -> Result<()> {
    harmless(&serde_json::to_string_pretty(document)?, out)
}

/// Prints one document on one line, as harmless as [`print()`] does.
///
/// # Errors
/// When `out` cannot be written.
pub fn print_line(document: &impl Serialize, out: &mut dyn Write) -> Result<()> {
    harmless(&serde_json::to_string(document)?, out)
}

fn harmless(json: &str, out: &mut dyn Write) -> Result<()> {
    let json = json.replace(safe::OLD_COMMAND, r"#\u0023[");
    let mut rest = json.as_str();
    while let Some((start, c)) = rest.char_indices().find(|(_, c)| *c != '\n' && safe::acts(*c)) {
        write!(out, "{}\\u{:04x}", &rest[..start], u32::from(c))?;
        rest = &rest[start + c.len_utf8()..];
    }
    writeln!(out, "{rest}")
}
