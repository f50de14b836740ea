//! How a ClickHouse server is reached.

use std::time::Duration;

use wr_secret::Secret;

/// The settings of a connection with `driver = "clickhouse"`.
#[derive(Clone, Debug)]
pub struct ClickHouseSetting {
    /// `https://clickhouse.example:8443`, without a path.
    pub url: String,
    /// The database of tables that are named without one.
    pub database: Option<String>,
    pub user: Option<String>,
    pub password: Option<Secret>,
    /// Whether answers are packed on their way (LZ4).
    pub is_packed: bool,
    /// How long to wait for the next bytes of an answer.
    pub timeout: Duration,
}

impl ClickHouseSetting {
    /// What a server without a password on loopback needs.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: url.into(), database: None, user: None, password: None, is_packed: true, timeout: Self::PATIENCE }
    }

    /// A question may take long before its first row.
    pub const PATIENCE: Duration = Duration::from_secs(600);
}
