//! What can go wrong, each with words for people and a way out. The words of servers in it were redacted.

use std::fmt;
use std::time::Duration;

use chrono::DateTime;

use crate::settings::Region;

/// Which limit a 429 is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Too many at the same time: a short wait helps.
    Concurrent,
    /// Too many in a window of minutes or an hour.
    Rate,
}

/// Why no answer came from a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// The name is unknown.
    Name,
    /// No connection.
    Connection(String),
    /// The certificate is not trusted, or no encrypted connection came about.
    Encryption(String),
    /// No answer in time.
    TooSlow(Duration),
    /// The connection broke.
    Broken(String),
}

/// Why something of Amplitude is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// What was given as the server's address is none.
    BadAddress {
        words: String,
    },
    WrongKey {
        region: Region,
        words: String,
    },
    WrongSecret {
        words: String,
    },
    /// What was given is no id.
    NotACohort {
        text: String,
    },
    /// Near misses are ids with names.
    NoSuchCohort {
        id: String,
        near: Vec<(String, String)>,
    },
    /// At the size at which Amplitude cuts.
    CohortTooLarge {
        name: String,
        size: u64,
    },
    QuotaUsedUp {
        limit: Option<u64>,
        /// Seconds since 1970.
        resets_at: Option<i64>,
    },
    Unreachable {
        host: String,
        why: Unreachable,
    },
    Limited {
        limit: Limit,
        words: String,
    },
    ServerFailed {
        status: u16,
        words: String,
    },
    Refused {
        status: u16,
        words: String,
    },
    NotUnderstood {
        what: &'static str,
        words: String,
    },
    /// A request that costs was sent, and no answer came.
    RequestLost {
        words: String,
    },
    JobFailed {
        cohort: String,
        status: String,
    },
    JobTooSlow {
        cohort: String,
        waited: Duration,
    },
    /// The file of a request that was done is not there.
    FileGone {
        cohort: String,
        words: String,
    },
    /// An answer ended before its end.
    Cut {
        what: &'static str,
        words: String,
    },
    BadRow {
        what: &'static str,
        line: u64,
        why: String,
    },
    MissingColumn {
        name: String,
        found: Vec<String>,
    },
    BadWindow {
        words: String,
    },
    /// One hour, as Amplitude writes it, is too much.
    ExportTooLarge {
        hour: String,
        words: String,
    },
    /// The store of request ids failed.
    Memory {
        words: String,
    },
    /// A temporary file failed.
    Disk {
        words: String,
    },
}

