//! The store in one SQLite file: `.wr/store.sqlite` beside `wr.toml`.
//!
//! Invariants: what writes is one IMMEDIATE transaction, so that of two processes one waits; a file that is not there is
//! made by the first write and read as empty; the journal is flushed before a commit returns.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use wr_base::value::Value;

use super::cell::to_cell;
use super::schema::{create_own_tables, prepare, quoted, version};
use super::{
    Holder, IntentRow, Occasion, RecordBatch, RecordMark, RecordTarget, Recorded, RunRow, RunStore, StoreError,
};

/// How long SQLite itself waits for a lock before anyone is told.
const FIRST_WAIT: Duration = Duration::from_millis(400);
/// So many waits, then it is an error: about two minutes.
const WAITS: u32 = 300;

pub struct EmbeddedStore {
    path: PathBuf,
    connection: Option<Connection>,
    waiting: Arc<dyn Fn() + Send + Sync>,
}

impl EmbeddedStore {
    /// Touches nothing yet.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), connection: None, waiting: Arc::new(|| {}) }
    }

    /// Who is told, again and again, while another process has the store locked.
    #[must_use]
    pub fn telling(mut self, waiting: Arc<dyn Fn() + Send + Sync>) -> Self {
        self.waiting = waiting;
        self
    }

    /// `None`: there is no store yet.
    fn opened(&mut self, create: bool) -> Result<Option<&mut Connection>, StoreError> {
        if self.connection.is_none() {
            if !create && !self.path.exists() {
                return Ok(None);
            }
            let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            if create {
                flags |= OpenFlags::SQLITE_OPEN_CREATE;
            }
            let connection = Connection::open_with_flags(&self.path, flags)?;
            connection.busy_timeout(FIRST_WAIT)?;
            // The whole store stays in one file, and a commit that returned survives a loss of power.
            connection.pragma_update(None, "journal_mode", "DELETE")?;
            connection.pragma_update(None, "synchronous", "EXTRA")?;
            connection.pragma_update(None, "foreign_keys", true)?;
            self.connection = Some(connection);
        }
        Ok(self.connection.as_mut())
    }

    /// Does something again until the lock is free, telling that it waits.
    fn patiently<T>(
        &mut self,
        create: bool,
        mut act: impl FnMut(Option<&mut Connection>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let waiting = Arc::clone(&self.waiting);
        let mut waits = 0;
        loop {
            let outcome = match self.opened(create) {
                Ok(connection) => act(connection),
                Err(error) => Err(error),
            };
            match outcome {
                Err(StoreError::Busy) if waits < WAITS => {
                    waits += 1;
                    waiting();
                }
                other => return other,
            }
        }
    }

    fn writing<T>(&mut self, mut act: impl FnMut(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.patiently(true, |connection| {
            let connection = connection.ok_or_else(|| StoreError::Unavailable("the store is not open".to_owned()))?;
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            create_own_tables(&transaction)?;
            let result = act(&transaction)?;
            transaction.commit()?;
            Ok(result)
        })
    }

    fn reading<T: Default>(
        &mut self,
        mut act: impl FnMut(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.patiently(false, |connection| match connection {
            Some(connection) if version(connection)? > 0 => act(connection),
            Some(_) | None => Ok(T::default()),
        })
    }
}

const RUN_COLUMNS: &str =
    "run_id, script, title, status, settled, made_by, started_at, finished_at, output, manifest, files_removed";

fn run_row(row: &Row<'_>) -> rusqlite::Result<RunRow> {
    Ok(RunRow {
        id: row.get(0)?,
        script: row.get(1)?,
        title: row.get(2)?,
        status: row.get(3)?,
        is_settled: row.get(4)?,
        made_by: row.get(5)?,
        started_at: row.get(6)?,
        finished_at: row.get(7)?,
        output: row.get(8)?,
        manifest: row.get(9)?,
        files_removed: row.get(10)?,
    })
}

fn select_runs(connection: &Connection, rest: &str, values: impl rusqlite::Params) -> Result<Vec<RunRow>, StoreError> {
    let mut statement = connection.prepare(&format!("SELECT {RUN_COLUMNS} FROM runs {rest}"))?;
    let rows = statement.query_map(values, run_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn upsert_run(transaction: &Transaction<'_>, run: &RunRow) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO runs (run_id, script, title, status, settled, made_by, started_at, finished_at, output, manifest)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (run_id) DO UPDATE SET status = excluded.status, settled = excluded.settled,
           finished_at = excluded.finished_at, manifest = excluded.manifest",
        params![
            run.id,
            run.script,
            run.title,
            run.status,
            run.is_settled,
            run.made_by,
            run.started_at,
            run.finished_at,
            run.output,
            run.manifest
        ],
    )?;
    Ok(())
}

impl RunStore for EmbeddedStore {
    fn save_run(&mut self, run: &RunRow) -> Result<(), StoreError> {
        self.writing(|transaction| upsert_run(transaction, run))
    }

    fn run(&mut self, id: &str) -> Result<Option<RunRow>, StoreError> {
        self.reading(|connection| Ok(select_runs(connection, "WHERE run_id = ?", [id])?.pop()))
    }

    fn runs(&mut self, at_most: usize) -> Result<Vec<RunRow>, StoreError> {
        let at_most = i64::try_from(at_most).unwrap_or(i64::MAX);
        self.reading(|connection| select_runs(connection, "ORDER BY started_at DESC, rowid DESC LIMIT ?", [at_most]))
    }

    fn unsettled(&mut self) -> Result<Vec<RunRow>, StoreError> {
        self.reading(|connection| select_runs(connection, "WHERE settled = 0 ORDER BY rowid", []))
    }

    fn older_than(&mut self, instant: &str) -> Result<Vec<RunRow>, StoreError> {
        self.reading(|connection| {
            select_runs(
                connection,
                "WHERE settled = 1 AND files_removed = 0 AND started_at < ? ORDER BY rowid",
                [instant],
            )
        })
    }

    fn files_removed(&mut self, id: &str) -> Result<(), StoreError> {
        self.writing(|transaction| {
            transaction.execute("UPDATE runs SET files_removed = 1 WHERE run_id = ?", [id])?;
            Ok(())
        })
    }

    fn save_intent(&mut self, intent: &IntentRow) -> Result<(), StoreError> {
        self.writing(|transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO intents (run_id, hash, intent) VALUES (?, ?, ?)",
                [&intent.run, &intent.hash, &intent.intent],
            )?;
            Ok(())
        })
    }

    fn intent(&mut self, run: &str) -> Result<Option<IntentRow>, StoreError> {
        self.reading(|connection| {
            Ok(connection
                .query_row("SELECT run_id, hash, intent FROM intents WHERE run_id = ?", [run], |row| {
                    Ok(IntentRow { run: row.get(0)?, hash: row.get(1)?, intent: row.get(2)? })
                })
                .optional()?)
        })
    }

    fn settle(&mut self, run: &RunRow) -> Result<(), StoreError> {
        self.writing(|transaction| {
            upsert_run(transaction, run)?;
            transaction.execute("DELETE FROM intents WHERE run_id = ?", [&run.id])?;
            Ok(())
        })
    }
}

fn find_holder(connection: &Connection, occasion: &Occasion) -> Result<Option<Holder>, StoreError> {
    Ok(connection
        .query_row(
            "SELECT r.run_id, r.script_hash, r.values_json, r.made_by, r.made_at, r.row_count
             FROM wr_occasions o JOIN wr_runs r ON r.run_id = o.run_id
             WHERE o.occasion = ? AND r.voided IS NULL",
            [occasion.canonical()],
            |row| {
                Ok(Holder {
                    run: row.get(0)?,
                    script_hash: row.get(1)?,
                    values: row.get(2)?,
                    made_by: row.get(3)?,
                    made_at: row.get(4)?,
                    rows: row.get(5)?,
                })
            },
        )
        .optional()?)
}

/// Inserts the rows of one table.
fn insert(transaction: &Transaction<'_>, mark: &RecordMark, batch: &RecordBatch<'_>) -> Result<(), StoreError> {
    let table = &batch.table;
    prepare(transaction, table)?;
    let names: Vec<String> = table.columns.iter().map(|(name, _)| quoted(name)).collect();
    let holes = vec!["?"; names.len() + 2].join(", ");
    let mut statement = transaction.prepare(&format!(
        "INSERT INTO {} ({}, wr_run_id, wr_made_by) VALUES ({holes})",
        quoted(&table.name),
        names.join(", ")
    ))?;
    for at in 0..batch.rows.count() {
        let row = batch.rows.row(at)?;
        let null_key = table.key.iter().find(|key| row.get(**key as usize).is_none_or(Value::is_null));
        if let Some(column) = null_key.and_then(|key| table.columns.get(*key as usize)) {
            return Err(StoreError::NullKey { table: table.name.clone(), column: column.0.clone() });
        }
        let cells = row.iter().zip(&table.columns).map(|(value, (_, ty))| to_cell(value, &ty.data));
        let own = [&mark.run, &mark.made_by].map(|text| rusqlite::types::Value::Text(text.clone()));
        match statement.execute(rusqlite::params_from_iter(cells.chain(own))) {
            Ok(_) => {}
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => {
                return Err(doubled(transaction, mark, batch, &row)?);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Whose row it is that has the same key: one of this run, or an earlier one's.
fn doubled(
    transaction: &Transaction<'_>,
    mark: &RecordMark,
    batch: &RecordBatch<'_>,
    row: &[Value],
) -> Result<StoreError, StoreError> {
    let table = &batch.table;
    let key: Vec<(&String, rusqlite::types::Value)> = table
        .key
        .iter()
        .filter_map(|at| Some((table.columns.get(*at as usize)?, row.get(*at as usize)?)))
        .map(|((name, ty), value)| (name, to_cell(value, &ty.data)))
        .collect();
    let condition: Vec<String> = key.iter().map(|(name, _)| format!("{} = ?", quoted(name))).collect();
    let own = rusqlite::types::Value::Text(mark.run.clone());
    let is_within: bool = transaction.query_row(
        &format!(
            "SELECT EXISTS (SELECT 1 FROM {} WHERE {} AND wr_run_id = ?)",
            quoted(&table.name),
            condition.join(" AND ")
        ),
        rusqlite::params_from_iter(key.iter().map(|(_, cell)| cell.clone()).chain([own])),
        |row| row.get(0),
    )?;
    let key = key.iter().map(|(name, _)| (*name).clone()).collect();
    Ok(StoreError::DoubledKey { table: table.name.clone(), key, is_within })
}

impl RecordTarget for EmbeddedStore {
    fn holder(&mut self, occasion: &Occasion) -> Result<Option<Holder>, StoreError> {
        self.reading(|connection| find_holder(connection, occasion))
    }

    fn record(&mut self, mark: &RecordMark, batches: &[RecordBatch<'_>]) -> Result<Recorded, StoreError> {
        self.writing(|transaction| {
            for occasion in &mark.occasions {
                if let Some(holder) = find_holder(transaction, occasion)? {
                    return Ok(Recorded::Taken(occasion.clone(), holder));
                }
            }
            let occasions: Vec<String> = mark.occasions.iter().map(Occasion::canonical).collect();
            transaction.execute(
                "INSERT INTO wr_runs (run_id, intent_hash, script_hash, occasion, values_json, made_by, made_at, row_count,
                   files_json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                params![
                    mark.run,
                    mark.intent_hash,
                    mark.script_hash,
                    serde_json::json!(occasions).to_string(),
                    mark.values,
                    mark.made_by,
                    mark.made_at,
                    i64::try_from(mark.rows).unwrap_or(i64::MAX),
                    mark.files
                ],
            )?;
            for occasion in occasions {
                transaction.execute(
                    "INSERT INTO wr_occasions (occasion, run_id) VALUES (?, ?)",
                    [&occasion, &mark.run],
                )?;
            }
            for batch in batches {
                insert(transaction, mark, batch)?;
            }
            Ok(Recorded::Done)
        })
    }

    fn committed(&mut self, run: &str) -> Result<Option<String>, StoreError> {
        self.reading(|connection| {
            Ok(connection
                .query_row("SELECT intent_hash FROM wr_runs WHERE run_id = ?", [run], |row| row.get(0))
                .optional()?)
        })
    }

    fn void(&mut self, run: &str, note: &str) -> Result<u64, StoreError> {
        self.writing(|transaction| {
            transaction.execute("UPDATE wr_runs SET voided = ? WHERE run_id = ?", [note, run])?;
            let mut statement = transaction.prepare("SELECT name FROM wr_tables ORDER BY name")?;
            let tables: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let mut rows = 0;
            for table in tables {
                rows += transaction.execute(
                    &format!("UPDATE {} SET wr_voided = ?1 WHERE wr_run_id = ?1 AND wr_voided = ''", quoted(&table)),
                    [run],
                )? as u64;
            }
            Ok(rows)
        })
    }
}
