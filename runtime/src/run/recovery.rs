//! What runs left that did not come to their end: undone before their commit point, finished after it. Nothing is computed.
//!
//! Every command that knows the project calls [`recover`] first. One process at a time does: whoever recovers or begins a
//! run holds the gate, so that nobody takes a run that is just beginning for a dead one.

use std::path::Path;
use std::time::Duration;

use super::errors;
use super::manifest::{Intent, Manifest, Status};
use super::world::{WORK, World};
use crate::error::RunError;
use crate::files::{Lock, read_text, write_whole};
use crate::store::RunRow;

/// Between two looks at a lock.
const PAUSE: Duration = Duration::from_millis(100);
/// About two minutes.
const LOOKS: u32 = 1200;
pub(super) const MANIFEST: &str = "manifest.json";
const MICROS_OF_DAY: i64 = 86_400_000_000;

/// What became of a run that had not come to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Recovered {
    pub run: String,
    /// [`Status::Died`] or how it had failed: undone. [`Status::Finished`]: its files are in place now.
    pub outcome: Result<Status, RunError>,
}

impl Recovered {
    /// For people, one sentence.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.outcome {
            Ok(Status::Finished) => format!("run {} had recorded its rows and was finished now", self.run),
            Ok(_) => format!("run {} had ended too early and was undone", self.run),
            Err(error) => format!("run {} could not be brought to its end: {}", self.run, error.message),
        }
    }
}

/// Brings every run that died to its end, and removes files past their retention.
///
/// # Errors
/// The project's state cannot be used at all. What goes wrong with one run is in its [`Recovered`].
pub fn recover(world: &mut World) -> Result<Vec<Recovered>, RunError> {
    // A project in which nothing ever ran stays as it is.
    let state = world.state();
    if world.files.status(&state).map_err(|failure| errors::disk("look into the folder", &state, &failure))?.is_none() {
        return Ok(Vec::new());
    }
    let gate = gate(world)?;
    let recovered = recover_behind(world, &*gate)?;
    drop(gate);
    Ok(recovered)
}

/// The project's gate, waited for.
pub(super) fn gate(world: &World) -> Result<Box<dyn Lock>, RunError> {
    make_state(world)?;
    let locks = world.state().join("locks");
    world.files.create_folders(&locks).map_err(|failure| errors::disk("make the folder", &locks, &failure))?;
    let path = world.state().join("gate");
    for _ in 0..LOOKS {
        match world.files.try_lock(&path) {
            Ok(Some(lock)) => return Ok(lock),
            Ok(None) => {
                (world.waiting)();
                std::thread::sleep(PAUSE);
            }
            Err(failure) => return Err(errors::disk("lock the project", &path, &failure)),
        }
    }
    Err(errors::store(None, &crate::store::StoreError::Busy))
}

/// The folder of the store is for this user only: it holds who was written to.
fn make_state(world: &World) -> Result<(), RunError> {
    let state = world.state();
    let failed = |failure: std::io::Error| errors::disk("make the folder", &state, &failure);
    if world.files.status(&state).map_err(failed)?.is_some() {
        return Ok(());
    }
    match world.files.create_private_folder(&state) {
        // Another process was quicker.
        Err(failure) if failure.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        // The store's file is synced by SQLite, the name of its folder by nobody else.
        other => other.and_then(|()| world.files.sync_folder(&world.project)).map_err(failed),
    }
}

/// As [`recover`], by whoever holds the gate.
pub(super) fn recover_behind(world: &mut World, _gate: &dyn Lock) -> Result<Vec<Recovered>, RunError> {
    let rows = world.store.unsettled().map_err(|failure| errors::store(None, &failure))?;
    let mut recovered = Vec::new();
    for row in &rows {
        match world.files.try_lock(&world.lock(&row.id)) {
            // It lives.
            Ok(None) => continue,
            Ok(Some(lock)) => {
                let outcome = world.at_output_of(row, |world| bring_to_end(world, row));
                if outcome.is_ok() {
                    // What stays is swept the next time.
                    let _ = world.files.remove_file(&world.lock(&row.id));
                }
                drop(lock);
                recovered.push(Recovered { run: row.id.clone(), outcome });
            }
            Err(failure) => {
                let error = errors::disk("lock a run", &world.lock(&row.id), &failure);
                recovered.push(Recovered { run: row.id.clone(), outcome: Err(error) });
            }
        }
    }
    // Sweeping is a kindness: what cannot be removed now will be another time.
    let _ = sweep(world, &rows);
    let _ = remove_old_files(world);
    Ok(recovered)
}

