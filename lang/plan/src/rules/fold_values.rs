//! `fold_values`: what does not depend on rows is evaluated once, and what a known value decides is decided.
//!
//! ```text
//! filter sent_at >= now - 7d and ($all or kind in $kinds)
//! ```
//! with `$all` true and the clock known becomes
//! ```text
//! filter sent_at >= 2026-11-02T09:00:00.000000Z
//! ```
//! It does not fire where evaluation fails: the failure belongs to the rows that reach the expression, and there may
//! be none (B1). It never drops an expression that would be evaluated and can fail: `x and false` stays when `x` can.

use wr_base::value::Value;

use super::can_fail;
use crate::bind::Folder;
use crate::expr::{Expr, ExprKind};

/// Folds one expression whose parts are folded already.
pub(super) fn fold(expr: &mut Expr, folder: Folder<'_>) {
    if !matches!(expr.kind, ExprKind::Literal(_))
        && let Some(value) = folder.value(expr)
    {
        expr.kind = ExprKind::Literal(value);
        return;
    }
    if let Some(mut short) = shortened(expr) {
        // Where a value is expected to be perhaps null it stays so: the type of the whole does not change.
        short.ty = expr.ty.clone();
        *expr = short;
    }
}

/// What is left of an operator of which one side is known; `None` when all of it is needed.
fn shortened(expr: &Expr) -> Option<Expr> {
    match &expr.kind {
        ExprKind::And(left, right) => junction(left, right, true),
        ExprKind::Or(left, right) => junction(left, right, false),
        ExprKind::Coalesce(left, right) => {
            Some(if literal(left)?.is_null() { (**right).clone() } else { (**left).clone() })
        }
        ExprKind::When { branches, otherwise } => {
            // A leading branch that is never taken goes; one that always is, is all.
            let first = branches.first()?;
            if *literal(&first.condition)? == Value::Bool(true) {
                return Some(first.result.clone());
            }
            let rest = branches.get(1..).unwrap_or_default().to_vec();
            if rest.is_empty() {
                return Some((**otherwise).clone());
            }
            let kind = ExprKind::When { branches: rest, otherwise: otherwise.clone() };
            let shorter = Expr { id: expr.id, ty: expr.ty.clone(), kind };
            Some(shortened(&shorter).unwrap_or(shorter))
        }
        ExprKind::Literal(_)
        | ExprKind::Column(_)
        | ExprKind::Value(_)
        | ExprKind::Fact(_)
        | ExprKind::Call { .. }
        | ExprKind::Aggregate { .. }
        | ExprKind::RelativePeriod(_)
        | ExprKind::Error => None,
    }
}

/// `and` when `neutral` is true, `or` when it is false. The neutral side goes; the other one decides, but on the right
/// only where the left, which is evaluated first, cannot fail.
fn junction(left: &Expr, right: &Expr, neutral: bool) -> Option<Expr> {
    let decides = |side: &Expr| match literal(side) {
        Some(Value::Bool(value)) => Some(*value != neutral),
        Some(_) | None => None,
    };
    match (decides(left), decides(right)) {
        (Some(true), _) => Some(left.clone()),
        (Some(false), _) => Some(right.clone()),
        (None, Some(true)) if !can_fail(left) => Some(right.clone()),
        (None, Some(false)) => Some(left.clone()),
        (None, Some(true) | None) => None,
    }
}

const fn literal(expr: &Expr) -> Option<&Value> {
    if let ExprKind::Literal(value) = &expr.kind { Some(value) } else { None }
}

#[cfg(test)]
mod tests {
    use wr_base::ids::ExprId;
    use wr_base::ty::{DataType, Type};
    use wr_base::value::{DateTime, Zone};

    use super::*;
    use crate::bind::Known;
    use crate::expr::{RelativePeriod, WhenBranch};
    use crate::functions::{FnId, Locale};
    use crate::rules::Rule;
    use crate::rules::testing::{World, check, check_stays};
    use crate::values::Values;

    fn bool_of(kind: ExprKind) -> Expr {
        Expr::new(ExprId(0), Type::optional(DataType::Bool), kind)
    }

    #[test]
    fn what_reads_no_row_is_evaluated_once() {
        let mut w = World::new();
        let scan = w.b.scan(w.cards);
        let (one, two, id) = (w.b.int(1), w.b.int(2), w.b.col(scan, "card_id"));
        let three = w.b.call(FnId::Add, "int", vec![one, two]);
        let predicate = w.b.compare(FnId::Greater, id, three);
        let filter = w.b.filter(scan, predicate);
        check(
            Rule::FoldValues,
            w.out(filter),
            "
            out:
              scan wallet.cards { card_id, user_id, kind }
              filter card_id > 3
        ",
        );
    }

    #[test]
    fn what_fails_stays_for_the_rows_that_reach_it() {
        let mut w = World::new();
        let scan = w.b.scan(w.cards);
        let (word, id) = (w.b.text("many"), w.b.col(scan, "card_id"));
        let fails = w.b.call(FnId::Int, "int", vec![word]);
        let predicate = w.b.compare(FnId::Greater, id, fails);
        let filter = w.b.filter(scan, predicate);
        check_stays(Rule::FoldValues, w.out(filter));
    }

    #[test]
    fn a_known_side_decides_and_or() {
        let mut w = World::new();
        let scan = w.b.scan(w.cards);
        let (yes, no, kept) = (w.b.bool(true), w.b.bool(false), w.is(scan, "kind", "a"));
        let other = w.is(scan, "kind", "b");
        let left = w.b.and(yes, kept);
        let right = w.b.and(other, no);
        let both = w.b.or(left, right);
        let filter = w.b.filter(scan, both);
        check(
            Rule::FoldValues,
            w.out(filter),
            r#"
            out:
              scan wallet.cards { card_id, user_id, kind }
              filter kind == "a"
        "#,
        );
    }

    #[test]
    fn what_would_be_evaluated_and_can_fail_is_not_dropped() {
        let mut w = World::new();
        let scan = w.b.scan(w.cards);
        let (fails, no) = (w.fails(scan, "kind"), w.b.bool(false));
        let both = w.b.and(fails, no);
        let filter = w.b.filter(scan, both);
        check_stays(Rule::FoldValues, w.out(filter));
    }

    #[test]
    fn a_known_condition_of_when_leaves_one_result() {
        let mut w = World::new();
        let scan = w.b.scan(w.cards);
        let branch = |condition: Expr, result: Expr| WhenBranch { condition, result };
        let branches = vec![
            branch(w.b.bool(false), w.is(scan, "kind", "never")),
            branch(w.b.bool(true), w.is(scan, "kind", "always")),
        ];
        let otherwise = Box::new(w.is(scan, "kind", "other"));
        let predicate = bool_of(ExprKind::When { branches, otherwise });
        let filter = w.b.filter(scan, predicate);
        check(
            Rule::FoldValues,
            w.out(filter),
            r#"
            out:
              scan wallet.cards { card_id, user_id, kind }
              filter kind == "always"
        "#,
        );
    }

    #[test]
    fn the_clock_is_not_read_before_it_is_known() {
        let values = Values::default();
        let period =
            Expr::new(ExprId(0), Type::required(DataType::Period), ExprKind::RelativePeriod(RelativePeriod::Yesterday));
        let folded = |now| {
            Folder::new(Known { values: &values, now }, Zone::UTC, Locale::English)
                .value(&period)
                .map(|v| v.canonical())
        };
        assert_eq!(folded(None), None);
        assert_eq!(folded(Some(DateTime(0))).as_deref(), Some("1969-12-31..1969-12-31"));
    }
}
