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

impl Exit {
    /// All of them.
    pub(super) const ALL: &[Self] = &[Self::Done, Self::Failed, Self::Changes, Self::Refused, Self::Usage];

    /// The process's exit code.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Changes => 2,
            Self::Refused => 3,
            Self::Usage => 64,
        }
    }

    /// What it tells, for the help.
    pub(super) fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done, or nothing to do",
            Self::Failed => {
                "failed, wholly or in part: the report says which; or a person who was asked did not say yes"
            }
            Self::Changes => "the plan has changes; only with --detailed-exitcode",
            Self::Refused => "refused by a guard: a stale plan, a limit, a lock that does not match",
            Self::Usage => "wrong usage: an option or argument that cannot be",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
