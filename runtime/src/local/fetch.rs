//! The rows of a query: its batches stacked as they arrive, less what filters above it leave out, and what was counted on the
//! way; or of several nodes at once, where the server could do them.

use std::sync::Arc;
use std::time::Instant;

use futures_util::StreamExt;
use polars::prelude::DataFrame;
use wr_base::diag::Code;
use wr_plan::functions::Setting;
use wr_plan::physical::{PhysicalPlan, SourceQuery, Whole, WholeId};

use super::batchwise::{Batchwise, Chains};
use super::read_bound::ReadBound;
use crate::cancel::Cancel;
use crate::error::RunError;
use crate::frame::{Frame, no_rows};
use crate::placed::not_kept;
use crate::progress::{Event, Progress};
use crate::sources::errors::{Place, cancelled, internal};
use crate::sources::{Answer, Batch, Counts, Keys, Opened, Request, Sources, Warning, WholeRequest};

/// All that a source answered.
pub(super) struct Fetched {
    pub(super) frame: Frame,
    /// Rows before any filter, then after each pushed one; `None` where nobody counted.
    pub(super) rows_after: Vec<Option<u64>>,
    /// Rows after each node that was done to the batches.
    pub(super) rows_above: Vec<u64>,
    pub(super) warnings: Vec<Warning>,
    /// What was decided as it was asked.
    pub(super) note: Option<String>,
}

/// What rows are asked with.
#[derive(Clone, Copy)]
pub(super) struct Reach<'a> {
    pub(super) plan: &'a PhysicalPlan,
    pub(super) chains: &'a Chains,
    pub(super) setting: Setting,
    pub(super) bound: &'a ReadBound,
    pub(super) sources: &'a Sources,
    pub(super) progress: &'a dyn Progress,
    pub(super) cancel: &'a Cancel,
}

/// How the rows of a query were asked for.
pub(super) enum Asked {
    /// Alone, for there is no other way.
    Rows(Result<Fetched, RunError>),
    /// With the nodes above it.
    Whole(WholeId, Result<Fetched, RunError>),
    /// Alone, and why the nodes above it are computed here.
    Apart(WholeId, String, Result<Fetched, RunError>),
}

/// The rows of a query, or of the nodes that its server could do with it. What is asked first is used whole or not at all.
pub(super) async fn ask(reach: Reach<'_>, query: &SourceQuery, keys: Vec<Keys>) -> Asked {
    // Those over more than one query were asked for before.
    let own = |whole: &&Whole| whole.rows == query.id && whole.within.is_empty();
    let Some(whole) = reach.plan.wholes.iter().find(own) else {
        return Asked::Rows(fetch(reach, query, keys).await);
    };
    let why = match fetch_whole(reach, query, whole).await {
        Ok(Ok(fetched)) => return Asked::Whole(whole.id, Ok(fetched)),
        Err(error) if whole.placed_by.is_some() => return Asked::Whole(whole.id, Err(error)),
        Ok(Err(why)) => match whole.placed_by {
            None => why.to_owned(),
            Some(place) => {
                let why = format!("it would be computed here: {why}");
                return Asked::Whole(whole.id, Err(not_kept(place, &query.connection, &why)));
            }
        },
        // It may give the rows all the same.
        Err(error) if matches!(error.code, Code::ServerRefused | Code::ServerLimit | Code::AnswerCut) => {
            "the server would not do it".to_owned()
        }
        Err(error) => return Asked::Whole(whole.id, Err(error)),
    };
    Asked::Apart(whole.id, why, fetch(reach, query, keys).await)
}

/// What came of several nodes over more than one query, before any of these is asked.
pub(super) struct AskedAhead<'a> {
    pub(super) query: &'a SourceQuery,
    /// Why some of the ways to do it were not taken.
    pub(super) declined: Vec<(WholeId, String)>,
    /// The one that was.
    pub(super) done: Option<(&'a Whole, Result<Fetched, RunError>)>,
}

