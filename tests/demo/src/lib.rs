//! The three kinds of servers that the sample project reads, on loopback, filled with its data.
//!
//! The ClickHouse engine is a real one; Amplitude is a stand-in that keeps the service's rules; in the place of SQL Server is
//! the TDS test server, which speaks its protocol and its language.

mod crm;
mod wallet;

pub use wr_amplitude_server as amplitude_server;

use std::io;
use std::path::Path;

use wr_amplitude_server::{AmplitudeServer, Cohort, Project, Region, Setup};
use wr_clickhouse_server::{ClickHouse, User};
use wr_tds_server::{Options, TdsServer};

/// With what the servers are entered.
#[derive(Clone, Copy, Debug)]
pub struct Secrets {
    /// Of every user.
    pub password: &'static str,
    pub api_key: &'static str,
    pub secret_key: &'static str,
}

impl Default for Secrets {
    /// As the guide types them.
    fn default() -> Self {
        Self { password: "demo", api_key: "key", secret_key: "secret" }
    }
}

/// Where the tables of crm and of the wallet's store are.
pub const DATABASE: &str = "demo";

/// Where the servers listen; 0 is a port that is free.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ports {
    pub clickhouse: u16,
    pub amplitude: u16,
    pub storage: u16,
    pub sqlserver: u16,
}

/// Running servers. They go when this does.
pub struct Demo {
    pub clickhouse: ClickHouse,
    pub amplitude: AmplitudeServer,
    pub sqlserver: TdsServer,
}

impl Demo {
    /// Starts the servers with what the folder `data` of the sample project holds. `None` where no ClickHouse engine is
    /// installed.
    ///
    /// # Errors
    /// A server does not start, or does not take the data.
    pub fn start(data: &Path, ports: Ports, secrets: Secrets) -> io::Result<Option<Self>> {
        let reader = User::new("reader", secrets.password, &[("readonly", "1")]);
        let clickhouse = match (ClickHouse::library(), ports.clickhouse) {
            (None, _) => return Ok(None),
            (Some(library), 1..) => Some(ClickHouse::start_on(&library, ports.clickhouse, &[reader])?),
            (Some(_), 0) => ClickHouse::start(&[reader])?,
        };
        let Some(clickhouse) = clickhouse else { return Ok(None) };
        wallet::fill(&clickhouse, &data.join("wallet"))?;
        let cohorts = Cohort::from_folder(&data.join("amp").join("cohorts")).map_err(io::Error::other)?;
        let (api_key, secret_key) = (secrets.api_key.to_owned(), secrets.secret_key.to_owned());
        let project = Project { region: Region::Us, api_key, secret_key };
        let setup = Setup {
            cohorts,
            ports: (ports.amplitude, ports.storage),
            polls_until_done: 1,
            projects: vec![project],
            // Each test is a project of its own that asks anew.
            requests_in_ten_minutes: 10_000,
            ..Setup::default()
        };
        let options = Options {
            port: ports.sqlserver,
            users: vec![wr_tds_server::User::new("reader", secrets.password)],
            database: DATABASE.to_owned(),
            ..Options::default()
        };
        let sqlserver = TdsServer::start(options).map_err(io::Error::other)?;
        crm::fill(&sqlserver, &clickhouse, data)?;
        Ok(Some(Self { clickhouse, amplitude: AmplitudeServer::start(setup)?, sqlserver }))
    }
}