impl Error {
    /// What went wrong, one sentence.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Error::BadAddress { .. } => "the address of the connection cannot be used".to_owned(),
            Error::WrongKey { region, .. } => {
                format!("Amplitude does not know the API key in the region `{}`", region.word())
            }
            Error::WrongSecret { .. } => "the secret key does not belong to the API key".to_owned(),
            Error::NotACohort { text } => format!("“{text}” is not the id of a cohort"),
            Error::NoSuchCohort { id, .. } => format!("there is no cohort `{id}` in this project"),
            Error::CohortTooLarge { name, size } => {
                format!(
                    "the cohort “{name}” has {size} members: Amplitude cuts at 2000000, so some are probably missing"
                )
            }
            Error::QuotaUsedUp { limit, resets_at } => {
                let limit = limit.map_or_else(String::new, |limit| format!(" ({limit} a month)"));
                let until = resets_at.and_then(|at| DateTime::from_timestamp(at, 0));
                let until =
                    until.map_or_else(String::new, |at| format!(" until {}", at.format("%-d %B %Y, %H:%M UTC")));
                format!("the cohort downloads of this project{limit} are used up{until}")
            }
            Error::Unreachable { host, why } => match why {
                Unreachable::Name => format!("the name {host} is unknown"),
                Unreachable::Connection(_) => format!("no connection to {host}"),
                Unreachable::Encryption(_) => format!("no trusted connection to {host}"),
                Unreachable::TooSlow(after) => format!("{host} did not answer within {}", seconds(*after)),
                Unreachable::Broken(_) => format!("the connection to {host} broke"),
            },
            Error::Limited { limit: Limit::Concurrent, .. } => {
                "too many requests to Amplitude at the same time".to_owned()
            }
            Error::Limited { limit: Limit::Rate, .. } => "too many requests to Amplitude in a short time".to_owned(),
            Error::ServerFailed { status, .. } => format!("Amplitude failed (HTTP {status})"),
            Error::Refused { status, .. } => format!("Amplitude refused the request (HTTP {status})"),
            Error::NotUnderstood { what, .. } => format!("Amplitude's answer is not {what}"),
            Error::RequestLost { .. } => {
                "Amplitude gave no answer to a request of a cohort's file, which costs one of the month's; \
                 it may have been counted"
                    .to_owned()
            }
            Error::JobFailed { cohort, status } => {
                format!("Amplitude did not make the file of the cohort “{cohort}”: {status}")
            }
            Error::JobTooSlow { cohort, waited } => {
                format!("Amplitude has not made the file of the cohort “{cohort}” after {}", seconds(*waited))
            }
            Error::FileGone { cohort, .. } => format!("Amplitude no longer has the file of the cohort “{cohort}”"),
            Error::Cut { what, .. } => format!("{what} ends before its end"),
            Error::BadRow { what, line, why } => format!("line {line} of {what}: {why}"),
            Error::MissingColumn { name, .. } => format!("the file of the cohort has no column `{name}`"),
            Error::BadWindow { words } => words.clone(),
            Error::ExportTooLarge { hour, .. } => format!("the events of the hour {hour} are too many for an export"),
            Error::Memory { .. } => "the id of a request to Amplitude cannot be kept".to_owned(),
            Error::Disk { .. } => "a temporary file cannot be written".to_owned(),
        }
    }

    /// Facts: the server's own words, names.
    #[must_use]
    pub fn detail(&self) -> Vec<String> {
        let words = match self {
            Error::BadAddress { words }
            | Error::WrongKey { words, .. }
            | Error::WrongSecret { words }
            | Error::Limited { words, .. }
            | Error::ServerFailed { words, .. }
            | Error::Refused { words, .. }
            | Error::NotUnderstood { words, .. }
            | Error::RequestLost { words }
            | Error::FileGone { words, .. }
            | Error::Cut { words, .. }
            | Error::ExportTooLarge { words, .. }
            | Error::Memory { words }
            | Error::Disk { words } => words,
            Error::Unreachable { why, .. } => match why {
                Unreachable::Connection(words) | Unreachable::Encryption(words) | Unreachable::Broken(words) => words,
                Unreachable::Name | Unreachable::TooSlow(_) => return Vec::new(),
            },
            Error::MissingColumn { found, .. } => return vec![format!("it has {}", found.join(", "))],
            Error::NotACohort { .. }
            | Error::NoSuchCohort { .. }
            | Error::CohortTooLarge { .. }
            | Error::QuotaUsedUp { .. }
            | Error::JobFailed { .. }
            | Error::JobTooSlow { .. }
            | Error::BadRow { .. }
            | Error::BadWindow { .. } => return Vec::new(),
        };
        if words.is_empty() { Vec::new() } else { vec![words.clone()] }
    }

    /// What the person can do.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Error::BadAddress { .. } => "leave the address out: the region has its own".to_owned(),
            Error::NotUnderstood { .. } => {
                "something else may have answered, a proxy that wants a sign-in: open amplitude.com in a browser"
                    .to_owned()
            }
            Error::WrongKey { region, .. } => format!(
                "check the API key and the region: a key of the region `{}` looks unknown here",
                region.other().word()
            ),
            Error::WrongSecret { .. } => "copy both keys from the same project's settings in Amplitude".to_owned(),
            Error::NotACohort { .. } => "open the cohort in Amplitude and paste its address".to_owned(),
            Error::NoSuchCohort { near, .. } => {
                let near: Vec<_> = near.iter().map(|(id, name)| format!("`{id}` (“{name}”)")).collect();
                match near.as_slice() {
                    [] => "check the id, and whether the cohort is in the project of these keys".to_owned(),
                    [..] => format!("did you mean {}?", near.join(" or ")),
                }
            }
            Error::CohortTooLarge { .. } => "split the cohort in Amplitude into smaller ones".to_owned(),
            Error::QuotaUsedUp { .. } => {
                "files that were asked for in the last seven days can still be used: take a cohort that \
                 was not computed anew, or ask Amplitude for a higher limit"
                    .to_owned()
            }
            Error::Unreachable { why, .. } => match why {
                Unreachable::Name => "check the network and the address of the connection".to_owned(),
                Unreachable::Encryption(_) => {
                    "where a company's proxy opens connections, its certificate has to be in the system's store"
                        .to_owned()
                }
                Unreachable::Connection(_) => "check the network and the proxy".to_owned(),
                Unreachable::TooSlow(_) | Unreachable::Broken(_) => "try again".to_owned(),
            },
            Error::Limited { .. } => {
                "the limits are of the whole project: try again when other reports are done".to_owned()
            }
            Error::ServerFailed { .. } | Error::Cut { .. } => "try again later".to_owned(),
            Error::RequestLost { .. } => "run again: that asks for the file once more".to_owned(),
            Error::JobFailed { .. } | Error::FileGone { .. } => "run again: that asks for a new file".to_owned(),
            Error::JobTooSlow { .. } => "run again later: it goes on with the same file and costs nothing".to_owned(),
            Error::MissingColumn { name, .. } if matches!(name.as_str(), "amplitude_id" | "user_id") => {
                "take a cohort of users: cohorts of groups have other columns".to_owned()
            }
            Error::MissingColumn { .. } => "correct the property's name, it is case-sensitive".to_owned(),
            Error::ExportTooLarge { .. } => "set up Amplitude's export to S3 for so many events".to_owned(),
            Error::Memory { .. } => {
                "the file was not asked for: without the id a second run would pay again; check the run store"
                    .to_owned()
            }
            Error::Disk { .. } => "make room in the folder for temporary files".to_owned(),
            Error::Refused { .. } | Error::BadRow { .. } | Error::BadWindow { .. } => return None,
        };
        Some(help)
    }
}

fn seconds(duration: Duration) -> String {
    match duration.as_secs() {
        0 => format!("{} ms", duration.as_millis()),
        1..=119 => format!("{} s", duration.as_secs()),
        longer => format!("{} min", longer / 60),
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())?;
        for detail in self.detail() {
            write!(f, ": {detail}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
