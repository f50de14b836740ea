//! `driver = "local"`: a folder of tables as a source. `cards` is `cards.parquet` or `cards.csv`, a cohort is
//! `cohorts/<id>.csv` (B20).
//!
//! Files are read on a thread of their own, batch by batch; a small channel holds the reader back when nobody takes.

mod cohort;
pub(super) mod pushed;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt};
use polars::prelude::DataFrame;
use tokio::sync::mpsc;
use wr_base::ids::StepId;
use wr_base::name::near_misses;
use wr_base::value::{Value, Zone};

use super::errors::{self, Place};
use super::files::csv::CsvTable;
use super::files::parquet::ParquetTable;
use super::files::{Wanted, WantedColumn};
use super::{Answer, Batch, CohortDescription, RecordedRows, Request, Source, Warning};
use crate::cancel::Cancel;
use crate::error::RunError;
use pushed::Pushed;

/// Rows of a batch: enough that columns pay, few enough that a batch is small in memory.
const BATCH_ROWS: usize = 65_536;

/// Batches that wait for whoever takes them.
const BATCHES_WAITING: usize = 2;

/// A connection to a folder.
pub struct Local {
    pub connection: String,
    pub folder: PathBuf,
    pub zone: Option<Zone>,
    pub recorded: Arc<dyn RecordedRows>,
}

/// A file being read, whatever its format.
enum Table {
    Csv(Box<CsvTable<BufReader<File>>>),
    Parquet { table: ParquetTable, batches: std::vec::IntoIter<usize>, offset: usize },
}

/// What the reading thread says: a batch, or that this was the last one.
type Said = mpsc::Sender<Result<Option<Batch>, RunError>>;

type Rows = (DataFrame, u64, Vec<Warning>);

impl Table {
    fn read(&mut self) -> Result<Option<Rows>, RunError> {
        match self {
            Self::Csv(table) => table.read(BATCH_ROWS),
            Self::Parquet { table, batches, offset } => {
                let Some(rows) = batches.next() else { return Ok(None) };
                let read = table.read(*offset, rows)?;
                *offset += rows;
                Ok(Some(read))
            }
        }
    }
}

impl Source for Local {
    fn open(&self, request: Request, cancel: Cancel) -> BoxFuture<'_, Result<Answer, RunError>> {
        Box::pin(async move { self.open_now(request, cancel) })
    }

    fn describe_cohort(&self, id: &str) -> BoxFuture<'_, Result<Option<CohortDescription>, RunError>> {
        // It is asked for a parameter, which is no step.
        let place = Place { step: StepId(0), connection: self.connection.clone(), table: "cohort".to_owned() };
        let found = cohort::find(&self.folder, &place, id).map_err(|error| RunError { step: None, ..error });
        Box::pin(async move { Ok(found?.description) })
    }
}

impl Local {
    fn open_now(&self, request: Request, cancel: Cancel) -> Result<Answer, RunError> {
        let place =
            Place { step: request.query.step, connection: self.connection.clone(), table: request.table.name.clone() };
        let recorded = self.recorded.rows(request.query.table, &request.table)?;
        let (path, cohort) = if request.table.arguments.is_empty() {
            (self.find_table(&place, recorded.is_some())?, None)
        } else {
            let id = pushed::constant(&request, request.query.arguments.first(), place.step)?;
            let Value::Text(id) = id else {
                return Err(errors::internal(Some(place.step), "the id of a cohort is no text"));
            };
            let cohort = cohort::find(&self.folder, &place, &id)?;
            (Some(cohort.path.clone()), Some(cohort))
        };
        let pushed = Pushed::new(request, place.step)?;
        let wanted = |path: PathBuf| Wanted {
            place: place.clone(),
            path,
            columns: pushed
                .read_columns()
                .iter()
                .map(|column| WantedColumn { name: column.name.clone(), ty: column.ty.clone() })
                .collect(),
            zone: self.zone,
        };
        let table = path.map(|path| open_table(wanted(path))).transpose()?;
        let rows_expected = match (&table, &cohort) {
            (Some(Table::Parquet { table, .. }), _) => Some(table.rows() as u64),
            (_, Some(cohort)) => cohort.description.as_ref().map(|description| description.size),
            (_, None) => None,
        };
        let (sender, receiver) = mpsc::channel(BATCHES_WAITING);
        let reading = Reading { table, recorded, pushed, cohort, place: place.clone() };
        tokio::task::spawn_blocking(move || reading.run(&cancel, &sender));
        let batches = stream::unfold(Some((receiver, place.step)), |listening| async move {
            let (mut receiver, step) = listening?;
            match receiver.recv().await {
                Some(Ok(Some(batch))) => Some((Ok(batch), Some((receiver, step)))),
                Some(Ok(None)) => None,
                Some(Err(error)) => Some((Err(error), None)),
                // The thread ended without a word: what came so far is not the whole answer.
                None => Some((Err(errors::internal(Some(step), "reading a file ended early")), None)),
            }
        });
        Ok(Answer { rows_expected, batches: batches.boxed() })
    }

