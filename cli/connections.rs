//! What `wr.toml` says of connections → how each is reached, and which take records.

use std::path::Path;
use std::sync::Arc;

use wr_amplitude::{Region, Settings};
use wr_runtime::cancel::Cancel;
use wr_runtime::run::store_path;
use wr_runtime::sources::ConnectionSetup;
use wr_runtime::sources::clickhouse::ClickHouseSetting;
use wr_runtime::sources::sqlserver::SqlServerSetting;
use wr_runtime::store::{ProjectServers, RecordConnection, RecordServers, StoredRequests};
use wr_sema::project::{Amplitude, ClickHouse, Connection, SecretFrom, SqlServer, read_project_as};

use crate::location::FolderLoader;
use crate::secrets::secret;

/// `None`: the file does not say enough, which was reported, or the kind cannot be reached.
pub(crate) fn setup(name: &str, connection: &Connection, root: &Path) -> Option<ConnectionSetup> {
    let root = root.to_owned();
    match connection.clone() {
        Connection::Local { folder, zone } => Some(ConnectionSetup::Local { folder: root.join(folder?), zone }),
        Connection::ClickHouse(connection) => {
            Some(ConnectionSetup::ClickHouse(Arc::new(move || clickhouse(&connection, &root))))
        }
        Connection::SqlServer(connection) => {
            Some(ConnectionSetup::SqlServer(Arc::new(move || sqlserver(&connection, &root))))
        }
        Connection::Amplitude(connection) => {
            let memory = Arc::new(StoredRequests { store: store_path(&root), connection: name.to_owned() });
            Some(ConnectionSetup::Amplitude(Arc::new(move || amplitude(&connection, &root)), memory))
        }
    }
}

/// Where records go: into the database of the table's own connection, if that is a SQL Server.
pub(crate) fn record_servers(root: &Path, profile: Option<String>, cancel: Cancel) -> Box<dyn RecordServers> {
    let root = root.to_owned();
    let find = move |name: &str, profile: Option<&str>| {
        let project = read_project_as(&FolderLoader { root: root.clone() }, profile).project;
        let connection = project.connections.as_ref().and_then(|connections| connections.get(name));
        Ok(match connection {
            Some(Connection::SqlServer(connection)) => {
                RecordConnection::SqlServer(Box::new(sqlserver(connection, &root)?))
            }
            Some(Connection::ClickHouse(_)) => RecordConnection::Nowhere("ClickHouse"),
            Some(Connection::Amplitude(_)) => RecordConnection::Nowhere("Amplitude"),
            Some(Connection::Local { .. }) | None => RecordConnection::Store,
        })
    };
    Box::new(ProjectServers::new(Box::new(find), profile, cancel))
}

fn amplitude(connection: &Amplitude, root: &Path) -> Result<Settings, String> {
    let key = |from: &Option<SecretFrom>, key: &str| {
        from.as_ref().map_or_else(|| Err(format!("`{key}` is missing")), |from| secret(from, key, root))
    };
    let region = if connection.is_in_europe { Region::Eu } else { Region::Us };
    let mut settings =
        Settings::new(region, key(&connection.api_key, "api_key")?, key(&connection.secret_key, "secret_key")?);
    settings.address = connection.url.clone();
    if let Some(timeout) = connection.timeout {
        settings.deadlines.job = timeout;
    }
    Ok(settings)
}

fn clickhouse(connection: &ClickHouse, root: &Path) -> Result<ClickHouseSetting, String> {
    let password = connection.password.as_ref().map(|from| secret(from, "password", root)).transpose()?;
    Ok(ClickHouseSetting {
        url: connection.url.clone(),
        database: connection.database.clone(),
        user: connection.user.clone(),
        password,
        is_packed: connection.is_packed,
        timeout: connection.timeout.unwrap_or(ClickHouseSetting::PATIENCE),
    })
}

fn sqlserver(connection: &SqlServer, root: &Path) -> Result<SqlServerSetting, String> {
    let Some(user) = connection.user.clone() else {
        return Err("`user` is missing; a login of SQL Server itself is needed".to_owned());
    };
    let password = connection.password.as_ref().map(|from| secret(from, "password", root)).transpose()?;
    let certificate = connection.certificate.as_ref().map(|file| root.join(file));
    if let Some(file) = &certificate
        && let Err(error) = std::fs::metadata(file)
    {
        return Err(format!("the file of `certificate`, {}, cannot be read: {error}", file.display()));
    }
    Ok(SqlServerSetting {
        database: connection.database.clone(),
        password,
        is_encrypted: connection.is_encrypted,
        certificate,
        zone: connection.zone,
        timeout: connection.timeout.unwrap_or(SqlServerSetting::PATIENCE),
        ..SqlServerSetting::at(&connection.host, connection.port, user)
    })
}
