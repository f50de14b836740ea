//! Batches of the client to batches of an answer.
//!
//! Invariant: after a failure the stream ends, and an end without one is the end of all rows.

use futures_util::stream::{self, BoxStream, StreamExt};
use polars::prelude::DataFrame;
use wr_amplitude::Batches;
use wr_base::ids::StepId;

use super::errors::run_error;
use crate::cancel::Cancel;
use crate::error::RunError;
use crate::sources::errors::cancelled;
use crate::sources::local::pushed::Pushed;
use crate::sources::{Batch, Counts, Warning};

/// The wanted columns of what came, by their declared names.
type ToFrame<T> = Box<dyn Fn(&T, &Pushed) -> Result<DataFrame, RunError> + Send + Sync>;

/// All that is needed to give out rows as they come.
pub(super) struct Reading<T> {
    pub(super) batches: Batches<T>,
    pub(super) frame: ToFrame<T>,
    pub(super) pushed: Pushed,
    pub(super) connection: String,
    pub(super) step: StepId,
    pub(super) cancel: Cancel,
    /// Told with the first batch, as are the warnings.
    pub(super) bytes: u64,
    pub(super) warnings: Vec<Warning>,
}

impl<T: Send + 'static> Reading<T> {
    pub(super) fn stream(self) -> BoxStream<'static, Result<Batch, RunError>> {
        let steps = stream::unfold(Some(self), |reading| async {
            let mut reading = reading?;
            let next = reading.batches.next().await;
            match reading.step(next) {
                Step::Rows(batch) => Some((Some(Ok(*batch)), Some(reading))),
                // A filter failed; a later row may fail an earlier step (B1).
                Step::None => Some((None, Some(reading))),
                Step::End(end) => end.err().map(|error| (Some(Err(error)), None)),
            }
        });
        steps.filter_map(std::future::ready).boxed()
    }

    fn step(&mut self, next: Option<Result<T, wr_amplitude::Error>>) -> Step {
        let made = match next {
            Some(Ok(_)) if self.cancel.is_cancelled() => Err(cancelled()),
            Some(Ok(batch)) => (self.frame)(&batch, &self.pushed).and_then(|data| self.pushed.apply(&data)),
            Some(Err(error)) => Err(run_error(&error, &self.connection, Some(self.step))),
            None => return self.end(),
        };
        match made {
            Ok(Some((data, counts))) => Step::Rows(Box::new(Batch {
                data,
                counts: Counts::Each(counts),
                bytes: std::mem::take(&mut self.bytes),
                warnings: std::mem::take(&mut self.warnings),
            })),
            Ok(None) => Step::None,
            Err(error) => Step::End(Err(error)),
        }
    }

    /// Where no row came, what is to be told was not told yet.
    fn end(&mut self) -> Step {
        let told = self.pushed.first_failure();
        if told.is_err() || self.warnings.is_empty() {
            return Step::End(told);
        }
        match self.pushed.no_rows() {
            Ok(data) => Step::Rows(Box::new(Batch {
                data,
                counts: Counts::Each(Vec::new()),
                bytes: std::mem::take(&mut self.bytes),
                warnings: std::mem::take(&mut self.warnings),
            })),
            Err(error) => Step::End(Err(error)),
        }
    }
}

enum Step {
    Rows(Box<Batch>),
    None,
    End(Result<(), RunError>),
}
