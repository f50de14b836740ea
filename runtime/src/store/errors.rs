//! Why the store could not do what it was asked.

use crate::error::RunError;

#[derive(Clone, Debug, PartialEq)]
pub enum StoreError {
    /// The database's own words.
    Unavailable(String),
    /// The file is no database, or a broken one; the database's own words.
    Damaged(String),
    /// Another process kept it locked for longer than anyone should wait.
    Busy,
    /// Written by a later `wr`.
    TooNew,
    /// The recorded table has other columns or another key than the script declares.
    Drift {
        table: String,
        differences: Vec<String>,
    },
    /// Two rows with the same key: within the rows to be recorded, or with one that is there.
    DoubledKey {
        table: String,
        key: Vec<String>,
        is_within: bool,
    },
    NullKey {
        table: String,
        column: String,
    },
    /// A row could not be computed.
    Row(Box<RunError>),
    /// The database of a server failed, or cannot take the rows; in the reader's words already.
    Server(Box<RunError>),
}

impl StoreError {
    /// The store's file could not be used at all.
    pub(super) fn sqlite(error: &rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => Self::Busy,
            Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
                Self::Damaged(error.to_string())
            }
            Some(_) | None => Self::Unavailable(error.to_string()),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::sqlite(&error)
    }
}

impl From<RunError> for StoreError {
    fn from(error: RunError) -> Self {
        Self::Row(Box::new(error))
    }
}
