//! The rows of a query: its batches stacked as they arrive, and what was counted on the way.

use std::sync::Arc;
use std::time::Instant;

use futures_util::StreamExt;
use polars::prelude::DataFrame;
use wr_plan::functions::Setting;
use wr_plan::physical::{PhysicalPlan, SourceQuery};

use super::read_bound::ReadBound;
use crate::cancel::Cancel;
use crate::error::RunError;
use crate::frame::{Frame, no_rows};
use crate::progress::{Event, Progress};
use crate::sources::errors::{Place, cancelled, internal};
use crate::sources::{Batch, Counts, Keys, Request, Sources, Warning};

/// All that a source answered.
pub(super) struct Fetched {
    pub(super) frame: Frame,
    /// Rows before any filter, then after each pushed one; `None` where nobody counted.
    pub(super) rows_after: Vec<Option<u64>>,
    pub(super) warnings: Vec<Warning>,
    /// What was decided as it was asked.
    pub(super) note: Option<String>,
}

/// All that the queries of a run are asked with.
pub(super) struct Asking<'a> {
    pub(super) plan: &'a PhysicalPlan,
    pub(super) setting: Setting,
    pub(super) bound: ReadBound,
    pub(super) sources: &'a Sources,
    pub(super) progress: &'a dyn Progress,
    pub(super) cancel: &'a Cancel,
}

impl Asking<'_> {
    /// # Errors
    /// What the source says; or more rows come than the run may read.
    pub(super) async fn fetch(&self, query: &SourceQuery, keys: Vec<Keys>) -> Result<Fetched, RunError> {
        let Self { plan, setting, bound, sources, progress, cancel } = self;
        let table = Arc::new(plan.tables[query.table].clone());
        let source = sources.of_table(&table, query.step)?;
        let request = Request { query: query.clone(), table: Arc::clone(&table), keys, setting: *setting };
        let columns = request.columns();
        let (connection, name) = (query.connection.clone(), table.name.clone());
        let place = Place { step: query.step, connection: connection.clone(), table: name.clone() };
        let started = Instant::now();
        let mut answer = source.open(request, (*cancel).clone()).await?;
        progress.tell(Event::SourceStarted {
            connection: connection.clone(),
            table: name.clone(),
            rows_expected: answer.rows_expected,
        });

        let broken = |error: &dyn std::fmt::Display| internal(Some(query.step), error);
        let mut data = no_rows(&columns).map_err(|error| broken(&error))?;
        let mut fetched_rows = 0;
        let mut bytes = 0;
        let mut rows_after = vec![Some(0); query.filters.len() + 1];
        let mut warnings = Vec::new();
        while let Some(batch) = answer.batches.next().await {
            if cancel.is_cancelled() {
                return Err(cancelled());
            }
            let Batch { data: rows, counts, bytes: more, warnings: mut new } = batch?;
            fetched_rows += rows.height();
            bound.take(rows.height() as u64, &place)?;
            if data.width() > 0 {
                data.vstack_mut_owned(rows).map_err(|error| broken(&error))?;
            }
            bytes += more;
            add(&mut rows_after, counts);
            merge_warnings(&mut warnings, &mut new);
            progress.tell(Event::SourceProgress {
                connection: connection.clone(),
                table: name.clone(),
                rows: rows_read(&rows_after, fetched_rows),
                bytes,
            });
        }
        if data.width() == 0 {
            data = DataFrame::new(fetched_rows, Vec::new()).map_err(|error| broken(&error))?;
        }
        data.rechunk_mut_par();
        progress.tell(Event::SourceFinished {
            connection,
            table: name,
            rows: rows_read(&rows_after, fetched_rows),
            bytes,
            millis: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            at_most: answer.at_most,
        });
        Ok(Fetched { frame: Frame { columns, data }, rows_after, warnings, note: answer.note })
    }
}

/// Adds what was counted on the way to a batch.
fn add(rows_after: &mut [Option<u64>], counts: Counts) {
    match counts {
        Counts::Each(counts) => {
            for (sum, count) in rows_after.iter_mut().zip(counts) {
                *sum = sum.map(|sum| sum + count);
            }
        }
        Counts::Last(rows) => {
            if let Some((last, before)) = rows_after.split_last_mut() {
                before.fill(None);
                *last = last.map(|sum| sum + rows);
            }
        }
    }
}

/// What people are told while they wait: the rows that were read, as far as that is known.
fn rows_read(rows_after: &[Option<u64>], fetched: usize) -> u64 {
    rows_after.first().copied().flatten().unwrap_or(fetched as u64)
}

/// Batches say the same thing again: people hear it once.
fn merge_warnings(warnings: &mut Vec<Warning>, new: &mut Vec<Warning>) {
    for warning in new.drain(..) {
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }
}
