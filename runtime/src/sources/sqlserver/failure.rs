//! What goes wrong with SQL Server, as errors in the reader's words; and whether the same question may be asked again.
//!
//! The number of an error decides. Those that pass by themselves are the ones that Microsoft's own client tries again.

use std::io::ErrorKind;
use std::time::Duration;

use tiberius::error::Error;
use wr_base::ids::StepId;
use wr_secret::Redactor;

use crate::error::RunError;
use crate::sources::errors::Place;
use crate::sources::server_errors::Server;

/// How far a question had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// No connection was made.
    Reaching,
    /// Encryption and login.
    Entering,
    /// The connection was ours.
    Asking,
}

/// Why the same question may get an answer the next time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// The connection broke, or the server chose this question as the victim: at once, nearly.
    Soon,
    /// The server is away or busy.
    Later,
    /// The server is being started, or there is no such database: one more time.
    Once,
}

/// How often a question is asked at most.
pub(crate) const MOST_TRIES: u32 = 4;

/// A question that came to nothing.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) error: Box<RunError>,
    pub(crate) again: Option<Again>,
}

impl From<RunError> for Failed {
    /// That the question was answered otherwise than we wanted does not change.
    fn from(error: RunError) -> Self {
        Self { error: Box::new(error), again: None }
    }
}

impl Failed {
    /// How long to wait before the next try, if there is one. The first wait is `pause`.
    pub(crate) fn pause(&self, tries: u32, pause: Duration) -> Option<Duration> {
        const LONGEST: Duration = Duration::from_secs(60);
        let first = match self.again? {
            Again::Soon => pause / 5,
            Again::Later => pause,
            Again::Once if tries < 2 => pause,
            Again::Once => return None,
        };
        (tries < MOST_TRIES).then(|| first.saturating_mul(1 << (tries - 1).min(8)).min(LONGEST))
    }
}

/// For whom the words are made.
pub(crate) struct Told<'a> {
    pub(crate) server: &'a Server,
    pub(crate) redactor: &'a Redactor,
    /// What was asked, where it is about a table.
    pub(crate) place: Option<&'a Place>,
}

impl Told<'_> {
    fn step(&self) -> Option<StepId> {
        self.place.map(|place| place.step)
    }

    pub(crate) fn failed(&self, error: &Error, stage: Stage) -> Failed {
        let step = self.step();
        let words = self.redactor.redact(&error.to_string());
        let again = |error: RunError, again: Again| Failed { error: Box::new(error), again: Some(again) };
        match error {
            Error::Server(token) => {
                let words = format!("{} ({})", self.redactor.redact(token.message()), token.code());
                Failed { error: Box::new(self.refused(token.code(), &words)), again: passes(token.code()) }
            }
            Error::Tls(_) => self.server.not_trusted(step, &words).into(),
            // A file with a certificate that is none; or what came is not the encryption that was agreed on.
            Error::Io { kind: ErrorKind::InvalidData | ErrorKind::InvalidInput, .. } if stage == Stage::Entering => {
                self.server.not_trusted(step, &words).into()
            }
            Error::Io { .. } | Error::Protocol(_) | Error::Routing { .. } => match stage {
                Stage::Reaching => self.server.unreachable(step, &words).into(),
                Stage::Entering => again(self.server.unreachable(step, &words), Again::Soon),
                Stage::Asking => again(self.server.cut(step, &words), Again::Soon),
            },
            Error::Encoding(_) | Error::Utf8 | Error::Utf16 => self.server.not_a_text(step, &words).into(),
            Error::Conversion(_) | Error::ParseInt(_) | Error::BulkInput(_) => self.server.refused(step, &words).into(),
        }
    }

    fn refused(&self, number: u32, words: &str) -> RunError {
        let (server, step) = (self.server, self.step());
        match number {
            // The login failed, is locked, or its password is too old.
            18456 | 18452 | 18461 | 18470 | 18486..=18488 => server.login_refused(step, words),
            // The database cannot be opened, or there is none.
            4060 | 4064 | 911 => server.database_missing(step, words),
            // No such object.
            208 => match self.place {
                Some(place) => server.table_missing(place, words),
                None => server.refused(step, words),
            },
            // The permission was denied: on an object, on a column, in the database, on the server.
            229 | 230 | 262 | 297 | 300 | 371 | 916 => server.not_allowed(step, words),
            // Memory, locks, waits, the governor of resources.
            701 | 802 | 1204 | 1222 | 8623 | 8628 | 8645 | 8651 | 10928 | 10929 | 40501 | 40549..=40553 => {
                server.limit(step, words)
            }
            number if passes(number) == Some(Again::Later) => server.unreachable(step, words),
            _ => server.refused(step, words),
        }
    }
}

/// Whether an error passes by itself.
pub(crate) const fn passes(number: u32) -> Option<Again> {
    match number {
        // The victim of a deadlock.
        1205 => Some(Again::Soon),
        4060 => Some(Again::Once),
        233
        | 615
        | 926
        | 997
        | 1204
        | 1222
        | 4221
        | 10053
        | 10054
        | 10060
        | 10928
        | 10929
        | 40143
        | 40197
        | 40501
        | 40540
        | 40613
        | 42108
        | 42109
        | 49918..=49920 => Some(Again::Later),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let server = Server { connection: "crm".to_owned(), kind: "SQL Server", address: String::new() };
        let failed = |again| Failed { error: Box::new(server.refused(None, "")), again };
        let pauses = |again| {
            let failed = failed(again);
            let pauses = (1..9).map_while(|tries| failed.pause(tries, Duration::from_secs(5)));
            pauses.map(|pause| pause.as_secs()).collect::<Vec<u64>>()
        };
        let all: [(_, Vec<u64>); 4] = [
            (Some(Again::Soon), vec![1, 2, 4]),
            (Some(Again::Later), vec![5, 10, 20]),
            (Some(Again::Once), vec![5]),
            (None, vec![]),
        ];
        for (again, expected) in all {
            assert_eq!(pauses(again), expected, "{again:?}");
        }
    }
}
