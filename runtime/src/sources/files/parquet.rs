//! Parquet to columns: row group by row group, the wanted columns only, verified against what is declared.

use std::fs::File;
use std::io::Cursor;
use std::sync::Arc;

use polars::io::mmap::MmapBytesReader;
use polars::prelude::{Column, DataFrame, IntoColumn, ParquetReader, SerReader, Series};

use super::{Wanted, WantedColumn};
use crate::caught::caught;
use crate::error::RunError;
use crate::sources::convert::{Converted, Unfit, convert};
use crate::sources::{Warning, errors};

/// A Parquet file whose end was read: how many rows it has, and that it has the wanted columns.
pub struct ParquetTable {
    wanted: Wanted,
    rows: usize,
    headings: Vec<String>,
    /// Rows of each group: what is read at once is decoded once.
    groups: Vec<usize>,
    bytes: u64,
}

impl ParquetTable {
    /// # Errors
    /// The file is not there whole, or lacks a wanted column.
    pub fn open(wanted: Wanted) -> Result<Self, RunError> {
        let Wanted { place, path, columns, .. } = &wanted;
        let (file, bytes) = input(&wanted).map_err(|error| errors::file_not_readable(place, path, &error))?;
        let (rows, groups, found) = guarded(&wanted, || {
            let mut reader = ParquetReader::new(file);
            let names = reader.schema()?.iter_names().map(ToString::to_string).collect::<Vec<_>>();
            let groups = reader.get_metadata()?.row_groups.iter().map(|group| group.num_rows()).collect::<Vec<_>>();
            Ok((reader.num_rows()?, groups, names))
        })?;
        for column in columns {
            if !found.contains(&column.heading) {
                return Err(errors::column_missing(place, path, &column.heading, &found));
            }
        }
        Ok(Self { wanted, rows, headings: found, groups, bytes })
    }

    #[must_use]
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// How many rows to read at a time: whole groups, together at least so many but for the last.
    #[must_use]
    pub fn batches(&self, least: usize) -> Vec<usize> {
        let mut batches = vec![0];
        for group in &self.groups {
            match batches.last_mut() {
                Some(last) if *last < least => *last += group,
                Some(_) | None => batches.push(*group),
            }
        }
        batches.retain(|rows| *rows > 0);
        batches
    }

    /// The rows from `offset` on, at most `rows` of them, named as wanted.
    ///
    /// # Errors
    /// The file cannot be read, or a column is not as declared.
    pub fn read(&self, offset: usize, rows: usize) -> Result<(DataFrame, u64, Vec<Warning>), RunError> {
        let Wanted { place, path, columns, .. } = &self.wanted;
        let height = rows.min(self.rows.saturating_sub(offset));
        let share = if self.rows == 0 { self.bytes } else { self.bytes * height as u64 / self.rows as u64 };
        let internal = |error: polars::prelude::PolarsError| errors::internal(Some(place.step), error);
        if columns.is_empty() {
            return Ok((DataFrame::new(height, Vec::new()).map_err(internal)?, share, Vec::new()));
        }
        let (file, _) = input(&self.wanted).map_err(|error| errors::file_not_readable(place, path, &error))?;
        let names = columns.iter().map(|column| column.heading.clone()).collect::<Vec<_>>();
        let data = guarded(&self.wanted, || {
            ParquetReader::new(file).with_columns(Some(names)).with_slice(Some((offset, height))).finish()
        })?;
        let mut warnings = Vec::new();
        let columns = columns
            .iter()
            .map(|column| {
                let found = data.column(&column.heading).map_err(internal)?.as_materialized_series().rechunk();
                let (decoded, cut) = decode(&self.wanted, column, &found, offset)?;
                if cut > 0 {
                    warnings.push(errors::times_cut(place, &column.name));
                }
                Ok(decoded)
            })
            .collect::<Result<Vec<_>, RunError>>()?;
        Ok((DataFrame::new(height, columns).map_err(internal)?, share, warnings))
    }
}

/// The bytes of the file, and how many there are.
fn input(wanted: &Wanted) -> std::io::Result<(Box<dyn MmapBytesReader>, u64)> {
    if let Some(content) = &wanted.content {
        return Ok((Box::new(Cursor::new(Arc::clone(content))), content.len() as u64));
    }
    let file = File::open(&wanted.path)?;
    let found = file.metadata()?;
    if found.is_dir() {
        return Err(std::io::Error::from(std::io::ErrorKind::IsADirectory));
    }
    Ok((Box::new(file), found.len()))
}

/// polars says most of what is wrong with a broken file as an error, but panics at some of it.
fn guarded<T>(wanted: &Wanted, read: impl FnOnce() -> polars::prelude::PolarsResult<T>) -> Result<T, RunError> {
    let words = match caught(read) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "its content is damaged".to_owned(),
    };
    Err(errors::file_broken(&wanted.place, &wanted.path, words))
}

/// A column of the file to one of the declared type, or why not; and how many times were cut to microseconds.
fn decode(wanted: &Wanted, column: &WantedColumn, found: &Series, offset: usize) -> Result<(Column, u64), RunError> {
    let Wanted { place, path, .. } = wanted;
    let row = |at: usize| format!("row {}", offset + at + 1);
    let (name, declared) = (&column.name, column.ty.data.to_string());
    match convert(found, name, &column.ty, wanted.zone) {
        Ok(Converted { series, times_cut }) => Ok((series.into_column(), times_cut)),
        Err(Unfit::Null { row: at }) => Err(errors::null_in_column(place, path, name, &row(at))),
        Err(Unfit::Type { found }) => Err(errors::column_type(place, path, name, &declared, &found)),
        Err(Unfit::NoZone) => Err(errors::times_without_zone(place, path, name)),
        Err(Unfit::OutOfRange { row: at, value }) => {
            Err(errors::value_out_of_range(place, path, name, &declared, &row(at), &value))
        }
        Err(Unfit::Unreadable { row: at, text }) => {
            Err(errors::value_unreadable(place, path, name, &declared, &row(at), &text))
        }
        Err(Unfit::Engine(error)) => Err(errors::internal(Some(place.step), error)),
    }
}
