//! What can be wrong with sources and files, in words that name the connection, the table, the line, and a way out.

use std::path::Path;

use wr_base::diag::Code;
use wr_base::ids::StepId;
use wr_base::name::near_misses;
use wr_base::value::Value;

use super::Warning;
use crate::error::RunError;

/// Where a failure is reported: the step that reads, the connection, the table or cohort.
#[derive(Clone, Debug)]
pub struct Place {
    pub step: StepId,
    pub connection: String,
    pub table: String,
}

impl Place {
    fn error(&self, code: Code, message: String, detail: Vec<String>, help: impl Into<String>) -> RunError {
        RunError {
            code,
            step: Some(self.step),
            expr: None,
            source: Some(self.connection.clone()).filter(|_| !self.is_of_person()),
            message,
            detail,
            help: Some(help.into()),
        }
    }

    /// `crm.users`.
    #[must_use]
    pub fn full_name(&self) -> String {
        if self.is_of_person() { self.table.clone() } else { format!("{}.{}", self.connection, self.table) }
    }

    /// A file that a person named: it is of no connection, and what stands in it is not shown.
    #[must_use]
    pub const fn is_of_person(&self) -> bool {
        self.connection.is_empty()
    }

    /// The file in words.
    fn file(&self, path: &Path) -> String {
        if self.is_of_person() {
            format!("the file “{}”", path.display())
        } else {
            format!("the file of `{}`", self.full_name())
        }
    }

    /// Whether a text of a person's file looks like another one.
    #[must_use]
    pub fn has_odd_blanks(&self, value: &Value) -> bool {
        if let Value::Text(text) = value { self.is_of_person() && text.trim().len() != text.len() } else { false }
    }

    /// A value as it may be said.
    fn shown(&self, value: &str) -> String {
        if self.is_of_person() { format!("`{}`", form(value)) } else { shown(value) }
    }
}

#[must_use]
pub fn too_many_rows_read(place: &Place, at_most: u64) -> RunError {
    let at_most = wr_base::count::grouped(at_most);
    let message = format!("this run may read {at_most} rows, and more came from its sources");
    let detail = format!("the row that was too many came from `{}`; nothing was written", place.full_name());
    let help = "filter more, see in `wr plan` which filters run at the source, or raise `max_rows_read` of the report \
                or --max-rows-read";
    place.error(Code::TooManyRowsRead, message, vec![detail], help)
}

/// The checker refuses such a query; here it is met once more, so that nothing reads a file called `sql`.
#[must_use]
pub fn query_not_taken(place: &Place) -> RunError {
    let message = format!("`{}` is a folder of tables, which takes no query of its own", place.connection);
    let help = format!("let `wr.toml` lead `{}` to its server, or say the query in steps", place.connection);
    place.error(Code::QueryNotTaken, message, Vec::new(), help)
}

#[must_use]
pub fn connection_not_set_up<'a>(
    connection: &str,
    step: StepId,
    known: impl Iterator<Item = &'a str> + Clone,
) -> RunError {
    let names = known.clone().collect::<Vec<_>>().join(", ");
    let near = near_misses(connection, known);
    RunError {
        code: Code::ConnectionNotSetUp,
        step: Some(step),
        expr: None,
        source: Some(connection.to_owned()),
        message: format!("the connection `{connection}` is not set up in wr.toml"),
        detail: if names.is_empty() { Vec::new() } else { vec![format!("set up are: {names}")] },
        help: Some(near.first().map_or_else(
            || format!("add `[connections.{connection}]` to wr.toml"),
            |near| format!("did you mean `{near}`? Else add `[connections.{connection}]` to wr.toml"),
        )),
    }
}

