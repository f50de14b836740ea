//! Parquet, for machines: exact types. Instants are marked UTC.
//!
//! An `int` column is INT64 where all its numbers fit, else DECIMAL(38, 0): Parquet has no wider whole number.

use std::io::Write;

use polars::prelude::{Column, DataFrame, DataType, IntoColumn, IntoSeries, ParquetWriter, TimeUnit, TimeZone};

use super::{ExportError, FileContent, Kept, SheetColumn, SheetContent, Watch, errors};
use crate::cells::Cells;
use crate::error::RunError;

/// Fixed, because it shapes the bytes.
const ROWS_IN_A_GROUP: usize = 262_144;
/// 10^38.
const PAST_DECIMAL: u128 = 100_000_000_000_000_000_000_000_000_000_000_000_000;

pub(super) fn check(file: &FileContent) -> Result<(), RunError> {
    for sheet in &file.sheets {
        for (at, column) in sheet.columns.iter().enumerate() {
            if sheet.columns.iter().take(at).any(|other| other.heading == column.heading) {
                return Err(errors::doubled_heading(sheet.step, "Parquet", &column.heading));
            }
            if let Cells::Int(cells) = &column.cells {
                let too_long = cells.iter().flatten().filter(|value| value.unsigned_abs() >= PAST_DECIMAL).count();
                if too_long > 0 {
                    return Err(errors::number_too_long(sheet.step, &column.heading, too_long));
                }
            }
        }
    }
    Ok(())
}

pub(super) fn write(
    sheet: &SheetContent,
    out: &mut (dyn Write + Send),
    watch: &mut Watch<'_>,
) -> Result<(), ExportError> {
    let columns = sheet
        .columns
        .iter()
        .map(|column| stored(column).map_err(|fault| errors::internal(sheet.step, &fault.to_string())))
        .collect::<Result<Vec<Column>, RunError>>()?;
    let mut data =
        DataFrame::new(sheet.rows, columns).map_err(|fault| errors::internal(sheet.step, &fault.to_string()))?;
    // One call writes all: the only moment to stop is before it.
    watch.batches(0, |_| Ok(()))?;
    let mut out = Kept::new(out);
    let written =
        ParquetWriter::new(&mut out).with_row_group_size(Some(ROWS_IN_A_GROUP)).set_parallel(false).finish(&mut data);
    match (written, out.failure) {
        (Ok(_), _) => {}
        (Err(_), Some(failure)) => return Err(failure.into()),
        (Err(fault), None) => return Err(errors::internal(sheet.step, &fault.to_string()).into()),
    }
    watch.rows += sheet.rows as u64;
    Ok(())
}

fn stored(column: &SheetColumn) -> polars::prelude::PolarsResult<Column> {
    let series = match &column.cells {
        Cells::Int(cells) => {
            let series = cells.clone().into_series();
            let fits = cells.iter().flatten().all(|value| i64::try_from(value).is_ok());
            if fits {
                series.strict_cast(&DataType::Int64)?
            } else {
                cells.clone().into_decimal_unchecked(38, 0).into_series()
            }
        }
        Cells::Decimal(cells, scale) => cells.clone().into_decimal_unchecked(38, usize::from(*scale)).into_series(),
        Cells::Float(cells) => cells.clone().into_series(),
        Cells::Text(cells) | Cells::Uuid(cells) => cells.clone().into_series(),
        Cells::Bool(cells) => cells.clone().into_series(),
        Cells::Date(cells) => cells.clone().into_date().into_series(),
        Cells::DateTime(cells) => {
            cells.clone().into_datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)).into_series()
        }
        Cells::Time(cells) => cells.clone().into_time().into_series(),
        Cells::Null(rows) => polars::prelude::Series::new_null("".into(), *rows).cast(&DataType::String)?,
    };
    Ok(series.with_name(column.heading.as_str().into()).into_column())
}
