//! One sheet: headings, then rows.
//!
//! A spreadsheet's number has 15 digits. Where one number of a column has more, the whole column is text, so that it sorts
//! and compares as one. Times are cut to the millisecond, the finest that a sheet knows, never rounded into the next day.

use rust_xlsxwriter::{Format, IgnoreError, Worksheet, XlsxError};
use wr_base::value::{Date, DateTime, Decimal, Time};

use super::super::{ExportError, Setting, SheetColumn, SheetContent, Watch, errors};
use super::format::Formats;
use crate::cells::Cells;

/// 10^15: the first whole number with 16 digits.
const PAST_NUMBER: u128 = 1_000_000_000_000_000;
/// Days from the sheet's day 0 (1899-12-30) to 1970-01-01.
const EPOCH: i64 = 25_569;
/// 1900-03-01: before it, spreadsheets count a day that never was.
const FIRST_DAY: i64 = 61 - EPOCH;
const MILLIS_OF_DAY: i64 = 86_400_000;
/// Rows that decide the width of a column.
const MEASURED: usize = 1000;
const WIDEST: usize = 60;

/// Whether the numbers of a column are written as numbers.
fn are_numbers(column: &SheetColumn) -> bool {
    match &column.cells {
        Cells::Int(cells) | Cells::Decimal(cells, _) => {
            cells.iter().flatten().all(|value| value.unsigned_abs() < PAST_NUMBER)
        }
        Cells::Float(_)
        | Cells::Text(_)
        | Cells::Uuid(_)
        | Cells::Bool(_)
        | Cells::Date(_)
        | Cells::DateTime(_)
        | Cells::Time(_)
        | Cells::Null(_) => true,
    }
}

pub(super) fn write(
    sheet: &mut Worksheet,
    content: &SheetContent,
    setting: &Setting,
    formats: &Formats,
    watch: &mut Watch<'_>,
    failed: &dyn Fn(XlsxError) -> ExportError,
) -> Result<(), ExportError> {
    let too_wide = |_| errors::too_many_columns(content.step, &content.title, content.columns.len());
    let last = u32::try_from(content.rows)
        .map_err(|_| errors::internal(content.step, "a sheet was not split where it is full"))?;
    let columns = content
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| Ok((u16::try_from(at).map_err(too_wide)?, column, are_numbers(column))))
        .collect::<Result<Vec<_>, ExportError>>()?;
    let shown: Vec<Option<Format>> = columns.iter().map(|(_, column, _)| formats.of(column)).collect();
    for (at, column, is_number) in &columns {
        sheet.set_column_width(*at, width(column, content.rows)).map_err(failed)?;
        if (!is_number || matches!(column.cells, Cells::Text(_))) && last > 0 {
            sheet.ignore_error_range(1, *at, last, *at, IgnoreError::NumberStoredAsText).map_err(failed)?;
        }
    }
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    // On paper: all columns on a page, the headings on each.
    sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0).map_err(failed)?;
    if let Some((at, ..)) = columns.last().filter(|_| last > 0) {
        sheet.autofilter(0, 0, last, *at).map_err(failed)?;
    }
    for (at, column, _) in &columns {
        sheet.write_string_with_format(0, *at, column.heading.as_str(), &formats.heading).map_err(failed)?;
    }
    watch.batches(content.rows, |rows| {
        for row in rows {
            // The number of rows was compared with the sheet's before.
            let line = u32::try_from(row + 1).unwrap_or(u32::MAX);
            for ((at, column, is_number), shown) in columns.iter().zip(&shown) {
                let place = Place { line, column: *at, shown: shown.as_ref() };
                write_cell(sheet, place, &column.cells, row, *is_number, setting, formats).map_err(failed)?;
            }
        }
        Ok(())
    })
}

#[derive(Clone, Copy)]
struct Place<'a> {
    line: u32,
    column: u16,
    /// The format that the script gives to the column.
    shown: Option<&'a Format>,
}

