//! Parquet to columns: row group by row group, the wanted columns only, verified against what is declared.

use std::fs::File;
use std::io::Cursor;
use std::sync::Arc;

use polars::io::mmap::MmapBytesReader;
use polars::prelude::{
    Column, DataFrame, DataType as Storage, Float64Chunked, Int64Chunked, Int128Chunked, IntoColumn, IntoSeries,
    NewChunkedArray, ParquetReader, PlSmallStr, SerReader, Series, StringChunked, TimeUnit,
};
use wr_base::ty::{DataType, MAX_PRECISION};
use wr_base::value::{DateTime, Decimal, Value};

use super::cell::{fit, wall_time};
use super::{Wanted, WantedColumn};
use crate::caught::caught;
use crate::cells::{parse_uuid, storage};
use crate::error::RunError;
use crate::sources::Warning;
use crate::sources::errors;

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
    let declared = column.ty.data.to_string();
    if !column.ty.nullable && found.null_count() > 0 {
        let at = found.is_null().iter().position(|is_null| is_null == Some(true)).unwrap_or(0);
        return Err(errors::null_in_column(place, path, &column.name, &row(at)));
    }
    let wrong_type = || errors::column_type(place, path, &column.name, &declared, &storage_words(found.dtype()));
    let out_of_range = |at: usize| {
        let value = found.get(at).map(|value| value.to_string()).unwrap_or_default();
        errors::value_out_of_range(place, path, &column.name, &declared, &row(at), &value)
    };
    let internal = |error: polars::prelude::PolarsError| errors::internal(Some(place.step), error);
    let name = PlSmallStr::from_str(&column.name);
    let mut cut = 0;
    let is_integer = found.dtype().is_integer();
    let series = match (&column.ty.data, found.dtype()) {
        (ty, Storage::Null) => match storage(ty) {
            Some(storage) => Series::full_null(name, found.len(), &storage),
            None => return Err(wrong_type()),
        },
        (DataType::Int, _) if is_integer => found.strict_cast(&Storage::Int128).map_err(internal)?,
        (DataType::Int, Storage::Decimal(_, 0)) => found.decimal().map_err(internal)?.physical().clone().into_series(),
        (DataType::Decimal { precision, scale }, stored)
            if is_integer || matches!(stored, Storage::Decimal(_, places) if *places <= usize::from(*scale)) =>
        {
            let (unscaled, places) = if let Storage::Decimal(_, places) = stored {
                (found.decimal().map_err(internal)?.physical().clone(), *places as u8)
            } else {
                let ints = found.strict_cast(&Storage::Int128).map_err(internal)?;
                (ints.i128().map_err(internal)?.clone(), 0)
            };
            let fitted = unscaled.iter().enumerate().map(|(at, unscaled)| {
                let Some(unscaled) = unscaled else { return Ok(None) };
                let decimal = Decimal::new(unscaled, places).and_then(|decimal| fit(decimal, *precision, *scale));
                decimal.map(|decimal| Some(decimal.unscaled)).ok_or_else(|| out_of_range(at))
            });
            Int128Chunked::from_iter_options(name, fitted.collect::<Result<Vec<_>, _>>()?.into_iter())
                .into_decimal_unchecked(usize::from(MAX_PRECISION), usize::from(*scale))
                .into_series()
        }
        (DataType::Float, Storage::Float32 | Storage::Float64) => {
            let floats = found.strict_cast(&Storage::Float64).map_err(internal)?;
            let floats: &Float64Chunked = floats.f64().map_err(internal)?;
            if let Some(at) = floats.iter().position(|float| float.is_some_and(|float| !float.is_finite())) {
                return Err(out_of_range(at));
            }
            floats.clone().into_series()
        }
        (DataType::Text, Storage::String) => found.clone(),
        (DataType::Text, Storage::Categorical(..) | Storage::Enum(..)) => {
            found.cast(&Storage::String).map_err(internal)?
        }
        (DataType::Uuid, Storage::String) => {
            let texts = found.str().map_err(internal)?.iter().enumerate().map(|(at, text)| {
                let Some(text) = text else { return Ok(None) };
                parse_uuid(text)
                    .map(|uuid| Some(Value::Uuid(uuid).canonical()))
                    .ok_or_else(|| errors::value_unreadable(place, path, &column.name, &declared, &row(at), text))
            });
            StringChunked::from_iter_options(name, texts.collect::<Result<Vec<_>, _>>()?.into_iter()).into_series()
        }
        (DataType::Uuid, Storage::Binary) => {
            let texts = found.binary().map_err(internal)?.iter().map(|bytes| {
                let Some(bytes) = bytes else { return Ok(None) };
                let bytes: [u8; 16] = bytes.try_into().map_err(|_| wrong_type())?;
                Ok(Some(Value::Uuid(u128::from_be_bytes(bytes)).canonical()))
            });
            StringChunked::from_iter_options(name, texts.collect::<Result<Vec<_>, RunError>>()?.into_iter())
                .into_series()
        }
        (DataType::Bool, Storage::Boolean) | (DataType::Date, Storage::Date) => found.clone(),
        (DataType::DateTime, Storage::Datetime(unit, zone)) => {
            let naive_zone = match (zone, wanted.zone) {
                (Some(_), _) => None,
                (None, Some(zone)) => Some(zone),
                (None, None) => return Err(errors::times_without_zone(place, path, &column.name)),
            };
            let micros = found.datetime().map_err(internal)?.physical().iter().enumerate().map(|(at, ticks)| {
                let Some(ticks) = ticks else { return Ok(None) };
                let micros = match unit {
                    TimeUnit::Nanoseconds => {
                        cut += u64::from(ticks.rem_euclid(1_000) != 0);
                        Some(ticks.div_euclid(1_000))
                    }
                    TimeUnit::Microseconds => Some(ticks),
                    TimeUnit::Milliseconds => ticks.checked_mul(1_000),
                };
                let at_instant = micros.and_then(|micros| match naive_zone {
                    Some(zone) => wall_time(micros, zone),
                    None => DateTime::checked(micros),
                });
                at_instant.map(|instant| Some(instant.0)).ok_or_else(|| out_of_range(at))
            });
            Int64Chunked::from_iter_options(name, micros.collect::<Result<Vec<_>, _>>()?.into_iter())
                .into_datetime(TimeUnit::Microseconds, None)
                .into_series()
        }
        (DataType::Time, Storage::Time) => {
            let nanos = found.time().map_err(internal)?.physical().iter().map(|nanos| {
                nanos.map(|nanos| {
                    cut += u64::from(nanos % 1_000 != 0);
                    nanos - nanos % 1_000
                })
            });
            Int64Chunked::from_iter_options(name, nanos.collect::<Vec<_>>().into_iter()).into_time().into_series()
        }
        _ => return Err(wrong_type()),
    };
    if let (DataType::Date, Ok(dates)) = (&column.ty.data, series.date()) {
        let range = wr_base::value::Date::MIN.0..=wr_base::value::Date::MAX.0;
        if let Some(at) = dates.physical().iter().position(|days| days.is_some_and(|days| !range.contains(&days))) {
            return Err(out_of_range(at));
        }
    }
    Ok((series.with_name(PlSmallStr::from_str(&column.name)).into_column(), cut))
}

/// What a file holds, in the words of the language where it has them.
fn storage_words(storage: &Storage) -> String {
    type Is = fn(&Storage) -> bool;
    const WORDS: [(Is, &str); 7] = [
        (Storage::is_integer, "int"),
        (Storage::is_float, "floating numbers"),
        (|storage| *storage == Storage::String, "text"),
        (|storage| *storage == Storage::Boolean, "bool"),
        (|storage| *storage == Storage::Date, "date"),
        (|storage| matches!(storage, Storage::Datetime(..)), "datetime"),
        (|storage| *storage == Storage::Binary, "bytes"),
    ];
    if let Storage::Decimal(precision, scale) = storage {
        return format!("decimal({precision}, {scale})");
    }
    let words = WORDS.iter().find(|(is, _)| is(storage)).map(|(_, words)| (*words).to_owned());
    words.unwrap_or_else(|| storage.to_string())
}
