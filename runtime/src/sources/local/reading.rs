//! Files read on a thread of their own, batch by batch; a small channel holds the reader back when nobody takes.

use polars::prelude::DataFrame;
use tokio::sync::mpsc;
use wr_plan::physical::Bound;

use super::cohort::Cohort;
use super::pushed::Pushed;
use crate::cancel::Cancel;
use crate::error::RunError;
use crate::sources::errors::{self, Place};
use crate::sources::files::{Rows, Table};
use crate::sources::told::{self, Told};
use crate::sources::{Answer, Batch, Counts};

/// Where the reading thread tells.
type Said = mpsc::Sender<Told>;

/// All that the reading thread needs.
pub(in crate::sources) struct Reading {
    pub(in crate::sources) table: Option<Table>,
    pub(in crate::sources) recorded: Option<DataFrame>,
    pub(in crate::sources) pushed: Pushed,
    pub(in crate::sources) cohort: Option<Cohort>,
    pub(in crate::sources) place: Place,
}

impl Reading {
    /// A file with a count of its rows, and those that were recorded.
    pub(in crate::sources) fn bound(&self) -> Bound {
        let of_file = match &self.table {
            Some(table) => table.rows(),
            None => Some(0),
        };
        let recorded = self.recorded.as_ref().map_or(0, DataFrame::height) as u64;
        Bound { rows: of_file.map(|rows| rows + recorded), bytes: None }
    }

    /// Begins to read; the batches come as they are taken.
    pub(in crate::sources) fn start(self, rows_expected: Option<u64>, cancel: Cancel) -> Answer {
        let step = self.place.step;
        let at_most = self.bound();
        let (sender, batches) = told::channel(step);
        tokio::task::spawn_blocking(move || self.run(&cancel, &sender));
        Answer { rows_expected, at_most, note: None, batches }
    }

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
                let batch = Batch { data, counts: Counts::Each(rows_after), bytes, warnings };
                if sender.blocking_send(Ok(Some(batch))).is_err() {
                    return Ok(());
                }
            }
        }
        self.pushed.first_failure()?;
        if let Some(warning) = self.cohort.as_ref().and_then(|cohort| cohort.size_warning(&self.place, rows_read)) {
            let data = self.pushed.no_rows()?;
            let batch = Batch { data, counts: Counts::Each(Vec::new()), bytes: 0, warnings: vec![warning] };
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
