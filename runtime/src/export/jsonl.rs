//! JSON lines, for machines: one object a row, its keys in the order of the columns.
//!
//! What a reader that makes floats of numbers would round is a text: decimals always, and a column of whole numbers where
//! one of them is beyond ±(2^53 − 1), so that a column has one type. Instants are UTC with microseconds; not-a-number is
//! `"NaN"`. The grammar: <https://www.rfc-editor.org/rfc/rfc8259>, one value a line, each line ended by LF.

use std::io::Write;

use super::csv::append;
use super::{ExportError, FileContent, SheetColumn, SheetContent, Watch, errors};
use crate::cells::Cells;
use crate::error::RunError;

/// The largest whole number that a float holds with all its neighbours.
const MOST_OF_A_FLOAT: u128 = (1 << 53) - 1;

pub(super) fn check(file: &FileContent) -> Result<(), RunError> {
    for sheet in &file.sheets {
        for (at, column) in sheet.columns.iter().enumerate() {
            if sheet.columns.iter().take(at).any(|other| other.heading == column.heading) {
                return Err(errors::doubled_heading(sheet.step, "JSON lines", &column.heading));
            }
        }
    }
    Ok(())
}

/// A column with its key as it stands in each line.
struct Keyed<'a> {
    column: &'a SheetColumn,
    key: Vec<u8>,
    is_text: bool,
}

pub(super) fn write(
    sheet: &SheetContent,
    out: &mut (dyn Write + Send),
    watch: &mut Watch<'_>,
) -> Result<(), ExportError> {
    let columns: Vec<Keyed<'_>> = sheet.columns.iter().enumerate().map(|(at, column)| keyed(at, column)).collect();
    let mut lines = Vec::new();
    watch.batches(sheet.rows, |rows| {
        lines.clear();
        for row in rows {
            lines.push(b'{');
            for column in &columns {
                lines.extend_from_slice(&column.key);
                value(column, row, &mut lines);
            }
            lines.extend_from_slice(b"}\n");
        }
        Ok(out.write_all(&lines)?)
    })
}

fn keyed(at: usize, column: &SheetColumn) -> Keyed<'_> {
    let mut key = if at == 0 { Vec::new() } else { b",".to_vec() };
    text(&column.heading, &mut key);
    key.push(b':');
    let is_text = match &column.cells {
        Cells::Int(cells) => cells.iter().flatten().any(|value| value.unsigned_abs() > MOST_OF_A_FLOAT),
        Cells::Bool(_) | Cells::Float(_) | Cells::Null(_) => false,
        Cells::Decimal(..) | Cells::Text(_) | Cells::Uuid(_) | Cells::Date(_) | Cells::DateTime(_) | Cells::Time(_) => {
            true
        }
    };
    Keyed { column, key, is_text }
}

fn value(column: &Keyed<'_>, row: usize, line: &mut Vec<u8>) {
    match &column.column.cells {
        Cells::Text(cells) | Cells::Uuid(cells) => match cells.get(row) {
            Some(value) => text(value, line),
            None => line.extend_from_slice(b"null"),
        },
        Cells::Float(cells) => match cells.get(row) {
            Some(value) if value.is_finite() => append(line, if value == 0.0 { 0.0 } else { value }),
            Some(value) => text(&value.to_string(), line),
            None => line.extend_from_slice(b"null"),
        },
        cells @ (Cells::Int(_)
        | Cells::Decimal(..)
        | Cells::Bool(_)
        | Cells::Date(_)
        | Cells::DateTime(_)
        | Cells::Time(_)
        | Cells::Null(_)) => {
            let value = cells.get(row);
            if value.is_null() {
                line.extend_from_slice(b"null");
            } else if column.is_text {
                // Digits, signs and colons: nothing that JSON escapes.
                append(line, format_args!("\"{}\"", cell_text(cells, row, &value.canonical())));
            } else {
                append(line, value.canonical());
            }
        }
    }
}

/// Decimals keep all digits of their scale, as in CSV.
fn cell_text(cells: &Cells, row: usize, canonical: &str) -> String {
    if let Cells::Decimal(decimals, scale) = cells
        && let Some(unscaled) = decimals.get(row)
    {
        return wr_base::value::Decimal { unscaled, scale: *scale }.to_string();
    }
    canonical.to_owned()
}

fn text(text: &str, line: &mut Vec<u8>) {
    // Writing a text to a Vec cannot fail.
    let _ = serde_json::to_writer(line, text);
}
