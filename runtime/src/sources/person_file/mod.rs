//! Files that a person names for a parameter: read once, known by their content, and from then on a source like any other.
//!
//! Invariant: what was checked, hashed and read are the same bytes, whatever becomes of the file while the run goes on (A6).

mod describe;
mod format;
#[cfg(test)]
mod tests;
mod text;

pub use describe::{Found, Refused, describe};

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use wr_base::value::Value;
use wr_plan::physical::Bound;

use super::errors::{self, Place};
use super::files::{Wanted, WantedColumn};
use super::local::pushed::{self, Pushed};
use super::local::reading::Reading;
use super::{Answer, Batch, Counts, Request, Source};
use crate::cancel::Cancel;
use crate::error::RunError;
use crate::files::hash_bytes;

/// Larger files are tables: they belong into the folder of a connection.
const LARGEST: u64 = 1 << 30;

/// A file as it was when it was read.
#[derive(Debug)]
pub struct PersonFile {
    /// Without its folder.
    pub name: String,
    /// Absolute.
    pub path: PathBuf,
    pub content: Arc<[u8]>,
    /// SHA-256 of the content.
    pub hash: String,
}

/// The files of one command.
#[derive(Clone, Debug, Default)]
pub struct PersonFiles {
    by_hash: Arc<Mutex<BTreeMap<String, Arc<PersonFile>>>>,
}

/// Why a file cannot be had.
#[derive(Debug)]
pub enum NotRead {
    Io(std::io::Error),
    TooLarge { bytes: u64 },
}

impl PersonFiles {
    /// Reads a file, and keeps what it held.
    ///
    /// # Errors
    /// It is not there, cannot be read, or is too large.
    pub fn read(&self, path: &Path) -> Result<Arc<PersonFile>, NotRead> {
        let mut file = std::fs::File::open(path).map_err(NotRead::Io)?;
        let found = file.metadata().map_err(NotRead::Io)?;
        if found.is_dir() {
            return Err(NotRead::Io(std::io::Error::from(std::io::ErrorKind::IsADirectory)));
        }
        if found.len() > LARGEST {
            return Err(NotRead::TooLarge { bytes: found.len() });
        }
        let mut content = Vec::new();
        // What is no file of a disk may never end.
        file.by_ref().take(LARGEST + 1).read_to_end(&mut content).map_err(NotRead::Io)?;
        if content.len() as u64 > LARGEST {
            return Err(NotRead::TooLarge { bytes: content.len() as u64 });
        }
        let hash = hash_bytes(&content);
        let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into());
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let file = Arc::new(PersonFile { name, path, content: content.into(), hash: hash.clone() });
        let mut files = self.by_hash.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(files.entry(hash).or_insert(file)))
    }

    fn get(&self, hash: &str) -> Option<Arc<PersonFile>> {
        self.by_hash.lock().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
    }
}

impl Source for PersonFiles {
    fn open(&self, request: Request, cancel: Cancel) -> BoxFuture<'_, Result<Answer, RunError>> {
        Box::pin(async move { self.open_now(request, cancel) })
    }

    fn greet(&self, _cancel: Cancel) -> BoxFuture<'_, Result<String, RunError>> {
        Box::pin(async { Ok("files of a person".to_owned()) })
    }
}

impl PersonFiles {
    fn open_now(&self, request: Request, cancel: Cancel) -> Result<Answer, RunError> {
        let step = request.query.step;
        let place = place(&request.table, step);
        let hash = pushed::constant(&request, request.query.arguments.first(), step)?;
        let Some(read) = request.table.file.clone() else {
            return Err(errors::internal(Some(step), "a table of a connection is no file of a person"));
        };
        let table = Arc::clone(&request.table);
        let zone = request.setting.zone;
        let pushed = Pushed::new(request, step)?;
        let Value::Text(hash) = hash else {
            // None was given, so it has no rows.
            let batch =
                Batch { data: pushed.no_rows()?, counts: Counts::Each(Vec::new()), bytes: 0, warnings: Vec::new() };
            return Ok(Answer {
                rows_expected: Some(0),
                at_most: Bound { rows: Some(0), bytes: Some(0) },
                note: None,
                batches: futures_util::stream::iter([Ok(batch)]).boxed(),
            });
        };
        let Some(file) = self.get(&hash) else {
            return Err(errors::internal(Some(step), "a file was not read before its rows"));
        };
        let of_file = |column: &wr_plan::logical::PlanColumn| {
            let at = table.columns.iter().position(|declared| declared.name == column.name);
            let heading = at.and_then(|at| read.headings.get(at)).unwrap_or(&column.name);
            WantedColumn { name: column.name.clone(), heading: heading.clone(), ty: column.ty.clone() }
        };
        let columns = pushed.read_columns().iter().map(|column| of_file(column)).collect();
        let wanted = Wanted {
            place: place.clone(),
            path: PathBuf::from(&file.name),
            content: Some(Arc::clone(&file.content)),
            columns,
            zone: Some(zone),
        };
        let (table, _) = format::open(wanted, &read)?;
        let rows_expected = table.rows();
        let reading = Reading { table: Some(table), recorded: None, pushed, cohort: None, place };
        Ok(reading.start(rows_expected, cancel))
    }
}

fn place(table: &wr_plan::declaration::Table, step: wr_base::ids::StepId) -> Place {
    Place { step, connection: String::new(), table: table.full_name() }
}