fn write_cell(
    sheet: &mut Worksheet,
    place: Place<'_>,
    cells: &Cells,
    row: usize,
    is_number: bool,
    setting: &Setting,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let Place { line, column, shown } = place;
    let mut text = |text: String| -> Result<(), XlsxError> {
        // An empty text is an empty cell: sheets know no other.
        if !text.is_empty() {
            sheet.write_string_with_format(line, column, text, &formats.text)?;
        }
        Ok(())
    };
    let (number, format) = match cells {
        Cells::Text(cells) | Cells::Uuid(cells) => {
            return cells.get(row).map_or(Ok(()), |value| text(value.to_owned()));
        }
        Cells::Int(cells) => match cells.get(row) {
            None => return Ok(()),
            Some(value) if !is_number => return text(value.to_string()),
            Some(value) => (value as f64, &formats.whole),
        },
        Cells::Decimal(cells, scale) => match cells.get(row).map(|unscaled| Decimal { unscaled, scale: *scale }) {
            None => return Ok(()),
            Some(value) if !is_number => return text(value.to_string()),
            Some(value) => (value.to_f64(), formats.decimal(*scale)),
        },
        Cells::Float(cells) => match cells.get(row) {
            None => return Ok(()),
            Some(value) if !value.is_finite() => return text(value.to_string()),
            Some(value) => (value, &formats.float),
        },
        Cells::Bool(cells) => {
            if let Some(value) = cells.get(row) {
                sheet.write_boolean_with_format(line, column, value, &formats.truth)?;
            }
            return Ok(());
        }
        Cells::Date(cells) => match cells.get(row) {
            None => return Ok(()),
            Some(days) if i64::from(days) < FIRST_DAY => return text(Date(days).to_string()),
            Some(days) => (f64::from(days) + EPOCH as f64, &formats.date),
        },
        Cells::DateTime(cells) => match cells.get(row) {
            None => return Ok(()),
            Some(micros) => {
                let wall = setting.zone.wall_clock(DateTime(micros)).and_utc().timestamp_millis();
                if wall.div_euclid(MILLIS_OF_DAY) < FIRST_DAY {
                    return text(setting.zone.wall_clock(DateTime(micros)).format("%Y-%m-%d %H:%M:%S").to_string());
                }
                (wall as f64 / MILLIS_OF_DAY as f64 + EPOCH as f64, &formats.datetime)
            }
        },
        Cells::Time(cells) => match cells.get(row).map(|nanos| Time(nanos / 1000)) {
            None => return Ok(()),
            Some(time) => ((time.0 / 1000) as f64 / MILLIS_OF_DAY as f64, &formats.time),
        },
        Cells::Null(_) => return Ok(()),
    };
    sheet.write_number_with_format(line, column, number, shown.unwrap_or(format))?;
    Ok(())
}

/// Characters that the heading and the first rows need.
fn width(column: &SheetColumn, rows: usize) -> f64 {
    let cell = |row: usize| match &column.cells {
        Cells::Text(cells) | Cells::Uuid(cells) => cells.get(row).map_or(0, longest_line),
        Cells::Date(_) => 10,
        // Figures are narrower than the separators between them.
        Cells::DateTime(_) => 20,
        Cells::Time(_) => 8,
        Cells::Int(_) | Cells::Decimal(..) | Cells::Float(_) | Cells::Bool(_) | Cells::Null(_) => {
            longest_line(&column.cells.get(row).canonical())
        }
    };
    let content = (0..rows.min(MEASURED)).map(cell).max().unwrap_or(0);
    // The heading has a filter's arrow beside it.
    let characters = content.max(longest_line(&column.heading) + 2).clamp(6, WIDEST);
    characters as f64 + 1.5
}

fn longest_line(text: &str) -> usize {
    text.lines().map(|line| line.chars().take(WIDEST).count()).max().unwrap_or(0)
}
