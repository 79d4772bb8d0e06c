//! All problems of a file, up to a number that people can still use.

use crate::diag;
use crate::diag::Code;
use crate::diag::Diagnostic;

/// More problems than this have a common cause, and listing them costs more than it helps.
const MOST: usize = 1_000;

/// Problems found so far.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Diagnostic>);

impl Problems {
    pub(super) fn push(&mut self, problem: Diagnostic) {
        if !self.is_full() {
            self.0.push(problem);
        }
    }

    /// Nothing more is taken in: searching on is a waste.
    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= MOST
    }

    pub(super) fn has_errors(&self) -> bool {
        self.0.iter().any(Diagnostic::is_error)
    }

    /// All problems as one reads the file, and at the end whether there are more.
    pub(super) fn into_sorted(mut self) -> Vec<Diagnostic> {
        diag::sort(&mut self.0);
        if let Some(last) = self.0.last().filter(|_| self.is_full()) {
            let message = format!("there are more than {MOST} problems; the rest is not shown");
            let more = Diagnostic::error(Code::TooManyProblems, last.place, message);
            self.0.push(more.label("the last one shown").hint("they often have one cause near the top"));
        }
        self.0
    }
}
