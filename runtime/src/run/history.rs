//! What `wr runs`, `wr show` and `wr void` do.

use super::errors;
use super::manifest::{Manifest, ManifestVoid, Status};
use super::recovery::{Recovered, recover, row_of, write_manifest};
use super::world::World;
use crate::error::RunError;
use crate::store::{RunRow, StoreError};

/// The newest runs, after bringing to their end those that died.
///
/// # Errors
/// The store cannot be read.
pub fn runs(world: &mut World, at_most: usize) -> Result<(Vec<RunRow>, Vec<Recovered>), RunError> {
    let recovered = recover(world)?;
    let rows = world.store.runs(at_most).map_err(|failure| errors::store(None, &failure))?;
    Ok((rows, recovered))
}

/// What a run did.
///
/// # Errors
/// No such run, or the store cannot be read.
pub fn show(world: &mut World, run: &str) -> Result<Manifest, RunError> {
    recover(world)?;
    let row = world.store.run(run).map_err(|failure| errors::store(None, &failure))?;
    let row = row.ok_or_else(|| errors::unknown_run(run))?;
    Manifest::from_json(&row.manifest)
        .ok_or_else(|| errors::store(None, &StoreError::Unavailable(format!("the manifest of run {run}"))))
}

/// Takes a run's people out of later history checks, and frees its occasion. Its files stay; its rows, too, where they are in
/// the project's own store.
///
/// # Errors
/// No such run, nothing to take back, or the store failed (then nothing was changed, or doing it again completes it).
pub fn void(world: &mut World, run: &str, reason: &str, by: &str) -> Result<Manifest, RunError> {
    let mut manifest = show(world, run)?;
    let why = match manifest.status {
        Status::Finished if manifest.issued_from.is_some() => {
            Some("only gave out the files of an earlier run; take that one back".to_owned())
        }
        Status::Finished if manifest.records.is_empty() => Some("recorded nobody".to_owned()),
        Status::Finished => None,
        Status::Running | Status::Committed => Some("is still going on".to_owned()),
        Status::Failed | Status::Cancelled | Status::Died => Some("came to nothing and recorded nobody".to_owned()),
        Status::Voided => Some("was taken back before".to_owned()),
    };
    if let Some(why) = why {
        return Err(errors::not_voidable(run, &why));
    }
    let at = world.clock.now().to_string();
    let note = serde_json::json!({ "reason": reason, "by": by, "at": at }).to_string();
    let target = world.target_at(manifest.recorded_in.as_ref());
    let rows = target.and_then(|target| target.void(run, &note)).map_err(|failure| errors::store(None, &failure))?;
    manifest.status = Status::Voided;
    manifest.voided = Some(ManifestVoid { reason: reason.to_owned(), by: by.to_owned(), at, rows });
    let noted = world.store.run(run).map_err(|failure| errors::store(None, &failure))?;
    let noted = noted.ok_or_else(|| errors::unknown_run(run))?;
    let row = row_of(&manifest, noted.output.clone(), true);
    world.store.settle(&row).map_err(|failure| errors::store(None, &failure))?;
    world.at_output_of(&noted, |world| write_manifest(world, &manifest));
    Ok(manifest)
}
