//! The server that a test holds: it listens on a thread with a runtime of its own, and stops when it is dropped.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::oneshot;

use crate::engine::setup;
use crate::faults::Faults;
use crate::log::Log;
use crate::options::Options;
use crate::serve::connection::serve;
use crate::serve::tls::{Certificates, certificates};
use crate::types::collation::Collation;

pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) collation: Collation,
    pub(crate) temporary_collation: Collation,
    pub(crate) certificates: Certificates,
    pub(crate) database: std::path::PathBuf,
    pub(crate) faults: Faults,
    pub(crate) log: Log,
    pub(crate) connections: AtomicU64,
    pub(crate) row_version: AtomicU64,
}

pub struct TdsServer {
    pub(crate) shared: Arc<Shared>,
    port: u16,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
    folder: tempfile::TempDir,
}

/// Why a server does not start, or what it was told and did not understand.
#[derive(Debug)]
pub struct ServerError(pub(crate) String);

impl std::fmt::Display for ServerError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for ServerError {}

fn failed(error: impl std::fmt::Display) -> ServerError {
    ServerError(error.to_string())
}

impl TdsServer {
    /// Starts a server on 127.0.0.1; when this returns, it listens.
    pub fn start(options: Options) -> Result<TdsServer, ServerError> {
        let folder = tempfile::tempdir().map_err(failed)?;
        let collation = |name: &str| Collation::named(name).ok_or_else(|| failed(format!("no collation {name}")));
        let listener = std::net::TcpListener::bind(("127.0.0.1", options.port)).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let certificates = certificates().map_err(failed)?;
        std::fs::write(folder.path().join("authority.pem"), &certificates.authority).map_err(failed)?;
        let shared = Arc::new(Shared {
            collation: collation(&options.collation)?,
            temporary_collation: collation(&options.temporary_collation)?,
            certificates,
            database: options.file.clone().unwrap_or_else(|| folder.path().join("database.sqlite")),
            faults: Faults::default(),
            log: Log::default(),
            connections: AtomicU64::new(1),
            row_version: AtomicU64::new(2000),
            options,
        });
        setup::prepare(&shared).map_err(|error| failed(error.message))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let for_thread = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("tds test server".to_owned())
            .spawn(move || {
                runtime.block_on(async move {
                    tokio::select! {
                        () = listen(listener, for_thread) => {}
                        _ = stopped => {}
                    }
                });
            })
            .map_err(failed)?;
        Ok(TdsServer { shared, port, stop: Some(stop), thread: Some(thread), folder })
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// A connection string in the form of ADO.NET, without user and password.
    pub fn url(&self) -> String {
        format!("Server=tcp:127.0.0.1,{};Database={}", self.port, self.shared.options.database)
    }

    /// The certificate that a client must trust to check the server's.
    pub fn authority_file(&self) -> std::path::PathBuf {
        self.folder.path().join("authority.pem")
    }

    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    pub fn log(&self) -> &Log {
        &self.shared.log
    }

    /// Where the rows live.
    pub fn file(&self) -> &Path {
        &self.shared.database
    }
}

impl Drop for TdsServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn listen(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let Ok(stream) = stream.into_std() else { continue };
        let connection = shared.connections.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(serve(stream, connection, Arc::clone(&shared)));
    }
}