/// The rows of nodes that the server of a query could do with other queries; the most of them that it can.
pub(super) async fn ask_ahead<'a>(reach: Reach<'a>, query: &'a SourceQuery) -> AskedAhead<'a> {
    let mut asked = AskedAhead { query, declined: Vec::new(), done: None };
    // What stands above others comes behind them.
    for whole in reach.plan.wholes.iter().rev().filter(|whole| whole.rows == query.id && !whole.within.is_empty()) {
        let why = match fetch_whole(reach, query, whole).await {
            Ok(Ok(fetched)) => {
                asked.done = Some((whole, Ok(fetched)));
                break;
            }
            Ok(Err(why)) => match whole.placed_by {
                None => why.to_owned(),
                Some(place) => {
                    let why = format!("it would be computed here: {why}");
                    asked.done = Some((whole, Err(not_kept(place, &query.connection, &why))));
                    break;
                }
            },
            Err(error)
                if whole.placed_by.is_some() || matches!(error.code, Code::Cancelled | Code::TooManyRowsRead) =>
            {
                asked.done = Some((whole, Err(error)));
                break;
            }
            // The queries one by one may answer all the same, and their failures have their own steps.
            Err(_) => "the server would not do it".to_owned(),
        };
        asked.declined.push((whole.id, why));
    }
    asked
}

/// # Errors
/// What the source says.
async fn fetch(reach: Reach<'_>, query: &SourceQuery, keys: Vec<Keys>) -> Result<Fetched, RunError> {
    let request = request(reach, query, keys);
    let source = reach.sources.of_table(&request.table, query.step)?;
    let above = Batchwise::new(reach.plan, reach.chains.above(query.id), reach.setting, request.columns());
    let started = Instant::now();
    let answer = source.open(request, reach.cancel.clone()).await?;
    stacked(reach, query, answer, above, query.filters.len() + 1, started).await
}

/// The rows of several nodes, or why they are not asked for at once.
///
/// # Errors
/// What the source says.
async fn fetch_whole(
    reach: Reach<'_>,
    query: &SourceQuery,
    whole: &Whole,
) -> Result<Result<Fetched, &'static str>, RunError> {
    let rows = request(reach, query, Vec::new());
    let others = whole.within.iter().filter_map(|within| reach.plan.query(within.others));
    let others = others.map(|query| request(reach, query, Vec::new())).collect();
    let source = reach.sources.of_table(&rows.table, query.step)?;
    let started = Instant::now();
    match source.open_whole(WholeRequest { rows, others, whole: whole.clone() }, reach.cancel.clone()).await? {
        Opened::Declined(why) => Ok(Err(why)),
        Opened::Answer(answer) => {
            let above = Batchwise::new(reach.plan, &[], reach.setting, whole.columns.clone());
            stacked(reach, query, answer, above, 1, started).await.map(Ok)
        }
    }
}

fn request(reach: Reach<'_>, query: &SourceQuery, keys: Vec<Keys>) -> Request {
    let table = Arc::new(reach.plan.tables[query.table].clone());
    Request { query: query.clone(), table, keys, setting: reach.setting }
}

/// What is left of all batches of an answer, as long as the run may read them; `counts` says of how many places it can say how
/// many rows there were.
async fn stacked(
    reach: Reach<'_>,
    query: &SourceQuery,
    mut answer: Answer,
    mut above: Batchwise<'_>,
    counts: usize,
    started: Instant,
) -> Result<Fetched, RunError> {
    let Reach { plan, bound, progress, cancel, .. } = reach;
    let (connection, name) = (query.connection.clone(), plan.tables[query.table].name.clone());
    let place = Place { step: query.step, connection: connection.clone(), table: name.clone() };
    progress.tell(Event::SourceStarted {
        connection: connection.clone(),
        table: name.clone(),
        rows_expected: answer.rows_expected,
    });

    let broken = |error: &dyn std::fmt::Display| internal(Some(query.step), error);
    let columns = above.columns();
    let mut data = no_rows(&columns).map_err(|error| broken(&error))?;
    let (mut fetched_rows, mut left_rows) = (0, 0);
    let mut bytes = 0;
    let mut rows_after = vec![Some(0); counts];
    let mut warnings = Vec::new();
    while let Some(batch) = answer.batches.next().await {
        if cancel.is_cancelled() {
            return Err(cancelled());
        }
        let Batch { data: rows, counts, bytes: more, warnings: mut new } = batch?;
        fetched_rows += rows.height();
        bound.take(rows.height() as u64, &place)?;
        if let Some(rows) = above.apply(rows) {
            left_rows += rows.height();
            if data.width() > 0 {
                data.vstack_mut_owned(rows).map_err(|error| broken(&error))?;
            }
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
        data = DataFrame::new(left_rows, Vec::new()).map_err(|error| broken(&error))?;
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
    Ok(Fetched { frame: Frame { columns, data }, rows_after, rows_above: above.finish()?, warnings, note: answer.note })
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
