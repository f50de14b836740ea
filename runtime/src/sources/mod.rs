//! Where rows come from: a query of a plan to a stream of batches, with progress, back-pressure and cancel.
//!
//! A source applies what was pushed to it with exactly the meaning of [`wr_plan::evaluate`], checks what it reads against
//! the declared table, and counts the rows before and after each pushed filter, so that people see each step.

mod ahead;
pub mod amplitude;
mod asked;
pub mod clickhouse;
pub(crate) mod convert;
pub mod described;
pub mod errors;
pub mod files;
pub mod given;
pub mod local;
pub mod person_file;
mod recheck;
pub(crate) mod server_errors;
pub mod sqlserver;
mod told;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use polars::prelude::DataFrame;
use wr_base::diag::Code;
use wr_base::ids::{ColumnId, StepId, TableId};
use wr_base::value::{DateTime, Zone};
use wr_plan::declaration::Table;
use wr_plan::functions::Setting;
use wr_plan::logical::PlanColumn;
use wr_plan::physical::{Bound, SourceQuery, Whole};

use crate::cancel::Cancel;
use crate::error::RunError;
use amplitude::Amplitude;
use clickhouse::{ClickHouse, ClickHouseSetting};
use described::DescribedTable;
use sqlserver::{SqlServer, SqlServerSetting};

/// Something that answers queries.
pub trait Source: Send + Sync {
    /// Begins to answer. What is wrong at once (no such table, no such cohort) fails here, what shows on the way fails in
    /// the stream; after a failure the stream ends.
    fn open(&self, request: Request, cancel: Cancel) -> BoxFuture<'_, Result<Answer, RunError>>;

    /// As [`Source::open`], of several nodes at once; or says why not, before a row is read. Then nothing has failed: the
    /// rows are asked for, and the nodes are computed here.
    fn open_whole(&self, request: WholeRequest, cancel: Cancel) -> BoxFuture<'_, Result<Opened, RunError>> {
        let _ = (request, cancel);
        Box::pin(async { Ok(Opened::Declined("what answers gives rows of tables and nothing else")) })
    }

    /// How much comes of a query at most, as far as that can be told without reading it.
    ///
    /// Fails where opening would: no such table, a column that is not as declared.
    fn bound(&self, request: Request, cancel: Cancel) -> BoxFuture<'_, Result<Bound, RunError>> {
        let _ = (request, cancel);
        Box::pin(async { Ok(Bound::default()) })
    }

    /// Goes as far as it can without reading a row, and says what it met: who answers, as whom.
    fn greet(&self, cancel: Cancel) -> BoxFuture<'_, Result<String, RunError>>;

    /// The tables that a schema file could declare; none where the source has no say in them.
    fn tables(&self, cancel: Cancel) -> BoxFuture<'_, Result<Vec<DescribedTable>, RunError>> {
        let _ = cancel;
        Box::pin(async { Ok(Vec::new()) })
    }

    /// The cohorts that a person could choose from, sorted by name; `None` where the source has none. Costs nothing.
    fn cohorts(&self, cancel: Cancel) -> BoxFuture<'_, Result<Option<Vec<ListedCohort>>, RunError>> {
        let _ = cancel;
        Box::pin(async { Ok(None) })
    }

    /// What is known of a cohort before its members are read, so that a person sees which one was meant. `None` where the
    /// source says nothing of it. Fails when there is no such cohort.
    fn describe_cohort(&self, id: &str) -> BoxFuture<'_, Result<Option<CohortDescription>, RunError>> {
        let _ = id;
        Box::pin(async { Ok(None) })
    }
}

/// A cohort as the service that made it describes it (B13).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CohortDescription {
    pub name: String,
    /// Members, when it was computed.
    pub size: u64,
    pub last_computed: Option<DateTime>,
}

/// A cohort among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedCohort {
    pub id: String,
    pub name: String,
    /// Members, when it was computed; not known of every one.
    pub size: Option<u64>,
    pub last_computed: Option<DateTime>,
}

impl ListedCohort {
    /// As people look for them.
    fn sort(cohorts: &mut [Self]) {
        cohorts.sort_by_cached_key(|cohort| (cohort.name.to_lowercase(), cohort.id.clone()));
    }

