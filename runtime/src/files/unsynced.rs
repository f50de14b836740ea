//! What a loss of power takes: contents and names that nobody made the disk keep. Only tests ask.
//!
//! Two losses, each the worst of its kind. Systems that order writes lose less; a run has to bear the worst.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::FileSystem;

/// What the disk had not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Every name is kept, but files that were not synced hold half of what was written.
    Contents,
    /// Every content is kept, but folders that were not synced have their old names: new ones are gone, what was renamed is
    /// back.
    Names,
}

#[derive(Debug)]
enum Change {
    New(PathBuf),
    Renamed {
        from: PathBuf,
        to: PathBuf,
        /// What the name meant before.
        replaced: Option<Vec<u8>>,
    },
}

/// Changes since the last sync, in their order.
#[derive(Debug, Default)]
pub(super) struct Unsynced {
    contents: BTreeSet<PathBuf>,
    names: Vec<Change>,
}

/// `path` after its folder, or it, was renamed.
fn moved(path: &Path, from: &Path, to: &Path) -> PathBuf {
    match path.strip_prefix(from) {
        Ok(rest) if rest.as_os_str().is_empty() => to.to_owned(),
        Ok(rest) => to.join(rest),
        Err(_) => path.to_owned(),
    }
}

impl Unsynced {
    pub(super) fn created(&mut self, path: &Path) {
        self.names.push(Change::New(path.to_owned()));
    }

    pub(super) fn written(&mut self, path: &Path) {
        self.contents.insert(path.to_owned());
    }

    pub(super) fn synced(&mut self, path: &Path) {
        self.contents.remove(path);
    }

    pub(super) fn folder_synced(&mut self, folder: &Path) {
        self.names.retain(|change| match change {
            Change::New(path) | Change::Renamed { to: path, .. } => path.parent() != Some(folder),
        });
    }

    fn moved(&mut self, from: &Path, to: &Path) {
        self.contents = self.contents.iter().map(|path| moved(path, from, to)).collect();
        for change in &mut self.names {
            match change {
                Change::New(path) | Change::Renamed { to: path, .. } => *path = moved(path, from, to),
            }
        }
    }

    pub(super) fn renamed(&mut self, from: &Path, to: &Path, replaced: Option<Vec<u8>>) {
        self.moved(from, to);
        self.names.push(Change::Renamed { from: from.to_owned(), to: to.to_owned(), replaced });
    }

    pub(super) fn removed(&mut self, path: &Path) {
        self.contents.retain(|file| !file.starts_with(path));
        self.names.retain(|change| match change {
            Change::New(name) | Change::Renamed { to: name, .. } => !name.starts_with(path),
        });
    }

    /// Does to the disk what the loss does.
    pub(super) fn lose(&mut self, files: &dyn FileSystem, loss: Loss) -> io::Result<()> {
        let mut lost = std::mem::take(self);
        match loss {
            Loss::Contents => {
                for path in &lost.contents {
                    let mut content = read(files, path)?;
                    content.truncate(content.len() / 2);
                    replace(files, path, &content)?;
                }
            }
            Loss::Names => {
                while let Some(change) = lost.names.pop() {
                    match change {
                        Change::New(path) => remove(files, &path)?,
                        Change::Renamed { from, to, replaced } => {
                            files.rename(&to, &from)?;
                            lost.moved(&to, &from);
                            if let Some(content) = replaced {
                                replace(files, &to, &content)?;
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

pub(super) fn read(files: &dyn FileSystem, path: &Path) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    files.open(path)?.read_to_end(&mut content)?;
    Ok(content)
}

fn replace(files: &dyn FileSystem, path: &Path, content: &[u8]) -> io::Result<()> {
    files.remove_file(path)?;
    files.create_private_file(path)?.write_all(content)
}

fn remove(files: &dyn FileSystem, path: &Path) -> io::Result<()> {
    match files.status(path)? {
        Some(status) if status.is_folder => files.remove_tree(path),
        Some(_) => files.remove_file(path),
        None => Ok(()),
    }
}
