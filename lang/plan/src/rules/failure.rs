//! What can fail: the one place that rules and placement ask before they move anything (B1).
//!
//! Invariant: an expression for which [`can_fail`] is false has a value for every row of values of its columns' types.

use wr_base::ty::DataType;
use wr_base::value::Value;

use super::proofs;
use crate::declaration::SplitCounts;
use crate::expr::{Expr, ExprKind};
use crate::functions::{AggregateId, FnId, LONGEST_MADE};
use crate::logical::{Join, LogicalPlan, Node, NodeKind, Unmatched};

/// Whether evaluating an expression can fail for some row.
#[must_use]
pub fn can_fail(expr: &Expr) -> bool {
    let here = match &expr.kind {
        ExprKind::Call { function, arguments } => call_can_fail(*function, arguments, &expr.ty.data),
        ExprKind::Aggregate(call) => aggregate_can_fail(call.function),
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
    let never = [
        // A sign does not make a float infinite.
        matches!(function, FnId::Negate | FnId::Abs) && of(DataType::Float),
        function == FnId::Convert && *result == DataType::Float,
        // Only of a text it is a conversion: a moment has a day, and every number is near a float.
        matches!(function, FnId::Date | FnId::Time | FnId::Float) && !of(DataType::Text) && knows_zone(arguments),
        function == FnId::DateTime && of(DataType::DateTime),
        // Days are compared, and every moment has one.
        function == FnId::InPeriod,
        // The usual length is a number as written.
        matches!(function, FnId::PadLeft | FnId::PadRight) && arguments.get(1).is_some_and(is_short),
    ];
    !function.function().fails.is_empty() && !never.contains(&true)
}

/// Whether there is no zone to be named, or one that was checked with the script.
fn knows_zone(arguments: &[Expr]) -> bool {
    arguments.get(1).is_none_or(|zone| matches!(zone.kind, ExprKind::Literal(_)))
}

fn is_short(length: &Expr) -> bool {
    matches!(length.kind, ExprKind::Literal(Value::Int(length)) if length <= LONGEST_MADE as i128)
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
        // A key can be found in two strata.
        NodeKind::Split { counts: SplitCounts::Strata(_), .. } => true,
        NodeKind::Window(window) => window.calls.iter().any(|call| call.function.fails()),
        // B7: a text part of the key that holds the separator fails the run.
        NodeKind::Split { key, .. } | NodeKind::Sample { key, .. } => key
            .iter()
            .any(|column| node.columns.iter().any(|known| known.id == *column && known.ty.data == DataType::Text)),
        NodeKind::Scan(_)
        | NodeKind::Read { .. }
        | NodeKind::Filter { .. }
        | NodeKind::Project { .. }
        | NodeKind::Aggregate { .. }
        | NodeKind::Sort { .. }
        | NodeKind::Take { .. }
        | NodeKind::Distinct { .. }
        | NodeKind::SetOperation(_)
        | NodeKind::Unpivot(_) => false,
    }
}

fn join_can_fail(plan: &LogicalPlan, join: &Join) -> bool {
    let unmatched = match &join.unmatched {
        Unmatched::Fail | Unmatched::AtMost(_) => true,
        Unmatched::ByKind | Unmatched::Drop => false,
    };
    unmatched || join.is_one && !proofs::is_one_proved(plan, join)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logical::builder::Builder;

    #[test]
    fn what_can_fail_depends_on_the_types() {
        let mut b = Builder::new();
        let types = ["int", "float", "text", "datetime", "date"];
        let columns: Vec<(&str, &str)> = types.iter().map(|ty| (*ty, *ty)).collect();
        let table = b.table("t", "t", &columns);
        let scan = b.scan(table);
        let cases = [
            (FnId::Add, "int", vec!["int", "int"], true),
            (FnId::Equal, "bool", vec!["int", "int"], false),
            (FnId::Negate, "int", vec!["int"], true),
            (FnId::Negate, "float", vec!["float"], false),
            (FnId::Convert, "float", vec!["int"], false),
            (FnId::Int, "int", vec!["text"], true),
            (FnId::IntOrNull, "int?", vec!["text"], false),
            (FnId::Date, "date", vec!["datetime"], false),
            (FnId::Date, "date", vec!["text"], true),
            (FnId::Lower, "text", vec!["text"], false),
            (FnId::YearsBetween, "int", vec!["date", "date"], false),
            (FnId::Date, "date", vec!["datetime", "text"], true),
            (FnId::PadLeft, "text", vec!["text", "int"], true),
        ];
        for (function, result, arguments, fails) in cases {
            let arguments = arguments.into_iter().map(|name| b.col(scan, name)).collect();
            let call = b.call(function, result, arguments);
            assert_eq!(can_fail(&call), fails, "{function:?} of {result}");
        }
    }

    #[test]
    fn sums_overflow_and_counts_do_not() {
        assert!(aggregate_can_fail(AggregateId::Sum));
        assert!(!aggregate_can_fail(AggregateId::Count));
        assert!(!aggregate_can_fail(AggregateId::Min));
    }
}
