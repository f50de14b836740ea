//! A store that was lost: its file is gone or empty, while the output folder holds runs that recorded rows. Going on would
//! choose the same people again, so a run that records stops. What a server's database holds was not lost with the store.

use super::errors;
use super::manifest::{Manifest, Status};
use super::recovery::MANIFEST;
use super::world::World;
use crate::error::RunError;
use crate::files::read_text;

/// Fails where runs can be seen that the store should know of, and it knows of none at all.
pub(super) fn check(world: &mut World) -> Result<(), RunError> {
    let known = world.store.runs(1).map_err(|failure| errors::store(None, &failure))?;
    if !known.is_empty() {
        return Ok(());
    }
    let runs = world.runs();
    // What is wrong with the folder shows when it is written into.
    let names = world.files.list(&runs).unwrap_or_default();
    for name in names.iter().rev().filter(|name| !name.starts_with('.')) {
        let folder = runs.join(name);
        let Ok(Some(text)) = read_text(&*world.files, &folder.join(MANIFEST)) else { continue };
        let Some(manifest) = Manifest::from_json(&text) else { continue };
        let was_here = manifest.recorded_in.is_none() && !manifest.records.is_empty();
        if manifest.status == Status::Finished && was_here {
            return Err(errors::store_lost(&manifest, &folder));
        }
    }
    Ok(())
}
