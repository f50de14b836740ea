//! CSV for machines (B15): RFC 4180, UTF-8, comma, lines end in CR LF, no guard.
//!
//! A null is an empty field; an empty text is `""`. Instants are UTC with microseconds; decimals have all digits of their
//! scale; not-a-number is `NaN`.

use std::io::Write;

use wr_base::value::{Date, DateTime, Decimal, Time};
use wr_plan::declaration::ExportOptions;

use super::{ExportError, SheetContent, Watch};
use crate::cells::Cells;

const BOM: &[u8] = "\u{feff}".as_bytes();

pub(super) fn write(
    sheet: &SheetContent,
    with: &ExportOptions,
    out: &mut (dyn Write + Send),
    watch: &mut Watch<'_>,
) -> Result<(), ExportError> {
    let delimiter = with.delimiter.unwrap_or(',');
    if with.bom.unwrap_or(false) {
        out.write_all(BOM)?;
    }
    write_rows(sheet, delimiter, out, watch, &mut |column, at, line| plain(column, at, delimiter, line))
}

/// Appends the field of a cell.
pub(super) type Field<'a> = dyn FnMut(&Cells, usize, &mut Vec<u8>) + 'a;

pub(super) fn write_rows(
    sheet: &SheetContent,
    delimiter: char,
    out: &mut (dyn Write + Send),
    watch: &mut Watch<'_>,
    field: &mut Field<'_>,
) -> Result<(), ExportError> {
    let mut between = [0; 4];
    let between = delimiter.encode_utf8(&mut between).as_bytes();
    let mut lines = Vec::new();
    for (at, column) in sheet.columns.iter().enumerate() {
        if at > 0 {
            lines.extend_from_slice(between);
        }
        quote(&column.heading, delimiter, &mut lines);
    }
    lines.extend_from_slice(b"\r\n");
    out.write_all(&lines)?;
    watch.batches(sheet.rows, |rows| {
        lines.clear();
        for row in rows {
            for (at, column) in sheet.columns.iter().enumerate() {
                if at > 0 {
                    lines.extend_from_slice(between);
                }
                field(&column.cells, row, &mut lines);
            }
            lines.extend_from_slice(b"\r\n");
        }
        Ok(out.write_all(&lines)?)
    })
}

fn plain(cells: &Cells, at: usize, delimiter: char, line: &mut Vec<u8>) {
    match cells {
        Cells::Text(cells) => {
            if let Some(text) = cells.get(at) {
                quote(text, delimiter, line);
            }
        }
        Cells::DateTime(cells) => {
            if let Some(micros) = cells.get(at) {
                append(line, DateTime(micros));
            }
        }
        Cells::Int(_)
        | Cells::Decimal(..)
        | Cells::Float(_)
        | Cells::Uuid(_)
        | Cells::Bool(_)
        | Cells::Date(_)
        | Cells::Time(_)
        | Cells::Null(_) => number_or_date(cells, at, line),
    }
}

/// What is written alike for machines and people.
pub(super) fn number_or_date(cells: &Cells, at: usize, line: &mut Vec<u8>) {
    match cells {
        Cells::Int(cells) => {
            if let Some(value) = cells.get(at) {
                // The narrow type prints several times faster, and nearly all numbers fit.
                match i64::try_from(value) {
                    Ok(value) => append(line, value),
                    Err(_) => append(line, value),
                }
            }
        }
        Cells::Decimal(cells, scale) => {
            if let Some(unscaled) = cells.get(at) {
                append(line, Decimal { unscaled, scale: *scale });
            }
        }
        Cells::Float(cells) => {
            if let Some(value) = cells.get(at) {
                append(line, if value == 0.0 { 0.0 } else { value });
            }
        }
        Cells::Uuid(cells) => line.extend_from_slice(cells.get(at).unwrap_or_default().as_bytes()),
        Cells::Bool(cells) => {
            if let Some(value) = cells.get(at) {
                append(line, value);
            }
        }
        Cells::Date(cells) => {
            if let Some(days) = cells.get(at) {
                append(line, Date(days));
            }
        }
        Cells::Time(cells) => {
            if let Some(nanos) = cells.get(at) {
                append(line, Time(nanos / 1000));
            }
        }
        Cells::Text(_) | Cells::DateTime(_) | Cells::Null(_) => {}
    }
}

pub(super) fn append(line: &mut Vec<u8>, value: impl std::fmt::Display) {
    // Writing to a Vec cannot fail.
    let _ = write!(line, "{value}");
}

/// A text as a field: in quotes where it must be, and where it is empty (else it would be a null).
pub(super) fn quote(text: &str, delimiter: char, line: &mut Vec<u8>) {
    let must = |c: char| c == delimiter || matches!(c, '"' | '\r' | '\n');
    if text.is_empty() || text.contains(must) {
        line.push(b'"');
        for (at, part) in text.split('"').enumerate() {
            if at > 0 {
                line.extend_from_slice(b"\"\"");
            }
            line.extend_from_slice(part.as_bytes());
        }
        line.push(b'"');
    } else {
        line.extend_from_slice(text.as_bytes());
    }
}
