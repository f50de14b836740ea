//! The tables of the embedded store, and how those that scripts record into are made and compared.

use rusqlite::{Connection, OptionalExtension};
use wr_base::ty::Type;

use super::{RecordTable, StoreError};

/// What this `wr` writes. A store with a higher number was written by a later one.
const VERSION: i64 = 1;

const OWN_TABLES: &str = "
CREATE TABLE runs (
  run_id TEXT PRIMARY KEY, script TEXT NOT NULL, title TEXT NOT NULL, status TEXT NOT NULL, settled INTEGER NOT NULL,
  made_by TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT, output TEXT NOT NULL, manifest TEXT NOT NULL,
  files_removed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX runs_by_start ON runs (started_at);
CREATE TABLE intents (run_id TEXT PRIMARY KEY, hash TEXT NOT NULL, intent TEXT NOT NULL);
CREATE TABLE wr_runs (
  run_id TEXT PRIMARY KEY, intent_hash TEXT NOT NULL, script_hash TEXT NOT NULL, occasion TEXT NOT NULL,
  values_json TEXT NOT NULL, made_by TEXT NOT NULL, made_at TEXT NOT NULL, row_count INTEGER NOT NULL,
  files_json TEXT NOT NULL, voided TEXT
);
CREATE TABLE wr_occasions (occasion TEXT NOT NULL, run_id TEXT NOT NULL REFERENCES wr_runs, PRIMARY KEY (occasion, run_id));
CREATE TABLE wr_tables (name TEXT PRIMARY KEY, columns_json TEXT NOT NULL, key_json TEXT NOT NULL);
";

/// The version of the tables; 0 for a new file.
pub(super) fn version(connection: &Connection) -> Result<i64, StoreError> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > VERSION { Err(StoreError::TooNew) } else { Ok(found) }
}

/// Makes the store's own tables where there are none. Within a transaction.
pub(super) fn create_own_tables(connection: &Connection) -> Result<(), StoreError> {
    if version(connection)? == 0 {
        connection.execute_batch(OWN_TABLES)?;
        connection.pragma_update(None, "user_version", VERSION)?;
    }
    Ok(())
}

/// A name as SQL quotes it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// What is compared: names and types; a column may become nullable.
fn described(columns: &[(String, Type)]) -> Vec<(String, String)> {
    columns.iter().map(|(name, ty)| (name.clone(), ty.data.to_string())).collect()
}

fn key_names(table: &RecordTable) -> Vec<String> {
    table.key.iter().filter_map(|at| table.columns.get(*at as usize)).map(|(name, _)| name.clone()).collect()
}

/// The columns of a recorded table as they were declared when it was made: name and type.
pub(super) fn stored_columns(connection: &Connection, name: &str) -> Result<Option<Vec<(String, String)>>, StoreError> {
    let json: Option<String> = connection
        .query_row("SELECT columns_json FROM wr_tables WHERE name = ?", [name], |row| row.get(0))
        .optional()?;
    json.map(|json| serde_json::from_str(&json).map_err(|error| StoreError::Unavailable(error.to_string()))).transpose()
}

/// Makes a recorded table, or compares the one that is there with what the script declares.
pub(super) fn prepare(connection: &Connection, table: &RecordTable) -> Result<(), StoreError> {
    let wanted = described(&table.columns);
    let key = key_names(table);
    let to_json = |value: &serde_json::Value| value.to_string();
    if let Some(found) = stored_columns(connection, &table.name)? {
        let stored_key: String =
            connection.query_row("SELECT key_json FROM wr_tables WHERE name = ?", [&table.name], |row| row.get(0))?;
        let stored_key: Vec<String> = serde_json::from_str(&stored_key).unwrap_or_default();
        let mut differences = differences(&found, &wanted);
        if stored_key != key {
            differences.push(format!("the key is ({}), declared ({})", stored_key.join(", "), key.join(", ")));
        }
        return if differences.is_empty() {
            Ok(())
        } else {
            Err(StoreError::Drift { table: table.name.clone(), differences })
        };
    }
    // No type after a column's name: no affinity. An empty `wr_voided` is a row that counts; a voided run's rows carry its
    // id there, so that the same keys can be recorded again.
    let columns: Vec<String> = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, (name, _))| {
            let is_key = table.key.iter().any(|key| *key as usize == at);
            format!("{}{}", quoted(name), if is_key { " NOT NULL" } else { "" })
        })
        .collect();
    let unique: Vec<String> = key.iter().map(|name| quoted(name)).collect();
    let unique = if unique.is_empty() { String::new() } else { format!(", UNIQUE ({}, wr_voided)", unique.join(", ")) };
    connection.execute_batch(&format!(
        "CREATE TABLE {} ({}, wr_run_id NOT NULL, wr_made_by NOT NULL, wr_voided NOT NULL DEFAULT ''{unique})",
        quoted(&table.name),
        columns.join(", ")
    ))?;
    connection.execute(
        "INSERT INTO wr_tables (name, columns_json, key_json) VALUES (?, ?, ?)",
        [&table.name, &to_json(&serde_json::json!(wanted)), &to_json(&serde_json::json!(key))],
    )?;
    Ok(())
}

/// What differs between the columns in the store and the declared ones, in words.
pub(super) fn differences(found: &[(String, String)], wanted: &[(String, String)]) -> Vec<String> {
    let mut differences = Vec::new();
    for (name, data) in wanted {
        match found.iter().find(|(other, _)| other == name) {
            None => differences.push(format!("`{name}` is declared, but not in the store")),
            Some((_, stored)) if stored != data => {
                differences.push(format!("`{name}` is {stored} in the store, declared {data}"));
            }
            Some(_) => {}
        }
    }
    for (name, _) in found {
        if !wanted.iter().any(|(other, _)| other == name) {
            differences.push(format!("`{name}` is in the store, but not declared"));
        }
    }
    differences
}
