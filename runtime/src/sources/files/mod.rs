//! Files of a table to columns of the fixed storage, exactly as declared or with an error that names the place.

pub mod cell;
pub mod csv;
pub mod parquet;
pub mod xlsx;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::sync::Arc;

use polars::prelude::DataFrame;
use wr_base::ty::Type;
use wr_base::value::Zone;

use self::csv::{CsvTable, Dialect};
use self::parquet::ParquetTable;
use self::xlsx::XlsxTable;
use super::Warning;
use super::errors::{self, Place};
use crate::error::RunError;

/// A file, and what is wanted of it.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub place: Place,
    pub path: PathBuf,
    /// What it holds, where that was read before: then the path is only its name.
    pub content: Option<Arc<[u8]>>,
    pub columns: Vec<WantedColumn>,
    /// What times without a zone mean.
    pub zone: Option<Zone>,
}

/// A declared column that the query reads.
#[derive(Clone, Debug)]
pub struct WantedColumn {
    /// As declared.
    pub name: String,
    /// As the file must have it.
    pub heading: String,
    pub ty: Type,
}

/// Rows of a batch: enough that columns pay, few enough that a batch is small in memory.
pub(crate) const BATCH_ROWS: usize = 65_536;

/// Rows, bytes read for them, and what people should know.
pub type Rows = (DataFrame, u64, Vec<Warning>);

/// A file being read, whatever its format.
pub enum Table {
    Csv(Box<CsvTable<Box<dyn BufRead + Send>>>),
    Parquet { table: ParquetTable, batches: std::vec::IntoIter<usize>, offset: usize },
    Xlsx(XlsxTable),
}

impl Table {
    /// A file of the project, by its ending.
    ///
    /// # Errors
    /// It cannot be read, or lacks a wanted column.
    pub fn open(wanted: Wanted) -> Result<Self, RunError> {
        match wanted.path.extension().and_then(|ending| ending.to_str()) {
            Some("parquet") => Self::parquet(wanted),
            Some("xlsx") => {
                let sheet = wanted.place.table.clone();
                Ok(Self::Xlsx(XlsxTable::open(wanted, xlsx::Choice::Like(&sheet))?))
            }
            _ => {
                let file = File::open(&wanted.path)
                    .map_err(|error| errors::file_not_readable(&wanted.place, &wanted.path, &error))?;
                Self::csv(Box::new(BufReader::with_capacity(1 << 18, file)), wanted, Dialect::STANDARD)
            }
        }
    }

    /// # Errors
    /// As [`open`](Self::open).
    pub fn parquet(wanted: Wanted) -> Result<Self, RunError> {
        let table = ParquetTable::open(wanted)?;
        let batches = table.batches(BATCH_ROWS).into_iter();
        Ok(Self::Parquet { table, batches, offset: 0 })
    }

    /// # Errors
    /// As [`open`](Self::open).
    pub fn csv(input: Box<dyn BufRead + Send>, wanted: Wanted, dialect: Dialect) -> Result<Self, RunError> {
        Ok(Self::Csv(Box::new(CsvTable::open(input, wanted, dialect)?)))
    }

    /// Some more rows; `None` at the end.
    ///
    /// # Errors
    /// A value is not as declared, or the file is broken: with the place.
    pub fn read(&mut self) -> Result<Option<Rows>, RunError> {
        match self {
            Self::Csv(table) => table.read(BATCH_ROWS),
            Self::Xlsx(table) => table.read(BATCH_ROWS),
            Self::Parquet { table, batches, offset } => {
                let Some(rows) = batches.next() else { return Ok(None) };
                let read = table.read(*offset, rows)?;
                *offset += rows;
                Ok(Some(read))
            }
        }
    }

    /// What stands above the columns.
    #[must_use]
    pub fn headings(&self) -> &[String] {
        match self {
            Self::Csv(table) => table.headings(),
            Self::Parquet { table, .. } => table.headings(),
            Self::Xlsx(table) => table.headings(),
        }
    }

    /// Counts the rows without looking into them.
    ///
    /// # Errors
    /// A line is no CSV.
    pub fn count(self) -> Result<u64, RunError> {
        match self {
            Self::Csv(table) => table.count(),
            Self::Parquet { table, .. } => Ok(table.rows() as u64),
            Self::Xlsx(table) => Ok(table.rows() as u64),
        }
    }

    /// How many rows there are, where that is known before they are read.
    #[must_use]
    pub fn rows(&self) -> Option<u64> {
        match self {
            Self::Csv(_) => None,
            Self::Parquet { table, .. } => Some(table.rows() as u64),
            Self::Xlsx(table) => Some(table.rows() as u64),
        }
    }
}

impl Wanted {
    /// Where the wanted columns stand among the headings of a file.
    ///
    /// # Errors
    /// One is missing or there twice.
    pub fn places(&self, headings: &[String]) -> Result<Vec<usize>, RunError> {
        let place_of = |column: &WantedColumn| {
            let mut places = headings.iter().enumerate().filter(|(_, heading)| **heading == column.heading);
            match (places.next(), places.next()) {
                (Some((at, _)), None) => Ok(at),
                (Some(_), Some(_)) => Err(errors::column_twice(&self.place, &self.path, &column.heading)),
                (None, _) => Err(errors::column_missing(&self.place, &self.path, &column.heading, headings)),
            }
        };
        self.columns.iter().map(place_of).collect()
    }
}
