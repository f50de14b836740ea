//! Why a run did not come to its end: a code, the step, the source, and words that a runner can act on.

use wr_base::diag::Code;
use wr_base::ids::{ExprId, StepId};

/// A failure of a run. Words never hold a secret or a row's value beyond what [`RunError::detail`] says.
#[derive(Clone, Debug, PartialEq)]
pub struct RunError {
    pub code: Code,
    /// The first failing step in the script's order (B1).
    pub step: Option<StepId>,
    pub expr: Option<ExprId>,
    /// The connection that failed, by its name in `wr.toml`.
    pub source: Option<String>,
    /// What went wrong, in the reader's words, one sentence.
    pub message: String,
    /// Facts: the server's own words, up to three examples of offending keys, a path.
    pub detail: Vec<String>,
    /// What the person can do.
    pub help: Option<String>,
}

impl std::fmt::Display for RunError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for RunError {}
