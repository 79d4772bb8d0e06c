//! Exit codes: one enum, one place.

use std::process::ExitCode;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Done, or nothing to do.
    Done,
    /// Failed, wholly or in part.
    Failed,
    /// The plan has changes; only with `--detailed-exitcode`.
    Changes,
    /// A guard refused: a stale plan, a limit, a lock that does not match.
    Refused,
    /// Wrong usage.
    Usage,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Changes => 2,
            Exit::Refused => 3,
            Exit::Usage => 64,
        })
    }
}
