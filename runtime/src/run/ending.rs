//! What came of a run to what its caller hears, with the world and the manifest brought to the same.

use super::errors;
use super::issue::issue_again;
use super::life::{Done, Life, Stop};
use super::manifest::{ManifestError, Status};
use super::recovery::{row_of, write_manifest};
use super::request::{Mode, OutcomeKind, RunFailure, RunOutcome};
use super::words::moment;
use crate::error::RunError;
use crate::store::{Holder, Occasion};

impl Life<'_> {
    pub(super) fn end(&mut self, done: Result<Done, Stop>) -> Result<RunOutcome, Box<RunFailure>> {
        match done {
            Ok(Done::Finished(warnings)) => {
                self.warnings.extend(warnings);
                Ok(self.outcome(OutcomeKind::Finished))
            }
            Ok(Done::DryRun) => Ok(self.outcome(OutcomeKind::DryRun)),
            Ok(Done::Preview(sheets)) => Ok(self.outcome(OutcomeKind::Preview(sheets))),
            Err(Stop::Failed(errors)) => Err(self.undone(errors)),
            Err(Stop::Open(status, error)) => {
                self.manifest.status = status;
                // The store may be what is broken; the intent in it says all.
                let row = row_of(&self.manifest, self.world.stored_output(), false);
                let _ = self.world.store.save_run(&row);
                Err(self.failure(vec![*error]))
            }
            Err(Stop::Taken(taken)) => self.taken(&taken.0, &taken.1),
        }
    }

    fn outcome(&mut self, kind: OutcomeKind) -> RunOutcome {
        let run = self.manifest.issued_from.clone().unwrap_or_else(|| self.run_id());
        let has_files = matches!(kind, OutcomeKind::Finished | OutcomeKind::IssuedAgain { .. });
        RunOutcome {
            folder: has_files.then(|| self.world.folder(&run)),
            run,
            kind,
            manifest: self.manifest.clone(),
            warnings: std::mem::take(&mut self.warnings),
        }
    }

    fn failure(&mut self, errors: Vec<RunError>) -> Box<RunFailure> {
        Box::new(RunFailure {
            run: Some(self.run_id()),
            status: self.manifest.status,
            errors,
            manifest: Some(Box::new(self.manifest.clone())),
            warnings: std::mem::take(&mut self.warnings),
        })
    }

    /// Removes what the run left, and says so in its manifest.
    fn undone(&mut self, errors: Vec<RunError>) -> Box<RunFailure> {
        let is_cancelled = errors.iter().any(|error| error.code == wr_base::diag::Code::Cancelled);
        self.manifest.status = if is_cancelled { Status::Cancelled } else { Status::Failed };
        self.manifest.finished_at = Some(self.world.clock.now().to_string());
        self.manifest.files.clear();
        self.manifest.records.clear();
        self.manifest.recorded_in = None;
        self.manifest.reveals.clear();
        self.manifest.error = errors.first().map(|error| ManifestError {
            code: error.code.to_string(),
            message: error.message.clone(),
            step: error.step.and_then(|step| self.plan.steps.get(step)).map(|info| info.words.clone()),
            source: error.source.clone(),
            help: error.help.clone(),
        });
        self.settle_without_files();
        self.failure(errors)
    }

    /// What fails here is brought to its end by a later command: the run stays unsettled.
    fn settle_without_files(&mut self) {
        let is_removed = self.world.files.remove_tree(&self.world.work(&self.run_id())).is_ok();
        if self.request.mode != Mode::Full {
            return;
        }
        if self.manifest.issued_from.is_none() {
            write_manifest(self.world, &self.manifest);
        }
        let row = row_of(&self.manifest, self.world.stored_output(), is_removed);
        let _ = if is_removed { self.world.store.settle(&row) } else { self.world.store.save_run(&row) };
    }

    /// A2: the same values get the files of the run that recorded them, others are told about it.
    fn taken(&mut self, occasion: &Occasion, holder: &Holder) -> Result<RunOutcome, Box<RunFailure>> {
        let step = self.plan.records.iter().map(|record| record.step).next();
        if holder.values != self.request.canonical_values() {
            let error = match step {
                Some(step) => {
                    errors::occasion_taken(step, occasion, holder, &moment(&holder.made_at, &self.plan.report))
                }
                None => errors::internal(None, "an occasion without a record"),
            };
            return Err(self.undone(vec![error]));
        }
        match issue_again(self.world, holder, self.cancel, &mut self.warnings) {
            Ok((files, folder)) => {
                if holder.script_hash != self.request.script_hash {
                    self.warnings.push(
                        "the script was changed since this was recorded; these are the files that were made then"
                            .to_owned(),
                    );
                }
                self.manifest.status = Status::Finished;
                self.manifest.finished_at = Some(self.world.clock.now().to_string());
                self.manifest.files = files.files;
                self.manifest.reveals = files.reveals;
                self.manifest.records.clear();
                self.manifest.recorded_in = None;
                self.manifest.issued_from = Some(holder.run.clone());
                self.settle_without_files();
                let (made_by, made_at) = (holder.made_by.clone(), holder.made_at.clone());
                let outcome = self.outcome(OutcomeKind::IssuedAgain { made_by, made_at });
                Ok(RunOutcome { folder: Some(folder), ..outcome })
            }
            Err(error) => Err(self.undone(vec![error])),
        }
    }
}
