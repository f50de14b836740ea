//! The files of an earlier run, given out again (A2): same bytes or not at all.

use std::path::PathBuf;
use std::time::Duration;

use super::errors;
use super::manifest::Manifest;
use super::recovery::{point_latest, recover};
use super::world::World;
use crate::cancel::Cancel;
use crate::error::RunError;
use crate::files::hash_file;
use crate::store::Holder;

/// Waits until the run that recorded the occasion has its files in place, and compares them with their hashes.
pub(super) fn issue_again(
    world: &mut World,
    holder: &Holder,
    cancel: &Cancel,
    warnings: &mut Vec<String>,
) -> Result<(Manifest, PathBuf), RunError> {
    let stored = |failure| errors::store(None, &failure);
    let mut looks = 0;
    let row = loop {
        let row = world.store.run(&holder.run).map_err(stored)?;
        let Some(row) = row else { return Err(errors::files_elsewhere(holder)) };
        if row.is_settled {
            break row;
        }
        if cancel.is_cancelled() {
            return Err(errors::cancelled());
        }
        recover(world)?;
        if looks >= 240 {
            return Err(errors::still_going(&holder.run));
        }
        if looks > 0 {
            (world.waiting)();
            std::thread::sleep(Duration::from_millis(250));
        }
        looks += 1;
    };
    let manifest = Manifest::from_json(&row.manifest)
        .ok_or_else(|| stored(crate::store::StoreError::Unavailable("a manifest cannot be read".to_owned())))?;
    let folder = world.folder_of(&row);
    let mut gone = Vec::new();
    for file in &manifest.files {
        let path = folder.join(&file.name);
        let failed = |failure: std::io::Error| errors::disk("read the file", &path, &failure);
        if world.files.status(&path).map_err(failed)?.is_none() {
            gone.push(format!("{} (SHA-256 {})", file.name, file.sha256));
        } else if hash_file(&*world.files, &path).map_err(failed)?.0 != file.sha256 {
            return Err(errors::file_changed(&holder.run, &file.name));
        }
    }
    if !gone.is_empty() {
        return Err(errors::files_gone(&holder.run, &gone, row.files_removed));
    }
    if let Err(failure) = world.at_output_of(&row, |world| point_latest(world, &manifest)) {
        warnings.push(format!("`latest` could not be set: {failure}"));
    }
    Ok((manifest, folder))
}
