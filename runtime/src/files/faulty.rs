//! Failing on purpose: the k-th touch of the outside world fails, or the process "dies" there.
//!
//! One count goes over files and store together, so that one number names one moment of a run. Only tests make these.

use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{FileSystem, Lock, OpenFile, Status};

/// How a touch goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not done and says so; what follows works.
    Fails,
    /// It is done, but reports a failure: a lost answer.
    AnswerLost,
    /// It is not done, and no later touch is: the process is dead from here on.
    Dies,
    /// It is done, and no later touch is.
    DiesAfter,
}

/// Which touch goes wrong, shared by all wrappers of one world.
#[derive(Debug)]
pub struct Faults {
    count: AtomicU64,
    at: u64,
    fault: Fault,
}

/// What a wrapper has to do with one touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Do,
    Refuse,
    DoAndRefuse,
}

impl Faults {
    /// Touches count from 1; `at` 0 never fails and only counts.
    #[must_use]
    pub fn new(at: u64, fault: Fault) -> Arc<Self> {
        Arc::new(Self { count: AtomicU64::new(0), at, fault })
    }

    /// How many touches there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }

    #[must_use]
    pub fn next(&self) -> Verdict {
        let now = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        let (is_here, is_past) = (now == self.at, self.at > 0 && now > self.at);
        match self.fault {
            Fault::Fails if is_here => Verdict::Refuse,
            Fault::AnswerLost if is_here => Verdict::DoAndRefuse,
            Fault::Dies if is_here || is_past => Verdict::Refuse,
            Fault::DiesAfter if is_here => Verdict::DoAndRefuse,
            Fault::DiesAfter if is_past => Verdict::Refuse,
            Fault::Fails | Fault::AnswerLost | Fault::Dies | Fault::DiesAfter => Verdict::Do,
        }
    }

    fn touch<T>(&self, act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        let failure = || io::Error::other("a failure made on purpose");
        match self.next() {
            Verdict::Do => act(),
            Verdict::Refuse => Err(failure()),
            Verdict::DoAndRefuse => act().and(Err(failure())),
        }
    }
}

/// Files that go wrong as [`Faults`] says.
pub struct FaultyFiles<F> {
    inner: F,
    faults: Arc<Faults>,
}

impl<F: FileSystem> FaultyFiles<F> {
    pub const fn new(inner: F, faults: Arc<Faults>) -> Self {
        Self { inner, faults }
    }
}

struct FaultyOpen {
    inner: Box<dyn OpenFile>,
    faults: Arc<Faults>,
}

impl Write for FaultyOpen {
    /// A write that fails has written half: disks fill up in the middle.
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self.faults.next() {
            Verdict::Do => self.inner.write(buffer),
            Verdict::Refuse | Verdict::DoAndRefuse => {
                let half = buffer.get(..buffer.len() / 2).unwrap_or_default();
                self.inner.write_all(half)?;
                Err(io::Error::new(io::ErrorKind::StorageFull, "a full disk made on purpose"))
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.faults.touch(|| self.inner.flush())
    }
}

impl OpenFile for FaultyOpen {
    fn sync(&mut self) -> io::Result<()> {
        self.faults.touch(|| self.inner.sync())
    }
}

impl<F: FileSystem> FileSystem for FaultyFiles<F> {
    fn create_folders(&self, path: &Path) -> io::Result<()> {
        self.faults.touch(|| self.inner.create_folders(path))
    }

    fn create_private_folder(&self, path: &Path) -> io::Result<()> {
        self.faults.touch(|| self.inner.create_private_folder(path))
    }

    fn create_private_file(&self, path: &Path) -> io::Result<Box<dyn OpenFile>> {
        let inner = self.faults.touch(|| self.inner.create_private_file(path))?;
        Ok(Box::new(FaultyOpen { inner, faults: Arc::clone(&self.faults) }))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>> {
        self.faults.touch(|| self.inner.open(path))
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.faults.touch(|| self.inner.sync_folder(path))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.faults.touch(|| self.inner.rename(from, to))
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.faults.touch(|| self.inner.remove_file(path))
    }

    fn remove_tree(&self, path: &Path) -> io::Result<()> {
        self.faults.touch(|| self.inner.remove_tree(path))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        self.faults.touch(|| self.inner.list(path))
    }

    fn status(&self, path: &Path) -> io::Result<Option<Status>> {
        self.faults.touch(|| self.inner.status(path))
    }

    fn create_link(&self, link: &Path, target: &Path) -> io::Result<()> {
        self.faults.touch(|| self.inner.create_link(link, target))
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<Box<dyn Lock>>> {
        self.faults.touch(|| self.inner.try_lock(path))
    }
}