    /// What is known of it alone.
    #[must_use]
    pub fn description(&self) -> Option<CohortDescription> {
        let (name, last_computed) = (self.name.clone(), self.last_computed);
        self.size.map(|size| CohortDescription { name, size, last_computed })
    }
}

/// A query with all that a source needs to know of the script.
#[derive(Clone, Debug)]
pub struct Request {
    pub query: SourceQuery,
    pub table: Arc<Table>,
    /// For each of the query's keys that are known. A source may leave them out of account: then more rows come.
    pub keys: Vec<Keys>,
    pub setting: Setting,
}

/// Several nodes as one query.
#[derive(Clone, Debug)]
pub struct WholeRequest {
    /// The query below them.
    pub rows: Request,
    /// Those of the joins, in the order of [`Whole::within`].
    pub others: Vec<Request>,
    pub whole: Whole,
}

/// What came of a request for several nodes at once.
pub enum Opened {
    /// Its columns are those of the [`Whole`], in their order.
    Answer(Answer),
    /// Why it would not be exactly what the nodes mean.
    Declined(&'static str),
}

/// The different values, without null, that a column can be joined with.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Index of the declared column.
    pub declared: u32,
    /// Stored as [`crate::frame`] says.
    pub values: polars::prelude::Column,
}

/// A stream of batches, and what is known before the first one.
pub struct Answer {
    /// Before any filter, where the source can say so cheaply.
    pub rows_expected: Option<u64>,
    /// At most so much comes, as it was known when it was asked.
    pub at_most: Bound,
    /// What was decided as it was asked, for people: "only rows with one of 3,152 keys were asked for".
    pub note: Option<String>,
    pub batches: BoxStream<'static, Result<Batch, RunError>>,
}

/// Some rows of the answer. Its columns are those of the query, in their order, stored and named as [`crate::frame`] says.
#[derive(Clone, Debug)]
pub struct Batch {
    pub data: DataFrame,
    pub counts: Counts,
    /// Read from the source for this batch.
    pub bytes: u64,
    pub warnings: Vec<Warning>,
}

/// How many rows there were on the way to a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counts {
    /// Before any filter, then after each one.
    Each(Vec<u64>),
    /// After the last one; a server does not say what it passed over.
    Last(u64),
}

/// What a run goes on in spite of, but people should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    pub code: Code,
    pub step: Option<StepId>,
    pub source: Option<String>,
    pub message: String,
}

/// Rows that runs recorded into a table of a folder: they stand behind those of its file (B19). A server's own rows are all
/// that it has.
pub trait RecordedRows: Send + Sync {
    /// Named by the declared names of the table's columns, stored as [`crate::frame`] says. `None`: nothing was recorded.
    ///
    /// # Errors
    /// The store cannot be read.
    fn rows(&self, id: TableId, table: &Table) -> Result<Option<DataFrame>, RunError>;
}

/// Nothing was ever recorded.
pub struct NothingRecorded;

impl RecordedRows for NothingRecorded {
    fn rows(&self, _id: TableId, _table: &Table) -> Result<Option<DataFrame>, RunError> {
        Ok(None)
    }
}

/// How a connection is reached.
#[derive(Clone)]
pub enum ConnectionSetup {
    /// `driver = "local"`: a folder of tables.
    Local {
        folder: PathBuf,
        /// What times without a zone mean; without it they are refused.
        zone: Option<Zone>,
    },
    /// `driver = "clickhouse"`.
    ClickHouse(Deferred<ClickHouseSetting>),
    /// `driver = "sqlserver"`.
    SqlServer(Deferred<SqlServerSetting>),
    /// `driver = "amplitude"`, and where requests that were paid for are kept.
    Amplitude(Deferred<wr_amplitude::Settings>, Arc<dyn wr_amplitude::RequestMemory>),
}

/// What is found out only when a connection is used, and at most once: its secrets. Or why it cannot be had, in words.
pub type Deferred<T> = Arc<dyn Fn() -> Result<T, String> + Send + Sync>;

/// The connections of a project, by name.
pub struct Sources {
    by_name: BTreeMap<String, Connection>,
    /// What answers for the files that people name.
    files: Option<Arc<dyn Source>>,
}

