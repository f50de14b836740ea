//! What SQLite refuses, in SQL Server's words and numbers.

use rusqlite::{Connection, Error, ErrorCode, OptionalExtension, ffi};

use super::catalog::database;
use crate::error::{Ends, SqlError};

/// The error of a statement. The message of a broken key names the index, which was named after the constraint.
pub(crate) fn told(connection: &Connection, error: Error, own_database: &str) -> SqlError {
    let Error::SqliteFailure(failure, Some(message)) = &error else { return SqlError::from(error) };
    if SqlError::unpack(message).is_some() {
        return SqlError::from(error);
    }
    match (failure.code, failure.extended_code) {
        (ErrorCode::ConstraintViolation, ffi::SQLITE_CONSTRAINT_NOTNULL) => {
            let place = message.strip_prefix("NOT NULL constraint failed: ").unwrap_or(message);
            let (table, column) = place.rsplit_once('.').unwrap_or((place, ""));
            SqlError::new(
                515,
                16,
                Ends::Statement,
                format!(
                    "Cannot insert the value NULL into column '{column}', table '{own_database}.{table}'; column does not allow nulls. INSERT fails."
                ),
            )
            .with_state(2)
        }
        (ErrorCode::ConstraintViolation, ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
            match message.split_once("index '") {
                Some((_, index)) => {
                    let (table, name) = index.trim_end_matches('\'').split_once(':').unwrap_or(("", index));
                    duplicate(connection, table, name)
                }
                None => {
                    let (table, name) = key_over(connection, message.rsplit("failed: ").next().unwrap_or_default());
                    duplicate(connection, &table, &name)
                }
            }
        }
        (ErrorCode::DatabaseBusy, ffi::SQLITE_BUSY_SNAPSHOT) => SqlError::new(
            3960,
            16,
            Ends::Transaction,
            "Snapshot isolation transaction aborted due to update conflict. You cannot use snapshot isolation to change rows that another transaction has changed since. Retry the transaction or change the isolation level for the update/delete statement.",
        )
        .with_state(2),
        (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => SqlError::lock_timeout(),
        _ => SqlError::from(error),
    }
}

/// The table and the name of the key over these columns: `dbo.t.a, dbo.t.b`.
fn key_over(connection: &Connection, columns: &str) -> (String, String) {
    let names: Vec<&str> = columns.split(", ").map(|column| column.rsplit('.').next().unwrap_or(column)).collect();
    let table = columns.split(", ").next().and_then(|first| first.rsplit_once('.')).map_or("", |(table, _)| table);
    let place = database(table.starts_with('#'));
    let found = connection.query_row(
        &format!(
            "SELECT x.name FROM {place}.tds_indexes AS x JOIN {place}.tds_tables AS t ON t.object_id = x.object_id
             WHERE t.folded = ?1 AND x.is_unique AND ?2 = (
                 SELECT group_concat(name, ', ') FROM (
                     SELECT c.name FROM {place}.tds_index_columns AS k
                     JOIN {place}.tds_columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id
                     WHERE k.object_id = x.object_id AND k.index_id = x.index_id ORDER BY k.key_ordinal))
             ORDER BY x.index_id LIMIT 1"
        ),
        [table.to_lowercase(), names.join(", ")],
        |row| row.get(0),
    );
    (table.to_owned(), found.optional().unwrap_or_default().unwrap_or_default())
}

fn duplicate(connection: &Connection, table: &str, name: &str) -> SqlError {
    let is_temporary = table.starts_with('#');
    let place = database(is_temporary);
    let found: Option<(bool, bool)> = connection
        .query_row(
            &format!(
                "SELECT x.is_primary_key, x.is_unique_constraint FROM {place}.tds_indexes AS x JOIN {place}.tds_tables AS t ON t.object_id = x.object_id WHERE x.name = ?1 AND t.folded = ?2"
            ),
            [name, &table.to_lowercase()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()
        .unwrap_or_default();
    let key = match found {
        Some((true, _)) => "PRIMARY KEY",
        Some((_, true)) => "UNIQUE KEY",
        _ => {
            return SqlError::new(
                2601,
                14,
                Ends::Statement,
                format!("Cannot insert duplicate key row in object '{table}' with unique index '{name}'."),
            );
        }
    };
    SqlError::new(
        2627,
        14,
        Ends::Statement,
        format!("Violation of {key} constraint '{name}'. Cannot insert duplicate key in object '{table}'."),
    )
}
