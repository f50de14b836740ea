//! Exit codes, as docs/reference/cli.md lists them: what a program that calls `wr` branches on.

use wr_base::diag::Code;
use wr_runtime::error::RunError;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// The script, the project or a schema is wrong; nothing was run. Also `wr fmt --check` with something to format, and
    /// `wr pull --check` with a table that differs.
    Script = 1,
    /// The command line is wrong, or a file or run that it names is not there.
    Usage = 2,
    /// A parameter's value was refused, or one is missing and nobody can be asked.
    Parameter = 3,
    /// The run failed: data, a promise of the script, a source.
    Failed = 4,
    /// An expectation of the script was broken; nothing left.
    Expectation = 5,
    /// Stopped by the person (Ctrl-C, or "no" at a prompt); nothing left.
    Cancelled = 6,
    /// Files could not be written or the store could not be used.
    Storage = 7,
    /// The occasion was already recorded with other values; nothing left.
    Occasion = 8,
    /// A fault of `wr` itself.
    Internal = 70,
}

impl Exit {
    /// How a command ends whose run failed so.
    pub(crate) fn of(error: &RunError) -> Self {
        let is_one_of = |codes: &[Code]| codes.contains(&error.code);
        if error.code == Code::ExpectationBroken {
            Self::Expectation
        } else if error.code == Code::Cancelled {
            Self::Cancelled
        } else if error.code == Code::CohortNotFound {
            Self::Parameter
        } else if is_one_of(&[Code::OccasionTaken, Code::FilesGone, Code::FilesChanged]) {
            Self::Occasion
        } else if is_one_of(&[Code::NotWritten, Code::StoreNotUsable, Code::FilesNotInPlace, Code::OutcomeUnknown]) {
            Self::Storage
        } else if is_one_of(&[Code::UnknownRun, Code::NotVoidable]) {
            Self::Usage
        } else if error.code == Code::Internal {
            Self::Internal
        } else {
            Self::Failed
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
