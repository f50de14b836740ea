//! A connection to a SQL Server: reached, encrypted, logged in. Each question has one of its own.

use std::sync::Arc;
use std::time::Duration;

use tiberius::error::Error;
use tiberius::{AuthMethod, Client, Config, EncryptionLevel};
use tokio::net::TcpStream;
use tokio_util::compat::{Compat, TokioAsyncWriteCompatExt as _};
use wr_plan::sql::catalogue::SQLSERVER_GREETING;
use wr_secret::Redactor;

use super::failure::{Failed, Stage, Told};
use super::setting::SqlServerSetting;
use crate::cancel::Cancel;
use crate::caught::caught_while_polled;
use crate::error::RunError;
use crate::sources::errors::{Place, cancelled};
use crate::sources::server_errors::Server;

pub(crate) type Connection = Client<Compat<TcpStream>>;

/// Larger packets are fewer, and faster.
const PACKET: u32 = 32_767;

/// A login takes no longer, also where answers may.
const LONGEST_LOGIN: Duration = Duration::from_secs(60);

/// How long the server may take to say that it stopped.
const FAREWELL: Duration = Duration::from_secs(2);

/// A server, and how it is reached.
#[derive(Clone)]
pub(crate) struct Reach {
    pub(crate) setting: SqlServerSetting,
    pub(crate) server: Arc<Server>,
    pub(crate) redactor: Arc<Redactor>,
}

impl Reach {
    pub(crate) fn new(connection: &str, setting: &SqlServerSetting) -> Self {
        let server = Server {
            connection: connection.to_owned(),
            kind: "SQL Server",
            address: format!("{}:{}", setting.host, setting.port),
        };
        Self {
            setting: setting.clone(),
            server: Arc::new(server),
            redactor: Arc::new(Redactor::new(&setting.password)),
        }
    }

    pub(crate) fn told<'a>(&'a self, place: Option<&'a Place>) -> Told<'a> {
        Told { server: &self.server, redactor: &self.redactor, place }
    }

    /// Logs in.
    ///
    /// # Errors
    /// The server cannot be reached, is not who it says, does not know the user, or does not answer.
    pub(crate) async fn connect(&self, place: Option<&Place>, cancel: &Cancel) -> Result<Connection, Failed> {
        let (mut host, mut port) = (self.setting.host.clone(), self.setting.port);
        // A gateway may send us on to where the database is; not in circles.
        for _ in 0..3 {
            match self.connect_to(&host, port, place, cancel).await? {
                Ok(connection) => return Ok(connection),
                Err(elsewhere) => (host, port) = elsewhere,
            }
        }
        Err(self.server.unreachable(place.map(|place| place.step), "it sends everybody elsewhere").into())
    }

    async fn connect_to(
        &self,
        host: &str,
        port: u16,
        place: Option<&Place>,
        cancel: &Cancel,
    ) -> Result<Result<Connection, (String, u16)>, Failed> {
        let told = self.told(place);
        let wait = LONGEST_LOGIN.min(self.setting.timeout);
        let reached =
            async { TcpStream::connect((host, port)).await.and_then(|tcp| tcp.set_nodelay(true).map(|()| tcp)) };
        let tcp = match self.heard(reached, wait, place, cancel).await? {
            Ok(tcp) => tcp,
            Err(error) => return Err(told.failed(&Error::from(error), Stage::Reaching)),
        };
        let entered = caught_while_polled(Client::connect(self.config(host, port, wait), tcp.compat_write()));
        match self.heard(entered, wait, place, cancel).await? {
            Ok(Ok(connection)) => Ok(Ok(connection)),
            Ok(Err(Error::Routing { host, port })) => Ok(Err((host, port))),
            Ok(Err(error)) => Err(told.failed(&error, Stage::Entering)),
            Err(words) => Err(self.server.unreachable(place.map(|place| place.step), &words).into()),
        }
    }

    /// Who answers, and as whom we came.
    ///
    /// # Errors
    /// The server does not answer.
    pub(crate) async fn greeted(&self, connection: &mut Connection, cancel: &Cancel) -> Result<String, Failed> {
        let all = async { connection.simple_query(SQLSERVER_GREETING).await?.into_row().await };
        let row = self.heard(all, LONGEST_LOGIN.min(self.setting.timeout), None, cancel).await?;
        let row = row.map_err(|error| self.told(None).failed(&error, Stage::Asking))?;
        let word = |at: usize| row.as_ref().and_then(|row| row.try_get::<&str, _>(at).ok().flatten()).unwrap_or("?");
        let version = word(0).lines().next().unwrap_or_default().trim();
        Ok(format!("{version}, as {} in {}", word(1), word(2)))
    }

    fn config(&self, host: &str, port: u16, wait: Duration) -> Config {
        let setting = &self.setting;
        let mut config = Config::new();
        config.host(host);
        config.port(port);
        if let Some(database) = &setting.database {
            config.database(database);
        }
        let password = setting.password.as_ref().map_or("", |password| password.expose());
        config.authentication(AuthMethod::sql_server(&setting.user, password));
        config.application_name("wr");
        config.packet_size(PACKET);
        config.encryption(if setting.is_encrypted { EncryptionLevel::Required } else { EncryptionLevel::NotSupported });
        if let Some(certificate) = &setting.certificate {
            config.trust_cert_ca(certificate.display());
        }
        config.handshake_timeout(Some(wait));
        // Who waits for rows looks at the clock, and at Ctrl-C.
        config.command_timeout(None);
        config
    }

    /// What comes first: what was waited for, Ctrl-C, or the end of patience.
    ///
    /// # Errors
    /// It was not what was waited for.
    pub(crate) async fn heard<T>(
        &self,
        what: impl Future<Output = T>,
        wait: Duration,
        place: Option<&Place>,
        cancel: &Cancel,
    ) -> Result<T, RunError> {
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(cancelled()),
            what = what => Ok(what),
            () = tokio::time::sleep(wait) => Err(self.server.silent(place.map(|place| place.step), wait.as_secs())),
        }
    }
}

/// Has the server stop what it still does for us, and leaves.
///
/// The driver does not find its way back into the answer, so that the connection is of no more use.
pub(crate) async fn leave(mut connection: Connection) {
    let told = caught_while_polled(connection.cancel_query());
    let _ = tokio::time::timeout(FAREWELL, told).await;
}
