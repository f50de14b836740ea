//! `driver = "local"`: a folder of tables as a source. `cards` is `cards.parquet`, `cards.csv` or `cards.xlsx`,
//! a cohort is `cohorts/<id>.csv` (B20). Of a table that is read for a period all is read: the period is a filter of the plan.
//!
//! A table in a workbook is the sheet of its name, else the one sheet that has its columns.

mod cohort;
pub(super) mod pushed;
pub(super) mod reading;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use wr_base::ids::StepId;
use wr_base::name::near_misses;
use wr_base::value::{Value, Zone};
use wr_plan::physical::Bound;

use super::errors::{self, Place};
use super::files::{Table, Wanted, WantedColumn};
use super::{Answer, CohortDescription, ListedCohort, RecordedRows, Request, Source};
use crate::cancel::Cancel;
use crate::error::RunError;
use pushed::Pushed;
use reading::Reading;

/// What the file of a table can be.
const ENDINGS: [&str; 3] = ["parquet", "csv", "xlsx"];

/// A connection to a folder.
pub struct Local {
    pub connection: String,
    pub folder: PathBuf,
    pub zone: Option<Zone>,
    pub recorded: Arc<dyn RecordedRows>,
}

impl Source for Local {
    fn open(&self, request: Request, cancel: Cancel) -> BoxFuture<'_, Result<Answer, RunError>> {
        Box::pin(async move {
            let (reading, rows_expected) = self.reading(request)?;
            Ok(reading.start(rows_expected, cancel))
        })
    }

    fn bound(&self, request: Request, _cancel: Cancel) -> BoxFuture<'_, Result<Bound, RunError>> {
        Box::pin(async move { Ok(self.reading(request)?.0.bound()) })
    }

    fn greet(&self, _cancel: Cancel) -> BoxFuture<'_, Result<String, RunError>> {
        let tables = file_stems(&self.folder, &ENDINGS).len();
        let place = Place { step: StepId(0), connection: self.connection.clone(), table: String::new() };
        let met = if self.folder.is_dir() {
            Ok(format!("a folder with {tables} tables"))
        } else {
            Err(RunError { step: None, ..errors::folder_missing(&place, &self.folder) })
        };
        Box::pin(async move { met })
    }

    fn cohorts(&self, _cancel: Cancel) -> BoxFuture<'_, Result<Option<Vec<ListedCohort>>, RunError>> {
        let place = Place { step: StepId(0), connection: self.connection.clone(), table: "cohort".to_owned() };
        let listed = cohort::all(&self.folder, &place).map_err(|error| RunError { step: None, ..error });
        Box::pin(async move { listed.map(Some) })
    }

    fn describe_cohort(&self, id: &str) -> BoxFuture<'_, Result<Option<CohortDescription>, RunError>> {
        // It is asked for a parameter, which is no step.
        let place = Place { step: StepId(0), connection: self.connection.clone(), table: "cohort".to_owned() };
        let found = cohort::find(&self.folder, &place, id).map_err(|error| RunError { step: None, ..error });
        Box::pin(async move { Ok(found?.description) })
    }
}

impl Local {
    /// What is to be read, and how many rows that is where it is known.
    fn reading(&self, request: Request) -> Result<(Reading, Option<u64>), RunError> {
        let place =
            Place { step: request.query.step, connection: self.connection.clone(), table: request.table.name.clone() };
        if request.table.query.is_some() {
            return Err(errors::query_not_taken(&place));
        }
        let recorded = self.recorded.rows(request.query.table, &request.table)?;
        let is_cohort = request.table.arguments.iter().any(|argument| argument.cohort_of.is_some());
        let (path, cohort) = if !is_cohort {
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
            content: None,
            columns: pushed
                .read_columns()
                .iter()
                .map(|column| WantedColumn {
                    name: column.name.clone(),
                    heading: column.name.clone(),
                    ty: column.ty.clone(),
                })
                .collect(),
            zone: self.zone,
        };
        let table = path.map(|path| Table::open(wanted(path))).transpose()?;
        let rows_expected = match (&table, &cohort) {
            (_, Some(cohort)) => cohort.description.as_ref().map(|description| description.size),
            (Some(table), None) => table.rows(),
            (None, None) => None,
        };
        Ok((Reading { table, recorded, pushed, cohort, place }, rows_expected))
    }

    /// The one file of a table. None is fine where rows were recorded.
    fn find_table(&self, place: &Place, is_recorded: bool) -> Result<Option<PathBuf>, RunError> {
        let mut found = Vec::new();
        for ending in ENDINGS {
            let path = self.folder.join(format!("{}.{ending}", place.table));
            if path.try_exists().map_err(|error| errors::file_not_readable(place, &path, &error))? {
                found.push(path);
            }
        }
        match found.as_slice() {
            [one] => Ok(Some(one.clone())),
            [first, second, ..] => Err(errors::table_file_twice(place, first, second)),
            [] if is_recorded => Ok(None),
            [] => {
                let names = file_stems(&self.folder, &ENDINGS);
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
