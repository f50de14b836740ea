//! A server and a client in a runtime of their own.

use std::future::Future;

use tiberius::{AuthMethod, Client, Config, EncryptionLevel, Row};
use tokio::net::TcpStream;
use tokio_util::compat::{Compat, TokioAsyncWriteCompatExt};
use wr_tds_server::{Options, TdsServer};

pub(crate) type Connection = Client<Compat<TcpStream>>;

pub(crate) fn run<F: Future<Output = ()>>(test: F) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test);
}

pub(crate) fn config(server: &TdsServer, password: &str) -> Config {
    let mut config = Config::new();
    config.host("127.0.0.1");
    config.port(server.port());
    config.database("test");
    config.authentication(AuthMethod::sql_server("sa", password));
    config.encryption(EncryptionLevel::Required);
    config.trust_cert_ca(server.authority_file().display());
    config
}

pub(crate) async fn connect_with(config: Config) -> tiberius::Result<Connection> {
    let stream = TcpStream::connect(config.get_addr()).await.unwrap();
    stream.set_nodelay(true).unwrap();
    Client::connect(config, stream.compat_write()).await
}

pub(crate) async fn connect(server: &TdsServer) -> Connection {
    connect_with(config(server, "Test_password_1")).await.unwrap()
}

pub(crate) fn server() -> TdsServer {
    TdsServer::start(Options::default()).unwrap()
}

/// Where what SQL Server means is asked: of the test server, or of a real one whose address is in WR_TEST_MSSQL_URL (in the form
/// of ADO.NET; `cargo test -p wr-tds-server -- --test-threads=1`). Tables are named wr_contract_… and dropped first.
pub(crate) struct Contract {
    server: Option<TdsServer>,
}

impl Contract {
    pub(crate) fn new() -> Contract {
        let is_real = std::env::var_os("WR_TEST_MSSQL_URL").is_some();
        Contract { server: if is_real { None } else { Some(server()) } }
    }

    pub(crate) async fn connect(&self) -> Connection {
        match &self.server {
            Some(server) => connect(server).await,
            None => {
                let url = std::env::var("WR_TEST_MSSQL_URL").unwrap();
                connect_with(Config::from_ado_string(&url).unwrap()).await.unwrap()
            }
        }
    }

    /// A connection to a database in which the table is as the batch makes it.
    pub(crate) async fn with_table(&self, table: &str, batch: &str) -> Connection {
        let mut client = self.connect().await;
        rows(&mut client, &format!("DROP TABLE IF EXISTS [dbo].[{table}]")).await.unwrap();
        rows(&mut client, batch).await.unwrap_or_else(|error| panic!("{batch}: {error}"));
        client
    }
}

pub(crate) async fn rows(client: &mut Connection, batch: &str) -> tiberius::Result<Vec<Row>> {
    client.simple_query(batch).await?.into_first_result().await
}

/// The number of the error that the server answers with.
pub(crate) async fn error_of(client: &mut Connection, batch: &str) -> u32 {
    let outcome = match client.simple_query(batch).await {
        Ok(stream) => stream.into_results().await.map(drop),
        Err(error) => Err(error),
    };
    number(&outcome.expect_err(batch))
}

pub(crate) fn number(error: &tiberius::error::Error) -> u32 {
    match error {
        tiberius::error::Error::Server(token) => token.code(),
        other => panic!("not an error of the server: {other}"),
    }
}

/// The first column of the only row, as text.
pub(crate) async fn text(client: &mut Connection, expression: &str) -> Option<String> {
    let batch = format!("SELECT CONVERT(nvarchar(4000), {expression})");
    let rows = rows(client, &batch).await.unwrap_or_else(|error| panic!("{expression}: {error}"));
    rows[0].get::<&str, _>(0).map(str::to_owned)
}
