//! An answer as it arrives to batches: bytes are fetched on one task, decoded on a thread of their own, and both wait when
//! nobody takes what they made.
//!
//! Invariant: the last batch is followed by an end only where the stream had its own end mark and nothing after it. A shorter
//! answer is a failure, however whole its rows look.

use std::io::Read;

use polars::prelude::{Column, DataFrame, IntoColumn, PolarsError};
use polars_arrow::array::Array;
use polars_arrow::datatypes::ArrowDataType;
use polars_arrow::io::ipc::read::{StreamReader, StreamState, read_stream_metadata};
use tokio::sync::mpsc;
use wr_base::ids::ColumnId;
use wr_plan::logical::PlanColumn;
use wr_plan::physical::Bound;

use super::body::{Body, Said};
use super::client::{Client, Question, Started};
use super::decode::{AnswerColumn, decode};
use crate::cancel::Cancel;
use crate::caught::caught;
use crate::error::RunError;
use crate::frame::{Frame, column_name, no_rows};
use crate::sources::convert::{Converted, Unfit};
use crate::sources::errors::{self, Place};
use crate::sources::recheck::Recheck;
use crate::sources::told::{self, Told};
use crate::sources::{Answer, Batch, Counts, Warning};

/// Pieces of an answer that wait to be decoded. One is what came at once, mostly below a megabyte.
const PIECES_WAITING: usize = 16;

/// A column of the answer with the id that the plan knows it by.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// Its place in the answer.
    pub(super) at: usize,
    pub(super) id: ColumnId,
    pub(super) column: AnswerColumn,
}

impl Wanted {
    fn plan_column(&self) -> PlanColumn {
        PlanColumn { id: self.id, name: self.column.name.clone(), ty: self.column.ty.clone() }
    }
}

/// Asks, and gives the rows as they come.
///
/// # Errors
/// What the server says at once.
pub(super) async fn read(
    client: &Client,
    question: &Question,
    wanted: Vec<Wanted>,
    recheck: Option<Recheck>,
    place: Place,
    cancel: Cancel,
) -> Result<Answer, RunError> {
    let started = client.start(question, &place, &cancel).await?;
    let rows_expected = started.rows_expected;
    let (pieces, body) = mpsc::channel(PIECES_WAITING);
    let (told, batches) = told::channel(place.step);
    tokio::spawn(fetch(client.clone(), started, place.clone(), cancel, pieces));
    let decoding = Decoding {
        client: client.clone(),
        wanted,
        recheck,
        place: place.clone(),
        body: Body::new(body),
        bytes: 0,
        has_told: false,
    };
    tokio::task::spawn_blocking(move || decoding.run(&told));
    Ok(Answer { rows_expected, at_most: Bound::default(), note: None, batches })
}

/// Hands the bytes over as they come. What nobody wants any more is stopped on the server as well.
async fn fetch(client: Client, started: Started, place: Place, cancel: Cancel, pieces: mpsc::Sender<Said>) {
    let Started { first, mut rest, query_id, .. } = started;
    let mut next = Ok(first);
    loop {
        let said = match next {
            Ok(Some(bytes)) => Said::More(bytes),
            Ok(None) => Said::End,
            Err(error) => Said::Failed(Box::new(error)),
        };
        let is_end = matches!(said, Said::End);
        let is_failed = matches!(said, Said::Failed(_));
        let is_heard = pieces.send(said).await.is_ok();
        if is_end {
            return;
        }
        if is_failed || !is_heard {
            break;
        }
        next = client.next(&mut rest, &place, &cancel).await;
    }
    drop(rest);
    client.kill(query_id);
}

/// All that the decoding thread needs.
struct Decoding {
    client: Client,
    wanted: Vec<Wanted>,
    /// What is still to be done to the rows; nothing where the server did all.
    recheck: Option<Recheck>,
    place: Place,
    body: Body,
    /// Of the answer, as decoded so far.
    bytes: u64,
    has_told: bool,
}

impl Decoding {
    fn run(mut self, told: &mpsc::Sender<Told>) {
        // The library reads what a server sent; it may panic at what it does not expect.
        let end = caught(|| self.read_all(told)).unwrap_or_else(|words| Err(self.client.cut(&words, &self.place)));
        // Nobody listens any more: then nobody wants to know.
        let _ = told.blocking_send(end.map(|()| None));
    }

