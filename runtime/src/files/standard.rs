//! The operating system's files. The one place in this crate where files are written by it.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is what the trait stands for")]

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use super::{FileSystem, Lock, OpenFile, Status};

#[derive(Clone, Copy, Debug, Default)]
pub struct StandardFiles;

struct Opened(File);
struct Held(File);

impl Lock for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        // The lock also ends with the file; a failure here changes nothing.
        let _ = self.0.unlock();
    }
}

impl Write for Opened {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.0.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl OpenFile for Opened {
    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_all()
    }
}

fn missing_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

impl FileSystem for StandardFiles {
    fn create_folders(&self, path: &Path) -> io::Result<()> {
        // A folder's name stands in the folder above it: that one has to be synced wherever one is new.
        let missing: Vec<&Path> = path.ancestors().take_while(|folder| !folder.is_dir()).collect();
        fs::create_dir_all(path)?;
        for folder in missing {
            let above = folder.parent().filter(|above| !above.as_os_str().is_empty());
            self.sync_folder(above.unwrap_or(Path::new(".")))?;
        }
        Ok(())
    }

    fn create_private_folder(&self, path: &Path) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt;
            builder.mode(0o700);
        }
        builder.create(path)
    }

    fn create_private_file(&self, path: &Path) -> io::Result<Box<dyn OpenFile>> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        Ok(Box::new(Opened(options.open(path)?)))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(File::open(path)?))
    }

    #[cfg(unix)]
    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    /// A folder cannot be opened there; renames are journalled.
    #[cfg(not(unix))]
    fn sync_folder(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        missing_is_fine(fs::remove_file(path))
    }

    fn remove_tree(&self, path: &Path) -> io::Result<()> {
        missing_is_fine(fs::remove_dir_all(path))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            other => other?,
        };
        let mut names = Vec::new();
        for entry in entries {
            // A name that is no text is none of ours.
            if let Ok(name) = entry?.file_name().into_string() {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    fn status(&self, path: &Path) -> io::Result<Option<Status>> {
        match fs::symlink_metadata(path) {
            Ok(found) => Ok(Some(Status { is_folder: found.is_dir(), bytes: found.len() })),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    #[cfg(unix)]
    fn create_link(&self, link: &Path, target: &Path) -> io::Result<()> {
        std::os::unix::fs::symlink(target, link)
    }

    /// Links need special rights there: a small file says where to look.
    #[cfg(not(unix))]
    fn create_link(&self, link: &Path, target: &Path) -> io::Result<()> {
        fs::write(link, target.to_string_lossy().as_bytes())
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<Box<dyn Lock>>> {
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Box::new(Held(file)))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::files::{read_text, write_whole};
    use crate::run::test_support::Folder;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn private_files_and_folders_are_for_one_user_only() {
        let folder = Folder::new("private");
        StandardFiles.create_private_folder(&folder.join("p")).unwrap();
        drop(StandardFiles.create_private_file(&folder.join("p/f")).unwrap());
        let mode = |path: &str| fs::metadata(folder.join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("p"), mode("p/f")), (0o700, 0o600));
    }

    #[test]
    fn a_small_file_is_replaced_whole() {
        let folder = Folder::new("whole");
        let path = folder.join("a.json");
        assert_eq!(read_text(&StandardFiles, &path).unwrap(), None);
        write_whole(&StandardFiles, &path, b"one").unwrap();
        write_whole(&StandardFiles, &path, b"2").unwrap();
        assert_eq!(read_text(&StandardFiles, &path).unwrap().as_deref(), Some("2"));
        assert_eq!(StandardFiles.list(&folder.path).unwrap(), ["a.json"]);
    }

    #[test]
    fn a_lock_is_held_once_and_ends_with_its_guard() {
        let folder = Folder::new("lock");
        let path = folder.join("l");
        let held = StandardFiles.try_lock(&path).unwrap();
        assert!(held.is_some());
        assert!(StandardFiles.try_lock(&path).unwrap().is_none());
        drop(held);
        assert!(StandardFiles.try_lock(&path).unwrap().is_some());
    }
}
