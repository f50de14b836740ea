//! Everything outside of a run that it touches: files, clock, chance, the store. Tests put their own in each place.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use wr_base::value::DateTime;

use crate::files::{FileSystem, StandardFiles};
use crate::store::{EmbeddedStore, NoServers, RecordPlace, RecordServers, RecordTarget, RunRow, RunStore, StoreError};

/// May jump in either direction; nothing but names, notes and retention depends on it. (What a script calls `now` is
/// fixed by the request.)
pub trait Clock: Send + Sync {
    fn now(&self) -> DateTime;
}

/// Only for telling runs apart; nothing of a report's content comes from it.
pub trait Randomness: Send + Sync {
    fn next(&self) -> u32;
}

pub struct World {
    /// Where `wr.toml` stands.
    pub project: PathBuf,
    /// Where files go: `runs/` and `latest/` are made there.
    pub output: PathBuf,
    pub files: Arc<dyn FileSystem>,
    pub clock: Box<dyn Clock>,
    pub randomness: Box<dyn Randomness>,
    pub store: Box<dyn RunStore>,
    /// The project's own store, as the target of records.
    pub target: Box<dyn RecordTarget>,
    /// Where records go that do not go there.
    pub servers: Box<dyn RecordServers>,
    /// Days after which the files of a run are removed; hashes stay (A7).
    pub retention_days: u32,
    /// Called again and again while another process is waited for.
    pub waiting: Arc<dyn Fn() + Send + Sync>,
}

impl World {
    /// The real one, in which every record goes into the project's store. Touches nothing yet. `waiting` is called while
    /// another process has the store locked.
    #[must_use]
    pub fn standard(project: &Path, output: &Path, waiting: Arc<dyn Fn() + Send + Sync>) -> Self {
        let store = store_path(project);
        Self {
            project: project.to_owned(),
            output: output.to_owned(),
            files: Arc::new(StandardFiles),
            clock: Box::new(SystemClock),
            randomness: Box::new(SystemRandomness),
            store: Box::new(EmbeddedStore::new(&store).telling(Arc::clone(&waiting))),
            target: Box::new(EmbeddedStore::new(&store).telling(Arc::clone(&waiting))),
            servers: Box::new(NoServers),
            retention_days: RETENTION_DAYS,
            waiting,
        }
    }

    /// The database that holds the records of a run.
    pub(super) fn target_at(&mut self, place: Option<&RecordPlace>) -> Result<&mut dyn RecordTarget, StoreError> {
        match place {
            None => Ok(&mut *self.target),
            Some(place) => self.servers.target(place),
        }
    }

    pub(super) fn state(&self) -> PathBuf {
        self.project.join(".wr")
    }

    pub(super) fn runs(&self) -> PathBuf {
        self.output.join("runs")
    }

    /// Where a run's files are once they can be seen.
    #[must_use]
    pub fn folder(&self, run: &str) -> PathBuf {
        self.runs().join(run)
    }

    /// Where the files of a noted run are: `output` in wr.toml may be another one now.
    #[must_use]
    pub fn folder_of(&self, row: &RunRow) -> PathBuf {
        self.project.join(&row.output).join("runs").join(&row.id)
    }

    /// The output folder as the store keeps it: relative within the project, so that a project can be moved.
    pub(super) fn stored_output(&self) -> String {
        self.output.strip_prefix(&self.project).unwrap_or(&self.output).display().to_string()
    }

    /// Does something where the files of a noted run are.
    pub(super) fn at_output_of<T>(&mut self, row: &RunRow, act: impl FnOnce(&mut Self) -> T) -> T {
        let there = self.project.join(&row.output);
        let here = std::mem::replace(&mut self.output, there);
        let result = act(self);
        self.output = here;
        result
    }

    /// Where everything of a run is until then; private, and on the same disk, so that a rename suffices.
    pub(super) fn work(&self, run: &str) -> PathBuf {
        self.runs().join(format!("{WORK}{run}"))
    }

    pub(super) fn lock(&self, run: &str) -> PathBuf {
        self.state().join("locks").join(run)
    }
}

/// A7.
pub const RETENTION_DAYS: u32 = 30;

pub(super) const WORK: &str = ".work-";

/// The embedded store of a project (B19).
#[must_use]
pub fn store_path(project: &Path) -> PathBuf {
    project.join(".wr").join("store.sqlite")
}

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime {
        let now = chrono::Utc::now().timestamp_micros();
        DateTime::checked(now).unwrap_or(if now < 0 { DateTime::MIN } else { DateTime::MAX })
    }
}

struct SystemRandomness;

impl Randomness for SystemRandomness {
    /// The keys of the standard library's hash are seeded by the operating system.
    fn next(&self) -> u32 {
        use std::hash::{BuildHasher, Hasher};
        let mut hasher = std::hash::RandomState::new().build_hasher();
        hasher.write_u32(std::process::id());
        (hasher.finish() >> 16) as u32
    }
}

/// `20261109-081502-3fa29c01`: sorts by time as far as the clock does, and is a plain name everywhere.
pub(super) fn new_id(clock: &dyn Clock, randomness: &dyn Randomness) -> String {
    let now = clock.now().to_string();
    let digits: String = now.chars().filter(char::is_ascii_digit).take(14).collect();
    let (date, time) = digits.split_at_checked(8).unwrap_or((&digits, ""));
    format!("{date}-{time}-{:08x}", randomness.next())
}
