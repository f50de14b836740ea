//! Typed expressions to values, exactly and one row at a time: for folding, defaults, checks of parameters,
//! expectations, and wherever an engine has no exact kernel.

use wr_base::diag::Code;
use wr_base::ids::{ColumnId, ExprId, FactId, ValueId};
use wr_base::value::Value;

use crate::expr::Expr;
use crate::functions::{AggregateId, Setting};

/// What an expression may read. What a closure does not know (`None`) fails with [`Code::Internal`].
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub setting: Setting,
    pub values: &'a dyn Fn(ValueId) -> Option<Value>,
    pub columns: &'a dyn Fn(ColumnId) -> Option<Value>,
    pub facts: &'a dyn Fn(FactId) -> Option<Value>,
}

/// A failure of the run: which expression, which code, the offending value as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub expr: ExprId,
    pub code: Code,
    pub detail: Option<String>,
}

impl<'a> Context<'a> {
    /// For expressions that read neither columns nor facts.
    #[must_use]
    pub fn values(setting: Setting, values: &'a dyn Fn(ValueId) -> Option<Value>) -> Self {
        Self { setting, values, columns: &|_| None, facts: &|_| None }
    }
}

/// The value of an expression.
///
/// # Errors
/// The first failure in the order of evaluation (left to right, only what is needed).
pub fn evaluate(expr: &Expr, _context: &Context<'_>) -> Result<Value, Failure> {
    Err(Failure { expr: expr.id, code: Code::Internal, detail: None })
}

/// The value of an aggregate over the values of its argument, one per row of the group (for `count()`: anything).
/// Neither the value nor whether it fails depends on the order of the rows.
///
/// # Errors
/// Overflow. The caller knows the expression.
pub fn evaluate_aggregate(
    _function: AggregateId,
    _result: &wr_base::ty::DataType,
    _values: impl IntoIterator<Item = Value>,
) -> Result<Value, crate::functions::Fault> {
    Err(crate::functions::Fault { code: Code::Internal, detail: None })
}
