//! Ids of cohort files that were paid for, kept in the project's store: a later run takes the same file and pays nothing.

use std::path::PathBuf;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension};
use wr_amplitude::{Remembered, RequestKey, RequestMemory};

/// The requests of a project.
pub struct StoredRequests {
    /// `.wr/store.sqlite`; made when something is kept.
    pub store: PathBuf,
}

impl StoredRequests {
    fn open(&self) -> Result<Connection, String> {
        if let Some(folder) = self.store.parent() {
            std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || -> rusqlite::Result<Connection> {
            let connection = Connection::open_with_flags(&self.store, flags)?;
            connection.busy_timeout(Duration::from_secs(60))?;
            // A paid request that is forgotten is paid twice: what is kept survives a loss of power.
            connection.pragma_update(None, "journal_mode", "DELETE")?;
            connection.pragma_update(None, "synchronous", "EXTRA")?;
            connection.execute_batch(
                "CREATE TABLE IF NOT EXISTS amplitude_requests (file TEXT PRIMARY KEY, request TEXT NOT NULL)",
            )?;
            Ok(connection)
        };
        open().map_err(|error| error.to_string())
    }
}

impl RequestMemory for StoredRequests {
    fn recall(&self, key: &RequestKey) -> Result<Option<Remembered>, String> {
        if !self.store.exists() {
            return Ok(None);
        }
        let connection = self.open()?;
        let found: Option<String> = connection
            .query_row("SELECT request FROM amplitude_requests WHERE file = ?", [key.as_str()], |row| row.get(0))
            .optional()
            .map_err(|error| error.to_string())?;
        // What cannot be read any more is asked for anew.
        Ok(found.and_then(|request| serde_json::from_str(&request).ok()))
    }

    fn remember(&self, key: &RequestKey, request: &Remembered) -> Result<(), String> {
        let request = serde_json::to_string(request).map_err(|error| error.to_string())?;
        let connection = self.open()?;
        let kept = connection.execute(
            "INSERT OR REPLACE INTO amplitude_requests (file, request) VALUES (?, ?)",
            [key.as_str(), request.as_str()],
        );
        kept.map(|_| ()).map_err(|error| error.to_string())
    }

    fn forget(&self, key: &RequestKey) -> Result<(), String> {
        let connection = self.open()?;
        let forgotten = connection.execute("DELETE FROM amplitude_requests WHERE file = ?", [key.as_str()]);
        forgotten.map(|_| ()).map_err(|error| error.to_string())
    }
}