pub(crate) fn table_file_missing(place: &Place, folder: &Path, near: &[&str]) -> RunError {
    let Place { table, .. } = place;
    if !folder.is_dir() {
        return place.error(
            Code::TableFileMissing,
            format!("`{}` has no file: the folder of the connection is not there", place.full_name()),
            vec![folder.display().to_string()],
            format!("correct `folder` of [connections.{}] in wr.toml, or put the folder there", place.connection),
        );
    }
    let mut detail = vec![format!("looked for {table}.parquet, {table}.csv and {table}.xlsx in {}", folder.display())];
    if !near.is_empty() {
        detail.push(format!("near it: {}", near.join(", ")));
    }
    place.error(
        Code::TableFileMissing,
        format!("`{}` has no file", place.full_name()),
        detail,
        "put the file there, or correct `folder` in wr.toml or the name of the table",
    )
}

pub(crate) fn folder_missing(place: &Place, folder: &Path) -> RunError {
    place.error(
        Code::TableFileMissing,
        format!("the folder of `{}` is not there", place.connection),
        vec![folder.display().to_string()],
        format!("correct `folder` of [connections.{}] in wr.toml, or put the folder there", place.connection),
    )
}

pub(crate) fn table_file_twice(place: &Place, first: &Path, second: &Path) -> RunError {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = first.parent().unwrap_or(first);
    place.error(
        Code::TableFileTwice,
        format!("`{}` has two files, and they may differ", place.full_name()),
        vec![format!("{} and {} in {}", name(first), name(second), folder.display())],
        "remove or rename one of them",
    )
}

pub(crate) fn file_not_readable(place: &Place, path: &Path, error: &std::io::Error) -> RunError {
    let help = if error.kind() == std::io::ErrorKind::IsADirectory {
        "a folder has the name of the file: remove it or call it otherwise, and put the file there"
    } else {
        "look at its permissions and its disk, and run the same values again"
    };
    place.error(
        Code::FileNotReadable,
        format!("{} cannot be read", place.file(path)),
        vec![path.display().to_string(), error.to_string()],
        help,
    )
}

pub(crate) fn file_broken(place: &Place, path: &Path, words: String) -> RunError {
    let detail = vec![path.display().to_string(), words];
    if place.is_of_person() {
        let help = "correct the file, or save it again as CSV in UTF-8 or as .xlsx";
        return place.error(Code::FileBroken, format!("{} cannot be read as a table", place.file(path)), detail, help);
    }
    let message = format!("{} is broken or cut short", place.file(path));
    place.error(Code::FileBroken, message, detail, "write or download it again")
}

pub(crate) fn column_missing(place: &Place, path: &Path, column: &str, found: &[String]) -> RunError {
    let near = near_misses(column, found.iter().map(String::as_str));
    let help = match (near.first(), place.is_of_person()) {
        (Some(near), true) => format!("is it “{near}”? Then correct the heading in the file"),
        (None, true) => {
            "the first row of the file has to hold the headings: add this one, or name another file".to_owned()
        }
        (Some(near), false) => format!("did it become `{near}`? Then rename it in the declared table"),
        (None, false) => "correct the declared table, or write the file with this column".to_owned(),
    };
    let mut detail = vec![path.display().to_string()];
    detail.push(format!("its columns: {}", listed(found)));
    place.error(Code::FileColumnMissing, format!("{} has no column `{column}`", place.file(path)), detail, help)
}

pub(crate) fn column_twice(place: &Place, path: &Path, column: &str) -> RunError {
    file_broken(place, path, format!("two columns are headed `{column}`"))
}

pub(crate) fn column_type(place: &Place, path: &Path, column: &str, declared: &str, found: &str) -> RunError {
    place.error(
        Code::FileColumnType,
        format!("`{}.{column}` is declared as {declared}, but the file holds {found}", place.full_name()),
        vec![path.display().to_string()],
        "declare what the file holds and convert it in the script, or write the file with the declared type",
    )
}

pub(crate) fn times_without_zone(place: &Place, path: &Path, column: &str) -> RunError {
    place.error(
        Code::FileColumnType,
        format!("the times in `{}.{column}` have no zone, so they are no instants", place.full_name()),
        vec![path.display().to_string()],
        format!(
            "say what they mean: `zone = \"UTC\"`, or another one, in [connections.{}] of wr.toml",
            place.connection
        ),
    )
}