fn bring_to_end(world: &mut World, row: &RunRow) -> Result<Status, RunError> {
    let intent = world.store.intent(&row.id).map_err(|failure| errors::store(None, &failure))?;
    let intent = match intent {
        None => None,
        Some(found) => {
            let intent = serde_json::from_str::<Intent>(&found.intent).map_err(|_| {
                errors::store(None, &crate::store::StoreError::Unavailable(format!("the intent of run {}", row.id)))
            })?;
            Some((found.hash, intent))
        }
    };
    let committed = match &intent {
        None => None,
        Some((hash, intent)) => is_committed(world, hash, intent)?.then_some(intent),
    };
    match committed {
        Some(intent) => {
            finish(world, &intent.manifest, true)?;
            Ok(Status::Finished)
        }
        None => undo(world, row),
    }
}

/// `hash`: of the intent. A shared database may know another run by the same id.
fn is_committed(world: &mut World, hash: &str, intent: &Intent) -> Result<bool, RunError> {
    let run = &intent.manifest.run;
    if intent.has_record {
        let target = world.target_at(intent.manifest.recorded_in.as_ref());
        let committed = target.and_then(|target| target.committed(run));
        return Ok(committed.map_err(|failure| errors::store(None, &failure))?.is_some_and(|other| other == hash));
    }
    is_published(world, run)
}

/// Whether the run's folder is in its place. (A failed run has a folder too, with a manifest that says so.)
pub(super) fn is_published(world: &World, run: &str) -> Result<bool, RunError> {
    let path = world.folder(run).join(MANIFEST);
    let text = read_text(&*world.files, &path).map_err(|failure| errors::disk("read the manifest", &path, &failure))?;
    Ok(text.and_then(|text| Manifest::from_json(&text)).is_some_and(|manifest| manifest.status == Status::Finished))
}

/// Removes what a run left before its commit point, and says so in its manifest.
fn undo(world: &mut World, row: &RunRow) -> Result<Status, RunError> {
    let work = world.work(&row.id);
    world.files.remove_tree(&work).map_err(|failure| errors::disk("remove the folder", &work, &failure))?;
    let mut row = row.clone();
    let manifest = Manifest::from_json(&row.manifest);
    let mut status = manifest.as_ref().map_or(Status::Died, |manifest| manifest.status);
    if status == Status::Running {
        status = Status::Died;
    }
    if let Some(mut manifest) = manifest {
        manifest.status = status;
        manifest.finished_at = Some(manifest.finished_at.unwrap_or_else(|| world.clock.now().to_string()));
        row.finished_at.clone_from(&manifest.finished_at);
        row.manifest = manifest.to_json();
        write_manifest(world, &manifest);
    }
    status.as_str().clone_into(&mut row.status);
    row.is_settled = true;
    world.store.settle(&row).map_err(|failure| errors::store(None, &failure))?;
    Ok(status)
}

/// A manifest without files, for a run that came to nothing. Where it cannot be written, the store has it.
pub(super) fn write_manifest(world: &World, manifest: &Manifest) {
    let folder = world.folder(&manifest.run);
    let _ = world
        .files
        .create_folders(&folder)
        .and_then(|()| write_whole(&*world.files, &folder.join(MANIFEST), manifest.to_json().as_bytes()));
}

/// Where a run's files wait for their place.
pub(super) fn staged(world: &World, run: &str) -> std::path::PathBuf {
    world.work(run).join("files")
}

/// Puts the folder of a committed run in its place. Doing it again does nothing.
pub(super) fn put_in_place(world: &World, run: &str) -> std::io::Result<()> {
    let folder = world.folder(run);
    if world.files.status(&folder)?.is_some() {
        return Ok(());
    }
    match world.files.rename(&staged(world, run), &folder) {
        Ok(()) => Ok(()),
        // It may have been done although the answer was lost.
        Err(failure) => match world.files.status(&folder)? {
            Some(_) => Ok(()),
            None => Err(failure),
        },
    }
}

