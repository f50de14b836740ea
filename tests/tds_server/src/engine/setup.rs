//! Connections to SQLite with our collations, functions and catalogue.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

use super::catalog::{self, TYPE_NUMBERS};
use super::{aggregate, function};
use crate::error::SqlError;
use crate::server::Shared;
use crate::types::collation::Collation;
use crate::types::value::{compare_binary, compare_offset};

/// How often a running query asks whether it was stopped, in steps of SQLite's machine.
const STEPS_BETWEEN_LOOKS: i32 = 1000;

/// How long to wait for a lock while a connection is made: whoever was the last to leave tidies up the file, and has it for
/// themselves meanwhile.
const OPENING: std::time::Duration = std::time::Duration::from_secs(30);

/// Makes the database ready before anybody connects.
pub(crate) fn prepare(shared: &Arc<Shared>) -> Result<(), SqlError> {
    let connection = Connection::open(&shared.database)?;
    connection.busy_timeout(OPENING)?;
    // Readers see what was committed and wait for nobody, as with READ_COMMITTED_SNAPSHOT.
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    register(&connection, shared)?;
    catalog::create(&connection, false)?;
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS main.tds_schemas (schema_id INTEGER PRIMARY KEY, name TEXT UNIQUE);
         INSERT OR IGNORE INTO main.tds_schemas VALUES (1, 'dbo'), (3, 'INFORMATION_SCHEMA'), (4, 'sys');
         CREATE TABLE IF NOT EXISTS main.tds_types (name TEXT PRIMARY KEY, system_type_id INTEGER);
         CREATE TABLE IF NOT EXISTS main.tds_databases (database_id INTEGER PRIMARY KEY, name TEXT, collation_name TEXT, snapshot_isolation_state INTEGER);",
    )?;
    connection.execute(
        "INSERT OR REPLACE INTO main.tds_databases VALUES (5, ?1, ?2, ?3)",
        rusqlite::params![shared.options.database, shared.collation.name(), shared.options.allows_snapshot],
    )?;
    for (name, number) in TYPE_NUMBERS.iter().chain(&[("xml", 241)]) {
        connection.execute("INSERT OR IGNORE INTO main.tds_types VALUES (?1, ?2)", rusqlite::params![name, number])?;
    }
    Ok(())
}

/// The connection of a session, which stops its queries when it is told to.
pub(crate) fn open(shared: &Arc<Shared>, cancelled: Arc<AtomicBool>) -> Result<Connection, SqlError> {
    let connection = Connection::open(&shared.database)?;
    connection.busy_timeout(OPENING)?;
    register(&connection, shared)?;
    catalog::create(&connection, true)?;
    // From here on, waiting for a lock is the session's business: it must hear an attention meanwhile.
    connection.busy_timeout(std::time::Duration::ZERO)?;
    connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(move || cancelled.load(Ordering::SeqCst)));
    Ok(connection)
}

fn register(connection: &Connection, shared: &Arc<Shared>) -> Result<(), SqlError> {
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;")?;
    connection.set_prepared_statement_cache_capacity(64);
    for collation in Collation::all() {
        for is_unicode in [false, true] {
            let compare = move |left: &str, right: &str| collation.compare(is_unicode, left, right);
            connection.create_collation(collation.sqlite_name(is_unicode).as_str(), compare)?;
        }
    }
    connection.create_collation("tds_binary", compare_binary)?;
    connection.create_collation("tds_offset", compare_offset)?;
    function::register(connection, shared)?;
    aggregate::register(connection)?;
    Ok(())
}
