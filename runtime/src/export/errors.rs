//! What can be wrong with files: named constructors of run errors.

use std::io;
use std::path::Path;

use wr_base::diag::Code;
use wr_base::ids::StepId;

use super::xlsx::{CELL, COLUMNS};
use crate::error::RunError;

fn error(code: Code, step: Option<StepId>, message: String, help: &str) -> RunError {
    RunError {
        code,
        step,
        expr: None,
        source: None,
        message,
        detail: Vec::new(),
        help: (!help.is_empty()).then(|| help.to_owned()),
    }
}

/// `1048577` as people read it: `1,048,577`.
#[must_use]
pub fn grouped(number: usize) -> String {
    wr_base::count::grouped(number as u64)
}

#[must_use]
pub fn too_many_sheets(step: StepId, most: usize) -> RunError {
    error(
        Code::TooManySheets,
        Some(step),
        format!("the workbook would have more than {most} sheets"),
        "make sheets by something with fewer values, or write one sheet with the column in it",
    )
}

#[must_use]
pub fn too_many_columns(step: StepId, title: &str, columns: usize) -> RunError {
    error(
        Code::SheetTooWide,
        Some(step),
        format!("the sheet \"{title}\" would have {} columns; a sheet holds {}", grouped(columns), grouped(COLUMNS)),
        "write `csv` or `parquet` instead of `xlsx`, or choose fewer columns",
    )
}

#[must_use]
pub fn cell_too_long(step: StepId, heading: &str, cells: usize) -> RunError {
    error(
        Code::CellTooLong,
        Some(step),
        format!(
            "the column \"{heading}\" has {} of more than {} characters, the most that a cell of a sheet holds",
            if cells == 1 { "a text".to_owned() } else { format!("{} texts", grouped(cells)) },
            grouped(CELL)
        ),
        "write `csv` or `parquet` instead of `xlsx`, or leave the column out",
    )
}

#[must_use]
pub fn sign_not_in_encoding(step: StepId, heading: &str, encoding: &str, texts: usize) -> RunError {
    error(
        Code::SignNotInEncoding,
        Some(step),
        format!(
            "the column \"{heading}\" has {} with a sign that {encoding} does not have",
            if texts == 1 { "a text".to_owned() } else { format!("{} texts", grouped(texts)) }
        ),
        "leave `encoding` out, so that the file is UTF-8, which has every sign",
    )
}

#[must_use]
pub fn sheet_name(step: StepId, title: &str, problem: &str) -> RunError {
    error(
        Code::SheetNameNotUsable,
        Some(step),
        format!("a sheet cannot be called \"{title}\": the name {problem}"),
        "give the sheet another name in the `export`",
    )
}

#[must_use]
pub fn doubled_heading(step: StepId, format: &str, heading: &str) -> RunError {
    error(
        Code::DoubledHeading,
        Some(step),
        format!("two columns of the {format} file have the heading \"{heading}\""),
        "give one of them another heading with `as`",
    )
}

#[must_use]
pub fn number_too_long(step: StepId, heading: &str, numbers: usize) -> RunError {
    error(
        Code::NumberTooLong,
        Some(step),
        format!(
            "the column \"{heading}\" has {} of more than 38 digits, the most that Parquet holds",
            if numbers == 1 { "a number".to_owned() } else { format!("{} numbers", grouped(numbers)) }
        ),
        "write `csv` instead of `parquet`, or make the column a text: `text(x)`",
    )
}

/// A name that cannot be used; `label` is that of the parameter whose value makes it so, where one does.
#[must_use]
pub fn file_name(step: StepId, name: &str, problem: &str, label: Option<&str>) -> RunError {
    match label {
        Some(label) => error(
            Code::FileNameNotUsable,
            Some(step),
            format!("\"{label}\" is part of a file's name, and the name {problem}"),
            &format!("give \"{label}\" another value"),
        ),
        None => error(
            Code::FileNameNotUsable,
            Some(step),
            format!("a file cannot be called \"{}\": the name {problem}", name.escape_debug()),
            "change the file's name in the `export`",
        ),
    }
}

#[must_use]
pub fn same_file_name(step: StepId, first: &str, second: &str) -> RunError {
    let message = if first == second {
        format!("two exports would write the same file \"{first}\"")
    } else {
        format!("the files \"{first}\" and \"{second}\" differ in case only, and are one file on some systems")
    };
    error(Code::SameFileName, Some(step), message, "change the name of one of them in its `export`")
}

/// A failure of the disk, by what was being done: "write the file", "make the folder".
#[must_use]
pub fn disk(doing: &str, path: &Path, failure: &io::Error) -> RunError {
    let kind = failure.kind();
    let is_full =
        [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded, io::ErrorKind::FileTooLarge].contains(&kind);
    let is_forbidden = [io::ErrorKind::PermissionDenied, io::ErrorKind::ReadOnlyFilesystem].contains(&kind);
    let is_occupied =
        [io::ErrorKind::NotADirectory, io::ErrorKind::IsADirectory, io::ErrorKind::AlreadyExists].contains(&kind);
    let help = if is_full {
        "make room on the disk and run again"
    } else if is_forbidden {
        "ask for the right to write there, or set another `output` in wr.toml"
    } else if is_occupied {
        "something else has a name that is needed here: remove it or call it otherwise, and run again"
    } else {
        "run again with the same values; nothing was left behind"
    };
    let mut error = error(Code::NotWritten, None, format!("could not {doing}"), help);
    error.detail = vec![path.display().to_string(), failure.to_string()];
    error
}

#[must_use]
pub fn cancelled() -> RunError {
    error(Code::Cancelled, None, "the run was stopped".to_owned(), "nothing was written, recorded or sent")
}

#[must_use]
pub fn internal(step: StepId, words: &str) -> RunError {
    error(
        Code::Internal,
        Some(step),
        format!("wr made a mistake while writing a file: {words}"),
        "report it with the script; the run changed nothing",
    )
}
