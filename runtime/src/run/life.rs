//! One run from its beginning to its end, in the order that [`crate::run`] gives.

use std::collections::BTreeSet;

use wr_base::ids::{FactId, StepId};
use wr_base::value::Value;
use wr_plan::functions::Setting;
use wr_plan::physical::PhysicalPlan;

use super::change::changes;
use super::heard::Heard;
use super::manifest::{Intent, Manifest, ManifestFile, ManifestRecord, ManifestValue, Status};
use super::recording::Rows;
use super::recovery::{finish, gate, is_published, put_in_place, recover_behind, row_of, staged};
use super::request::{Compute, Mode, PreviewSheet, RunFailure, RunOutcome, RunRequest, canonical_json};
use super::words::{Known, moment};
use super::world::{World, new_id};
use super::{contents, door, errors, expectation, forgotten, recording};
use crate::cancel::Cancel;
use crate::error::RunError;
use crate::export::{self, FileContent, publish};
use crate::files::{Lock, hash_bytes, write_synced};
use crate::local::Computed;
use crate::progress::{Event, Progress};
use crate::store::{Foreseen, Holder, IntentRow, Occasion, RecordBatch, RecordMark, RecordTable, Recorded, StoreError};

/// Why a run does not go on.
pub(super) enum Stop {
    /// Before the commit point: everything is undone.
    Failed(Vec<RunError>),
    /// Past it, or nobody knows: a later command brings it to its end.
    Open(Status, Box<RunError>),
    /// Another run recorded the occasion.
    Taken(Box<(Occasion, Holder)>),
}

impl From<RunError> for Stop {
    fn from(error: RunError) -> Self {
        Self::Failed(vec![error])
    }
}

pub(super) enum Done {
    Finished(Vec<String>),
    DryRun,
    Preview(Vec<PreviewSheet>),
}

pub(super) struct Life<'a> {
    pub(super) request: &'a RunRequest,
    pub(super) plan: &'a PhysicalPlan,
    pub(super) world: &'a mut World,
    pub(super) progress: &'a dyn Progress,
    pub(super) cancel: &'a Cancel,
    pub(super) manifest: Manifest,
    pub(super) warnings: Vec<String>,
}

/// Runs a plan. See [`crate::run`] for the order of things.
///
/// # Errors
/// Why it failed, and what was made of it: everything is undone, or the next command finishes it.
pub fn run(
    request: &RunRequest,
    plan: &PhysicalPlan,
    compute: &mut dyn Compute,
    world: &mut World,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<RunOutcome, Box<RunFailure>> {
    let mut warnings = Vec::new();
    let (manifest, lock) = begin(request, plan, world, &mut warnings).map_err(|error| {
        Box::new(RunFailure {
            run: None,
            status: Status::Failed,
            errors: vec![error],
            manifest: None,
            warnings: warnings.clone(),
        })
    })?;
    let mut life = Life { request, plan, world, progress, cancel, manifest, warnings };
    let done = life.go(compute);
    let outcome = life.end(done);
    // The lock's file goes first, while it is held; one that stays is swept by a later command.
    let _ = life.world.files.remove_file(&life.world.lock(&life.manifest.run));
    drop(lock);
    outcome
}

/// Recovers, takes the run's lock, notes the run.
fn begin(
    request: &RunRequest,
    plan: &PhysicalPlan,
    world: &mut World,
    warnings: &mut Vec<String>,
) -> Result<(Manifest, Box<dyn Lock>), RunError> {
    let gate = gate(world)?;
    warnings.extend(recover_behind(world, &*gate)?.iter().map(super::Recovered::words));
    if request.mode == Mode::Full && !plan.records.is_empty() {
        forgotten::check(world)?;
    }
    let run = new_id(&*world.clock, &*world.randomness);
    let path = world.lock(&run);
    let lock = world
        .files
        .try_lock(&path)
        .map_err(|failure| errors::disk("lock the run", &path, &failure))?
        .ok_or_else(|| errors::store(None, &crate::store::StoreError::Busy))?;
    let manifest = first_manifest(request, plan, world, run);
    if request.mode == Mode::Full {
        let row = row_of(&manifest, world.stored_output(), false);
        world.store.save_run(&row).map_err(|failure| errors::store(None, &failure))?;
    }
    drop(gate);
    Ok((manifest, lock))
}

fn first_manifest(request: &RunRequest, plan: &PhysicalPlan, world: &World, run: String) -> Manifest {
    Manifest {
        run,
        status: Status::Running,
        title: plan.report.title.clone(),
        script: plan.report.path.clone(),
        script_sha256: request.script_hash.clone(),
        wr: env!("CARGO_PKG_VERSION").to_owned(),
        made_by: request.made_by.clone(),
        started_at: world.clock.now().to_string(),
        finished_at: None,
        now: request.now.to_string(),
        is_as_of: request.is_as_of,
        zone: plan.report.zone.to_string(),
        locale: plan.report.locale.clone(),
        values: request
            .values
            .iter()
            .map(|value| ManifestValue {
                name: value.name.clone(),
                label: value.label.clone(),
                value: canonical_json(&value.value),
                words: value.words.clone(),
                is_parameter: value.is_parameter,
                path: value.path.clone(),
            })
            .collect(),
        steps: Vec::new(),
        sources: Vec::new(),
        expectations: Vec::new(),
        facts: Vec::new(),
        files: Vec::new(),
        records: Vec::new(),
        recorded_in: None,
        reveals: Vec::new(),
        warnings: request.warnings.clone(),
        error: None,
        voided: None,
        issued_from: None,
        plan: request.plan.clone(),
    }
}

type Batches<'a> = Vec<(RecordTable, Rows<'a>)>;

