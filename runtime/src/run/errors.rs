//! What can stop a run beside its steps and files: named constructors of run errors.

use std::io;
use std::path::Path;

use wr_base::diag::Code;
use wr_base::ids::StepId;
use wr_plan::evaluate::Failure;

use super::manifest::{Manifest, ManifestRecord};
use crate::error::RunError;
use crate::export::errors::grouped;
pub(super) use crate::export::errors::{cancelled, disk};
use crate::store::{Holder, Occasion, StoreError};

fn error(code: Code, step: Option<StepId>, message: String, help: &str) -> RunError {
    RunError {
        code,
        step,
        expr: None,
        source: None,
        message,
        detail: Vec::new(),
        help: (!help.is_empty()).then(|| help.to_owned()),
    }
}

#[must_use]
pub(super) fn expectation(step: StepId, message: String, text: &str, others: usize) -> RunError {
    let help = if others == 0 {
        "nothing was published or recorded; if it may be so this once, run again with --accept \"the reason\""
    } else {
        "nothing was published or recorded; --accept lets one broken expectation pass, not several"
    };
    let mut error = error(Code::ExpectationBroken, Some(step), message, help);
    error.detail = vec![format!("expect {text}")];
    error
}

/// An expression of an output failed.
#[must_use]
pub(super) fn evaluation(step: StepId, failure: Failure) -> RunError {
    let mut error = error(
        failure.code,
        Some(step),
        "a value that this step needs could not be computed".to_owned(),
        "look at the expression that is shown; `wr explain` has more about the code",
    );
    error.expr = Some(failure.expr);
    error.detail = failure.detail.into_iter().collect();
    error
}

#[must_use]
pub(super) fn held_rows(step: StepId, file: &str, keys: usize, split: &str) -> RunError {
    let people = if keys == 1 { "one key".to_owned() } else { format!("{} keys", grouped(keys)) };
    error(
        Code::HeldRowsInFile,
        Some(step),
        format!("the file \"{file}\" would hold {people} of a held branch of {split}"),
        "export one of the other branches, or what derives from it; nothing was published or recorded",
    )
}

#[must_use]
pub(super) fn occasion_taken(step: StepId, occasion: &Occasion, holder: &Holder, when: &str) -> RunError {
    let mut error = error(
        Code::OccasionTaken,
        Some(step),
        format!(
            "{} was recorded before with other values, by {} at {when}, {} rows",
            occasion.words(),
            holder.made_by,
            grouped(usize::try_from(holder.rows).unwrap_or(usize::MAX))
        ),
        "run again with the values of that run, which `wr show` tells, to get its files; or choose another occasion; or take \
         that run back with `wr void`",
    );
    error.detail = vec![format!("run {}", holder.run), format!("in {}", occasion.table)];
    error
}

#[must_use]
pub(super) fn files_gone(run: &str, names: &[String], by_retention: bool) -> RunError {
    let why = if by_retention { "were removed after their retention" } else { "are no longer there" };
    let mut error = error(
        Code::FilesGone,
        None,
        format!("this was made before by run {run}, and its files {why}"),
        "look for them where they were sent; `wr show` tells their hashes; they are not computed again, because the data \
         may have changed since they were recorded",
    );
    error.detail = names.to_vec();
    error
}

/// It was made in another project, or by a project whose store was lost.
#[must_use]
pub(super) fn files_elsewhere(holder: &Holder) -> RunError {
    error(
        Code::FilesGone,
        None,
        format!(
            "this was made before by {}, in run {}, of which this project knows nothing",
            holder.made_by, holder.run
        ),
        "ask them for the files; they are not computed again, because the data may have changed since they were recorded",
    )
}

#[must_use]
pub(super) fn file_changed(run: &str, name: &str) -> RunError {
    error(
        Code::FilesChanged,
        None,
        format!("this was made before by run {run}, and its file \"{name}\" was changed since"),
        "look for an unchanged copy; `wr show` tells its hash",
    )
}

#[must_use]
pub(super) fn not_in_place(run: &str, doing: &str, path: &Path, failure: &io::Error) -> RunError {
    let mut error = error(
        Code::FilesNotInPlace,
        None,
        format!("run {run} is complete, but could not {doing}"),
        "remove what is in the way and run any `wr` command, `wr runs` for instance: it finishes this run",
    );
    error.detail = vec![path.display().to_string(), failure.to_string()];
    error
}

#[must_use]
pub(super) fn still_going(run: &str) -> RunError {
    error(
        Code::FilesNotInPlace,
        None,
        format!("run {run} recorded the same, and has not put its files in place yet"),
        "wait for it, then run again: you get its files",
    )
}

