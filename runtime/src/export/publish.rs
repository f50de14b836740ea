//! Files from content to disk, where nobody sees them yet: written whole, synced, hashed.

use std::io::{BufWriter, Write};
use std::path::Path;

use super::{ExportError, FileContent, Setting, Watch, errors, write};
use crate::cancel::Cancel;
use crate::error::RunError;
use crate::files::{FileSystem, hash_file};
use crate::progress::Progress;

/// Fewer, larger writes: a disk that fills up fails here, and not in the middle of a row.
const BUFFER: usize = 1 << 18;

/// Writes one file into a private folder and gives its hash and its bytes. The hash is of what is read back.
///
/// # Errors
/// A failure of the disk, a cancelled run.
pub fn write_file(
    files: &dyn FileSystem,
    folder: &Path,
    content: &FileContent,
    setting: &Setting,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<(String, u64), RunError> {
    let path = folder.join(&content.name);
    let failed = |failure: &std::io::Error| {
        let mut error = errors::disk(&format!("write the file \"{}\"", content.name), &path, failure);
        error.step = Some(content.step);
        error
    };
    let file = files.create_private_file(&path).map_err(|failure| failed(&failure))?;
    let mut out = BufWriter::with_capacity(BUFFER, file);
    let mut watch = Watch { progress, cancel, name: &content.name, rows: 0 };
    match write(content, setting, &mut out, &mut watch) {
        Ok(()) => {}
        Err(failure) => {
            // The rest of the buffer must not be written by the way out.
            let _ = out.into_parts();
            return Err(match failure {
                ExportError::Disk(failure) => failed(&failure),
                ExportError::Run(error) => *error,
            });
        }
    }
    out.flush().map_err(|failure| failed(&failure))?;
    let mut file = out.into_inner().map_err(|failure| failed(failure.error()))?;
    file.sync().map_err(|failure| failed(&failure))?;
    drop(file);
    hash_file(files, &path).map_err(|failure| failed(&failure))
}
