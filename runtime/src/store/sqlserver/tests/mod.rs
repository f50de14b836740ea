//! Records into the TDS test server: each key once, whatever fails, breaks off, or comes at the same time.
#![allow(clippy::wildcard_enum_match_arm, reason = "a test matches what it is about")]

mod cuts;
mod refusals;
mod together;
mod writing;

use std::time::Duration;

use tiberius::{ColumnData, Row};
use wr_base::diag::Code;
use wr_base::ids::StepId;
use wr_base::ty::{DataType, Type};
use wr_base::value::{DateTime, Value, Zone};
use wr_secret::Secret;
use wr_tds_server::{Options, TdsServer, User};

use super::conversation::Conversation;
use super::statement::OWN_TABLES;
use super::*;
use crate::files::hash_bytes;
use crate::store::RecordRows;

pub(crate) const PASSWORD: &str = "Canary-Pa55";

/// 2026-11-23T09:00:00Z.
const NOON: DateTime = DateTime(1_795_424_400_000_000);

pub(crate) const HISTORY: &str = "CREATE TABLE [dbo].[mailing_history] (
    [sub_id] nvarchar(50) NOT NULL, [user_id] bigint NOT NULL, [grp] varchar(20) NOT NULL, [sent_at] datetime2(6) NOT NULL,
    [wr_run_id] varchar(64) COLLATE Latin1_General_BIN2 NULL,
    CONSTRAINT [uq_mailing_history] UNIQUE ([user_id], [sub_id]))";

/// A server on which the user `writer` may do everything, with the tables of wr.
pub(crate) fn server() -> TdsServer {
    server_for(User::new("writer", PASSWORD))
}

fn server_for(user: User) -> TdsServer {
    let server = TdsServer::start(Options { users: vec![user], ..Options::default() }).unwrap();
    for own in &OWN_TABLES {
        server.execute(own.create).unwrap();
    }
    server
}

/// As [`server`], with the history that is recorded into.
pub(crate) fn server_with_history() -> TdsServer {
    let server = server();
    server.execute(HISTORY).unwrap();
    server
}

/// Takes away whatever was recorded.
pub(crate) fn empty(server: &TdsServer) {
    server.execute("DELETE FROM [mailing_history]; DELETE FROM [wr_occasions]; DELETE FROM [wr_runs]").unwrap();
}

pub(crate) fn setting(server: &TdsServer) -> SqlServerSetting {
    SqlServerSetting {
        database: Some("test".to_owned()),
        password: Some(Secret::new(PASSWORD)),
        zone: Some(Zone::UTC),
        pause: Duration::from_millis(10),
        ..SqlServerSetting::at("127.0.0.1", server.port(), "writer")
    }
}

fn target(server: &TdsServer) -> SqlServerTarget {
    SqlServerTarget::new("crm", &setting(server), Cancel::default())
}

/// What a query gives, each row as its cells with blanks between; `-` for a null.
pub(crate) fn rows(server: &TdsServer, query: &str) -> Vec<String> {
    let reader = target(server);
    let rows = reader.patiently(&Cancel::default(), async || {
        let nobody = Cancel::default();
        let mut conversation = Conversation::begin(&reader.reach, None, &nobody).await?;
        conversation.ask(query, Vec::new()).await
    });
    rows.unwrap().iter().map(line).collect()
}

fn line(row: &Row) -> String {
    let cells = row.cells().map(|(_, cell)| match cell {
        ColumnData::String(Some(text)) => text.clone().into_owned(),
        ColumnData::I32(Some(value)) => value.to_string(),
        ColumnData::I64(Some(value)) => value.to_string(),
        _ => "-".to_owned(),
    });
    cells.collect::<Vec<_>>().join(" ")
}

/// Who stands in history, by which run.
pub(crate) fn history(server: &TdsServer) -> Vec<String> {
    rows(
        server,
        "SELECT [sub_id], [user_id], [grp], [wr_run_id] FROM [dbo].[mailing_history] ORDER BY [user_id], [sub_id]",
    )
}

fn runs(server: &TdsServer) -> Vec<String> {
    rows(server, "SELECT [run_id], [row_count], [voided] FROM [dbo].[wr_runs] ORDER BY [run_id]")
}

fn table() -> RecordTable {
    let columns = [
        ("sub_id", DataType::Text),
        ("user_id", DataType::Int),
        ("grp", DataType::Text),
        ("sent_at", DataType::DateTime),
    ];
    RecordTable {
        step: StepId(3),
        name: "crm.mailing_history".to_owned(),
        columns: columns.into_iter().map(|(name, data)| (name.to_owned(), Type::required(data))).collect(),
        key: vec![0, 1],
    }
}

/// Made-up rows, one at a time.
struct Made<F>(usize, F);

impl<F: Fn(usize) -> Vec<Value>> RecordRows for Made<F> {
    fn count(&self) -> usize {
        self.0
    }

    fn row(&self, at: usize) -> Result<Vec<Value>, RunError> {
        Ok((self.1)(at))
    }
}

/// So many people of a mailing.
fn people(sub_id: &str, count: usize) -> Made<impl Fn(usize) -> Vec<Value>> {
    let sub_id = sub_id.to_owned();
    Made(count, move |at: usize| {
        let branch = if at.is_multiple_of(10) { "control" } else { "test" };
        vec![Value::text(sub_id.as_str()), Value::Int(at as i128), Value::text(branch), Value::DateTime(NOON)]
    })
}

fn occasion(sub_id: &str) -> Occasion {
    Occasion { table: "crm.mailing_history".to_owned(), columns: vec![("sub_id".to_owned(), Value::text(sub_id))] }
}

fn mark(run: &str, sub_id: &str, rows: u64) -> RecordMark {
    RecordMark {
        run: run.to_owned(),
        intent_hash: hash_bytes(run.as_bytes()),
        script_hash: "s".repeat(64),
        occasions: vec![occasion(sub_id)],
        values: format!("{{\"sub_id\":\"{sub_id}\"}}"),
        made_by: "Анна".to_owned(),
        made_at: "2026-11-23T09:00:00.000000Z".to_owned(),
        rows,
        files: "[]".to_owned(),
    }
}

/// Records so many people of a mailing.
fn record(target: &mut SqlServerTarget, run: &str, sub_id: &str, count: usize) -> Result<Recorded, RunError> {
    let rows = people(sub_id, count);
    let batch = RecordBatch { table: table(), rows: &rows };
    told(target.record(&mark(run, sub_id, count as u64), &[batch]))
}

/// The same in two statements.
fn record_in_two(target: &mut SqlServerTarget, run: &str, sub_id: &str) -> Result<Recorded, RunError> {
    let (first, second) = (people(sub_id, 4), Made(3, |at: usize| people(sub_id, 7).row(at + 4).unwrap()));
    let batches = [RecordBatch { table: table(), rows: &first }, RecordBatch { table: table(), rows: &second }];
    told(target.record(&mark(run, sub_id, 7), &batches))
}

fn told<T>(result: Result<T, StoreError>) -> Result<T, RunError> {
    result.map_err(|failure| crate::run::store_error(None, &failure))
}

fn prepare(target: &mut SqlServerTarget, table: RecordTable) -> Result<(), RunError> {
    told(target.prepare(&[Foreseen { table, same: Vec::new() }]))
}

fn code<T>(result: Result<T, RunError>) -> Result<T, Code> {
    result.map_err(|error| error.code)
}
