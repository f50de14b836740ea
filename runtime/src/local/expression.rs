//! Expressions over the rows of a frame: whole columns at a time where a kernel has exactly the meaning of
//! [`wr_plan::evaluate`], row by row through it everywhere else.
//!
//! Invariant (B1): whether an expression fails, and where, is what evaluating it row by row says. A kernel either gives
//! the column that the rows would give or declines; whatever fails is computed again by rows, which know the failure.

use std::num::NonZeroUsize;

use polars::prelude::{BooleanChunked, Column, NewChunkedArray, PlSmallStr};
use wr_base::diag::Code;
use wr_base::ids::ColumnId;
use wr_base::value::Value;
use wr_plan::evaluate::{Context, Failure, evaluate};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::Setting;

use super::failure::earlier;
use super::kernel;
use crate::cells::{Cells, StorageFault, column_from_values};
use crate::frame::{Frame, column_name};

/// What expressions may know beside their row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene {
    pub(crate) setting: Setting,
    /// Off in the tests that compare the kernels with the rows.
    pub(crate) uses_kernels: bool,
}

impl Scene {
    pub(crate) const fn new(setting: Setting) -> Self {
        Self { setting, uses_kernels: true }
    }
}

/// Fewer rows than this are not worth a thread.
const ROWS_FOR_A_THREAD: usize = 16_384;

/// The column that an expression gives, under this name.
///
/// # Errors
/// The failure of the first expression that fails in any row.
pub(crate) fn column(expr: &Expr, name: ColumnId, frame: &Frame, scene: &Scene) -> Result<Column, Failure> {
    let named = column_name(name);
    if let ExprKind::Column(id) = &expr.kind
        && let Some(column) = frame.column(*id)
    {
        return Ok(column.clone().with_name(named));
    }
    if scene.uses_kernels
        && let Some(column) = kernel::column(expr, frame, scene)
    {
        return Ok(column.with_name(named));
    }
    let values = by_rows(expr, frame, scene)?;
    column_from_values(named, &expr.ty.data, values).map_err(|fault| internal(expr, &fault))
}

/// For each row whether a condition is true; null is not.
///
/// # Errors
/// As [`column()`].
pub(crate) fn mask(expr: &Expr, frame: &Frame, scene: &Scene) -> Result<BooleanChunked, Failure> {
    if scene.uses_kernels
        && let Some(truth) = kernel::truth(expr, frame, scene)
    {
        return Ok(truth.is_true());
    }
    let values = by_rows(expr, frame, scene)?;
    Ok(BooleanChunked::from_iter_values(PlSmallStr::EMPTY, values.into_iter().map(|value| value == Value::Bool(true))))
}

/// The values of an expression, row by row.
///
/// # Errors
/// As [`column()`].
pub(crate) fn by_rows(expr: &Expr, frame: &Frame, scene: &Scene) -> Result<Vec<Value>, Failure> {
    let cells = expr
        .columns()
        .into_iter()
        .map(|column| Ok((column, frame.cells(column)?)))
        .collect::<Result<Vec<_>, StorageFault>>()
        .map_err(|fault| internal(expr, &fault))?;
    let rows = frame.rows();
    if cells.is_empty() && rows > 0 {
        // The same for all rows, and with no rows nothing is evaluated.
        let value = one_row(expr, &cells, 0, scene)?;
        return Ok(vec![value; rows]);
    }
    let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let share = rows.div_ceil(threads).max(ROWS_FOR_A_THREAD);
    let part = |from: usize| some_rows(expr, &cells, from, rows.min(from + share), scene);
    if rows <= share {
        return part(0);
    }
    let parts = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..rows)
            .step_by(share)
            .map(|from| {
                scope.spawn({
                    let part = &part;
                    move || part(from)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(stopped(expr)))).collect::<Vec<_>>()
    });
    let mut values = Vec::with_capacity(rows);
    let mut failure = None;
    for part in parts {
        match part {
            Ok(mut part) => values.append(&mut part),
            Err(failed) => failure = Some(earlier(failure, failed)),
        }
    }
    failure.map_or(Ok(values), Err)
}

/// Every row is evaluated, also behind one that failed: a later row may fail in an earlier expression.
fn some_rows(
    expr: &Expr,
    cells: &[(ColumnId, Cells)],
    from: usize,
    to: usize,
    scene: &Scene,
) -> Result<Vec<Value>, Failure> {
    let mut values = Vec::with_capacity(to - from);
    let mut failure = None;
    for row in from..to {
        match one_row(expr, cells, row, scene) {
            Ok(value) => values.push(value),
            Err(failed) => failure = Some(earlier(failure, failed)),
        }
    }
    failure.map_or(Ok(values), Err)
}

fn one_row(expr: &Expr, cells: &[(ColumnId, Cells)], row: usize, scene: &Scene) -> Result<Value, Failure> {
    let column = |wanted: ColumnId| cells.iter().find(|(id, _)| *id == wanted).map(|(_, cells)| cells.get(row));
    evaluate(expr, &Context { setting: scene.setting, values: &|_| None, columns: &column, facts: &|_| None })
}

/// A mistake of ours, at an expression.
pub(crate) fn internal(expr: &Expr, fault: &StorageFault) -> Failure {
    Failure { expr: expr.id, code: Code::Internal, detail: Some(fault.to_string()) }
}

fn stopped(expr: &Expr) -> Failure {
    Failure { expr: expr.id, code: Code::Internal, detail: Some("a computing thread ended early".to_owned()) }
}