    /// The one file of a table. None is fine where rows were recorded.
    fn find_table(&self, place: &Place, is_recorded: bool) -> Result<Option<PathBuf>, RunError> {
        let path = |ending: &str| self.folder.join(format!("{}.{ending}", place.table));
        let exists = |path: &Path| path.try_exists().map_err(|error| errors::file_not_readable(place, path, &error));
        let (parquet, csv) = (path("parquet"), path("csv"));
        match (exists(&parquet)?, exists(&csv)?) {
            (true, true) => Err(errors::table_file_twice(place, &self.folder)),
            (true, false) => Ok(Some(parquet)),
            (false, true) => Ok(Some(csv)),
            (false, false) if is_recorded => Ok(None),
            (false, false) => {
                let names = file_stems(&self.folder, &["parquet", "csv"]);
                let near = near_misses(&place.table, names.iter().map(String::as_str));
                Err(errors::table_file_missing(place, &self.folder, &near))
            }
        }
    }
}

/// Names of the files of a folder with one of these endings, sorted; none where the folder cannot be read.
fn file_stems(folder: &Path, endings: &[&str]) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut stems = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let ending = path.extension()?.to_str()?;
            endings.contains(&ending).then(|| path.file_stem()?.to_str().map(ToOwned::to_owned))?
        })
        .collect::<Vec<_>>();
    stems.sort();
    stems
}

fn open_table(wanted: Wanted) -> Result<Table, RunError> {
    if wanted.path.extension().is_some_and(|ending| ending == "parquet") {
        let table = ParquetTable::open(wanted)?;
        let batches = table.batches(BATCH_ROWS).into_iter();
        return Ok(Table::Parquet { table, batches, offset: 0 });
    }
    let file =
        File::open(&wanted.path).map_err(|error| errors::file_not_readable(&wanted.place, &wanted.path, &error))?;
    Ok(Table::Csv(Box::new(CsvTable::open(BufReader::with_capacity(1 << 18, file), wanted)?)))
}

/// All that the reading thread needs.
struct Reading {
    table: Option<Table>,
    recorded: Option<DataFrame>,
    pushed: Pushed,
    cohort: Option<cohort::Cohort>,
    place: Place,
}

impl Reading {
    fn run(mut self, cancel: &Cancel, sender: &Said) {
        let end = self.read_all(cancel, sender).map(|()| None);
        // Nobody listens any more: then nobody wants to know.
        let _ = sender.blocking_send(end);
    }

    /// Reads to the end, even when a pushed filter failed: a later row may fail an earlier step (B1).
    fn read_all(&mut self, cancel: &Cancel, sender: &Said) -> Result<(), RunError> {
        let mut rows_read = 0;
        while let Some((rows, bytes, warnings)) = self.next_rows()? {
            if cancel.is_cancelled() {
                return Err(errors::cancelled());
            }
            rows_read += rows.height() as u64;
            if let Some((data, rows_after)) = self.pushed.apply(&rows)? {
                let batch = Batch { data, rows_after, bytes, warnings };
                if sender.blocking_send(Ok(Some(batch))).is_err() {
                    return Ok(());
                }
            }
        }
        self.pushed.first_failure()?;
        if let Some(warning) = self.cohort.as_ref().and_then(|cohort| cohort.size_warning(&self.place, rows_read)) {
            let data = self.pushed.no_rows()?;
            let batch = Batch { data, rows_after: Vec::new(), bytes: 0, warnings: vec![warning] };
            let _ = sender.blocking_send(Ok(Some(batch)));
        }
        Ok(())
    }

    /// The rows of the file, then those that were recorded.
    fn next_rows(&mut self) -> Result<Option<Rows>, RunError> {
        if let Some(table) = &mut self.table {
            if let Some(rows) = table.read()? {
                return Ok(Some(rows));
            }
            self.table = None;
        }
        let Some(recorded) = self.recorded.take() else { return Ok(None) };
        let columns = self
            .pushed
            .read_columns()
            .iter()
            .map(|column| recorded.column(&column.name).cloned())
            .collect::<Result<Vec<_>, _>>()
            .and_then(|columns| DataFrame::new(recorded.height(), columns))
            .map_err(|error| errors::internal(Some(self.place.step), error))?;
        Ok(Some((columns, 0, Vec::new())))
    }
}
