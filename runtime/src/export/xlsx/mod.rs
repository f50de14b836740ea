//! A workbook (B15): what people should get. Text stays text, dates are dates, and what a sheet's numbers cannot hold
//! exactly is text.
//!
//! Rows go through a private temporary file, so that memory does not grow with them. Invariants: equal content gives equal
//! bytes (the workbook says it was made on a fixed day); every limit of the format is found by [`check`].

mod about;
mod format;
mod sheet;

use std::io::{self, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::{ExportError, FileContent, Kept, Setting, SheetContent, Watch, errors};
use crate::caught::caught;
use crate::cells::Cells;
use crate::error::RunError;

/// Rows of a sheet, its heading included.
pub const ROWS: usize = 1_048_576;
pub(super) const COLUMNS: usize = 16_384;
/// Characters of a cell, as spreadsheets count them: UTF-16 units.
pub(super) const CELL: usize = 32_767;
/// Two thirds of the default level's time for 2 % more bytes.
const COMPRESSION: u8 = 4;

/// Limits of the format, before anything is written.
pub(super) fn check(file: &FileContent) -> Result<(), RunError> {
    for sheet in &file.sheets {
        if sheet.rows + 1 > ROWS {
            return Err(errors::internal(sheet.step, "a sheet was not split where it is full"));
        }
        if sheet.columns.len() > COLUMNS {
            return Err(errors::too_many_columns(sheet.step, &sheet.title, sheet.columns.len()));
        }
        if let Some(problem) = title_problem(&sheet.title) {
            return Err(errors::sheet_name(sheet.step, &sheet.title, problem));
        }
        for column in &sheet.columns {
            if let Cells::Text(texts) = &column.cells {
                // A text of fewer bytes has fewer units too, and nearly all texts are short.
                let is_long = |text: &str| text.len() > CELL && text.encode_utf16().count() > CELL;
                let long = texts.iter().flatten().filter(|text| is_long(text)).count();
                if long > 0 {
                    return Err(errors::cell_too_long(sheet.step, &column.heading, long));
                }
            }
        }
    }
    let titles: Vec<&str> = file.sheets.iter().map(|sheet| sheet.title.as_str()).collect();
    match super::name::clash(&titles) {
        Some((_, title)) => Err(errors::sheet_name(file.step, title, "is that of another sheet of this file")),
        None => Ok(()),
    }
}

/// Why a sheet cannot be called so, in words that follow "the name".
fn title_problem(title: &str) -> Option<&'static str> {
    if title.trim().is_empty() {
        Some("is empty")
    } else if title.encode_utf16().count() > 31 {
        Some("is longer than 31 characters")
    } else if title.contains(['[', ']', ':', '*', '?', '/', '\\']) || title.contains(char::is_control) {
        Some("holds one of `[ ] : * ? / \\`")
    } else if title.starts_with('\'') || title.ends_with('\'') {
        Some("begins or ends with an apostrophe")
    } else if title.eq_ignore_ascii_case("history") {
        Some("is kept by spreadsheets for themselves")
    } else {
        None
    }
}

pub(super) fn write(
    file: &FileContent,
    setting: &Setting,
    out: &mut (dyn Write + Send),
    watch: &mut Watch<'_>,
) -> Result<(), ExportError> {
    // The library panics where its own temporary file cannot be written; a full disk must not look like a crash.
    let mut out = Kept::new(out);
    let made = caught(|| make(file, setting, &mut out, watch));
    if let Some(failure) = out.failure {
        return Err(failure.into());
    }
    made.unwrap_or_else(|words| Err(ExportError::Disk(failure_in(&words))))
}

/// The failure of the disk that a panic is about: its words hold the kind as `kind: StorageFull`.
fn failure_in(words: &str) -> io::Error {
    let kinds = [
        io::ErrorKind::StorageFull,
        io::ErrorKind::QuotaExceeded,
        io::ErrorKind::FileTooLarge,
        io::ErrorKind::PermissionDenied,
        io::ErrorKind::ReadOnlyFilesystem,
    ];
    let kind = kinds.into_iter().find(|kind| words.contains(&format!("kind: {kind:?}")));
    match kind {
        Some(kind) => kind.into(),
        None => io::Error::other("the temporary file of a sheet could not be written"),
    }
}

fn make(file: &FileContent, setting: &Setting, out: &mut Kept<'_>, watch: &mut Watch<'_>) -> Result<(), ExportError> {
    let failed = |error: XlsxError| {
        if let XlsxError::IoError(failure) = error {
            ExportError::Disk(failure)
        } else {
            errors::internal(file.step, &error.to_string()).into()
        }
    };
    let mut book = Workbook::new();
    book.set_zip_compression_level(COMPRESSION);
    book.set_tempdir(&setting.scratch).map_err(failed)?;
    let day = ExcelDateTime::from_ymd(2000, 1, 1).map_err(failed)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&day));
    let formats = format::Formats::new(&setting.locale);
    for content in &file.sheets {
        let sheet = book.add_worksheet_with_constant_memory().map_err(failed)?;
        sheet.set_name(content.title.as_str()).map_err(failed)?;
        sheet::write(sheet, content, setting, &formats, watch, &failed)?;
    }
    let sheet = book.add_worksheet();
    sheet.set_name(free_title(&file.sheets)).map_err(failed)?;
    about::write(sheet, &setting.about).map_err(failed)?;
    book.save_to_writer(out).map_err(failed)
}

/// "About this report", numbered where the script has a sheet of that name.
fn free_title(sheets: &[SheetContent]) -> String {
    let base = "About this report";
    let is_taken = |title: &str| sheets.iter().any(|sheet| sheet.title.to_lowercase() == title.to_lowercase());
    let numbered = (2..).map(|number| format!("{base} {number}"));
    std::iter::once(base.to_owned()).chain(numbered).find(|title| !is_taken(title)).unwrap_or_default()
}
