//! One session: a thread with a connection to SQLite, that takes one request after the other.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;

use rusqlite::Connection;
use tokio::sync::mpsc;

use super::answer::{Answer, Stop};
use super::bulk::Target;
use super::setup;
use super::transaction::{Isolation, Open};
use crate::error::SqlError;
use crate::log::Event;
use crate::options::User;
use crate::server::Shared;
use crate::translate::Facts;
use crate::types::moment::TICKS_PER_SECOND;
use crate::wire::packet::{self, Message};
use crate::wire::reader::{Malformed, Reader};
use crate::wire::token::{self, Done};

pub(crate) enum Piece {
    Bytes(Vec<u8>),
    /// What has come so far is to reach the client.
    Flush,
    Reset,
}

pub(crate) struct Request {
    pub(crate) message: Message,
    pub(crate) answer: mpsc::Sender<Piece>,
}

/// What SET changes.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) isolation: Isolation,
    pub(crate) aborts_transactions: bool,
    pub(crate) has_implicit_transactions: bool,
    pub(crate) hides_counts: bool,
    /// Queries tell their columns and send no rows.
    pub(crate) tells_columns_only: bool,
    /// Milliseconds; -1 waits for ever.
    pub(crate) lock_timeout: i64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            isolation: Isolation::ReadCommitted,
            aborts_transactions: false,
            has_implicit_transactions: false,
            hides_counts: false,
            tells_columns_only: false,
            lock_timeout: -1,
        }
    }
}

pub(crate) struct Session {
    pub(crate) shared: Arc<Shared>,
    pub(crate) user: User,
    pub(crate) number: u64,
    pub(crate) cancelled: Arc<AtomicBool>,
    pub(crate) settings: Settings,
    pub(crate) transactions: u32,
    /// Transactions that began because a statement needed one.
    pub(crate) implicit_begins: u32,
    pub(crate) open: Open,
    pub(crate) descriptor: u64,
    pub(crate) last_count: u64,
    pub(crate) prepared: HashMap<i32, (String, String)>,
    pub(crate) next_handle: i32,
    pub(crate) bulk: Option<Target>,
    /// Rows after which a test wants the connection to break.
    pub(crate) reset_after: Option<u64>,
}

/// Seconds from 0001-01-01 to 1970-01-01.
const SECONDS_TO_1970: i64 = 62_135_596_800;

impl Session {
    pub(crate) fn new(shared: Arc<Shared>, user: User, number: u64, cancelled: Arc<AtomicBool>) -> Session {
        Session {
            shared,
            user,
            number,
            cancelled,
            settings: Settings::default(),
            transactions: 0,
            implicit_begins: 0,
            open: Open::Nothing,
            descriptor: 0,
            last_count: 0,
            prepared: HashMap::new(),
            next_handle: 1,
            bulk: None,
            reset_after: None,
        }
    }

    pub(crate) fn run(mut self, requests: &Receiver<Request>) {
        let connection = match setup::open(&self.shared, Arc::clone(&self.cancelled)) {
            Ok(connection) => connection,
            Err(error) => {
                self.shared.log.push(Event::Fault { connection: self.number, what: error.message });
                return;
            }
        };
        while let Ok(Request { message, answer }) = requests.recv() {
            let mut answer = Answer::new(answer);
            match self.serve(&connection, message, &mut answer) {
                Ok(()) => answer.finish(),
                Err(Stop::Cancelled) => {
                    if self.settings.aborts_transactions {
                        self.abandon(&connection);
                    }
                }
                Err(Stop::Reset) => {
                    self.shared.log.push(Event::Fault { connection: self.number, what: "reset".to_owned() });
                    self.abandon(&connection);
                    answer.reset();
                }
            }
        }
        self.abandon(&connection);
    }

    fn serve(&mut self, connection: &Connection, message: Message, answer: &mut Answer) -> Result<(), Stop> {
        if message.resets {
            self.abandon(connection);
            self.settings = Settings::default();
            if let Err(error) = self.drop_temporary(connection, &[]) {
                self.fail(answer, &error);
            }
            token::environment_reset(answer.tokens());
        }
        self.reset_after = None;
        let outcome: Result<(), Malformed> = match message.kind {
            packet::BATCH => match batch_text(&message.bytes) {
                Ok(text) => {
                    self.shared.log.push(Event::Batch { connection: self.number, text: text.clone() });
                    answer.done = Done::Batch;
                    return self.run_text(connection, &text, &[], answer).map(drop);
                }
                Err(malformed) => Err(malformed),
            },
            packet::RPC => return self.call(connection, &message.bytes, answer),
            packet::BULK => return self.load(connection, &message.bytes, answer),
            packet::TRANSACTION => return self.manage(connection, &message.bytes, answer),
            other => Err(Malformed(format!("a message of type {other:#x}"))),
        };
        if let Err(malformed) = outcome {
            self.refuse(answer, &malformed);
        }
        Ok(())
    }

    /// A request that is not TDS, said as an error so that a test sees why.
    pub(crate) fn refuse(&mut self, answer: &mut Answer, malformed: &Malformed) {
        let error = SqlError::new(
            4002,
            16,
            crate::error::Ends::Batch,
            format!("The incoming tabular data stream (TDS) protocol stream is incorrect: {malformed}"),
        );
        self.fail(answer, &error);
    }

    pub(crate) fn fail(&mut self, answer: &mut Answer, error: &SqlError) {
        self.shared.log.push(Event::Error {
            connection: self.number,
            number: error.number,
            message: error.message.clone(),
        });
        answer.error(error);
        answer.hold_done(answer.done, token::ERROR, 0, 0);
    }

    pub(crate) fn check_cancelled(&self) -> Result<(), Stop> {
        if self.cancelled.load(Ordering::SeqCst) { Err(Stop::Cancelled) } else { Ok(()) }
    }

    pub(crate) fn facts(&self) -> Facts {
        let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(since_1970.as_secs()).unwrap_or(0) + SECONDS_TO_1970;
        Facts {
            database: self.shared.options.database.clone(),
            user: self.user.clone(),
            transactions: self.transactions,
            session: self.number,
            lock_timeout: self.settings.lock_timeout,
            collation: self.shared.collation,
            temporary_collation: self.shared.temporary_collation,
            now: seconds * TICKS_PER_SECOND + i64::from(since_1970.subsec_nanos() / 100),
            last_count: self.last_count,
        }
    }
}

/// Skips the headers that come before a request, of which none is needed here.
pub(crate) fn skip_headers(reader: &mut Reader<'_>) -> Result<(), Malformed> {
    let total = reader.u32()? as usize;
    reader.take(total.saturating_sub(4))?;
    Ok(())
}

fn batch_text(bytes: &[u8]) -> Result<String, Malformed> {
    let mut reader = Reader::new(bytes);
    skip_headers(&mut reader)?;
    reader.rest_as_text()
}
