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
