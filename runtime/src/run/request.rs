//! What a run is asked for, and what it gives back.

use std::collections::BTreeMap;
use std::path::PathBuf;

use wr_base::ids::ValueId;
use wr_base::value::{DateTime, Value};
use wr_plan::physical::PhysicalPlan;

use super::manifest::{Manifest, Status};
use crate::cancel::Cancel;
use crate::error::RunError;
use crate::local::{Computed, RunContext, compute};
use crate::progress::Progress;
use crate::sources::Sources;

#[derive(Clone, Debug)]
pub struct RunRequest {
    /// SHA-256 of the script and all files that it uses.
    pub script_hash: String,
    /// All values, in the order of the script.
    pub values: Vec<RunValue>,
    /// What the script calls `now`.
    pub now: DateTime,
    /// `now` was set by hand.
    pub is_as_of: bool,
    /// The user's name.
    pub made_by: String,
    /// The plan as `wr plan` prints it.
    pub plan: String,
    pub mode: Mode,
    /// `--accept "reason"`.
    pub accept: Option<String>,
    /// What the checker warned of.
    pub warnings: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct RunValue {
    pub id: ValueId,
    pub name: String,
    pub label: String,
    pub value: Value,
    /// As people read it: the labels of options, a period in words.
    pub words: String,
    /// A parameter, not a `let $x`. Only these decide whether two runs have the same values (A2).
    pub is_parameter: bool,
    /// Where the file is that the value stands for.
    pub path: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Full,
    /// Everything but effects: files are made where nobody sees them, and removed.
    DryRun,
    /// So many rows of each output, for the caller; no file is made.
    Preview(usize),
}

/// Turns a plan into rows: [`LocalCompute`], or a test's made-up rows.
pub trait Compute {
    /// Rows of every relation that is exported or recorded, and of every split with a held branch.
    ///
    /// # Errors
    /// The first failing step in the script's order.
    fn compute(&mut self, plan: &PhysicalPlan, progress: &dyn Progress, cancel: &Cancel) -> Result<Computed, RunError>;
}

/// The local engine with its sources. Not to be used within an asynchronous task: it waits.
pub struct LocalCompute {
    pub runtime: tokio::runtime::Handle,
    pub sources: Sources,
    pub context: RunContext,
}

impl Compute for LocalCompute {
    fn compute(&mut self, plan: &PhysicalPlan, progress: &dyn Progress, cancel: &Cancel) -> Result<Computed, RunError> {
        self.runtime.block_on(compute(plan, &self.context, &self.sources, progress, cancel))
    }
}

#[derive(Clone, Debug)]
pub struct RunOutcome {
    pub kind: OutcomeKind,
    /// The run whose files these are.
    pub run: String,
    /// Where they are; for dry runs and previews nowhere.
    pub folder: Option<PathBuf>,
    pub manifest: Manifest,
    /// Warnings of this run that are not in the manifest: about publishing, and about earlier runs.
    pub warnings: Vec<String>,
}

#[derive(Clone, Debug)]
pub enum OutcomeKind {
    Finished,
    /// The occasion was recorded by this earlier run with the same values: its files, nothing new (A2).
    IssuedAgain {
        made_by: String,
        made_at: String,
    },
    DryRun,
    Preview(Vec<PreviewSheet>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct PreviewSheet {
    pub file: String,
    pub title: String,
    pub headings: Vec<String>,
    pub rows: Vec<Vec<Value>>,
    /// Of the whole sheet.
    pub total: usize,
}

#[derive(Clone, Debug)]
pub struct RunFailure {
    /// `None`: it failed before it had an id.
    pub run: Option<String>,
    pub status: Status,
    /// At least one; several for several broken expectations.
    pub errors: Vec<RunError>,
    /// What was done until then.
    pub manifest: Option<Box<Manifest>>,
    pub warnings: Vec<String>,
}

impl RunRequest {
    #[must_use]
    pub fn value(&self, id: ValueId) -> Option<&RunValue> {
        self.values.iter().find(|value| value.id == id)
    }

    /// All parameters in their canonical form: equal texts for equal values.
    #[must_use]
    pub fn canonical_values(&self) -> String {
        // Sorted by name: the order of parameters in the script is no value.
        let values: BTreeMap<&str, serde_json::Value> = self
            .values
            .iter()
            .filter(|value| value.is_parameter)
            .map(|value| (value.name.as_str(), canonical_json(&value.value)))
            .collect();
        serde_json::json!(values).to_string()
    }
}

/// As [`Value::canonical`], but a null is no empty text and a list of two is no list of one with a dash in it.
#[must_use]
pub fn canonical_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::List(items) => items.iter().map(canonical_json).collect(),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Decimal(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::Date(_)
        | Value::DateTime(_)
        | Value::Time(_)
        | Value::Duration(_)
        | Value::Uuid(_)
        | Value::Percent(_)
        | Value::Range(..)
        | Value::Period(_) => value.canonical().into(),
    }
}
