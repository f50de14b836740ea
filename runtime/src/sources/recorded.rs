//! A server's tables with the rows that runs of this project recorded: those are in the project's store, and stand behind the
//! server's own as they stand behind the files of a folder (B19). Without them, a run would choose people again whom an
//! earlier one recorded.
//!
//! A query of the author's own does not see them: it is the server's.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt as _};
use polars::prelude::DataFrame;
use wr_plan::physical::Bound;

use super::described::DescribedTable;
use super::local::pushed::Pushed;
use super::{Answer, Batch, CohortDescription, Counts, Opened, RecordedRows, Request, Source, WholeRequest};
use crate::cancel::Cancel;
use crate::error::RunError;

pub(super) struct WithRecorded {
    pub(super) server: Arc<dyn Source>,
    pub(super) recorded: Arc<dyn RecordedRows>,
}

impl WithRecorded {
    /// What was recorded behind the table of a request; a query of the author's own does not see it.
    fn recorded(&self, request: &Request) -> Result<Option<DataFrame>, RunError> {
        let is_table = request.table.query.is_none() && request.table.arguments.is_empty();
        if is_table { self.recorded.rows(request.query.table, &request.table) } else { Ok(None) }
    }
}

impl Source for WithRecorded {
    fn open(&self, request: Request, cancel: Cancel) -> BoxFuture<'_, Result<Answer, RunError>> {
        Box::pin(async move {
            let Some(recorded) = self.recorded(&request)? else { return self.server.open(request, cancel).await };
            let step = request.query.step;
            let pushed = Pushed::new(request.clone(), step)?;
            let Answer { rows_expected, at_most, note, batches } = self.server.open(request, cancel).await?;
            let rows_expected = rows_expected.map(|rows| rows + recorded.height() as u64);
            let at_most = with_recorded(at_most, &recorded);
            let batches = stream::unfold(Some((batches, Some((recorded, pushed)))), |state| async {
                let (mut batches, last) = state?;
                match batches.next().await {
                    Some(Ok(batch)) => Some((Ok(batch), Some((batches, last)))),
                    // After a failure the stream ends.
                    Some(Err(error)) => Some((Err(error), None)),
                    None => {
                        let (recorded, pushed) = last?;
                        let batch = behind(&recorded, pushed);
                        Some((batch, Some((stream::empty().boxed(), None))))
                    }
                }
            });
            Ok(Answer { rows_expected, at_most, note, batches: batches.boxed() })
        })
    }

    fn bound(&self, request: Request, cancel: Cancel) -> BoxFuture<'_, Result<Bound, RunError>> {
        Box::pin(async move {
            let recorded = self.recorded(&request)?;
            let of_server = self.server.bound(request, cancel).await?;
            Ok(recorded.map_or(of_server, |recorded| with_recorded(of_server, &recorded)))
        })
    }

    fn open_whole(&self, request: WholeRequest, cancel: Cancel) -> BoxFuture<'_, Result<Opened, RunError>> {
        Box::pin(async move {
            // The server would count its own rows only.
            if self.recorded(&request.rows)?.is_some() {
                return Ok(Opened::Declined("rows that this project recorded stand behind those of the server"));
            }
            self.server.open_whole(request, cancel).await
        })
    }

    fn greet(&self, cancel: Cancel) -> BoxFuture<'_, Result<String, RunError>> {
        self.server.greet(cancel)
    }

    fn tables(&self, cancel: Cancel) -> BoxFuture<'_, Result<Vec<DescribedTable>, RunError>> {
        self.server.tables(cancel)
    }

    fn describe_cohort(&self, id: &str) -> BoxFuture<'_, Result<Option<CohortDescription>, RunError>> {
        self.server.describe_cohort(id)
    }
}

fn with_recorded(of_server: Bound, recorded: &DataFrame) -> Bound {
    let rows = of_server.rows.map(|rows| rows + recorded.height() as u64);
    let bytes = of_server.bytes.map(|bytes| bytes + recorded.estimated_size() as u64);
    Bound { rows, bytes }
}

/// The recorded rows that the query asks for.
fn behind(recorded: &DataFrame, mut pushed: Pushed) -> Result<Batch, RunError> {
    let data = match pushed.apply(recorded)? {
        Some((data, _)) => data,
        None => pushed.no_rows()?,
    };
    pushed.first_failure()?;
    let rows = data.height() as u64;
    Ok(Batch { data, counts: Counts::Last(rows), bytes: 0, warnings: Vec::new() })
}