pub(crate) fn null_in_column(place: &Place, path: &Path, column: &str, position: &str) -> RunError {
    place.error(
        Code::NullInColumn,
        format!("`{}.{column}` has an empty value, though it is declared without `?`", place.full_name()),
        vec![format!("{} {position}", path.display())],
        "declare the column with `?`, or mend the file",
    )
}

pub(crate) fn value_unreadable(
    place: &Place,
    path: &Path,
    column: &str,
    declared: &str,
    position: &str,
    value: &str,
) -> RunError {
    place.error(
        Code::FileValue,
        format!("a value of `{}.{column}` cannot be read as {declared}", place.full_name()),
        vec![format!("{} {position}: {}", path.display(), place.shown(value))],
        "mend the file, or declare the column as text and convert it in the script",
    )
}

pub(crate) fn value_out_of_range(
    place: &Place,
    path: &Path,
    column: &str,
    declared: &str,
    position: &str,
    value: &str,
) -> RunError {
    place.error(
        Code::FileValueOutOfRange,
        format!("a value of `{}.{column}` does not fit into {declared}", place.full_name()),
        vec![format!("{} {position}: {}", path.display(), place.shown(value))],
        "declare a wider type, or mend the file",
    )
}

/// A cell of a workbook that holds something else than what is declared.
pub(crate) fn cell_unreadable(
    place: &Place,
    path: &Path,
    column: &str,
    declared: &str,
    position: &str,
    holds: &str,
) -> RunError {
    place.error(
        Code::FileValue,
        format!("a value of `{}.{column}` cannot be read as {declared}", place.full_name()),
        vec![format!("{} {position}: it holds {holds}", path.display())],
        "correct the cell, save the workbook and run again; or declare the column as what it holds",
    )
}

pub(crate) fn digits_lost(place: &Place, path: &Path, column: &str, position: &str) -> RunError {
    place.error(
        Code::DigitsLost,
        format!("a number in `{}.{column}` is too long for a cell, and its last digits are lost", place.full_name()),
        vec![
            format!("{} {position}", path.display()),
            "a cell that holds a number keeps 15 digits of it; one that holds a text keeps all".to_owned(),
        ],
        "format the column as Text and paste the numbers again, or save them as CSV from where they come from",
    )
}

pub(crate) fn numbers_as_texts(place: &Place, column: &str) -> Warning {
    Warning {
        code: Code::NumbersAsTexts,
        step: Some(place.step),
        source: None,
        message: format!(
            "cells of `{}.{column}` hold numbers, read as texts of their digits: noughts in front of them are lost, if there were any",
            place.full_name()
        ),
    }
}

pub(crate) fn blanks_around_texts(place: &Place, column: &str) -> Warning {
    Warning {
        code: Code::BlanksAroundTexts,
        step: Some(place.step),
        source: None,
        message: format!(
            "texts of `{}.{column}` begin or end with a blank, and are found only with it: take it away, or `trim` the column",
            place.full_name()
        ),
    }
}

pub(crate) fn sheet_missing(place: &Place, path: &Path, sheet: &str, sheets: &[&str]) -> RunError {
    let near = near_misses(sheet, sheets.iter().copied());
    let names: Vec<String> = sheets.iter().map(|name| (*name).to_owned()).collect();
    place.error(
        Code::FileBroken,
        format!("{} has no sheet “{sheet}”", place.file(path)),
        vec![path.display().to_string(), format!("its sheets: {}", listed(&names))],
        near.first().map_or_else(
            || "name the sheet as it is called in the workbook".to_owned(),
            |near| format!("is it “{near}”? Rename the sheet, or correct `sheet` in the script"),
        ),
    )
}