/// The rows of each record, and what the manifest says of them.
fn batches<'a>(
    request: &'a RunRequest,
    plan: &'a PhysicalPlan,
    computed: &Computed,
    occasions: &[Option<Occasion>],
    facts: &'a dyn Fn(FactId) -> Option<Value>,
) -> Result<(Batches<'a>, Vec<ManifestRecord>), RunError> {
    let known = Known {
        request,
        setting: Setting::new(request.now, plan.report.zone).in_locale(&plan.report.locale),
        locale: &plan.report.locale,
        facts,
    };
    let mut batches = Vec::new();
    let mut described = Vec::new();
    for (record, occasion) in plan.records.iter().zip(occasions) {
        let table = plan
            .tables
            .get(record.table)
            .ok_or_else(|| errors::internal(Some(record.step), "the table to record into is not declared"))?;
        let table = RecordTable::new(table, record);
        let rows = Rows::new(plan, record, computed, known)?;
        described.push(rows.described(&table, occasion.as_ref())?);
        batches.push((table, rows));
    }
    Ok((batches, described))
}

/// At the record that failed; where that is not known, at the first one.
fn at_step(failure: &StoreError, first: Option<StepId>) -> RunError {
    let error = errors::store(None, failure);
    RunError { step: error.step.or(first), ..error }
}

