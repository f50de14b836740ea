//! Rows as the runtime holds them: polars columns with one fixed storage per type.
//!
//! | type | storage |
//! | --- | --- |
//! | int | Int128 |
//! | decimal(p, s) | Decimal(38, s) |
//! | float | Float64 |
//! | text, uuid (canonical) | String |
//! | bool | Boolean |
//! | date | Date |
//! | datetime | Datetime(microseconds, no zone), UTC |
//! | time | Time |
//!
//! Columns of a frame are named by their ids (`c12`), so that no name of a script can clash.
//!
//! polars filters, gathers, stacks, writes and reads these exactly. Joining, grouping or telling rows apart by one
//! Int128 or Decimal column makes its in-memory engine panic, so keys are compared by the kernels of [`crate::local`].

use polars::prelude::{
    BooleanChunked, Column, DataFrame, IdxCa, IdxSize, IntoColumn, NewChunkedArray, PlSmallStr, PolarsResult,
    StringChunked,
};
use wr_base::ids::ColumnId;
use wr_base::value::Value;
use wr_plan::logical::PlanColumn;

use crate::cells::{Cells, StorageFault, column_from_values};

/// A relation's rows, whole.
#[derive(Clone, Debug)]
pub struct Frame {
    pub columns: Vec<PlanColumn>,
    pub data: DataFrame,
}

/// The name of a column in the data of a frame.
#[must_use]
pub fn column_name(column: ColumnId) -> PlSmallStr {
    PlSmallStr::from_string(format!("c{}", column.0))
}

/// The data of a frame with these columns and no rows.
///
/// # Errors
/// A column has a type that no column can have: a mistake of ours.
pub(crate) fn no_rows(columns: &[PlanColumn]) -> Result<DataFrame, StorageFault> {
    let columns = columns.iter().map(|column| column_from_values(column_name(column.id), &column.ty.data, []));
    Ok(DataFrame::new(0, columns.collect::<Result<Vec<_>, _>>()?)?)
}

impl Frame {
    #[must_use]
    pub fn rows(&self) -> usize {
        self.data.height()
    }

    /// The data of a column, if the frame has it.
    #[must_use]
    pub fn column(&self, column: ColumnId) -> Option<&Column> {
        self.data.column(&column_name(column)).ok()
    }

    /// What the frame says of a column, if it has it.
    #[must_use]
    pub fn plan_column(&self, column: ColumnId) -> Option<&PlanColumn> {
        self.columns.iter().find(|candidate| candidate.id == column)
    }

    /// Exact access to the cells of a column.
    ///
    /// # Errors
    /// The frame has no such column, or its storage is not that of its type: a mistake of ours.
    pub fn cells(&self, column: ColumnId) -> Result<Cells, StorageFault> {
        let plan = self.plan_column(column).ok_or(StorageFault::NoColumn(column))?;
        let data = self.column(column).ok_or(StorageFault::NoColumn(column))?;
        Cells::new(data, &plan.ty.data)
    }

    /// One cell. For many cells of one column take [`Frame::cells`] once.
    ///
    /// # Errors
    /// As [`Frame::cells`].
    pub fn cell(&self, row: usize, column: ColumnId) -> Result<Value, StorageFault> {
        Ok(self.cells(column)?.get(row))
    }

    /// The same rows with these columns only, in this order.
    ///
    /// # Errors
    /// The frame lacks one of them.
    pub fn with_columns(&self, columns: &[PlanColumn]) -> Result<Self, StorageFault> {
        let data = columns
            .iter()
            .map(|column| self.column(column.id).cloned().ok_or(StorageFault::NoColumn(column.id)))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { columns: columns.to_vec(), data: DataFrame::new(self.rows(), data)? })
    }
}

/// The rows for which the mask is true. Keeps the number of rows also where there are no columns.
///
/// # Errors
/// The mask is of another length: a mistake of ours.
pub(crate) fn filter_rows(data: &DataFrame, mask: &BooleanChunked) -> PolarsResult<DataFrame> {
    let kept = mask.sum().unwrap_or(0) as usize;
    if kept == data.height() {
        return Ok(data.clone());
    }
    let columns = data.columns().iter().map(|column| column.filter(mask)).collect::<PolarsResult<Vec<_>>>()?;
    // Rows that are left hold on to the letters of all others; few of them get letters of their own.
    let are_few = kept <= data.height() / 4;
    let columns = if are_few { columns.iter().map(with_own_letters).collect() } else { columns };
    DataFrame::new(kept, columns)
}

fn with_own_letters(column: &Column) -> Column {
    let Ok(texts) = column.str() else { return column.clone() };
    let chunks = texts.downcast_iter().map(|chunk| chunk.clone().gc());
    StringChunked::from_chunk_iter(column.name().clone(), chunks).into_column()
}

/// The rows at these places, in this order.
///
/// # Errors
/// A place is past the end: a mistake of ours.
pub(crate) fn take_rows(data: &DataFrame, places: &[IdxSize]) -> PolarsResult<DataFrame> {
    let places = IdxCa::from_slice(PlSmallStr::EMPTY, places);
    let columns = data.columns().iter().map(|column| column.take(&places)).collect::<PolarsResult<Vec<_>>>()?;
    DataFrame::new(places.len(), columns)
}

/// As [`take_rows`]; `None` gives a row of nulls.
///
/// # Errors
/// A place is past the end: a mistake of ours.
pub(crate) fn take_rows_or_null(data: &DataFrame, places: &[Option<IdxSize>]) -> PolarsResult<DataFrame> {
    let places = IdxCa::from_slice_options(PlSmallStr::EMPTY, places);
    let columns = data.columns().iter().map(|column| column.take(&places)).collect::<PolarsResult<Vec<_>>>()?;
    DataFrame::new(places.len(), columns)
}

/// A number of rows as polars counts them.
///
/// # Errors
/// More rows than it can count (2^32 - 1).
pub(crate) fn place(row: usize) -> Result<IdxSize, StorageFault> {
    IdxSize::try_from(row).map_err(|_| StorageFault::TooManyRows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_rows_that_are_left_hold_on_to_no_letters_of_the_others() {
        let text = |row: u32| (!row.is_multiple_of(7)).then(|| format!("a text of more than twelve letters {row}"));
        let texts = StringChunked::from_iter_options(PlSmallStr::from_static("c1"), (0..1_000).map(text));
        let data = DataFrame::new(1_000, vec![texts.into_column()]).unwrap();
        let left = |every: u32| {
            let mask = BooleanChunked::from_iter_values(
                PlSmallStr::EMPTY,
                (0..1_000_u32).map(|row| row.is_multiple_of(every)),
            );
            filter_rows(&data, &mask).unwrap()
        };
        let letters = |data: &DataFrame| {
            data.columns()[0].str().unwrap().downcast_iter().map(|chunk| chunk.total_buffer_len()).sum::<usize>()
        };
        let (few, half) = (left(100), left(2));
        let texts = few.columns()[0].str().unwrap().iter().map(|text| text.map(str::to_owned)).collect::<Vec<_>>();
        assert_eq!(texts, (0..10).map(|row| text(row * 100)).collect::<Vec<_>>());
        assert!(letters(&few) < 500, "{}", letters(&few));
        assert_eq!(letters(&half), letters(&data));
    }
}
