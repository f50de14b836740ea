//! Transactions: T-SQL's counts and levels over SQLite's one writer.
//!
//! A transaction opens SQLite's only when it must: with its first change (or locking read), or, under SNAPSHOT, with its first
//! read. Until then its reads see what others commit, as READ COMMITTED with row versions does. Whoever writes second waits.

use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};

use super::answer::{Answer, Stop};
use super::session::{Session, skip_headers};
use crate::error::{Ends, SqlError};
use crate::faults::Fault;
use crate::log::Event;
use crate::wire::reader::{Malformed, Reader};
use crate::wire::token;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Isolation {
    ReadCommitted,
    /// Reads take the lock of a writer, so nobody changes what was read.
    Serializable,
    Snapshot,
}

/// What SQLite has open for the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Open {
    Nothing,
    Reading,
    Writing,
}

/// What a statement needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// It touches nothing that others see.
    Nothing,
    Read,
    Write,
}

const WAIT: Duration = Duration::from_millis(3);

/// A failure of a statement, or the end of the work on the request.
pub(crate) enum Trouble {
    Error(SqlError),
    Stop(Stop),
}

impl From<SqlError> for Trouble {
    fn from(error: SqlError) -> Trouble {
        if error.is_interruption() { Trouble::Stop(Stop::Cancelled) } else { Trouble::Error(error) }
    }
}

impl From<Stop> for Trouble {
    fn from(stop: Stop) -> Trouble {
        Trouble::Stop(stop)
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Trouble {
        SqlError::from(error).into()
    }
}

impl Session {
    pub(crate) fn begin(&mut self, answer: &mut Answer) {
        self.transactions += 1;
        if self.transactions == 1 {
            self.descriptor = (self.number << 32) | (self.descriptor.wrapping_add(1) & 0xffff_ffff);
            token::transaction_begun(answer.tokens(), self.descriptor);
        }
    }

    pub(crate) fn commit(&mut self, connection: &Connection, answer: &mut Answer) -> Result<(), Trouble> {
        match self.transactions {
            0 => {
                let message = "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.";
                return Err(SqlError::new(3902, 16, Ends::Statement, message).into());
            }
            1 => {}
            _ => {
                self.transactions -= 1;
                return Ok(());
            }
        }
        let fault = self.shared.faults.commit();
        match &fault {
            Some(Fault::ResetBeforeCommit | Fault::ResetBeforeFirstRow) => {
                self.abandon(connection);
                return Err(Stop::Reset.into());
            }
            Some(Fault::Error { number, message }) => {
                return Err(SqlError::new(*number, 16, Ends::Transaction, message.clone()).into());
            }
            Some(Fault::Delay(milliseconds)) => self.pause(Duration::from_millis(*milliseconds))?,
            Some(Fault::ResetAfterCommit | Fault::ResetAfterRows(_)) | None => {}
        }
        if self.open != Open::Nothing {
            connection.execute_batch("COMMIT")?;
            self.open = Open::Nothing;
        }
        self.transactions = 0;
        if fault == Some(Fault::ResetAfterCommit) {
            return Err(Stop::Reset.into());
        }
        token::transaction_ended(answer.tokens(), 9, self.descriptor);
        Ok(())
    }

    pub(crate) fn rollback(&mut self, connection: &Connection, answer: &mut Answer) -> Result<(), SqlError> {
        if self.transactions == 0 {
            let message = "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.";
            return Err(SqlError::new(3903, 16, Ends::Statement, message));
        }
        self.abandon(connection);
        token::transaction_ended(answer.tokens(), 10, self.descriptor);
        Ok(())
    }

    /// Rolls back whatever is open, with no word to the client.
    pub(crate) fn abandon(&mut self, connection: &Connection) {
        if !connection.is_autocommit() {
            self.cancelled.store(false, std::sync::atomic::Ordering::SeqCst);
            let _ = connection.execute_batch("ROLLBACK");
        }
        self.open = Open::Nothing;
        self.transactions = 0;
    }

    /// Does what SQLite needs before a statement. The answer: whether a transaction was opened for it alone.
    pub(crate) fn prepare(
        &mut self,
        connection: &Connection,
        needs: Needs,
        answer: &mut Answer,
    ) -> Result<bool, Trouble> {
        if needs == Needs::Nothing {
            return Ok(false);
        }
        if self.settings.has_implicit_transactions && self.transactions == 0 {
            self.implicit_begins += 1;
            self.begin(answer);
        }
        let is_snapshot = self.settings.isolation == Isolation::Snapshot;
        if is_snapshot && !self.shared.options.allows_snapshot {
            let message = format!(
                "Snapshot isolation transaction failed accessing database '{}' because snapshot isolation is not allowed in this database. Use ALTER DATABASE to allow snapshot isolation.",
                self.shared.options.database
            );
            return Err(SqlError::new(3952, 16, Ends::Transaction, message).into());
        }
        if self.transactions == 0 {
            if needs == Needs::Read {
                return Ok(false);
            }
            self.lock(connection, "BEGIN IMMEDIATE")?;
            return Ok(true);
        }
        match (self.open, needs) {
            (Open::Writing, _) => {}
            (Open::Reading, Needs::Read) => {}
            (Open::Nothing, Needs::Read) => match self.settings.isolation {
                Isolation::ReadCommitted => {}
                Isolation::Snapshot => {
                    connection.execute_batch("BEGIN")?;
                    self.open = Open::Reading;
                }
                Isolation::Serializable => {
                    self.lock(connection, "BEGIN IMMEDIATE")?;
                    self.open = Open::Writing;
                }
            },
            (Open::Nothing, _) => {
                self.lock(connection, "BEGIN IMMEDIATE")?;
                self.open = Open::Writing;
            }
            (Open::Reading, _) => {
                // The first change of a snapshot: it fails when somebody has changed anything since.
                self.lock(connection, "DELETE FROM main.tds_properties WHERE object_id IS NULL")?;
                self.open = Open::Writing;
            }
        }
        Ok(false)
    }

