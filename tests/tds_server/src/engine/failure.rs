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
            let index = message.split('\'').nth(1).unwrap_or_default();
            let (table, name) = index.split_once(':').unwrap_or(("", index));
            duplicate(connection, table, name)
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
