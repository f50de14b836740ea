//! Every touch of a run on the disk, behind one trait, so that a test can fail the k-th touch for every k.
//!
//! Invariant: what exports, manifests and undoing do to files goes through [`FileSystem`]; nothing else in this crate
//! writes. (The embedded store has its own trait; readers of sources only read.)

mod faulty;
mod standard;
mod unsynced;

use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

pub use faulty::{Fault, Faults, FaultyFiles, Verdict};
pub use standard::StandardFiles;
pub use unsynced::Loss;

/// The disk, as a run sees it. Each call either does what it says or fails; only `remove_tree` may stop half-way.
pub trait FileSystem: Send + Sync {
    /// A folder and those above it, each of which survives a loss of power. There already: fine.
    fn create_folders(&self, path: &Path) -> io::Result<()>;
    /// A new folder that only this user can look into. There already: an error.
    fn create_private_folder(&self, path: &Path) -> io::Result<()>;
    /// A new file that only this user can read and write. There already: an error.
    fn create_private_file(&self, path: &Path) -> io::Result<Box<dyn OpenFile>>;
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>>;
    /// Makes the names in a folder survive a loss of power.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
    /// Atomic. A file in the way is replaced, a folder in the way that holds something is an error.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Not there: fine.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// A folder with all that it holds. Not there: fine. May stop half-way; then it is called again.
    fn remove_tree(&self, path: &Path) -> io::Result<()>;
    /// The names in a folder, sorted. No such folder: none.
    fn list(&self, path: &Path) -> io::Result<Vec<String>>;
    /// `None`: nothing is there.
    fn status(&self, path: &Path) -> io::Result<Option<Status>>;
    /// A new link to a path relative to the link's folder. There already: an error.
    fn create_link(&self, link: &Path, target: &Path) -> io::Result<()>;
    /// Takes a lock that ends with the guard or with the process, however it ends. `None`: a live process has it.
    fn try_lock(&self, path: &Path) -> io::Result<Option<Box<dyn Lock>>>;
}

/// A file being written.
pub trait OpenFile: Write + Send {
    /// What was written survives a loss of power.
    fn sync(&mut self) -> io::Result<()>;
}

/// Held until it is dropped.
pub trait Lock: Send {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    pub is_folder: bool,
    pub bytes: u64,
}

/// Writes a small file so that it is there whole or not at all: under another name, synced, renamed.
pub fn write_whole(files: &dyn FileSystem, path: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = sibling(path, ".new")?;
    files.remove_file(&temporary)?;
    let written = write_synced(files, &temporary, content).and_then(|()| files.rename(&temporary, path));
    if let Err(failure) = written {
        // What cannot be removed now is removed by the next attempt.
        let _ = files.remove_file(&temporary);
        return Err(failure);
    }
    files.sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Writes a new file that survives a loss of power.
pub fn write_synced(files: &dyn FileSystem, path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = files.create_private_file(path)?;
    file.write_all(content)?;
    file.flush()?;
    file.sync()
}

/// `folder/.name<ending>`.
pub fn sibling(path: &Path, ending: &str) -> io::Result<std::path::PathBuf> {
    let name = path
        .file_name()
        .and_then(std::ffi::OsStr::to_str)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path has no file name"))?;
    Ok(path.with_file_name(format!(".{name}{ending}")))
}

/// SHA-256 of a file's bytes in lower-case hex, and how many bytes there are.
pub fn hash_file(files: &dyn FileSystem, path: &Path) -> io::Result<(String, u64)> {
    let mut file = files.open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 18];
    let mut bytes = 0;
    loop {
        let count = file.read(&mut buffer)?;
        let Some(part) = buffer.get(..count).filter(|part| !part.is_empty()) else { break };
        hash.update(part);
        bytes += count as u64;
    }
    Ok((hex(&hash.finalize()), bytes))
}

/// SHA-256 in lower-case hex.
#[must_use]
pub fn hash_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The whole of a small text file; `None` where there is none.
pub fn read_text(files: &dyn FileSystem, path: &Path) -> io::Result<Option<String>> {
    if files.status(path)?.is_none() {
        return Ok(None);
    }
    let mut text = String::new();
    files.open(path)?.read_to_string(&mut text)?;
    Ok(Some(text))
}
