//! What outlives a run: the list of runs, intents, and recorded rows.
//!
//! Two traits, because a shared database may hold the one and not the other. [`RunStore`] is this project's memory of its
//! runs. [`RecordTarget`] is the database that a `record` writes into: its transaction is the commit point of a run, so the
//! row of `wr_runs` is inserted there, together with the rows. [`EmbeddedStore`] is both, in one SQLite file;
//! [`SqlServerTarget`] is the database of a table's own connection. [`RecordServers`] knows which it is, and finds it again.

mod cell;
mod embedded;
mod errors;
mod faulty;
mod reading;
mod requests;
mod schema;
mod servers;
pub(crate) mod sqlserver;

use serde::{Deserialize, Serialize};
use wr_base::ids::StepId;
use wr_base::ty::Type;
use wr_base::value::Value;
use wr_plan::declaration::{Record, Table};

pub use embedded::EmbeddedStore;
pub use errors::StoreError;
pub use faulty::{FaultyStore, FaultyTarget};
pub use reading::{EmbeddedRows, recorded_rows};
pub use requests::StoredRequests;
pub use servers::{FindConnection, NoServers, ProjectServers, RecordConnection};
pub use sqlserver::SqlServerTarget;

/// One run, as `wr runs` lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRow {
    pub id: String,
    /// The script's path, relative to the project.
    pub script: String,
    pub title: String,
    /// The words of [`crate::run::Status`].
    pub status: String,
    /// Nothing is left to be undone or finished.
    pub is_settled: bool,
    pub made_by: String,
    /// Canonical text of an instant.
    pub started_at: String,
    pub finished_at: Option<String>,
    /// The output folder, relative to the project where it lies within.
    pub output: String,
    /// The manifest as JSON: the truth about a run whose files are gone.
    pub manifest: String,
    /// Retention removed its files. Set by [`RunStore::files_removed`] only.
    pub files_removed: bool,
}

/// What is about to happen, written before it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntentRow {
    pub run: String,
    /// SHA-256 of `intent`; the commit keeps it too.
    pub hash: String,
    /// [`crate::run::Intent`] as JSON.
    pub intent: String,
}

/// The project's memory of its runs.
pub trait RunStore: Send {
    /// Adds a run, or replaces what is known of it.
    fn save_run(&mut self, run: &RunRow) -> Result<(), StoreError>;
    fn run(&mut self, id: &str) -> Result<Option<RunRow>, StoreError>;
    /// Newest first.
    fn runs(&mut self, at_most: usize) -> Result<Vec<RunRow>, StoreError>;
    /// Runs with something left to be undone or finished, oldest first.
    fn unsettled(&mut self) -> Result<Vec<RunRow>, StoreError>;
    /// Settled runs that began before an instant, whose files were not removed yet.
    fn older_than(&mut self, instant: &str) -> Result<Vec<RunRow>, StoreError>;
    fn files_removed(&mut self, id: &str) -> Result<(), StoreError>;
    fn save_intent(&mut self, intent: &IntentRow) -> Result<(), StoreError>;
    fn intent(&mut self, run: &str) -> Result<Option<IntentRow>, StoreError>;
    /// Replaces the run and drops its intent, in one transaction.
    fn settle(&mut self, run: &RunRow) -> Result<(), StoreError>;
}

/// The database that `record` writes into. Every method is one transaction.
pub trait RecordTarget: Send {
    /// Looks, before anything is computed, whether the tables can take what will be recorded. A store that makes its tables
    /// itself has nothing to look at.
    fn prepare(&mut self, records: &[Foreseen]) -> Result<(), StoreError> {
        let _ = records;
        Ok(())
    }

