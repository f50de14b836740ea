//! What a person is told of a file at once: how many rows and which columns it has, or why it is not what is asked for.

use std::path::PathBuf;
use std::sync::Arc;

use wr_base::ids::StepId;
use wr_plan::declaration::{FileRead, Table};

use super::format::{Kind, open};
use super::{PersonFile, place};
use crate::error::RunError;
use crate::sources::errors::Place;
use crate::sources::files::{Wanted, WantedColumn};

/// What was found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub rows: u64,
    pub headings: Vec<String>,
    /// `CSV in windows-1251, with semicolons`, `sheet “Cards”`
    pub kind: String,
}

/// Why a file cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub words: String,
    pub way_out: String,
}

/// Looks at a file as each reading of it will. Its cells are looked at in the run.
///
/// # Errors
/// It is no table, or lacks a column that is read.
pub fn describe(file: &PersonFile, tables: &[&Table]) -> Result<Found, Refused> {
    let reads: Vec<(&Table, &FileRead)> =
        tables.iter().filter_map(|table| Some((*table, table.file.as_deref()?))).collect();
    let mut found = None;
    for (table, read) in &reads {
        let columns = table.columns.iter().zip(&read.headings).map(|(column, heading)| WantedColumn {
            name: column.name.clone(),
            heading: heading.clone(),
            ty: column.ty.clone(),
        });
        let looked = look(file, place(table, StepId(0)), columns.collect(), read)?;
        found.get_or_insert(looked);
    }
    match found {
        Some(found) => Ok(found),
        // Nobody reads it; it is a table all the same.
        None => {
            let value = wr_base::ids::ValueId(0);
            let read = FileRead { value, headings: Vec::new(), sheet: None, delimiter: None, encoding: None };
            let place = Place { step: StepId(0), connection: String::new(), table: "file".to_owned() };
            look(file, place, Vec::new(), &read)
        }
    }
}

fn look(file: &PersonFile, place: Place, columns: Vec<WantedColumn>, read: &FileRead) -> Result<Found, Refused> {
    let wanted = Wanted {
        place,
        path: PathBuf::from(&file.name),
        content: Some(Arc::clone(&file.content)),
        columns,
        zone: None,
    };
    let (table, kind) = open(wanted, read).map_err(refused)?;
    let headings = table.headings().iter().filter(|heading| !heading.is_empty()).cloned().collect();
    let rows = table.count().map_err(refused)?;
    Ok(Found { rows, headings, kind: words(&kind) })
}

fn words(kind: &Kind) -> String {
    match kind {
        Kind::Workbook { sheet } => format!("sheet “{sheet}”"),
        Kind::Parquet => "Parquet".to_owned(),
        Kind::Text { encoding, delimiter } => {
            let cut = match delimiter {
                None => "in one column".to_owned(),
                Some(',') => "with commas".to_owned(),
                Some(';') => "with semicolons".to_owned(),
                Some('\t') => "with tabs".to_owned(),
                Some(sign) => format!("with `{sign}`"),
            };
            format!("text in {}, {cut}", encoding.name())
        }
    }
}

fn refused(error: RunError) -> Refused {
    // The first line is the file, which the message names.
    let more: Vec<String> = error.detail.into_iter().skip(1).collect();
    let words = if more.is_empty() { error.message } else { format!("{}: {}", error.message, more.join("; ")) };
    Refused { words, way_out: error.help.unwrap_or_default() }
}
