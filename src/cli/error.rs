//! Errors at the edge: a kind that decides the exit code, a sentence, what led to it, and what to do.

use std::io::Write;

use crate::diag::Diagnostic;
use crate::report::diagnostics;
use crate::report::github;
use crate::report::json;
use crate::report::safe;

use super::exit::Exit;
use super::ui;
use super::ui::Ui;

/// What ends a command.
#[derive(Debug)]
pub(crate) struct CommandError(Box<Content>);

#[derive(Debug)]
struct Content {
    kind: Kind,
    message: String,
    causes: Vec<String>,
    hints: Vec<String>,
    problems: Option<Problems>,
}

/// Problems of a manifest, with the text they are in.
#[derive(Debug)]
pub(crate) struct Problems {
    pub(super) path: String,
    pub(super) text: String,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Kinds of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The command line is wrong.
    Usage,
    /// The manifest, or another file, is wrong.
    Manifest,
    /// Credentials are missing or refused.
    Credentials,
    /// A service did not do what was asked.
    Service,
    /// A guard refused.
    Refused,
    /// A person was asked and did not say yes.
    Declined,
    /// A file could not be read or written.
    File,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Manifest => "manifest",
            Self::Credentials => "credentials",
            Self::Service => "service",
            Self::Refused => "refused",
            Self::Declined => "declined",
            Self::File => "file",
        }
    }

    fn exit(self) -> Exit {
        match self {
            Self::Usage => Exit::Usage,
            Self::Refused => Exit::Refused,
            // What was asked for was not done, so a script that goes on must not take it for done.
            Self::Declined => Exit::Failed,
            Self::Manifest | Self::Credentials | Self::Service | Self::File => Exit::Failed,
        }
    }
}

impl CommandError {
    pub(super) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self(Box::new(Content {
            kind,
            message: message.into(),
            causes: Vec::new(),
            hints: Vec::new(),
            problems: None,
        }))
    }

    /// An error with all that led to it.
    pub(super) fn caused(
        kind: Kind,
        message: impl Into<String>,
        cause: &(dyn std::error::Error + 'static),
    ) -> Self {
        let mut error = Self::new(kind, message);
        error.0.causes = anyhow::Chain::new(cause).map(ToString::to_string).collect();
        error
    }

    /// With what led to it.
    pub(super) fn because(mut self, cause: impl Into<String>) -> Self {
        self.0.causes.push(cause.into());
        self
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    pub(super) fn hints(self, hints: &[&str]) -> Self {
        hints.iter().fold(self, |error, hint| error.hint(*hint))
    }

    /// Problems of the manifest.
    pub(super) fn manifest(problems: Problems) -> Self {
        let errors = problems.diagnostics.iter().filter(|problem| problem.is_error()).count();
        let message = match errors {
            1 => format!("{} has a problem", problems.path),
            errors => format!("{} has {errors} problems", problems.path),
        };
        let mut error = Self::new(Kind::Manifest, message);
        error.0.problems = Some(problems);
        error
    }

    /// Whether it is about places in the manifest.
    pub(super) fn has_places(&self) -> bool {
        self.0.problems.is_some()
    }

    /// What went wrong, in one sentence.
    pub(super) fn message(&self) -> &str {
        &self.0.message
    }

    pub(super) fn exit(&self) -> Exit {
        self.0.kind.exit()
    }

    /// Shows the error on stderr: for people, or as one line of a log.
    pub(super) fn show(&self, ui: &Ui) {
        if ui.logs_json() {
            ui.log_details("error", &self.0.message, &self.document().error);
            return;
        }
        let style = ui::ERROR;
        ui.say(|out| {
            if let Some(problems) = &self.0.problems {
                show_problems(problems, ui, out)?;
            }
            writeln!(out, "{style}error:{style:#} {}", safe::line(&self.0.message))?;
            for (index, cause) in self.0.causes.iter().enumerate() {
                writeln!(out, "  {}: {}", index + 1, safe::line(cause))?;
            }
            self.0.hints.iter().try_for_each(|hint| writeln!(out, "hint: {}", safe::line(hint)))
        });
    }

    /// The error as the one document of a command that was asked for JSON.
    pub(super) fn document(&self) -> json::FailureDocument {
        json::FailureDocument {
            format_version: json::FORMAT_VERSION,
            error: json::ErrorDocument {
                kind: self.0.kind.as_str().to_owned(),
                message: self.0.message.clone(),
                causes: self.0.causes.clone(),
                hints: self.0.hints.clone(),
                diagnostics: self.0.problems.iter().flat_map(diagnostic_documents).collect(),
            },
        }
    }
}

/// Shows warnings about the manifest: for people, or each as one line of a log.
pub(super) fn warn(problems: &Problems, ui: &Ui) {
    if ui.annotates {
        // Where stdout is gone, stderr tells.
        let _ = ui.data(|out| github::problems(&diagnostic_documents(problems), out));
    }
    match ui.logs_json() {
        true => diagnostic_documents(problems)
            .iter()
            .for_each(|warning| ui.log_details("warning", &warning.message, warning)),
        false => ui.say(|out| show_problems(problems, ui, out)),
    }
}

/// Shows problems of the manifest as rustc would.
fn show_problems(problems: &Problems, ui: &Ui, out: &mut dyn Write) -> std::io::Result<()> {
    diagnostics::render(out, &problems.path, &problems.text, &problems.diagnostics, ui.colours_talk())
}

/// Problems of the manifest for machines.
pub(super) fn diagnostic_documents(problems: &Problems) -> Vec<json::DiagnosticDocument> {
    let document = |problem: &Diagnostic| json::DiagnosticDocument {
        code: problem.code.as_str().to_owned(),
        severity: if problem.is_error() { "error" } else { "warning" }.to_owned(),
        message: problem.message.clone(),
        file: problems.path.clone(),
        line: problem.place.place.line,
        column: problem.place.place.column,
        hint: problem.hint.clone(),
    };
    problems.diagnostics.iter().map(document).collect()
}