/// Everything after the commit point; gives warnings about what is not vital. `is_late`: by a later command.
pub(super) fn finish(world: &mut World, manifest: &Manifest, is_late: bool) -> Result<Vec<String>, RunError> {
    let run = &manifest.run;
    let folder = world.folder(run);
    let mut warnings = Vec::new();
    let mut manifest = manifest.clone();
    let failed = |failure: &std::io::Error| errors::not_in_place(run, "put its files in their place", &folder, failure);
    if is_late && are_lost(world, run).map_err(|failure| failed(&failure))? {
        let words = "the files were removed by somebody before they got their place";
        manifest.warnings.push(words.to_owned());
        warnings.push(format!("run {run}: {words}"));
        write_manifest(world, &manifest);
    } else {
        put_in_place(world, run).map_err(|failure| failed(&failure))?;
    }
    let left = |what: &str, failure: &dyn std::fmt::Display| format!("run {run} is complete, but {what}: {failure}");
    let runs = world.runs();
    let mut is_settled = true;
    if let Err(failure) = world.files.sync_folder(&runs) {
        is_settled = false;
        warnings.push(left("the disk did not confirm its folder", &failure));
    }
    if let Err(failure) = point_latest(world, &manifest) {
        warnings.push(left("`latest` could not be set", &failure));
    }
    if let Err(failure) = world.files.remove_tree(&world.work(run)) {
        is_settled = false;
        warnings.push(left("its temporary folder could not be removed", &failure));
    }
    if is_settled {
        let row = row_of(&manifest, world.stored_output(), true);
        if let Err(failure) = world.store.settle(&row) {
            warnings.push(left("the store could not note that", &errors::store(None, &failure).message));
            if is_late {
                return Err(errors::store(None, &failure));
            }
        }
    }
    Ok(warnings)
}

fn are_lost(world: &World, run: &str) -> std::io::Result<bool> {
    Ok(world.files.status(&world.folder(run))?.is_none() && world.files.status(&staged(world, run))?.is_none())
}

/// `latest/<script>` becomes a link to the run's folder, at once.
pub(super) fn point_latest(world: &World, manifest: &Manifest) -> std::io::Result<()> {
    let script = manifest.script.strip_suffix(".wr").unwrap_or(&manifest.script);
    let name: String = script.chars().map(|c| if crate::export::name::is_bad(c) { '-' } else { c }).collect();
    let name = name.trim_start_matches(['.', '-']);
    let latest = world.output.join("latest");
    world.files.create_folders(&latest)?;
    let fresh = latest.join(format!(".{name}-{}", manifest.run));
    world.files.remove_file(&fresh)?;
    world.files.create_link(&fresh, &Path::new("..").join("runs").join(&manifest.run))?;
    let renamed = world.files.rename(&fresh, &latest.join(name));
    if renamed.is_err() {
        // What cannot be removed now is swept by a later command.
        let _ = world.files.remove_file(&fresh);
    }
    renamed
}

/// What the store keeps of a manifest.
pub(super) fn row_of(manifest: &Manifest, output: String, is_settled: bool) -> RunRow {
    RunRow {
        id: manifest.run.clone(),
        script: manifest.script.clone(),
        title: manifest.title.clone(),
        status: manifest.status.as_str().to_owned(),
        is_settled,
        made_by: manifest.made_by.clone(),
        started_at: manifest.started_at.clone(),
        finished_at: manifest.finished_at.clone(),
        output,
        manifest: manifest.to_json(),
        files_removed: false,
    }
}

/// Removes work folders and locks that belong to nobody: of dry runs and previews that died, of runs long settled.
fn sweep(world: &World, unsettled: &[RunRow]) -> std::io::Result<()> {
    let is_known = |run: &str| unsettled.iter().any(|row| row.id == run);
    for name in world.files.list(&world.runs())? {
        let Some(run) = name.strip_prefix(WORK).filter(|run| !is_known(run)) else { continue };
        if let Some(lock) = world.files.try_lock(&world.lock(run))? {
            world.files.remove_tree(&world.work(run))?;
            world.files.remove_file(&world.lock(run))?;
            drop(lock);
        }
    }
    for run in world.files.list(&world.state().join("locks"))? {
        if is_known(&run) {
            continue;
        }
        if let Some(lock) = world.files.try_lock(&world.lock(&run))? {
            world.files.remove_file(&world.lock(&run))?;
            drop(lock);
        }
    }
    let latest = world.output.join("latest");
    for name in world.files.list(&latest)? {
        if name.starts_with('.') {
            world.files.remove_file(&latest.join(name))?;
        }
    }
    Ok(())
}

/// Removes the files of old runs; manifests stay, and hashes in them.
fn remove_old_files(world: &mut World) -> Result<(), RunError> {
    let span = i64::from(world.retention_days) * MICROS_OF_DAY;
    let Some(before) = world.clock.now().add_micros(-span) else { return Ok(()) };
    let rows = world.store.older_than(&before.to_string()).map_err(|failure| errors::store(None, &failure))?;
    for row in rows {
        let folder = world.folder_of(&row);
        let failed = |failure: std::io::Error| errors::disk("remove old files", &folder, &failure);
        for name in world.files.list(&folder).map_err(failed)? {
            if name != MANIFEST {
                world.files.remove_file(&folder.join(name)).map_err(failed)?;
            }
        }
        world.store.files_removed(&row.id).map_err(|failure| errors::store(None, &failure))?;
    }
    Ok(())
}
