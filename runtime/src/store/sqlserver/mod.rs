//! The database of a SQL Server as the target of records: rows and the run's row of `wr_runs` in one transaction there.
//!
//! | part | what it turns into what |
//! | --- | --- |
//! | `shape` | what the server says of a table into whether it can keep each key once |
//! | `cell` | a value into what its column holds exactly |
//! | `write` | a run's rows into one transaction |
//! | `conversation` | a statement into its answer |
//!
//! Invariants: a transaction is tried again as a whole and only after asking whether an earlier try came through, so however
//! often it is tried, each key is there once; before the commit is sent nothing can come through any more; the primary key of
//! `wr_occasions` lets one of two runs of an occasion wait for the other.

mod cell;
mod conversation;
pub(super) mod errors;
mod shape;
mod statement;
#[cfg(test)]
pub(crate) mod tests;
mod write;

use std::time::Duration;

use tiberius::{ColumnData, Row};
use wr_base::ids::StepId;
use wr_base::value::Value;

use super::{
    Foreseen, Holder, Occasion, RecordBatch, RecordMark, RecordPlace, RecordTable, RecordTarget, Recorded, StoreError,
};
use crate::cancel::Cancel;
use crate::error::RunError;
use crate::sources::errors::{Place, cancelled};
use crate::sources::sqlserver::SqlServerSetting;
use crate::sources::sqlserver::connect::Reach;
use crate::sources::sqlserver::table::text;
use conversation::{Conversation, Stop};
use shape::{Noted, Problems, Shape, look, look_at_own};

/// The database of a connection. Not to be used within an asynchronous task: it waits.
pub struct SqlServerTarget {
    connection: String,
    reach: Reach,
    /// Heard until the commit is sent.
    cancel: Cancel,
}

impl SqlServerTarget {
    #[must_use]
    pub fn new(connection: &str, setting: &SqlServerSetting, cancel: Cancel) -> Self {
        Self { connection: connection.to_owned(), reach: Reach::new(connection, setting), cancel }
    }

    /// Which database it is, as a run keeps it.
    #[must_use]
    pub fn place(connection: &str, profile: Option<&str>, setting: &SqlServerSetting) -> RecordPlace {
        let database = setting.database.as_deref().unwrap_or_default();
        RecordPlace {
            connection: connection.to_owned(),
            profile: profile.map(ToOwned::to_owned),
            address: format!("{}:{}/{database}", setting.host, setting.port),
        }
    }

    fn place_of(&self, table: &RecordTable) -> Place {
        Place { step: table.step, connection: self.connection.clone(), table: self.own_name(&table.name).to_owned() }
    }

    /// The table's name without the connection's.
    fn own_name<'a>(&self, stored: &'a str) -> &'a str {
        stored.strip_prefix(&self.connection).and_then(|rest| rest.strip_prefix('.')).unwrap_or(stored)
    }

    /// Who waits for a lock waits for another run, which may have many rows; but not for longer than for an answer.
    fn lock_timeout(&self) -> Duration {
        self.reach.setting.timeout / 2
    }

    /// Tries something until it comes through, or another try would not help.
    fn patiently<T>(
        &self,
        cancel: &Cancel,
        mut attempt: impl AsyncFnMut() -> Result<T, Stop>,
    ) -> Result<T, StoreError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        runtime.block_on(async {
            let mut tries = 0;
            loop {
                tries += 1;
                let failed = match attempt().await {
                    Ok(done) => return Ok(done),
                    Err(Stop::Store(error)) => return Err(error),
                    Err(Stop::Doubled(_)) => {
                        let words = "a key was broken by a statement that breaks none";
                        return Err(server(crate::sources::errors::internal(None, words)));
                    }
                    Err(Stop::Failed(failed)) => failed,
                };
                let Some(pause) = failed.pause(tries, self.reach.setting.pause) else {
                    return Err(StoreError::Server(failed.error));
                };
                tokio::select! {
                    () = cancel.cancelled() => return Err(server(cancelled())),
                    () = tokio::time::sleep(pause) => {}
                }
            }
        })
    }

    /// The tables on the server, and those of `wr` there.
    async fn shapes(
        &self,
        conversation: &mut Conversation<'_>,
        tables: &[(&RecordTable, Place)],
    ) -> Result<Vec<Shape>, Stop> {
        let mut problems = Problems::default();
        let mut shapes = Vec::new();
        for (table, place) in tables {
            shapes.extend(look(conversation, place, table, &mut problems).await?);
        }
        look_at_own(conversation, &mut problems).await?;
        if let Some((_, place)) = tables.first() {
            problems.none(place)?;
        }
        if shapes.len() == tables.len() { Ok(shapes) } else { Err(conversation.mistake("a table has no shape")) }
    }

    async fn committed_hash(&self, conversation: &mut Conversation<'_>, run: &str) -> Result<Option<String>, Stop> {
        conversation.batch(&statement::begin(self.lock_timeout())).await?;
        let rows = conversation.ask(statement::COMMITTED, vec![words(run)]).await?;
        conversation.batch(statement::ROLLBACK).await?;
        Ok(rows.first().and_then(|row| text(row, 0)).map(|hash| hash.trim_end().to_owned()))
    }

    async fn held_by(&self, conversation: &mut Conversation<'_>, hash: &str) -> Result<Option<Holder>, Stop> {
        let rows = conversation.ask(statement::HOLDER, vec![words(hash)]).await?;
        Ok(rows.first().map(holder))
    }

    async fn void_once(&self, run: &str, note: &str) -> Result<u64, Stop> {
        let mut conversation = Conversation::begin(&self.reach, None, &self.cancel).await?;
        let voided = self.void_on(&mut conversation, run, note).await;
        if voided.is_err() {
            conversation.leave().await;
        }
        voided
    }

    async fn void_on(&self, conversation: &mut Conversation<'_>, run: &str, note: &str) -> Result<u64, Stop> {
        conversation.batch(&statement::begin(self.lock_timeout())).await?;
        let noted = conversation.ask(statement::NOTED, vec![words(run)]).await?;
        let Some(noted) = noted.first() else {
            return Err(server(errors::not_noted(&self.connection, run)).into());
        };
        let rows = noted.try_get::<i64, _>(1).ok().flatten().and_then(|rows| u64::try_from(rows).ok());
        if text(noted, 2).is_some() {
            // An earlier try came through, and its answer was lost.
            conversation.batch(statement::ROLLBACK).await?;
            return Ok(rows.unwrap_or_default());
        }
        let tables = text(noted, 0).and_then(tables_of);
        let tables = tables.ok_or_else(|| server(errors::note_unreadable(&self.connection, run)))?;
        conversation.change(statement::VOID, vec![words(run), words(note)]).await?;
        conversation.change(statement::FREE_OCCASIONS, vec![words(run)]).await?;
        let mut removed = 0;
        for table in tables {
            removed += conversation.change(&statement::remove_rows(&table), vec![words(run)]).await?;
        }
        conversation.commit().await?;
        Ok(removed)
    }
}

