//! A connection of `wr.toml`: a driver and what it needs. Secrets are named by where they are.

use std::path::PathBuf;
use std::time::Duration;

use wr_base::value::Zone;
use wr_secret::Secret;

use super::Driver;

/// Where a connection leads.
#[derive(Clone, Debug, PartialEq)]
pub enum Connection {
    /// A folder of tables. `None`: the file does not say which, and that is reported.
    Local {
        folder: Option<String>,
        zone: Option<Zone>,
    },
    ClickHouse(ClickHouse),
    SqlServer(SqlServer),
    Amplitude(Amplitude),
}

impl Connection {
    #[must_use]
    pub const fn driver(&self) -> Driver {
        match self {
            Self::Local { .. } => Driver::Local,
            Self::ClickHouse(_) => Driver::ClickHouse,
            Self::SqlServer(_) => Driver::SqlServer,
            Self::Amplitude(_) => Driver::Amplitude,
        }
    }

    /// The folder of a local connection, relative to the project's.
    #[must_use]
    pub fn folder(&self) -> Option<&str> {
        if let Self::Local { folder, .. } = self { folder.as_deref() } else { None }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct ClickHouse {
    /// `https://clickhouse.example:8443`.
    pub url: String,
    pub database: Option<String>,
    pub user: Option<String>,
    pub password: Option<SecretFrom>,
    /// `compress`: answers are packed on their way.
    pub is_packed: bool,
    pub timeout: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SqlServer {
    pub host: String,
    pub port: u16,
    pub database: Option<String>,
    pub user: Option<String>,
    pub password: Option<SecretFrom>,
    /// `encrypt = false`: only for servers within one's own machine.
    pub is_encrypted: bool,
    /// A file with the certificate of whoever signed the server's, relative to the project's folder.
    pub certificate: Option<String>,
    /// What times without a zone mean.
    pub zone: Option<Zone>,
    pub timeout: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Amplitude {
    pub is_in_europe: bool,
    /// In place of the region's own address.
    pub url: Option<String>,
    pub api_key: Option<SecretFrom>,
    pub secret_key: Option<SecretFrom>,
    pub timeout: Option<Duration>,
}

/// Where a secret is.
#[derive(Clone, Debug)]
pub enum SecretFrom {
    /// `{ env = "WALLET_PASSWORD" }`
    Environment(String),
    /// `{ file = "~/.secrets/wallet" }`: its first line.
    File(PathBuf),
    /// `{ command = "pass show wallet" }`: the first line of what it prints.
    Command(String),
    /// In the file itself, where `allow_inline_secret = true` says that this is meant.
    Written(Secret),
}

/// Nobody learns whether two written secrets are the same.
impl PartialEq for SecretFrom {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Environment(one), Self::Environment(two)) | (Self::Command(one), Self::Command(two)) => one == two,
            (Self::File(one), Self::File(two)) => one == two,
            _ => false,
        }
    }
}
