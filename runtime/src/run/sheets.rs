//! One `sheet` of a script to the sheets that a workbook has of it: one for each value of a column, and a next one where one
//! is full.
//!
//! Invariant: the rows of the sheets together are the rows of the relation, in their order.

use std::collections::BTreeMap;

use wr_base::ids::ColumnId;
use wr_base::value::Value;
use wr_plan::declaration::{Format, Sheet};
use wr_plan::functions::compare;
use wr_plan::values::human;

use super::errors;
use super::words::{Known, Style};
use crate::cells::Cells;
use crate::error::RunError;
use crate::export::{self, SheetColumn, SheetContent};
use crate::frame::{Frame, take_rows};
use crate::local::Computed;

/// Readers look through no more than that.
const MOST_SHEETS: usize = 250;

/// # Errors
/// A heading or a condition fails; more sheets than anybody reads.
pub(super) fn sheets_of(
    sheet: &Sheet,
    format: Format,
    computed: &Computed,
    known: &Known<'_>,
) -> Result<Vec<SheetContent>, RunError> {
    let frame = computed.frames.get(&sheet.relation).ok_or_else(|| {
        errors::internal(Some(sheet.step), &format!("the rows of {:?} were not kept for a file", sheet.relation))
    })?;
    // Its heading takes one of them.
    let most = if format == Format::Xlsx { export::ROWS_OF_A_SHEET - 1 } else { usize::MAX };
    let Some(by) = sheet.by else {
        return parts(sheet, &sheet.title, frame, most, known);
    };
    let mut sheets = Vec::new();
    for (title, rows) in groups(sheet, by, frame, known)? {
        sheets.extend(parts(sheet, &title, &rows, most, known)?);
        if sheets.len() > MOST_SHEETS {
            return Err(export::errors::too_many_sheets(sheet.step, MOST_SHEETS));
        }
    }
    Ok(sheets)
}

/// The rows of each value, in the order of the values, under titles that a workbook takes.
fn groups(sheet: &Sheet, by: ColumnId, frame: &Frame, known: &Known<'_>) -> Result<Vec<(String, Frame)>, RunError> {
    let internal = |fault: &dyn std::fmt::Display| errors::internal(Some(sheet.step), &fault.to_string());
    let cells = frame.cells(by).map_err(|fault| internal(&fault))?;
    // Values as texts tell groups apart; the values themselves put them in order, nulls last.
    let mut rows_of: BTreeMap<(bool, String), (Value, Vec<u32>)> = BTreeMap::new();
    for row in 0..frame.rows() {
        let value = cells.get(row);
        let at = u32::try_from(row).map_err(|fault| internal(&fault))?;
        let group = rows_of.entry((value.is_null(), value.canonical())).or_insert_with(|| (value, Vec::new()));
        group.1.push(at);
        if rows_of.len() > MOST_SHEETS {
            return Err(export::errors::too_many_sheets(sheet.step, MOST_SHEETS));
        }
    }
    let mut groups: Vec<(Value, Vec<u32>)> = rows_of.into_values().collect();
    groups.sort_by(|(left, _), (right, _)| {
        left.is_null().cmp(&right.is_null()).then(compare(left, right).unwrap_or(std::cmp::Ordering::Equal))
    });
    let mut titles: Vec<String> = Vec::new();
    for (value, _) in &groups {
        let words = human(value, known.locale, known.setting.zone);
        titles.push(export::name::sheet_title(&words, &titles));
    }
    let frames = groups.into_iter().map(|(_, rows)| {
        let data = take_rows(&frame.data, &rows).map_err(|fault| internal(&fault))?;
        Ok(Frame { columns: frame.columns.clone(), data })
    });
    titles.into_iter().zip(frames).map(|(title, frame)| Ok((title, frame?))).collect()
}

/// The rows in as many sheets as they need; an empty relation is one empty sheet.
fn parts(
    sheet: &Sheet,
    title: &str,
    frame: &Frame,
    most: usize,
    known: &Known<'_>,
) -> Result<Vec<SheetContent>, RunError> {
    let mut parts: Vec<SheetContent> = Vec::new();
    let mut titles: Vec<String> = Vec::new();
    for start in (0..frame.rows().max(1)).step_by(most) {
        let continues = start > 0;
        let title = if continues { export::name::sheet_title(title, &titles) } else { title.to_owned() };
        let part = Frame { columns: frame.columns.clone(), data: frame.data.slice(start as i64, most) };
        titles.push(title.clone());
        let columns = columns(sheet, &part, known)?;
        parts.push(SheetContent { step: sheet.step, title, continues, columns, rows: part.rows() });
    }
    Ok(parts)
}

fn columns(sheet: &Sheet, frame: &Frame, known: &Known<'_>) -> Result<Vec<SheetColumn>, RunError> {
    let mut columns = Vec::new();
    for output in &sheet.columns {
        let is_present = match &output.present_if {
            None => true,
            Some(condition) => known.evaluate(sheet.step, condition)? == Value::Bool(true),
        };
        if !is_present {
            continue;
        }
        let cells: Result<Cells, _> = frame.cells(output.column);
        columns.push(SheetColumn {
            heading: known.fill(sheet.step, &output.heading, Style::Human)?,
            format: output.format.clone(),
            ty: output.ty.clone(),
            marks: output.marks.clone(),
            cells: cells.map_err(|fault| errors::internal(Some(sheet.step), &fault.to_string()))?,
        });
    }
    Ok(columns)
}
