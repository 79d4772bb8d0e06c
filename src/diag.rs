//! What is said about a file that somebody wrote: a stable code, one sentence, the place, and what to do about it.
//!
//! Nothing here prints. Rooms that read files collect [`Diagnostic`]s, all of them at once; `report/` renders them.

mod codes;
mod lines;

use std::fmt;

use serde::Serialize;

pub use codes::Code;
pub use lines::Lines;

/// A line and a column, both from 1; columns count characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A stretch of a file on one line: what is underlined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Its first byte.
    pub start: usize,
    /// The byte after its last one.
    pub end: usize,
    /// Where it begins, for people.
    pub place: Place,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// The file can be used; something in it is probably not meant.
    Warning,
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its stable name.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong: one sentence.
    pub message: String,
    /// Where.
    pub place: Span,
    /// A few words at the place.
    pub label: String,
    /// A second place that belongs to it, with a few words: where a name was first used, for example.
    pub also: Option<(Span, String)>,
    /// What to do.
    pub hint: Option<String>,
    /// Bytes of the file that must never be shown: a credential that somebody wrote into it.
    pub conceal: Option<(usize, usize)>,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: Code, place: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            place,
            label: String::new(),
            also: None,
            hint: None,
            conceal: None,
        }
    }

    /// A warning.
    pub fn warning(code: Code, place: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, place, message) }
    }

    /// With a few words at the place.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// With a second place.
    pub fn also(mut self, span: Span, label: impl Into<String>) -> Self {
        self.also = Some((span, label.into()));
        self
    }

    /// With advice.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With advice, where there is some.
    pub fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint.or(self.hint);
        self
    }

    /// With bytes that must not be shown.
    pub fn conceal(mut self, start: usize, end: usize) -> Self {
        self.conceal = Some((start, end));
        self
    }

    /// It is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Sorts diagnostics as one reads a file.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| (a.place, a.code, &a.message).cmp(&(b.place, b.code, &b.message)));
}
