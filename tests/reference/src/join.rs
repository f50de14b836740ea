//! Joins: every pair of rows whose keys are equal is looked at (B2, B3).
//!
//! The equal expressions are evaluated for each row of their own side, whether or not the other side has rows. A pair
//! matches when all of them are equal (null equals nothing) and what else is asked is true; that is evaluated only for
//! pairs with equal keys. First the expressions can fail, then `join one`, then `unmatched`.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use wr_base::diag::Code;
use wr_base::row_type::RowType;
use wr_base::value::Value;
use wr_plan::expr::Expr;
use wr_plan::logical::{JoinKind, Unmatched};
use wr_sema::hir::Join;

use crate::expr::{Context, Fault, Faults, Row, StepFault, World, constant, evaluate, is_true};
use crate::functions::number::{self, exact, whole};
use crate::step::Rows;

/// `before` is the row on the left.
pub(crate) fn join(left: Rows, right: &[Row], join: &Join, before: &RowType, world: &World) -> Result<Rows, StepFault> {
    let matches = find_matches(&left.rows, right, join, world)?;
    if join.is_one && matches.iter().any(|found| found.len() > 1) {
        return Err(StepFault::Promise(Code::JoinOneFoundMany));
    }
    let unmatched = matches.iter().filter(|found| found.is_empty()).count();
    if !are_allowed(unmatched, left.rows.len(), &join.unmatched, world)? {
        return Err(StepFault::Promise(Code::TooManyUnmatched));
    }

    let nulls_of_right: Row = join.right_columns.iter().map(|(column, _)| (*column, Value::Null)).collect();
    let mut rows = Vec::new();
    for (row, found) in left.rows.iter().zip(&matches) {
        match join.kind {
            JoinKind::Semi if !found.is_empty() => rows.push(row.clone()),
            JoinKind::Anti if found.is_empty() => rows.push(row.clone()),
            JoinKind::Left | JoinKind::Full if found.is_empty() => rows.push(both(row, &nulls_of_right)),
            JoinKind::Semi | JoinKind::Anti => {}
            JoinKind::Inner | JoinKind::Left | JoinKind::Full | JoinKind::Cross => {
                rows.extend(found.iter().filter_map(|at| Some(both(row, right.get(*at)?))));
            }
        }
    }
    if join.kind == JoinKind::Full {
        let nulls_of_left: Row = before.columns.iter().map(|column| (column.id, Value::Null)).collect();
        let is_found = |at: usize| matches.iter().any(|found| found.contains(&at));
        rows.extend(
            right.iter().enumerate().filter(|(at, _)| !is_found(*at)).map(|(_, row)| both(&nulls_of_left, row)),
        );
    }
    for row in &mut rows {
        for merged in &join.merged {
            let side = |column| row.get(column).cloned().unwrap_or(Value::Null);
            let (left, right) = (side(&merged.left), side(&merged.right));
            row.insert(merged.column, if left.is_null() { right } else { left });
        }
    }
    let keeps_order = join.is_one || matches!(join.kind, JoinKind::Semi | JoinKind::Anti);
    Ok(Rows { rows, is_ordered: left.is_ordered && keeps_order && join.kind != JoinKind::Full })
}

/// For each left row the right rows that match.
fn find_matches(left: &[Row], right: &[Row], join: &Join, world: &World) -> Result<Vec<Vec<usize>>, Fault> {
    let mut faults = Faults::default();
    let left_keys = keys(left, join.equal.iter().map(|(left, _)| left), world, &mut faults);
    let right_keys = keys(right, join.equal.iter().map(|(_, right)| right), world, &mut faults);
    let mut matches = Vec::new();
    let mut right_by_key: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
    for (at, key) in right_keys.iter().enumerate() {
        if let Some(key) = canonical(key) {
            right_by_key.entry(key).or_default().push(at);
        }
    }
    for (row, key) in left.iter().zip(&left_keys) {
        let mut found = Vec::new();
        for at in canonical(key).and_then(|key| right_by_key.get(&key)).into_iter().flatten() {
            let Some(other) = right.get(*at) else { continue };
            let also = match &join.also {
                Some(also) => faults.take(evaluate(also, &Context::row(world, &both(row, other)))),
                None => Value::Bool(true),
            };
            if is_true(&also) {
                found.push(*at);
            }
        }
        matches.push(found);
    }
    faults.result().map(|()| matches)
}

fn keys<'a>(
    rows: &[Row],
    exprs: impl Iterator<Item = &'a Expr> + Clone,
    world: &World,
    faults: &mut Faults,
) -> Vec<Vec<Value>> {
    let key = |row: &Row| {
        let value = |expr| faults.take(evaluate(expr, &Context::row(world, row)));
        exprs.clone().map(value).collect()
    };
    rows.iter().map(key).collect()
}

/// Two keys of one type are equal when their canonical texts are (B18); null equals nothing, so it has none.
fn canonical(key: &[Value]) -> Option<Vec<String>> {
    key.iter().map(|value| (!value.is_null()).then(|| value.canonical())).collect()
}

fn both(left: &Row, right: &Row) -> Row {
    left.iter().chain(right).map(|(column, value)| (*column, value.clone())).collect()
}

/// Exactly the share passes.
fn are_allowed(unmatched: usize, all: usize, rule: &Unmatched, world: &World) -> Result<bool, Fault> {
    match rule {
        Unmatched::ByKind | Unmatched::Drop => Ok(true),
        Unmatched::Fail => Ok(unmatched == 0),
        Unmatched::AtMost(share) => {
            let fault = Fault { expr: share.id, code: Code::Internal };
            let share_of_all = exact(&constant(share, world)?).ok_or(fault)?.times(&whole(all));
            Ok(number::compare(&whole(unmatched), &share_of_all) != Ordering::Greater)
        }
    }
}
