//! The formats that commands print in.

use clap::ValueEnum;

/// A format for people, or one for machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextOrJson {
    /// For a terminal
    Text,
    /// One JSON document
    Json,
}

/// The formats of what is true of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ValidateFormat {
    /// For a terminal
    Text,
    /// One JSON document
    Json,
    /// Annotations of GitHub Actions
    Github,
}

/// The formats of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
    /// For a terminal
    Text,
    /// One JSON document
    Json,
    /// For a pull request comment
    Markdown,
    /// Annotations of GitHub Actions
    Github,
}

/// The formats of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatusFormat {
    /// For a terminal
    Text,
    /// One JSON document
    Json,
    /// For a comment or a job summary
    Markdown,
    /// The page that `zencat report` writes, of all pairs
    Html,
}

/// The formats of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScopeFormat {
    /// For a terminal
    Text,
    /// One JSON document
    Json,
    /// For a pull request comment
    Markdown,
}
