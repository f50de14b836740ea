//! Values of other rows: what a `window` computes before its columns are made of it.

use wr_base::ids::{ColumnId, ExprId, NodeId};
use wr_base::ty::Type;

use super::SortKey;
use crate::expr::{AggregateCall, Expr};
use crate::functions::WindowId;

/// All rows of the input with the column of each call.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    pub input: NodeId,
    /// Rows with equal values of these are one partition; nulls are equal.
    pub by: Vec<Expr>,
    /// The order within a partition, completed as a sort is (B11). Empty where no call depends on it.
    pub sort: Vec<SortKey>,
    /// How many of the sort's keys were written: rows equal in these have one rank.
    pub written: usize,
    pub calls: Vec<WindowCall>,
}

/// One function over the rows of a partition, which becomes a column.
#[derive(Clone, Debug, PartialEq)]
pub struct WindowCall {
    /// The place of the call, where it fails.
    pub id: ExprId,
    pub column: ColumnId,
    pub ty: Type,
    pub function: WindowFunction,
}

#[derive(Clone, Debug, PartialEq)]
pub enum WindowFunction {
    RowNumber,
    Rank,
    DenseRank,
    /// At least 1.
    Ntile(u32),
    /// The value so many rows before, or after where it is below 0; `otherwise`, or null, where there is none.
    Shifted {
        value: Expr,
        rows: i64,
        otherwise: Option<Expr>,
    },
    First(Expr, Frame),
    Last(Expr, Frame),
    Aggregate {
        call: AggregateCall,
        frame: Frame,
    },
}

/// The rows from one place to another, both included, counted from the row itself; `None` has no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    pub from: Option<i64>,
    pub to: Option<i64>,
}

impl Frame {
    pub const WHOLE: Self = Self { from: None, to: None };
}

impl WindowFunction {
    /// The name by which it is called.
    #[must_use]
    pub fn name(&self) -> &'static str {
        let id = match self {
            Self::RowNumber => WindowId::RowNumber,
            Self::Rank => WindowId::Rank,
            Self::DenseRank => WindowId::DenseRank,
            Self::Ntile(_) => WindowId::Ntile,
            Self::Shifted { rows, .. } if *rows < 0 => WindowId::Lead,
            Self::Shifted { .. } => WindowId::Lag,
            Self::First(..) => WindowId::First,
            Self::Last(..) => WindowId::Last,
            Self::Aggregate { call, .. } => return call.function.aggregate().name,
        };
        id.record().name
    }

    /// What it reads of each row.
    #[must_use]
    pub fn exprs(&self) -> Vec<&Expr> {
        match self {
            Self::RowNumber | Self::Rank | Self::DenseRank | Self::Ntile(_) => Vec::new(),
            Self::Shifted { value, otherwise, .. } => std::iter::once(value).chain(otherwise).collect(),
            Self::First(value, _) | Self::Last(value, _) => vec![value],
            Self::Aggregate { call, .. } => call.read().collect(),
        }
    }

    /// As [`WindowFunction::exprs`], to change them in place.
    pub fn exprs_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Self::RowNumber | Self::Rank | Self::DenseRank | Self::Ntile(_) => Vec::new(),
            Self::Shifted { value, otherwise, .. } => std::iter::once(value).chain(otherwise).collect(),
            Self::First(value, _) | Self::Last(value, _) => vec![value],
            Self::Aggregate { call, .. } => call.read_mut().collect(),
        }
    }

    /// Whether its value depends on the order of the rows: an aggregate of all of them does not.
    #[must_use]
    pub fn depends_on_order(&self) -> bool {
        match self {
            Self::Aggregate { frame, .. } => *frame != Frame::WHOLE,
            Self::RowNumber
            | Self::Rank
            | Self::DenseRank
            | Self::Ntile(_)
            | Self::Shifted { .. }
            | Self::First(..)
            | Self::Last(..) => true,
        }
    }

    /// Whether it can fail for values that it can be given.
    #[must_use]
    pub fn fails(&self) -> bool {
        match self {
            Self::Aggregate { call, .. } => !call.function.aggregate().fails.is_empty(),
            Self::RowNumber
            | Self::Rank
            | Self::DenseRank
            | Self::Ntile(_)
            | Self::Shifted { .. }
            | Self::First(..)
            | Self::Last(..) => false,
        }
    }
}