    /// Runs what needs the writer's lock, and waits for it as long as LOCK_TIMEOUT says.
    fn lock(&self, connection: &Connection, sql: &str) -> Result<(), Trouble> {
        let started = Instant::now();
        loop {
            let Err(error) = connection.execute_batch(sql) else { return Ok(()) };
            if error.sqlite_error_code() != Some(ErrorCode::DatabaseBusy) {
                return Err(SqlError::from(error).into());
            }
            let told = super::failure::told(connection, error, &self.shared.options.database);
            if told.number == 3960 {
                return Err(told.into());
            }
            self.check_cancelled()?;
            let limit = u64::try_from(self.settings.lock_timeout).ok();
            if limit.is_some_and(|limit| started.elapsed() >= Duration::from_millis(limit)) {
                return Err(SqlError::lock_timeout().into());
            }
            std::thread::sleep(WAIT);
        }
    }

    /// Waits, but hears an attention.
    pub(crate) fn pause(&self, duration: Duration) -> Result<(), Stop> {
        let end = Instant::now() + duration;
        while Instant::now() < end {
            self.check_cancelled()?;
            std::thread::sleep(WAIT.min(end.saturating_duration_since(Instant::now())));
        }
        self.check_cancelled()
    }

    /// The request of the transaction manager, which clients send instead of T-SQL.
    pub(crate) fn manage(&mut self, connection: &Connection, bytes: &[u8], answer: &mut Answer) -> Result<(), Stop> {
        let outcome = match manager_request(bytes) {
            Err(malformed) => {
                self.refuse(answer, &malformed);
                return Ok(());
            }
            Ok((request, isolation, begins_another)) => {
                let name = match request {
                    BEGIN => "BEGIN",
                    COMMIT => "COMMIT",
                    ROLLBACK => "ROLLBACK",
                    _ => "SAVE",
                };
                self.shared.log.push(Event::Transaction { connection: self.number, request: name });
                match request {
                    BEGIN => {
                        self.set_isolation(isolation);
                        self.begin(answer);
                        Ok(())
                    }
                    COMMIT => self.commit(connection, answer),
                    ROLLBACK => self.rollback(connection, answer).map_err(Trouble::from),
                    _ => Err(Trouble::Error(SqlError::unknown("savepoints of the transaction manager"))),
                }
                .map(|()| begins_another)
            }
        };
        match outcome {
            Ok(begins_another) => {
                if begins_another {
                    self.begin(answer);
                }
                answer.hold_done(token::Done::Batch, self.in_transaction(), 0, 0);
                Ok(())
            }
            Err(Trouble::Stop(stop)) => Err(stop),
            Err(Trouble::Error(error)) => {
                self.end_with(connection, &error, answer);
                self.fail(answer, &error);
                Ok(())
            }
        }
    }

    pub(crate) fn in_transaction(&self) -> u16 {
        if self.transactions > 0 { token::IN_TRANSACTION } else { 0 }
    }

    fn set_isolation(&mut self, level: u8) {
        match level {
            1 | 2 => self.settings.isolation = Isolation::ReadCommitted,
            3 | 4 => self.settings.isolation = Isolation::Serializable,
            5 => self.settings.isolation = Isolation::Snapshot,
            _ => {}
        }
    }

    /// Rolls back when the error ends the transaction; tells whether the batch ends.
    pub(crate) fn end_with(&mut self, connection: &Connection, error: &SqlError, answer: &mut Answer) -> bool {
        let ends_transaction = error.ends == Ends::Transaction || self.settings.aborts_transactions;
        if ends_transaction && self.transactions > 0 {
            self.abandon(connection);
            token::transaction_ended(answer.tokens(), 10, self.descriptor);
        }
        ends_transaction || error.ends == Ends::Batch
    }
}

const BEGIN: u16 = 5;
const COMMIT: u16 = 7;
const ROLLBACK: u16 = 8;
const SAVE: u16 = 9;

/// The request, the isolation level of a new transaction, and whether another one begins at once.
fn manager_request(bytes: &[u8]) -> Result<(u16, u8, bool), Malformed> {
    let mut reader = Reader::new(bytes);
    skip_headers(&mut reader)?;
    let request = reader.u16()?;
    let name = |reader: &mut Reader<'_>| -> Result<(), Malformed> {
        let length = usize::from(reader.byte()?);
        reader.take(length).map(drop)
    };
    match request {
        BEGIN => {
            let isolation = reader.byte()?;
            Ok((request, isolation, false))
        }
        COMMIT | ROLLBACK => {
            name(&mut reader)?;
            let begins_another = !reader.is_empty() && reader.byte()? & 1 != 0;
            Ok((request, 0, begins_another))
        }
        SAVE => Ok((request, 0, false)),
        other => Err(Malformed(format!("request {other} of the transaction manager"))),
    }
}