impl RecordTarget for SqlServerTarget {
    fn prepare(&mut self, records: &[Foreseen]) -> Result<(), StoreError> {
        let tables: Vec<(&RecordTable, Place)> =
            records.iter().map(|record| (&record.table, self.place_of(&record.table))).collect();
        self.patiently(&self.cancel, async || {
            let place = tables.first().map(|(_, place)| place);
            let mut conversation = Conversation::begin(&self.reach, place, &self.cancel).await?;
            let shapes = self.shapes(&mut conversation, &tables).await?;
            for ((record, shape), (_, place)) in records.iter().zip(&shapes).zip(&tables) {
                for (at, value) in &record.same {
                    write::column_cell(shape, *at, value, place, &self.reach)?;
                }
            }
            Ok(())
        })
    }

    fn holder(&mut self, occasion: &Occasion) -> Result<Option<Holder>, StoreError> {
        let table = RecordTable { step: StepId(0), name: occasion.table.clone(), columns: Vec::new(), key: Vec::new() };
        let place = self.place_of(&table);
        self.patiently(&self.cancel, async || {
            let mut conversation = Conversation::begin(&self.reach, Some(&place), &self.cancel).await?;
            let hash = shape::occasion_hash(&mut conversation, &place, occasion).await?;
            self.held_by(&mut conversation, &hash).await
        })
    }

    fn record(&mut self, mark: &RecordMark, batches: &[RecordBatch<'_>]) -> Result<Recorded, StoreError> {
        let places: Vec<Place> = batches.iter().map(|batch| self.place_of(&batch.table)).collect();
        self.patiently(&self.cancel, async || self.record_once(mark, batches, &places).await)
    }

    fn committed(&mut self, run: &str) -> Result<Option<String>, StoreError> {
        // Whoever asked to stop still has to know what came of the run.
        let nobody = Cancel::default();
        self.patiently(&nobody, async || {
            let mut conversation = Conversation::begin(&self.reach, None, &nobody).await?;
            self.committed_hash(&mut conversation, run).await
        })
    }

    fn void(&mut self, run: &str, note: &str) -> Result<u64, StoreError> {
        self.patiently(&self.cancel, async || self.void_once(run, note).await)
    }
}

fn server(error: RunError) -> StoreError {
    StoreError::Server(Box::new(error))
}

fn words(text: &str) -> ColumnData<'static> {
    ColumnData::String(Some(text.to_owned().into()))
}

fn holder(row: &Row) -> Holder {
    let word = |at: usize| text(row, at).unwrap_or_default().trim_end().to_owned();
    let rows = row.try_get::<i64, _>(5).ok().flatten().and_then(|rows| u64::try_from(rows).ok());
    Holder {
        run: word(0),
        script_hash: word(1),
        values: text(row, 2).unwrap_or_default().to_owned(),
        made_by: text(row, 3).unwrap_or_default().to_owned(),
        made_at: word(4),
        rows: rows.unwrap_or_default(),
    }
}

/// The tables that a run recorded into, quoted, each once.
fn tables_of(noted: &str) -> Option<Vec<String>> {
    let noted: Vec<Noted> = serde_json::from_str(noted).ok()?;
    let mut tables = noted.iter().map(Noted::table).collect::<Option<Vec<String>>>()?;
    tables.sort();
    tables.dedup();
    Some(tables)
}

/// Whether a row has a value in each column of the key.
fn null_key(table: &RecordTable, row: &[Value]) -> Option<StoreError> {
    let null = table.key.iter().find(|key| row.get(**key as usize).is_none_or(Value::is_null))?;
    let column = table.columns.get(*null as usize)?.0.clone();
    Some(StoreError::NullKey { table: table.name.clone(), column })
}