impl Life<'_> {
    fn known<'b>(&'b self, facts: &'b dyn Fn(FactId) -> Option<Value>) -> Known<'b> {
        let setting = Setting::new(self.request.now, self.plan.report.zone).in_locale(&self.plan.report.locale);
        Known { request: self.request, setting, locale: &self.plan.report.locale, facts }
    }

    pub(super) fn run_id(&self) -> String {
        self.manifest.run.clone()
    }

    /// Fails when the person asked to stop.
    fn still_wanted(&self) -> Result<(), RunError> {
        if self.cancel.is_cancelled() { Err(errors::cancelled()) } else { Ok(()) }
    }

    fn go(&mut self, compute: &mut dyn Compute) -> Result<Done, Stop> {
        let names = contents::names(self.plan, &self.known(&|_| None))?;
        let occasions = self.occasions()?;
        if !matches!(self.request.mode, Mode::Preview(_)) {
            self.prepare_records()?;
            self.look_up(&occasions)?;
        }
        let work = self.world.work(&self.run_id());
        let scratch = work.join("scratch");
        let made = |folder: &std::path::Path, result: std::io::Result<()>| {
            result.map_err(|failure| errors::disk("make the folder", folder, &failure))
        };
        let runs = self.world.runs();
        made(&runs, self.world.files.create_folders(&runs))?;
        made(&work, self.world.files.create_private_folder(&work))?;
        made(&scratch, self.world.files.create_private_folder(&scratch))?;
        let heard = Heard::new(self.progress);
        let computed = compute.compute(self.plan, &heard, self.cancel);
        self.manifest.sources = heard.sources();
        let computed = computed?;
        self.still_wanted()?;
        self.manifest.steps = contents::steps(self.plan, &computed);
        self.manifest.reveals = contents::reveals(self.plan, &computed);
        self.manifest.warnings.extend(computed.warnings.iter().map(|warning| warning.message.clone()));
        let of_rows = |id| computed.facts.get(&id).cloned();
        let changes = changes(self.plan, self.request, &of_rows, &mut *self.world.store)?;
        self.manifest.facts.clone_from(&changes.numbers);
        let facts = |id| of_rows(id).or_else(|| changes.values.get(&id).cloned());
        self.check(&computed, &names, &facts, &changes.first)?;
        let files = contents::files(self.plan, &computed, &names, &self.known(&facts))?;
        if let Mode::Preview(rows) = self.request.mode {
            let sheets = contents::preview(&files, rows);
            self.clear_work();
            return Ok(Done::Preview(sheets));
        }
        for file in &files {
            export::check(file)?;
        }
        self.announce(&files);
        self.write(&files, &scratch)?;
        let (request, plan) = (self.request, self.plan);
        let (batches, described) = batches(request, plan, &computed, &occasions, &facts)?;
        self.manifest.records = described;
        if self.request.mode == Mode::DryRun {
            self.clear_work();
            return Ok(Done::DryRun);
        }
        self.stage_manifest()?;
        self.still_wanted()?;
        self.commit(&occasions, &batches)?;
        Ok(Done::Finished(self.finish()?))
    }

    /// Says before anything is written which sheets are full and go on.
    fn announce(&mut self, files: &[FileContent]) {
        for pair in files.iter().flat_map(|file| file.sheets.windows(2)) {
            let [full, next] = pair else { continue };
            if next.continues {
                let words = format!("the sheet “{}” is full: its rows go on in “{}”", full.title, next.title);
                self.progress.tell(Event::Notice { words: words.clone() });
                self.manifest.warnings.push(words);
            }
        }
    }

    /// The occasion of each record, `None` where it has none.
    fn occasions(&self) -> Result<Vec<Option<Occasion>>, RunError> {
        let known = self.known(&|_| None);
        self.plan.records.iter().map(|record| recording::occasion(self.plan, record, &known)).collect()
    }

    /// Where the records go, and whether they can: known before anything is computed.
    fn prepare_records(&mut self) -> Result<(), RunError> {
        let Some(first) = self.plan.records.first() else { return Ok(()) };
        let failed = |failure: StoreError| errors::store(Some(first.step), &failure);
        if let Some(table) = self.plan.tables.get(first.table) {
            self.manifest.recorded_in = self.world.servers.place(&table.connection).map_err(failed)?;
        }
        let known = self.known(&|_| None);
        let foreseen = |record| recording::foreseen(self.plan, record, &known);
        let records: Vec<Foreseen> = self.plan.records.iter().filter_map(foreseen).collect();
        let target = self.world.target_at(self.manifest.recorded_in.as_ref());
        target.and_then(|target| target.prepare(&records)).map_err(|failure| at_step(&failure, Some(first.step)))
    }

    fn look_up(&mut self, occasions: &[Option<Occasion>]) -> Result<(), Stop> {
        for (record, occasion) in self.plan.records.iter().zip(occasions) {
            let Some(occasion) = occasion else { continue };
            let target = self.world.target_at(self.manifest.recorded_in.as_ref());
            let holder = target
                .and_then(|target| target.holder(occasion))
                .map_err(|failure| errors::store(Some(record.step), &failure))?;
            let Some(holder) = holder else { continue };
            match self.request.mode {
                Mode::Full => return Err(Stop::Taken(Box::new((occasion.clone(), holder)))),
                Mode::DryRun | Mode::Preview(_) => self.warnings.push(format!(
                    "{} was recorded before, by {} at {}: a run with the same values would give out the files of run {}",
                    occasion.words(),
                    holder.made_by,
                    moment(&holder.made_at, &self.plan.report),
                    holder.run
                )),
            }
        }
        Ok(())
    }

    /// Every `expect`, then the door.
    fn check(
        &mut self,
        computed: &Computed,
        names: &[String],
        facts: &dyn Fn(FactId) -> Option<Value>,
        first: &BTreeSet<FactId>,
    ) -> Result<(), Stop> {
        let checked = expectation::check(self.plan, &self.known(facts), first);
        self.manifest.expectations = checked.expectations;
        self.manifest.warnings.extend(checked.warnings);
        if !checked.errors.is_empty() {
            if !matches!(self.request.mode, Mode::Preview(_)) {
                return Err(Stop::Failed(checked.errors));
            }
            // Who looks at a few rows wants to see why, not to be stopped.
            self.warnings.extend(checked.errors.iter().map(|error| format!("a run would stop: {}", error.message)));
        }
        let name_of = |export: &wr_plan::declaration::Export| {
            let named = self.plan.exports.iter().zip(names).find(|(other, _)| other.step == export.step);
            named.map(|(_, name)| name.clone()).unwrap_or_default()
        };
        Ok(door::check(self.plan, computed, &name_of)?)
    }

    /// Writes all files where nobody sees them.
    fn write(&mut self, files: &[FileContent], scratch: &std::path::Path) -> Result<(), RunError> {
        let folder = staged(self.world, &self.run_id());
        self.world
            .files
            .create_private_folder(&folder)
            .map_err(|failure| errors::disk("make the folder", &folder, &failure))?;
        let setting = export::Setting {
            zone: self.plan.report.zone,
            locale: self.plan.report.locale.clone(),
            about: contents::about(self.plan, &self.manifest),
            scratch: scratch.to_owned(),
        };
        for file in files {
            let (sha256, bytes) =
                publish::write_file(&*self.world.files, &folder, file, &setting, self.progress, self.cancel)?;
            self.manifest.files.push(ManifestFile {
                name: file.name.clone(),
                format: file.format.words().to_owned(),
                sha256,
                bytes,
                sheets: file.sheets.iter().map(contents::described).collect(),
            });
        }
        Ok(())
    }

    /// The manifest as it will be seen, beside the files; then everything is made to survive a loss of power.
    fn stage_manifest(&mut self) -> Result<(), RunError> {
        self.manifest.status = Status::Finished;
        self.manifest.finished_at = Some(self.world.clock.now().to_string());
        let folder = staged(self.world, &self.run_id());
        let path = folder.join("manifest.json");
        let failed = |failure: std::io::Error| errors::disk("write the manifest", &path, &failure);
        write_synced(&*self.world.files, &path, self.manifest.to_json().as_bytes()).map_err(failed)?;
        for folder in [&folder, &self.world.work(&self.run_id()), &self.world.runs()] {
            self.world
                .files
                .sync_folder(folder)
                .map_err(|failure| errors::disk("sync the folder", folder, &failure))?;
        }
        Ok(())
    }

    /// The intent, then the commit point.
    fn commit(&mut self, occasions: &[Option<Occasion>], batches: &[(RecordTable, Rows<'_>)]) -> Result<(), Stop> {
        let run = self.run_id();
        let intent = Intent { manifest: self.manifest.clone(), has_record: !batches.is_empty() };
        let text = serde_json::to_string(&intent).unwrap_or_default();
        let hash = hash_bytes(text.as_bytes());
        let row = IntentRow { run: run.clone(), hash: hash.clone(), intent: text };
        self.world.store.save_intent(&row).map_err(|failure| errors::store(None, &failure))?;
        if batches.is_empty() {
            return self.commit_by_rename(&run);
        }
        let mark = RecordMark {
            run: run.clone(),
            intent_hash: hash,
            script_hash: self.request.script_hash.clone(),
            occasions: occasions.iter().flatten().cloned().collect(),
            values: self.request.canonical_values(),
            made_by: self.request.made_by.clone(),
            made_at: self.manifest.started_at.clone(),
            rows: self.manifest.records.iter().map(|record| record.rows).sum(),
            files: serde_json::to_string(&self.manifest.files).unwrap_or_default(),
        };
        let batches: Vec<RecordBatch<'_>> =
            batches.iter().map(|(table, rows)| RecordBatch { table: table.clone(), rows }).collect();
        let first = self.plan.records.first().map(|record| record.step);
        let target = self.world.target_at(self.manifest.recorded_in.as_ref());
        let target = target.map_err(|failure| errors::store(first, &failure))?;
        match target.record(&mark, &batches) {
            Ok(Recorded::Done) => Ok(()),
            Ok(Recorded::Taken(occasion, holder)) => Err(Stop::Taken(Box::new((occasion, holder)))),
            // Only the target knows whether the transaction came through.
            Err(failure) => match target.committed(&run) {
                Ok(Some(other)) if other == mark.intent_hash => Ok(()),
                Ok(_) => Err(at_step(&failure, first).into()),
                Err(later) => Err(Stop::Open(Status::Running, Box::new(errors::outcome_unknown(&run, &later)))),
            },
        }
    }

    fn commit_by_rename(&self, run: &str) -> Result<(), Stop> {
        let Err(failure) = put_in_place(self.world, run) else { return Ok(()) };
        match is_published(self.world, run) {
            Ok(true) => Ok(()),
            Ok(false) => Err(errors::disk("put the files in their place", &self.world.folder(run), &failure).into()),
            Err(error) => Err(Stop::Open(Status::Running, Box::new(error))),
        }
    }

    fn finish(&mut self) -> Result<Vec<String>, Stop> {
        finish(self.world, &self.manifest, false).map_err(|error| Stop::Open(Status::Committed, Box::new(error)))
    }

    fn clear_work(&mut self) {
        let work = self.world.work(&self.run_id());
        if let Err(failure) = self.world.files.remove_tree(&work) {
            self.warnings.push(format!("the temporary folder {} could not be removed: {failure}", work.display()));
        }
    }
}
