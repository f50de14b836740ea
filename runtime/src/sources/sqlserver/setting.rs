//! How a SQL Server is reached.

use std::path::PathBuf;
use std::time::Duration;

use wr_base::value::Zone;
use wr_secret::Secret;

/// The settings of a connection with `driver = "sqlserver"`.
#[derive(Clone, Debug)]
pub struct SqlServerSetting {
    pub host: String,
    pub port: u16,
    /// The user's own without one.
    pub database: Option<String>,
    pub user: String,
    pub password: Option<Secret>,
    /// Not encrypted at all otherwise, the password included: for servers within one's own machine.
    pub is_encrypted: bool,
    /// Who signed the server's certificate, beside those that the system trusts: a `.pem`, `.crt` or `.der` file.
    pub certificate: Option<PathBuf>,
    /// What times without a zone mean.
    pub zone: Option<Zone>,
    /// How long to wait for the next rows of an answer.
    pub timeout: Duration,
    /// How long to wait before a question is asked for the second time; each further time it is twice as long.
    pub pause: Duration,
}

impl SqlServerSetting {
    /// What a server without encryption on loopback needs.
    #[must_use]
    pub fn at(host: impl Into<String>, port: u16, user: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            port,
            database: None,
            user: user.into(),
            password: None,
            is_encrypted: false,
            certificate: None,
            zone: None,
            timeout: Self::PATIENCE,
            pause: Self::PAUSE,
        }
    }

    /// A question may take long before its first row.
    pub const PATIENCE: Duration = Duration::from_secs(600);

    /// As the documents of Azure SQL advise.
    pub const PAUSE: Duration = Duration::from_secs(5);
}
