//! Ids of cohort files that were paid for, kept in the project's store: a later run takes the same file and pays nothing.

use std::path::PathBuf;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use wr_amplitude::{Remembered, RequestKey, RequestMemory};
use wr_base::value::{Date, DateTime, Zone};

/// The requests of a project.
pub struct StoredRequests {
    /// `.wr/store.sqlite`; made when something is kept.
    pub store: PathBuf,
    /// The connection that pays: each has a quota of its own.
    pub connection: String,
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
                "CREATE TABLE IF NOT EXISTS amplitude_requests (file TEXT PRIMARY KEY, request TEXT NOT NULL);
                 CREATE TABLE IF NOT EXISTS amplitude_paid (connection TEXT NOT NULL, requested_at INTEGER NOT NULL)",
            )?;
            Ok(connection)
        };
        open().map_err(|error| error.to_string())
    }
}

impl StoredRequests {
    /// How many cohort files this project paid for in the month of a moment, by the calendar of UTC as Amplitude counts. What
    /// other programs spend of the same quota is not known here.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn paid_in_month(&self, at: DateTime) -> Result<u64, String> {
        if !self.store.exists() {
            return Ok(0);
        }
        let day = Zone::UTC.date_of(at);
        let first = Date::from_ymd(day.year(), day.month(), 1);
        let bounds = first.and_then(|first| Some((first, first.add_months(1)?)));
        let (first, next) = bounds.ok_or_else(|| "there is no such month".to_owned())?;
        let seconds = |date: Date| i64::from(date.0) * 24 * 3600;
        let count = self.open()?.query_row(
            "SELECT count(*) FROM amplitude_paid WHERE connection = ? AND requested_at >= ? AND requested_at < ?",
            params![self.connection, seconds(first), seconds(next)],
            |row| row.get::<_, i64>(0),
        );
        count.map(|count| u64::try_from(count).unwrap_or(0)).map_err(|error| error.to_string())
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
        let written = serde_json::to_string(request).map_err(|error| error.to_string())?;
        let mut connection = self.open()?;
        let mut keep = || -> rusqlite::Result<()> {
            let transaction = connection.transaction()?;
            transaction.execute(
                "INSERT OR REPLACE INTO amplitude_requests (file, request) VALUES (?, ?)",
                params![key.as_str(), written],
            )?;
            // A request that is forgotten or replaced was paid for nevertheless.
            transaction.execute(
                "INSERT INTO amplitude_paid (connection, requested_at) VALUES (?, ?)",
                params![self.connection, request.requested_at],
            )?;
            transaction.commit()
        };
        keep().map_err(|error| error.to_string())
    }

    fn forget(&self, key: &RequestKey) -> Result<(), String> {
        let connection = self.open()?;
        let forgotten = connection.execute("DELETE FROM amplitude_requests WHERE file = ?", [key.as_str()]);
        forgotten.map(|_| ()).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_paid_is_counted_by_the_calendar_and_by_the_connection() {
        let folder = std::env::temp_dir().join(format!("wr-requests-{}", std::process::id()));
        let of =
            |connection: &str| StoredRequests { store: folder.join("store.sqlite"), connection: connection.into() };
        let at = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp();
        let paid = |text: &str| of("amp").paid_in_month(DateTime(at(text) * 1_000_000)).unwrap();
        assert_eq!(paid("2026-11-15T12:00:00Z"), 0);
        assert!(!folder.exists(), "who asks makes no store");
        let moments = ["2026-10-31T23:59:59Z", "2026-11-01T00:00:00Z", "2026-11-30T23:59:59Z", "2026-12-01T00:00:00Z"];
        for moment in moments {
            let connection = of("amp").open().unwrap();
            connection.execute("INSERT INTO amplitude_paid VALUES ('amp', ?)", params![at(moment)]).unwrap();
        }
        assert_eq!((paid("2026-11-15T12:00:00Z"), paid("2026-10-01T00:00:00Z")), (2, 1));
        assert_eq!((paid("2026-12-31T23:59:59Z"), paid("2027-01-01T00:00:00Z")), (1, 0));
        assert_eq!(of("other").paid_in_month(DateTime(at("2026-11-15T12:00:00Z") * 1_000_000)), Ok(0));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
