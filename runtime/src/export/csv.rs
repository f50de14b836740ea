//! CSV for machines (B15): RFC 4180, UTF-8, comma, lines end in CR LF, no guard; or as the script says otherwise.
//!
//! A null is an empty field; an empty text is `""`. Instants are UTC with microseconds; decimals have all digits of their
//! scale; not-a-number is `NaN`.

use std::io::Write;

use wr_base::value::{Date, DateTime, Decimal, Time};

use super::layout::Layout;
use super::{ExportError, FileContent, SheetContent, Watch, errors};
use crate::cells::Cells;
use crate::error::RunError;

pub(super) fn write(
    sheet: &SheetContent,
    layout: &Layout,
    out: &mut (dyn Write + Send),
    watch: &mut Watch<'_>,
) -> Result<(), ExportError> {
    write_rows(sheet, layout, out, watch, &mut |column, at, line| plain(column, at, layout, line))
}

/// Appends the field of a cell that is not null.
pub(super) type Field<'a> = dyn FnMut(&Cells, usize, &mut Vec<u8>) + 'a;

pub(super) fn write_rows(
    sheet: &SheetContent,
    layout: &Layout,
    out: &mut (dyn Write + Send),
    watch: &mut Watch<'_>,
    field: &mut Field<'_>,
) -> Result<(), ExportError> {
    layout.begin(out)?;
    let mut lines = Vec::new();
    if layout.has_header {
        for (at, column) in sheet.columns.iter().enumerate() {
            if at > 0 {
                layout.between(&mut lines);
            }
            layout.text(&column.heading, &mut lines);
        }
        layout.end(&mut lines);
        layout.put(out, &lines)?;
    }
    watch.batches(sheet.rows, |rows| {
        lines.clear();
        for row in rows {
            for (at, column) in sheet.columns.iter().enumerate() {
                if at > 0 {
                    layout.between(&mut lines);
                }
                let start = lines.len();
                field(&column.cells, row, &mut lines);
                // No value is written as nothing: an empty text has its quotes.
                if lines.len() == start {
                    layout.null(&mut lines);
                }
            }
            layout.end(&mut lines);
        }
        Ok(layout.put(out, &lines)?)
    })
}

/// Looks for signs that the encoding of the file does not have.
pub(super) fn check(file: &FileContent, layout: &Layout) -> Result<(), RunError> {
    for sheet in &file.sheets {
        for column in &sheet.columns {
            let headings = usize::from(!layout.holds(&column.heading));
            let texts = if let Cells::Text(texts) = &column.cells {
                texts.iter().flatten().filter(|text| !layout.holds(text)).count()
            } else {
                0
            };
            if headings + texts > 0 {
                let encoding = layout.encoding().name();
                return Err(errors::sign_not_in_encoding(sheet.step, &column.heading, encoding, headings + texts));
            }
        }
    }
    Ok(())
}

fn plain(cells: &Cells, at: usize, layout: &Layout, line: &mut Vec<u8>) {
    let start = line.len();
    match cells {
        Cells::Text(cells) => {
            if let Some(text) = cells.get(at) {
                layout.text(text, line);
            }
            return;
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
    if line.len() > start {
        layout.value(start, is_number(cells), line);
    }
}

pub(super) const fn is_number(cells: &Cells) -> bool {
    matches!(cells, Cells::Decimal(..) | Cells::Float(_))
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
