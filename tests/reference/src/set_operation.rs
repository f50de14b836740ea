//! `union`, `except`, `intersect` (set semantics; nulls equal one another).

use std::cmp::Ordering;
use std::collections::BTreeSet;

use wr_base::ids::ColumnId;
use wr_base::value::Value;
use wr_plan::expr::Expr;
use wr_plan::logical::SetKind;
use wr_sema::hir::{SetColumn, SetOperation};

use crate::expr::{Context, Faults, Row, StepFault, World, evaluate};
use crate::order::compare_rows;
use crate::step::Rows;

/// Of a union only the columns that somebody reads are computed; what compares whole rows reads all of them.
pub(crate) fn set_operation(
    set: &SetOperation,
    left: Vec<Row>,
    right: Vec<Row>,
    live: &BTreeSet<ColumnId>,
    world: &World,
) -> Result<Rows, StepFault> {
    let is_read = |column: &&SetColumn| set.kind != SetKind::Union || live.contains(&column.column);
    let columns: Vec<&SetColumn> = set.columns.iter().filter(is_read).collect();
    let mut faults = Faults::default();
    let mut side = |rows: &[Row], of: fn(&SetColumn) -> &Expr| -> Vec<Vec<Value>> {
        let cells = |row: &Row| {
            let cell = |column: &&SetColumn| faults.take(evaluate(of(column), &Context::row(world, row)));
            columns.iter().map(cell).collect()
        };
        rows.iter().map(cells).collect()
    };
    let (mut left, right) = (side(&left, |column| &column.left), side(&right, |column| &column.right));
    faults.result()?;
    let equal = |a: &[Value], b: &[Value]| compare_rows(a, b) == Ordering::Equal;
    let is_in_right = |row: &[Value]| right.iter().any(|other| equal(row, other));
    match set.kind {
        SetKind::Union => left.extend(right),
        SetKind::Except => left.retain(|row| !is_in_right(row)),
        SetKind::Intersect => left.retain(|row| is_in_right(row)),
    }
    if set.kind != SetKind::Union {
        left.sort_by(|a, b| compare_rows(a, b));
        left.dedup_by(|a, b| equal(a, b));
    }
    let row = |cells: Vec<Value>| columns.iter().map(|column| column.column).zip(cells).collect();
    Ok(Rows { rows: left.into_iter().map(row).collect(), is_ordered: false })
}