/// A source, made when it is first asked for.
struct Connection {
    make: Box<dyn Fn() -> Result<Arc<dyn Source>, String> + Send + Sync>,
    made: OnceLock<Result<Arc<dyn Source>, String>>,
}

impl Connection {
    fn new(make: impl Fn() -> Result<Arc<dyn Source>, String> + Send + Sync + 'static) -> Self {
        Self { make: Box::new(make), made: OnceLock::new() }
    }
}

impl Sources {
    #[must_use]
    pub fn new(setups: impl IntoIterator<Item = (String, ConnectionSetup)>, recorded: Arc<dyn RecordedRows>) -> Self {
        let by_name = setups
            .into_iter()
            .map(|(name, setup)| {
                let connection = name.clone();
                let recorded = Arc::clone(&recorded);
                let connection = Connection::new(move || {
                    let connection = connection.clone();
                    Ok(match &setup {
                        ConnectionSetup::Local { folder, zone } => Arc::new(local::Local {
                            connection,
                            folder: folder.clone(),
                            zone: *zone,
                            recorded: Arc::clone(&recorded),
                        }),
                        ConnectionSetup::ClickHouse(setting) => Arc::new(ClickHouse::new(&connection, &setting()?)),
                        ConnectionSetup::SqlServer(setting) => Arc::new(SqlServer::new(&connection, &setting()?)),
                        ConnectionSetup::Amplitude(settings, memory) => {
                            Arc::new(Amplitude::new(&connection, settings()?, Arc::clone(memory))?)
                        }
                    })
                });
                (name, connection)
            })
            .collect();
        Self { by_name, files: None }
    }

    /// With the files that a person named.
    #[must_use]
    pub fn with_files(self, files: person_file::PersonFiles) -> Self {
        Self { files: Some(Arc::new(files)), ..self }
    }

    /// For tests and for drivers of other crates.
    #[must_use]
    pub fn of(by_name: BTreeMap<String, Arc<dyn Source>>) -> Self {
        let made = |source: Arc<dyn Source>| Connection::new(move || Ok(Arc::clone(&source)));
        Self { by_name: by_name.into_iter().map(|(name, source)| (name, made(source))).collect(), files: None }
    }

    /// What answers for a table: its connection, or the files that people name.
    ///
    /// # Errors
    /// The connection is not set up.
    pub fn of_table(&self, table: &Table, step: StepId) -> Result<&Arc<dyn Source>, RunError> {
        match (&table.file, &self.files) {
            (Some(_), Some(files)) => Ok(files),
            (Some(_) | None, _) => self.get(&table.connection, step),
        }
    }

    /// The names of the connections, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// # Errors
    /// The connection is not set up, or a secret of it cannot be had.
    pub fn get(&self, connection: &str, step: StepId) -> Result<&Arc<dyn Source>, RunError> {
        let found = self
            .by_name
            .get(connection)
            .ok_or_else(|| errors::connection_not_set_up(connection, step, self.by_name.keys().map(String::as_str)))?;
        let source = found.made.get_or_init(|| (found.make)());
        source.as_ref().map_err(|words| server_errors::setting_not_had(connection, Some(step), words))
    }
}

impl Request {
    /// The columns of the answer, with the declared types.
    #[must_use]
    pub fn columns(&self) -> Vec<PlanColumn> {
        self.declared(&self.query.columns)
    }

    /// The columns that only the filters read.
    #[must_use]
    pub fn filter_columns(&self) -> Vec<PlanColumn> {
        self.declared(&self.query.filter_columns)
    }

    /// Where its failures are reported.
    fn place(&self) -> errors::Place {
        let (step, connection) = (self.query.step, self.query.connection.clone());
        errors::Place { step, connection, table: self.table.name.clone() }
    }

    fn declared(&self, columns: &[(ColumnId, u32)]) -> Vec<PlanColumn> {
        let declared = |(id, index): &(ColumnId, u32)| {
            let column = self.table.columns.get(*index as usize)?;
            Some(PlanColumn { id: *id, name: column.name.clone(), ty: column.ty.clone() })
        };
        columns.iter().filter_map(declared).collect()
    }
}
