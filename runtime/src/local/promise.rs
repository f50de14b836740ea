//! What can end a node: a failing expression, a broken promise of a join or a split, a mistake of ours; and the words.

use polars::prelude::PolarsError;
use wr_base::diag::Code;
use wr_base::ids::StepId;
use wr_plan::evaluate::Failure;

use super::failure::run_error;
use super::join::Broken;
use crate::cells::StorageFault;
use crate::error::RunError;
use crate::sources::errors::internal;

/// Why a node has no rows.
#[derive(Debug)]
pub(crate) enum Fault {
    Expression(Failure),
    Broken(Broken),
    /// A part of the seed or key of a split or sample holds the separator (B7).
    Seed,
    /// The shares of a split do not fit into 100 %.
    Shares,
    /// A split is stratified by what is not the same for all rows of a key.
    TwoStrata {
        keys: Vec<String>,
    },
    Internal(String),
}

impl Fault {
    pub(super) fn internal(words: impl Into<String>) -> Self {
        Self::Internal(words.into())
    }

    /// The failure of the run, at the node's step.
    pub(super) fn at(self, step: StepId) -> RunError {
        match self {
            Self::Expression(failure) => run_error(step, failure),
            Self::Broken(Broken::FoundMany { keys }) => promise(
                step,
                Code::JoinOneFoundMany,
                "`join one` found more than one row for some rows",
                vec![format!("for example: {}", keys.join("; "))],
                "make the right side unique first (`distinct on … keep first by …`), or write `join many`",
            ),
            Self::Broken(Broken::TooManyUnmatched { unmatched, rows, share }) => {
                let limit = share.map_or_else(
                    || "none was allowed".to_owned(),
                    |share| format!("at most {}% were allowed", share.times_hundred().canonical()),
                );
                promise(
                    step,
                    Code::TooManyUnmatched,
                    &format!("{unmatched} of {rows} rows have no match, {limit}"),
                    Vec::new(),
                    "look for what is missing on the right side, or allow more with `unmatched`",
                )
            }
            Self::Seed => promise(
                step,
                Code::SplitKeySeparator,
                "a text in the seed or the key of the hash holds the byte 0x1F",
                Vec::new(),
                "`replace` it in a column of its own and take that one as the key",
            ),
            Self::Shares => promise(
                step,
                Code::SharesOutOfRange,
                "the shares of the split do not fit into 100 %",
                Vec::new(),
                "give smaller shares; none may be below zero",
            ),
            Self::TwoStrata { keys } => promise(
                step,
                Code::KeyInTwoStrata,
                "rows of one key are in two strata of the split",
                vec![format!("for example: {}", keys.join("; "))],
                "make the rows unique by the key first, or stratify by columns that belong to the key",
            ),
            Self::Internal(words) => internal(Some(step), words),
        }
    }
}

fn promise(step: StepId, code: Code, message: &str, detail: Vec<String>, help: &str) -> RunError {
    RunError {
        code,
        step: Some(step),
        expr: None,
        source: None,
        message: message.to_owned(),
        detail,
        help: Some(help.to_owned()),
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Expression(failure)
    }
}

impl From<Broken> for Fault {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

impl From<StorageFault> for Fault {
    fn from(fault: StorageFault) -> Self {
        Self::Internal(fault.to_string())
    }
}

impl From<PolarsError> for Fault {
    fn from(error: PolarsError) -> Self {
        Self::Internal(error.to_string())
    }
}