#[must_use]
pub(super) fn outcome_unknown(run: &str, failure: &StoreError) -> RunError {
    let mut error = error(
        Code::OutcomeUnknown,
        None,
        format!("the database broke off while run {run} was recorded, and cannot be asked whether it was"),
        "run any `wr` command when it can be reached: it finishes the run or undoes it",
    );
    error.detail = store_words(failure);
    error
}

#[must_use]
pub(super) fn store_lost(manifest: &Manifest, folder: &Path) -> RunError {
    let mut error = error(
        Code::StoreNotUsable,
        None,
        "the store of runs (.wr/store.sqlite) was lost: it is empty, but earlier runs recorded rows".to_owned(),
        "bring it back from a copy, or the same people may be chosen again; to begin without them, move the folders of these \
         runs away or set another `output` in wr.toml",
    );
    let recorded = |record: &ManifestRecord| {
        let rows = grouped(usize::try_from(record.rows).unwrap_or(usize::MAX));
        format!("run {} recorded {rows} rows in {}: {}", manifest.run, record.table, folder.display())
    };
    error.detail = manifest.records.iter().map(recorded).collect();
    error
}

#[must_use]
pub(super) fn unknown_run(run: &str) -> RunError {
    error(Code::UnknownRun, None, format!("there is no run `{run}` in this project"), "`wr runs` lists the runs")
}

#[must_use]
pub(super) fn not_voidable(run: &str, why: &str) -> RunError {
    error(Code::NotVoidable, None, format!("run {run} cannot be taken back: it {why}"), "`wr show` tells what it did")
}

/// A mistake of ours; `words` name ids, no values.
#[must_use]
pub(super) fn internal(step: Option<StepId>, words: &str) -> RunError {
    error(
        Code::Internal,
        step,
        format!("wr made a mistake: {words}"),
        "report it with the script; the run changed nothing",
    )
}

fn store_words(failure: &StoreError) -> Vec<String> {
    match failure {
        StoreError::Unavailable(words) | StoreError::Damaged(words) => vec![words.clone()],
        StoreError::Busy
        | StoreError::TooNew
        | StoreError::Drift { .. }
        | StoreError::DoubledKey { .. }
        | StoreError::NullKey { .. }
        | StoreError::Row(_) => Vec::new(),
        StoreError::Server(error) => std::iter::once(&error.message).chain(&error.detail).cloned().collect(),
    }
}

#[must_use]
pub(crate) fn store(step: Option<StepId>, failure: &StoreError) -> RunError {
    let mut made = match failure {
        StoreError::Unavailable(_) => error(
            Code::StoreNotUsable,
            step,
            "the store of runs (.wr/store.sqlite) could not be used".to_owned(),
            "look at the details; run again with the same values when it can be used",
        ),
        StoreError::Damaged(_) => error(
            Code::StoreNotUsable,
            step,
            "the store of runs (.wr/store.sqlite) is damaged".to_owned(),
            "bring it back from a copy: it knows whom earlier runs recorded; nothing was changed",
        ),
        StoreError::Busy => error(
            Code::StoreNotUsable,
            step,
            "another `wr` has kept the store of runs locked for minutes".to_owned(),
            "wait until it ends, then run again with the same values",
        ),
        StoreError::TooNew => error(
            Code::StoreNotUsable,
            step,
            "the store of runs was written by a later version of wr".to_owned(),
            "use that version",
        ),
        StoreError::Drift { table, differences } => {
            let mut made = error(
                Code::RecordedTableDiffers,
                step,
                format!("the table {table} was recorded with other columns than the script declares"),
                "declare the table as it was recorded, or record into a table with another name",
            );
            made.detail.clone_from(differences);
            made
        }
        StoreError::DoubledKey { table, key, is_within: true } => error(
            Code::DoubledRecordKey,
            step,
            format!("two rows to be recorded into {table} have the same {}", key.join(", ")),
            "keep one row for each key with `distinct on`",
        ),
        StoreError::DoubledKey { table, key, is_within: false } => error(
            Code::DoubledRecordKey,
            step,
            format!("{table} already has a row with the same {}", key.join(", ")),
            "put what tells this run from the earlier one into the key, or take that run back with `wr void`",
        ),
        StoreError::NullKey { table, column } => error(
            Code::NullRecordKey,
            step,
            format!("a row to be recorded into {table} has no `{column}`, which is part of the key"),
            &format!("filter such rows out: `filter {column} is not null`"),
        ),
        StoreError::Row(inner) => (**inner).clone(),
        // It has its words already.
        StoreError::Server(inner) => return RunError { step: step.or(inner.step), ..(**inner).clone() },
    };
    made.detail.extend(store_words(failure));
    made
}
