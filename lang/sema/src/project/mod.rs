//! `wr.toml`: where connections lead and where their secrets are, and which zone and language a report has where it does
//! not say so.
//!
//! Every key that is wrong is reported at its place in the file, and the rest is used.

mod connection;
pub(crate) mod errors;
mod masked;
mod read;
mod read_connection;

pub use connection::{Amplitude, ClickHouse, Connection, SecretFrom, SqlServer};
pub use read::{read_project, read_project_as};

use std::collections::BTreeMap;

use wr_base::diag::Diagnostic;
use wr_base::source::SourceSet;
use wr_base::value::{DateTime, Zone};
use wr_plan::declaration::Engine;

/// The project's file, relative to the project's folder.
pub const PROJECT_FILE: &str = "wr.toml";

/// The languages in which numbers and dates can be written.
pub const LOCALES: [&str; 2] = ["en", "ru"];

/// What a project says, with the defaults of B19 filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    pub zone: Zone,
    pub locale: String,
    /// The folder of the files that runs write, relative to the project's folder.
    pub output: String,
    /// A fixed clock, for projects whose data ends somewhere. Read in the zone.
    pub as_of: Option<DateTime>,
    /// By name. `None`: there is no `wr.toml`, and nothing is known of connections.
    pub connections: Option<BTreeMap<String, Connection>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// A folder of files.
    Local,
    ClickHouse,
    SqlServer,
    Amplitude,
}

impl Driver {
    pub const ALL: [Self; 4] = [Self::Local, Self::ClickHouse, Self::SqlServer, Self::Amplitude];

    /// As `wr.toml` writes it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::ClickHouse => "clickhouse",
            Self::SqlServer => "sqlserver",
            Self::Amplitude => "amplitude",
        }
    }
}

/// A project's file as read: what it says, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct ProjectFile {
    pub project: Project,
    /// The text that the diagnostics point into.
    pub sources: SourceSet,
    pub diagnostics: Vec<Diagnostic>,
}

impl Project {
    /// What answers for each connection, as far as it is known.
    pub(crate) fn engines(&self) -> BTreeMap<String, Engine> {
        let connections = self.connections.iter().flatten();
        connections.map(|(name, connection)| (name.clone(), connection.driver().engine())).collect()
    }

    /// For what asks no source: nothing is said of where connections lead.
    #[must_use]
    pub fn without_connections(self) -> Self {
        Self { connections: None, ..self }
    }
}

impl Driver {
    const fn engine(self) -> Engine {
        match self {
            Self::Local => Engine::Local,
            Self::ClickHouse => Engine::ClickHouse,
            Self::SqlServer => Engine::SqlServer,
            Self::Amplitude => Engine::Amplitude,
        }
    }
}

impl Default for Project {
    fn default() -> Self {
        Self { zone: Zone::UTC, locale: "en".to_owned(), output: "out".to_owned(), as_of: None, connections: None }
    }
}
