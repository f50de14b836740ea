//! Order of values and rows (B11), sort, distinct.
//!
//! Nulls come last, ascending or descending. Numbers are compared as numbers, texts byte by byte, false before true; the
//! float that is no number is equal to itself and after all others. A sort is completed by the key of the row, or, where
//! none is known, by all its columns: so no two rows that differ can change places between runs.

use std::cmp::Ordering;

use wr_base::ids::ColumnId;
use wr_base::row_type::RowType;
use wr_base::value::Value;
use wr_plan::logical::SortKey;

use crate::expr::{Context, Fault, Faults, Row, World, evaluate};
use crate::functions::number;

/// The order of two values of one type, neither of them null.
pub(crate) fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Float(a), Value::Float(b)) => compare_floats(*a, *b),
        (Value::Text(a), Value::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::DateTime(a), Value::DateTime(b)) => a.cmp(b),
        (Value::Time(a), Value::Time(b)) => a.cmp(b),
        (Value::Uuid(a), Value::Uuid(b)) => a.cmp(b),
        (Value::Period(a), Value::Period(b)) => (a.first, a.last).cmp(&(b.first, b.last)),
        (Value::Duration(a), Value::Duration(b)) => (a.months, a.days, a.micros).cmp(&(b.months, b.days, b.micros)),
        (a, b) => match (number::exact(a), number::exact(b)) {
            (Some(a), Some(b)) => number::compare(&a, &b),
            (None, _) | (_, None) => a.canonical().cmp(&b.canonical()),
        },
    }
}

fn compare_floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

/// With nulls: they are equal to one another, and after everything else. For grouping, `distinct`, `unique`.
pub(crate) fn compare_cells(a: &Value, b: &Value) -> Ordering {
    match (a.is_null(), b.is_null()) {
        (false, false) => compare(a, b),
        (a, b) => a.cmp(&b),
    }
}

pub(crate) fn compare_rows(a: &[Value], b: &[Value]) -> Ordering {
    let cells = a.iter().zip(b).map(|(a, b)| compare_cells(a, b));
    cells.fold(Ordering::Equal, Ordering::then)
}

/// What completes a sort of such rows: the shortest of the known keys (the first of these), or all columns.
pub(crate) fn completion(row: &RowType) -> Vec<ColumnId> {
    match row.keys.iter().min_by_key(|key| key.len()) {
        Some(key) => key.clone(),
        None => row.columns.iter().map(|column| column.id).collect(),
    }
}

/// A `distinct` over whole rows compares all columns; one that keeps a row per value of `on` is completed as a sort is.
pub(crate) fn completion_of_distinct(on: &[ColumnId], row: &RowType) -> Vec<ColumnId> {
    if on.is_empty() { row.columns.iter().map(|column| column.id).collect() } else { completion(row) }
}

/// The rows in the order of `by`, completed by `completion`.
pub(crate) fn sort(rows: Vec<Row>, by: &[SortKey], completion: &[ColumnId], world: &World) -> Result<Vec<Row>, Fault> {
    let mut faults = Faults::default();
    let mut keyed: Vec<(Vec<Value>, Row)> = rows
        .into_iter()
        .map(|row| {
            let keys = by.iter().map(|key| faults.take(evaluate(&key.expr, &Context::row(world, &row))));
            let keys = keys.collect::<Vec<_>>();
            (keys.into_iter().chain(cells(&row, completion)).collect(), row)
        })
        .collect();
    faults.result()?;
    keyed.sort_by(|(a, _), (b, _)| {
        for (at, (a, b)) in a.iter().zip(b).enumerate() {
            let descending = by.get(at).is_some_and(|key| key.descending);
            let order = match (a.is_null(), b.is_null()) {
                (false, false) if descending => compare(b, a),
                (_, _) => compare_cells(a, b),
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        Ordering::Equal
    });
    Ok(keyed.into_iter().map(|(_, row)| row).collect())
}

/// The first row, in the order of `keep`, of those with equal cells in `on`; of equal rows, where `on` is empty.
pub(crate) fn distinct(
    rows: Vec<Row>,
    on: &[ColumnId],
    keep: &[SortKey],
    before: &RowType,
    world: &World,
) -> Result<Vec<Row>, Fault> {
    let completion = completion_of_distinct(on, before);
    let on = if on.is_empty() { completion.clone() } else { on.to_vec() };
    let mut groups: Vec<(Vec<Value>, Row)> =
        sort(rows, keep, &completion, world)?.into_iter().map(|row| (cells(&row, &on), row)).collect();
    // A stable sort: in each group the order of `keep` stays.
    groups.sort_by(|(a, _), (b, _)| compare_rows(a, b));
    groups.dedup_by(|(a, _), (b, _)| compare_rows(a, b) == Ordering::Equal);
    Ok(groups.into_iter().map(|(_, row)| row).collect())
}

/// The cells of some columns.
pub(crate) fn cells(row: &Row, columns: &[ColumnId]) -> Vec<Value> {
    columns.iter().map(|column| row.get(column).cloned().unwrap_or(Value::Null)).collect()
}
