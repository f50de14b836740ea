//! Failing on purpose: the k-th touch of the outside world fails, or the process "dies" there; then power may be lost.
//!
//! One count goes over files and store together, so that one number names one moment of a run. Only tests make these. They
//! are no `cfg(test)`, because the integration tests drive whole reports with them.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::unsynced::{Loss, Unsynced, read};
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
    unsynced: Mutex<Unsynced>,
}

/// What a wrapper has to do with one touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Do,
    Refuse,
    DoAndRefuse,
    /// Refuse, and leave no trace: there is no process any more.
    Dead,
}

impl Faults {
    /// Touches count from 1; `at` 0 never fails and only counts.
    #[must_use]
    pub fn new(at: u64, fault: Fault) -> Arc<Self> {
        Arc::new(Self { count: AtomicU64::new(0), at, fault, unsynced: Mutex::default() })
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
            Fault::Dies if is_here => Verdict::Refuse,
            Fault::DiesAfter if is_here => Verdict::DoAndRefuse,
            Fault::Dies | Fault::DiesAfter if is_past => Verdict::Dead,
            Fault::Fails | Fault::AnswerLost | Fault::Dies | Fault::DiesAfter => Verdict::Do,
        }
    }

    fn touch<T>(&self, act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        let failure = || io::Error::other("a failure made on purpose");
        match self.next() {
            Verdict::Do => act(),
            Verdict::Refuse | Verdict::Dead => Err(failure()),
            Verdict::DoAndRefuse => act().and(Err(failure())),
        }
    }

    fn note(&self, what: impl FnOnce(&mut Unsynced)) {
        what(&mut self.unsynced.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// After a death: what was not synced is lost as well.
    ///
    /// # Errors
    /// The disk of the test failed.
    pub fn lose_power(&self, files: &dyn FileSystem, loss: Loss) -> io::Result<()> {
        self.unsynced.lock().unwrap_or_else(PoisonError::into_inner).lose(files, loss)
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
    path: PathBuf,
    faults: Arc<Faults>,
}

struct FaultyRead {
    inner: Box<dyn Read + Send>,
    faults: Arc<Faults>,
}

impl Read for FaultyRead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.faults.touch(|| self.inner.read(buffer))
    }
}

impl Write for FaultyOpen {
    /// A write that fails has written half: disks fill up in the middle.
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let verdict = self.faults.next();
        if verdict == Verdict::Dead {
            return Err(io::Error::other("the process is dead"));
        }
        self.faults.note(|unsynced| unsynced.written(&self.path));
        if verdict == Verdict::Do {
            return self.inner.write(buffer);
        }
        self.inner.write_all(buffer.get(..buffer.len() / 2).unwrap_or_default())?;
        Err(io::Error::new(io::ErrorKind::StorageFull, "a full disk made on purpose"))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.faults.touch(|| self.inner.flush())
    }
}

impl OpenFile for FaultyOpen {
    fn sync(&mut self) -> io::Result<()> {
        self.faults.touch(|| {
            self.inner.sync()?;
            self.faults.note(|unsynced| unsynced.synced(&self.path));
            Ok(())
        })
    }
}

impl<F: FileSystem> FileSystem for FaultyFiles<F> {
    /// What it makes survives a loss of power, as the trait says.
    fn create_folders(&self, path: &Path) -> io::Result<()> {
        self.faults.touch(|| self.inner.create_folders(path))
    }

    fn create_private_folder(&self, path: &Path) -> io::Result<()> {
        self.faults.touch(|| {
            self.inner.create_private_folder(path)?;
            self.faults.note(|unsynced| unsynced.created(path));
            Ok(())
        })
    }

    fn create_private_file(&self, path: &Path) -> io::Result<Box<dyn OpenFile>> {
        let inner = self.faults.touch(|| {
            let file = self.inner.create_private_file(path)?;
            self.faults.note(|unsynced| unsynced.created(path));
            Ok(file)
        })?;
        Ok(Box::new(FaultyOpen { inner, path: path.to_owned(), faults: Arc::clone(&self.faults) }))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>> {
        let inner = self.faults.touch(|| self.inner.open(path))?;
        Ok(Box::new(FaultyRead { inner, faults: Arc::clone(&self.faults) }))
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.faults.touch(|| {
            self.inner.sync_folder(path)?;
            self.faults.note(|unsynced| unsynced.folder_synced(path));
            Ok(())
        })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.faults.touch(|| {
            let is_file = self.inner.status(to)?.is_some_and(|status| !status.is_folder);
            // A link to a folder cannot be read: it is gone after a loss, and the next run sets it.
            let replaced = if is_file { read(&self.inner, to).ok() } else { None };
            self.inner.rename(from, to)?;
            self.faults.note(|unsynced| unsynced.renamed(from, to, replaced));
            Ok(())
        })
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.faults.touch(|| {
            self.inner.remove_file(path)?;
            self.faults.note(|unsynced| unsynced.removed(path));
            Ok(())
        })
    }

    fn remove_tree(&self, path: &Path) -> io::Result<()> {
        self.faults.touch(|| {
            self.inner.remove_tree(path)?;
            self.faults.note(|unsynced| unsynced.removed(path));
            Ok(())
        })
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
