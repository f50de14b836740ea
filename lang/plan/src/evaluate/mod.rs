//! Typed expressions to values, exactly and one row at a time: for folding, defaults, checks of parameters,
//! expectations, and wherever an engine has no exact kernel.
//!
//! Three-valued logic, and the law of failure (B1): `and`, `or`, `??` and `when` evaluate only what is needed, all else
//! is evaluated from left to right, and the first failure is the expression's.

mod aggregate;
mod relative;
#[cfg(test)]
mod tests;

pub use aggregate::{Accumulator, evaluate_aggregate};
pub use relative::period_of;

use wr_base::diag::Code;
use wr_base::ids::{ColumnId, ExprId, FactId, ValueId};
use wr_base::value::Value;

use crate::expr::{Expr, ExprKind};
use crate::functions::{Fault, Setting};

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

impl Failure {
    fn new(expr: &Expr, fault: Fault) -> Self {
        Self { expr: expr.id, code: fault.code, detail: fault.detail }
    }

    fn internal(expr: &Expr) -> Self {
        Self::new(expr, Fault::internal())
    }
}

/// The value of an expression.
///
/// # Errors
/// The first failure in the order of evaluation (left to right, only what is needed).
pub fn evaluate(expr: &Expr, context: &Context<'_>) -> Result<Value, Failure> {
    let known = |value: Option<Value>| value.ok_or_else(|| Failure::internal(expr));
    match &expr.kind {
        ExprKind::Literal(value) => Ok(value.clone()),
        ExprKind::Column(column) => known((context.columns)(*column)),
        ExprKind::Value(value) => known((context.values)(*value)),
        ExprKind::Fact(fact) => known((context.facts)(*fact)),
        ExprKind::Call { function, arguments } => {
            let arguments =
                arguments.iter().map(|argument| evaluate(argument, context)).collect::<Result<Vec<_>, _>>()?;
            function.call(&arguments, &expr.ty.data, &context.setting).map_err(|fault| Failure::new(expr, fault))
        }
        // One that is decided by its left side never looks at its right one.
        ExprKind::And(left, right) => lazy(left, right, false, context),
        ExprKind::Or(left, right) => lazy(left, right, true, context),
        ExprKind::Coalesce(left, right) => {
            let first = evaluate(left, context)?;
            if first.is_null() { evaluate(right, context) } else { Ok(first) }
        }
        ExprKind::When { branches, otherwise } => {
            for branch in branches {
                if evaluate(&branch.condition, context)? == Value::Bool(true) {
                    return evaluate(&branch.result, context);
                }
            }
            evaluate(otherwise, context)
        }
        ExprKind::RelativePeriod(words) => {
            period_of(*words, &context.setting).map(Value::Period).ok_or_else(|| Failure::new(expr, Fault::overflow()))
        }
        ExprKind::Aggregate { .. } | ExprKind::Error => Err(Failure::internal(expr)),
    }
}

/// `and` (decided by false) and `or` (decided by true).
fn lazy(left: &Expr, right: &Expr, decisive: bool, context: &Context<'_>) -> Result<Value, Failure> {
    let decided = Value::Bool(decisive);
    let first = evaluate(left, context)?;
    if first == decided {
        return Ok(decided);
    }
    let second = evaluate(right, context)?;
    if second == decided {
        return Ok(decided);
    }
    Ok(if first.is_null() { first } else { second })
}