pub(crate) fn sheet_unclear(place: &Place, path: &Path, sheets: &[&str], fit: bool) -> RunError {
    let names: Vec<String> = sheets.iter().map(|name| (*name).to_owned()).collect();
    let words = if fit { "several sheets have the columns" } else { "none of its sheets has the columns" };
    place.error(
        Code::FileBroken,
        format!("nobody can tell which sheet of {} is meant", place.file(path)),
        vec![path.display().to_string(), format!("{words}: {}", listed(&names))],
        "keep one sheet with these columns, or say which one in the script: `with sheet = \"…\"`",
    )
}

pub(crate) fn cohort_not_found(place: &Place, id: &str, known: &[String]) -> RunError {
    let near = near_misses(id, known.iter().map(String::as_str));
    let help = if !near.is_empty() {
        format!("did you mean {}?", near.iter().map(|near| format!("`{near}`")).collect::<Vec<_>>().join(" or "))
    } else if known.is_empty() {
        "check the id; this connection has no cohorts at all".to_owned()
    } else {
        format!("check the id; there are {}", listed(known))
    };
    place.error(Code::CohortNotFound, format!("`{}` has no cohort `{id}`", place.connection), Vec::new(), help)
}

pub(crate) fn cohort_description(place: &Place, path: &Path, words: String) -> RunError {
    place.error(
        Code::CohortDescription,
        "the description of the cohort cannot be read".to_owned(),
        vec![path.display().to_string(), words],
        "it has the keys name, size, last_computed and last_modified",
    )
}

pub(crate) fn cohort_size_differs(place: &Place, name: &str, size: u64, rows: u64) -> Warning {
    Warning {
        code: Code::CohortSizeDiffers,
        step: Some(place.step),
        source: Some(place.connection.clone()),
        message: format!("the cohort “{name}” says that it has {size} members, but {rows} were read"),
    }
}

/// The export of events is behind by hours.
pub(crate) fn events_still_arrive(place: &Place) -> Warning {
    Warning {
        code: Code::EventsStillArrive,
        step: Some(place.step),
        source: Some(place.connection.clone()),
        message: format!(
            "events of `{}` are asked for up to less than two hours ago: some of them may come later",
            place.full_name()
        ),
    }
}

/// Without a number: each batch says it, and people hear it once.
pub(crate) fn times_cut(place: &Place, column: &str) -> Warning {
    Warning {
        code: Code::TimesCut,
        step: Some(place.step),
        source: Some(place.connection.clone()),
        message: format!("times in `{}.{column}` are finer than a microsecond, and were cut", place.full_name()),
    }
}

pub(crate) fn cancelled() -> RunError {
    RunError {
        code: Code::Cancelled,
        step: None,
        expr: None,
        source: None,
        message: "the run was stopped".to_owned(),
        detail: Vec::new(),
        help: Some("run the same values again: nothing was exported or recorded".to_owned()),
    }
}

/// A mistake of ours, where we meet it.
pub(crate) fn internal(step: Option<StepId>, words: impl std::fmt::Display) -> RunError {
    RunError {
        code: Code::Internal,
        step,
        expr: None,
        source: None,
        message: "wr made a mistake".to_owned(),
        detail: vec![words.to_string()],
        help: Some("please report it with the script and these words".to_owned()),
    }
}

/// A few names, and how many more there are.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let first = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN { format!("{first} and {} more", names.len() - SHOWN) } else { first }
}

/// A value as it stands in a file, cut at 40 characters.
fn shown(value: &str) -> String {
    const SHOWN: usize = 40;
    let mut text: String = value.chars().take(SHOWN).collect();
    if value.chars().count() > SHOWN {
        text.push('…');
    }
    format!("`{text}`")
}

/// The form of a value, cut at 40 characters: 9 for a digit, a for a letter. What people put into files is not shown.
pub(crate) fn form(value: &str) -> String {
    const SHOWN: usize = 40;
    let form = |sign: char| match sign {
        _ if sign.is_numeric() => '9',
        _ if sign.is_alphabetic() => 'a',
        _ if sign.is_control() => ' ',
        _ => sign,
    };
    let mut text: String = value.chars().take(SHOWN).map(form).collect();
    if value.chars().count() > SHOWN {
        text.push('…');
    }
    text
}