    fn read_all(&mut self, told: &mpsc::Sender<Told>) -> Result<(), RunError> {
        let mut body = self.body.clone();
        let mut metadata = read_stream_metadata(&mut body).map_err(|error| self.broken(&error))?;
        // Texts are bytes to the library: what is no text is found by us, and said with its column.
        for field in metadata.schema.iter_values_mut() {
            #[allow(clippy::wildcard_enum_match_arm, reason = "the other types of a foreign crate stay as they are")]
            match field.dtype {
                ArrowDataType::Utf8 => field.dtype = ArrowDataType::Binary,
                ArrowDataType::LargeUtf8 => field.dtype = ArrowDataType::LargeBinary,
                _ => {}
            }
        }
        let mut reader = StreamReader::new(body, metadata, None);
        loop {
            match reader.next() {
                Some(Ok(StreamState::Some(batch))) => {
                    // A filter that failed ends nothing: a later row may fail an earlier step (B1).
                    let Some(batch) = self.batch(batch.height(), &batch.into_arrays())? else { continue };
                    self.has_told = true;
                    if told.blocking_send(Ok(Some(batch))).is_err() {
                        return Ok(());
                    }
                }
                // The bytes ended where the stream did not.
                Some(Ok(StreamState::Waiting)) => return Err(self.short()),
                Some(Err(error)) => return Err(self.broken(&error)),
                None => break,
            }
        }
        if !self.has_told {
            // Also an answer without rows says where they were counted: at its end.
            let _ = told.blocking_send(Ok(Some(self.no_rows()?)));
        }
        let mut after = [0; 1];
        match self.body.read(&mut after) {
            Ok(0) => self.recheck.as_mut().map_or(Ok(()), Recheck::first_failure),
            Ok(_) => {
                // Words after the end: read them all, so that they can be said.
                let _ = std::io::copy(&mut self.body, &mut std::io::sink());
                Err(self.short())
            }
            Err(_) => Err(self.short()),
        }
    }

    /// The failure that was met on the way, else the server's last words, else that the answer broke off.
    fn short(&self) -> RunError {
        self.body.take_failure().unwrap_or_else(|| self.client.cut(&self.body.tail(), &self.place))
    }

    fn broken(&self, error: &PolarsError) -> RunError {
        let failure = self.body.take_failure();
        // Bytes that are no stream: perhaps words of a server, or of something between.
        failure.unwrap_or_else(|| self.client.cut(&format!("{}\n{error}", self.body.tail()), &self.place))
    }

    fn batch(&mut self, height: usize, arrays: &[Box<dyn Array>]) -> Result<Option<Batch>, RunError> {
        let internal = |words: &dyn std::fmt::Display| errors::internal(Some(self.place.step), words);
        // An answer without columns comes as one that nobody reads.
        let width = self.wanted.iter().map(|wanted| wanted.at + 1).max().unwrap_or(1);
        if arrays.len() != width {
            return Err(internal(&"an answer has other columns than were asked for"));
        }
        let mut warnings = Vec::new();
        let mut columns = Vec::with_capacity(self.wanted.len());
        for wanted in &self.wanted {
            let Some(array) = arrays.get(wanted.at).cloned() else { continue };
            let column = decode(array, &wanted.column).map_err(|unfit| self.unfit(&wanted.column, unfit))?;
            columns.push(self.named(wanted, column, &mut warnings));
        }
        let mut data = DataFrame::new(height, columns).map_err(|error| internal(&error))?;
        if let Some(recheck) = &mut self.recheck {
            let columns = self.wanted.iter().map(Wanted::plan_column).collect();
            match recheck.apply(Frame { columns, data }).map_err(|fault| internal(&fault))? {
                Some((rows, _)) => data = rows,
                None => return Ok(None),
            }
        }
        let rows = data.height() as u64;
        let so_far = self.body.position();
        let bytes = so_far - std::mem::replace(&mut self.bytes, so_far);
        Ok(Some(Batch { data, counts: Counts::Last(rows), bytes, warnings }))
    }

    fn no_rows(&self) -> Result<Batch, RunError> {
        let answered: Vec<PlanColumn> = match &self.recheck {
            Some(recheck) => recheck.answered.clone(),
            None => self.wanted.iter().map(Wanted::plan_column).collect(),
        };
        let data = no_rows(&answered).map_err(|fault| errors::internal(Some(self.place.step), fault))?;
        Ok(Batch { data, counts: Counts::Last(0), bytes: 0, warnings: Vec::new() })
    }

    fn named(&self, wanted: &Wanted, column: Converted, warnings: &mut Vec<Warning>) -> Column {
        if column.times_cut > 0 {
            warnings.push(errors::times_cut(&self.place, &wanted.column.name));
        }
        column.series.with_name(column_name(wanted.id)).into_column()
    }

    fn unfit(&self, column: &AnswerColumn, unfit: Unfit) -> RunError {
        self.client.server.unfit(&self.place, &column.name, &column.ty, &column.stored.words, unfit)
    }
}
