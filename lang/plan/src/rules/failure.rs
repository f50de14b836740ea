//! What can fail: the one place that rules and placement ask before they move anything (B1).
//!
//! Invariant: an expression for which [`can_fail`] is false has a value for every row of values of its columns' types.

use wr_base::ty::DataType;

use super::proofs;
use crate::expr::{Expr, ExprKind};
use crate::functions::{AggregateId, FnId};
use crate::logical::{Join, LogicalPlan, Node, NodeKind, Unmatched, visit};

/// Whether evaluating an expression can fail for some row.
#[must_use]
pub fn can_fail(expr: &Expr) -> bool {
    let here = match &expr.kind {
        ExprKind::Call { function, arguments } => call_can_fail(*function, arguments, &expr.ty.data),
        ExprKind::Aggregate { function, .. } => aggregate_can_fail(*function),
        // What is known has become a literal; one that is left has no days, or is not known yet.
        ExprKind::RelativePeriod(_) | ExprKind::Error => true,
        ExprKind::Literal(_)
        | ExprKind::Column(_)
        | ExprKind::Value(_)
        | ExprKind::Fact(_)
        | ExprKind::And(..)
        | ExprKind::Or(..)
        | ExprKind::Coalesce(..)
        | ExprKind::When { .. } => false,
    };
    here || expr.parts().into_iter().any(can_fail)
}

/// A call whose arguments have values. The function's record bounds this; types make it narrower.
fn call_can_fail(function: FnId, arguments: &[Expr], result: &DataType) -> bool {
    let of = |ty: DataType| arguments.first().is_some_and(|argument| argument.ty.data == ty);
    let never = match function {
        // A sign does not make a float infinite.
        FnId::Negate | FnId::Abs if of(DataType::Float) => true,
        FnId::Convert if *result == DataType::Float => true,
        // Only of a text it is a conversion: a moment has a day, and every number is near a float.
        FnId::Date | FnId::Float if !of(DataType::Text) => true,
        FnId::DateTime if of(DataType::DateTime) => true,
        // Days are compared, and every moment has one.
        FnId::InPeriod => true,
        other => other.function().fails.is_empty(),
    };
    !never
}

/// Whether an aggregate can fail for some rows.
#[must_use]
pub fn aggregate_can_fail(function: AggregateId) -> bool {
    !function.aggregate().fails.is_empty()
}

/// Whether computing this node of its inputs' rows can fail: fewer rows in could then mean one failure less.
#[must_use]
pub fn node_can_fail(plan: &LogicalPlan, node: &Node) -> bool {
    if node.kind.exprs().into_iter().any(can_fail) {
        return true;
    }
    match &node.kind {
        NodeKind::Join(join) => join_can_fail(plan, join),
        // B7: a text part of the key that holds the separator fails the run.
        NodeKind::Split { key, .. } => key.iter().any(|column| {
            node.columns.iter().any(|known| known.id == *column && known.ty.data == DataType::Text)
        }),
        // B6: fewer than ten held rows in a group fail the run.
        NodeKind::Aggregate { input, .. } => visit::reads_held(plan, *input),
        NodeKind::Scan(_)
        | NodeKind::Read { .. }
        | NodeKind::Filter { .. }
        | NodeKind::Project { .. }
        | NodeKind::Sort { .. }
        | NodeKind::Take { .. }
        | NodeKind::Distinct { .. } => false,
    }
}

fn join_can_fail(plan: &LogicalPlan, join: &Join) -> bool {
    let unmatched = match &join.unmatched {
        Unmatched::Fail | Unmatched::AtMost(_) => true,
        Unmatched::ByKind | Unmatched::Drop => false,
    };
    unmatched || join.is_one && !proofs::is_one_proved(plan, join)
}
