//! `unpivot`: each row once for each listed column, with the column's name and its value.

use polars::prelude::{DataFrame, IntoColumn, NewChunkedArray, StringChunked};
use wr_base::value::Value;
use wr_plan::logical::{PlanColumn, Unpivot};

use super::Fault;
use super::expression::{Scene, column, internal};
use super::failure::earlier;
use crate::cells::{Cells, column_from_values};
use crate::frame::{Frame, column_name, place, take_rows};

/// # Errors
/// The failure of the first expression that fails in any row.
pub(super) fn unpivot(
    unpivot: &Unpivot,
    input: &Frame,
    columns: &[PlanColumn],
    scene: &Scene,
) -> Result<DataFrame, Fault> {
    let (rows, width) = (input.rows(), unpivot.columns.len());
    let last = place(rows.saturating_mul(width))?;
    let mut failure = None;
    let mut values = Vec::with_capacity(width);
    for (_, expr) in &unpivot.columns {
        let cells = column(expr, unpivot.value, input, scene)
            .and_then(|column| Cells::new(&column, &expr.ty.data).map_err(|fault| internal(expr, &fault)));
        match cells {
            Ok(cells) => values.push(cells),
            Err(failed) => failure = Some(earlier(failure, failed)),
        }
    }
    if let Some(failure) = failure {
        return Err(failure.into());
    }
    let of = u32::try_from(width).unwrap_or(u32::MAX).max(1);
    let repeated = take_rows(&input.data, &(0..last).map(|at| at / of).collect::<Vec<_>>())?;
    let names = (0..rows).flat_map(|_| unpivot.columns.iter().map(|(name, _)| Some(name.as_str())));
    let names = StringChunked::from_iter_options(column_name(unpivot.name), names).into_column();
    let cells = (0..rows).flat_map(|row| values.iter().map(move |cells| cells.get(row)));
    let ty = columns.iter().find(|column| column.id == unpivot.value).map(|column| &column.ty.data);
    let ty = ty.ok_or_else(|| Fault::internal("an unpivot does not give its value"))?;
    let values = column_from_values(column_name(unpivot.value), ty, cells.collect::<Vec<Value>>())?;
    let all = repeated.columns().iter().cloned().chain([names, values]).collect();
    Ok(DataFrame::new(last as usize, all)?)
}
