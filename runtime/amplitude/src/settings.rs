//! What a client is made of: region, keys, deadlines.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use wr_secret::Secret;

use crate::Limit;
use crate::timing::{Real, Timing};

/// Where a project lives. A key of one region is unknown in the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    Us,
    Eu,
}

impl Region {
    pub(crate) fn address(self) -> &'static str {
        match self {
            Region::Us => "https://amplitude.com",
            Region::Eu => "https://analytics.eu.amplitude.com",
        }
    }

    /// As `wr.toml` and error words have it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Region::Us => "us",
            Region::Eu => "eu",
        }
    }

    pub(crate) fn other(self) -> Region {
        match self {
            Region::Us => Region::Eu,
            Region::Eu => Region::Us,
        }
    }
}

/// How long what may take.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    pub connect: Duration,
    /// From the request to the first byte of its answer. An overloaded project hangs half a minute before it answers.
    pub answer: Duration,
    /// The same for an export of events, which Amplitude puts together first.
    pub export: Duration,
    /// Between two pieces of a body.
    pub silence: Duration,
    /// From the request of a cohort to its file.
    pub job: Duration,
    /// Waiting, all in all, for a server that fails.
    pub failures: Duration,
    /// Waiting, all in all, for a limit to pass.
    pub limits: Duration,
}

impl Default for Deadlines {
    fn default() -> Deadlines {
        Deadlines {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(60),
            export: Duration::from_secs(10 * 60),
            silence: Duration::from_secs(60),
            job: Duration::from_secs(30 * 60),
            failures: Duration::from_secs(2 * 60),
            limits: Duration::from_secs(30 * 60),
        }
    }
}

/// Why a client waits, for people who watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Too many requests; Amplitude lets the next one in later.
    Limit(Limit, Duration),
    /// The server failed or could not be reached, and is asked again.
    Failure(Duration),
}

/// Hears of each [`Wait`].
pub type OnWait = Arc<dyn Fn(Wait) + Send + Sync>;

/// Everything that a client needs.
#[derive(Clone)]
pub struct Settings {
    pub region: Region,
    pub api_key: Secret,
    pub secret_key: Secret,
    /// In place of the region's address: a proxy, a stand-in.
    pub address: Option<String>,
    pub deadlines: Deadlines,
    /// Where large answers wait in files that have no name; `None` is the system's folder.
    pub spool_folder: Option<PathBuf>,
    pub timing: Arc<dyn Timing>,
    pub on_wait: Option<OnWait>,
}

impl Settings {
    /// The region's own address, the usual deadlines, the machine's clock.
    #[must_use]
    pub fn new(region: Region, api_key: Secret, secret_key: Secret) -> Settings {
        Settings {
            region,
            api_key,
            secret_key,
            address: None,
            deadlines: Deadlines::default(),
            spool_folder: None,
            timing: Arc::new(Real),
            on_wait: None,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("region", &self.region)
            .field("api_key", &self.api_key)
            .field("secret_key", &self.secret_key)
            .field("address", &self.address)
            .field("deadlines", &self.deadlines)
            .finish_non_exhaustive()
    }
}
