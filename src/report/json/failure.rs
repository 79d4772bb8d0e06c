//! The document of a command that failed, and of problems of the manifest.

use schemars::JsonSchema;
use serde::Serialize;

/// What is printed instead when a command fails.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FailureDocument {
    /// Always 1.
    pub format_version: u32,
    /// What went wrong.
    pub error: ErrorDocument,
}

/// What went wrong.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ErrorDocument {
    /// The kind, in kebab-case.
    pub kind: String,
    /// One sentence.
    pub message: String,
    /// What led to it, the nearest first.
    pub causes: Vec<String>,
    /// What to do.
    pub hints: Vec<String>,
    /// Problems of the manifest, each with its place.
    pub diagnostics: Vec<DiagnosticDocument>,
}

/// One problem of the manifest.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiagnosticDocument {
    /// Its code; `zencat explain CODE` tells more.
    pub code: String,
    /// `error` or `warning`.
    pub severity: String,
    /// One sentence.
    pub message: String,
    /// The file.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
    /// What to do.
    pub hint: Option<String>,
}