    /// The run, not voided, that recorded this occasion.
    fn holder(&mut self, occasion: &Occasion) -> Result<Option<Holder>, StoreError>;
    /// Inserts all rows and the run's row of `wr_runs`, or nothing. The occasions are looked up once more within.
    fn record(&mut self, mark: &RecordMark, batches: &[RecordBatch<'_>]) -> Result<Recorded, StoreError>;
    /// What `wr_runs` holds of a run: the hash of its intent. This is how an unknown outcome becomes a known one.
    fn committed(&mut self, run: &str) -> Result<Option<String>, StoreError>;
    /// Takes a run's rows out of every later reading; how many rows there were.
    fn void(&mut self, run: &str, note: &str) -> Result<u64, StoreError>;
}

/// A database of a server that holds what was recorded. Kept with the run, so that a later command asks the same one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordPlace {
    /// As `wr.toml` calls it.
    pub connection: String,
    /// The profile with which the run was made; it decides where the connection leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// `db.example.com:1433/crm`: without user and password.
    pub address: String,
}

/// The databases of servers that records go to.
pub trait RecordServers: Send {
    /// Where the records of a connection go; `None`: into the project's own store.
    ///
    /// # Errors
    /// Nowhere: what answers for the connection takes no records, or it is not set up.
    fn place(&mut self, connection: &str) -> Result<Option<RecordPlace>, StoreError>;

    /// # Errors
    /// The connection leads elsewhere now, or is not set up any more.
    fn target(&mut self, place: &RecordPlace) -> Result<&mut dyn RecordTarget, StoreError>;
}

/// A record before anything is computed.
#[derive(Clone, Debug, PartialEq)]
pub struct Foreseen {
    pub table: RecordTable,
    /// Columns, by their index, that get this value in every row.
    pub same: Vec<(usize, Value)>,
}

/// The key columns of a record that are set from values (A2), with what they are set to.
#[derive(Clone, Debug, PartialEq)]
pub struct Occasion {
    /// `connection.table`.
    pub table: String,
    pub columns: Vec<(String, Value)>,
}

impl Occasion {
    /// One text for equal occasions.
    #[must_use]
    pub fn canonical(&self) -> String {
        let columns: serde_json::Map<String, serde_json::Value> =
            self.columns.iter().map(|(name, value)| (name.clone(), value.canonical().into())).collect();
        serde_json::json!({ "table": self.table, "columns": columns }).to_string()
    }

    /// For people: `sub_id = SP-0001`.
    #[must_use]
    pub fn words(&self) -> String {
        let columns: Vec<String> =
            self.columns.iter().map(|(name, value)| format!("{name} = {}", value.canonical())).collect();
        columns.join(", ")
    }
}

/// The run that holds an occasion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    pub run: String,
    pub script_hash: String,
    pub values: String,
    pub made_by: String,
    pub made_at: String,
    pub rows: u64,
}

/// The row of `wr_runs`.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordMark {
    pub run: String,
    pub intent_hash: String,
    pub script_hash: String,
    pub occasions: Vec<Occasion>,
    /// All parameters, canonical.
    pub values: String,
    pub made_by: String,
    pub made_at: String,
    pub rows: u64,
    pub files: String,
}

/// The table that is recorded into.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordTable {
    /// The `record`.
    pub step: StepId,
    /// `connection.table`.
    pub name: String,
    pub columns: Vec<(String, Type)>,
    /// Indexes of columns.
    pub key: Vec<u32>,
}

impl RecordTable {
    #[must_use]
    pub fn new(table: &Table, record: &Record) -> Self {
        Self {
            step: record.step,
            name: stored_name(table),
            columns: table.columns.iter().map(|column| (column.name.clone(), column.ty.clone())).collect(),
            key: record.key.clone(),
        }
    }
}

/// How a table is called in the store: with its connection, so that it cannot clash with the store's own tables.
#[must_use]
pub fn stored_name(table: &Table) -> String {
    format!("{}.{}", table.connection, table.name)
}

/// Rows to be recorded, made one at a time: a list of two million people is never held twice.
pub trait RecordRows {
    fn count(&self) -> usize;
    /// Row `at` in the order of the table's columns.
    fn row(&self, at: usize) -> Result<Vec<Value>, crate::error::RunError>;
}

pub struct RecordBatch<'a> {
    pub table: RecordTable,
    pub rows: &'a dyn RecordRows,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Recorded {
    Done,
    /// Another run recorded the occasion meanwhile; nothing was inserted.
    Taken(Occasion, Holder),
}
