//! The real ClickHouse engine (the npm package `@chdb/lib-linux-x64-gnu`) behind its own HTTP handler, on a free port of
//! loopback. `tests/run` installs it and says where it is in `WR_TEST_CLICKHOUSE`.
//!
//! Invariant: the engine lives no longer than its [`ClickHouse`], nor than the test: it waits for the end of its input.

mod http;
mod users;

use std::io::{self, Read};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

pub use http::Reply;
pub use users::User;

/// Where the library is, as `tests/run` says.
pub const VARIABLE: &str = "WR_TEST_CLICKHOUSE";

/// How long the engine may take to answer its first ping.
const STARTING: Duration = Duration::from_secs(60);

/// A running engine.
pub struct ClickHouse {
    child: Child,
    port: u16,
    folder: PathBuf,
}

impl ClickHouse {
    /// The path of the engine's library; `None` where it is not installed.
    #[must_use]
    pub fn library() -> Option<PathBuf> {
        std::env::var_os(VARIABLE).map(PathBuf::from)
    }

    /// Starts an engine with an administrator `default` without a password, and these users. `None` where no engine is
    /// installed.
    ///
    /// # Errors
    /// It does not start, or does not answer within a minute.
    pub fn start(users: &[User]) -> io::Result<Option<Self>> {
        let Some(library) = Self::library() else { return Ok(None) };
        let port = free_port()?;
        Self::start_on(&library, port, users).map(Some)
    }

    /// As [`ClickHouse::start`], on a port of one's own.
    ///
    /// # Errors
    /// As [`ClickHouse::start`].
    pub fn start_on(library: &Path, port: u16, users: &[User]) -> io::Result<Self> {
        let folder = std::env::temp_dir().join(format!("wr-clickhouse-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let users_file = folder.join("users.xml");
        std::fs::write(&users_file, users::users_xml(users))?;
        let config = folder.join("config.xml");
        std::fs::write(&config, users::config_xml(&users_file))?;
        let listen =
            "SYSTEM START LISTEN HTTP; SELECT count() FROM file('stdin', LineAsString, 'line String') FORMAT Null";
        let child = Command::new("python3")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("launch.py"))
            .arg(library)
            .arg(format!("--path={}", folder.join("data").display()))
            .arg("--listen_host=127.0.0.1")
            .arg(format!("--http_port={port}"))
            .arg(format!("--config-file={}", config.display()))
            .args(["--query", listen])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut started = Self { child, port, folder };
        started.wait_until_up()?;
        Ok(started)
    }

    fn wait_until_up(&mut self) -> io::Result<()> {
        let begun = Instant::now();
        loop {
            if http::ping(self.port) {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                let mut words = String::new();
                if let Some(stderr) = &mut self.child.stderr {
                    stderr.read_to_string(&mut words)?;
                }
                return Err(io::Error::other(format!("the engine ended at once ({status}): {words}")));
            }
            if begun.elapsed() > STARTING {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "the engine does not answer"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Runs a statement as the administrator and gives what it prints (tab-separated).
    ///
    /// # Errors
    /// The engine refuses it: its words.
    pub fn run(&self, statement: &str) -> io::Result<String> {
        let reply = self.ask(&[], statement.as_bytes())?;
        if reply.status == 200 { Ok(reply.text()) } else { Err(io::Error::other(reply.text())) }
    }

    /// A statement, or the rows of an `INSERT … FORMAT …` given as `query`, with parameters of the address.
    ///
    /// # Errors
    /// The connection breaks.
    pub fn ask(&self, parameters: &[(&str, &str)], body: &[u8]) -> io::Result<Reply> {
        http::post(self.port, parameters, body)
    }
}

impl Drop for ClickHouse {
    fn drop(&mut self) {
        // Its input closes with the pipe; what does not heed that is killed.
        drop(self.child.stdin.take());
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(300) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A port that was free a moment ago. One that was given is not given again by this process.
fn free_port() -> io::Result<u16> {
    static GIVEN: Mutex<Vec<u16>> = Mutex::new(Vec::new());
    loop {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
        if !given.contains(&port) {
            given.push(port);
            return Ok(port);
        }
    }
}
