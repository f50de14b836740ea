//! `change(…) since last run` (A8): numbers of this run beside those of the last successful one of the same script with the
//! same values.
//!
//! Previews and dry runs are in no store, runs as of another moment do not count, nor do runs that were taken back or gave
//! out the files of another. A number without an earlier one is null.

use std::collections::{BTreeMap, BTreeSet};

use wr_base::ids::{FactId, ValueId};
use wr_base::value::Value;
use wr_plan::declaration::Fact;
use wr_plan::physical::PhysicalPlan;

use super::errors;
use super::manifest::{Manifest, ManifestFact, Status};
use super::request::{RunRequest, canonical_json};
use crate::error::RunError;
use crate::store::RunStore;

/// As many runs are looked through.
const RUNS: usize = 10_000;

#[derive(Default)]
pub(super) struct Changes {
    pub(super) values: BTreeMap<FactId, Value>,
    /// Those that have no earlier number.
    pub(super) first: BTreeSet<FactId>,
    /// The numbers of this run, for the next one.
    pub(super) numbers: Vec<ManifestFact>,
}

/// # Errors
/// The store cannot be read.
pub(super) fn changes(
    plan: &PhysicalPlan,
    request: &RunRequest,
    facts: &dyn Fn(FactId) -> Option<Value>,
    store: &mut dyn RunStore,
) -> Result<Changes, RunError> {
    let mut found = Changes::default();
    let mut earlier: Option<Vec<Manifest>> = None;
    for (id, fact) in plan.facts.iter() {
        let Fact::Change { of, words, same } = fact else { continue };
        let Some(now) = facts(*of) else { continue };
        if !found.numbers.iter().any(|known| known.words == *words) {
            found.numbers.push(ManifestFact { words: words.clone(), value: canonical_json(&now) });
        }
        let runs = match &mut earlier {
            Some(runs) => runs,
            none => none.insert(runs_of(store, &plan.report.path)?),
        };
        let last = runs.iter().find(|manifest| has_same(manifest, request, same));
        let before = last.and_then(|manifest| manifest.facts.iter().find(|known| known.words == *words));
        match before {
            Some(before) => found.values.insert(id, change(number(&canonical_json(&now)), number(&before.value))),
            None => {
                found.first.insert(id);
                found.values.insert(id, Value::Null)
            }
        };
    }
    Ok(found)
}

/// The successful runs of a script, newest first.
fn runs_of(store: &mut dyn RunStore, script: &str) -> Result<Vec<Manifest>, RunError> {
    let rows = store.runs(RUNS).map_err(|failure| errors::store(None, &failure))?;
    let of_script = rows.into_iter().filter(|row| row.script == script && row.status == Status::Finished.as_str());
    let manifests = of_script.filter_map(|row| Manifest::from_json(&row.manifest));
    Ok(manifests.filter(|manifest| !manifest.is_as_of && manifest.issued_from.is_none()).collect())
}

fn has_same(manifest: &Manifest, request: &RunRequest, same: &[ValueId]) -> bool {
    same.iter().all(|id| {
        let Some(now) = request.value(*id) else { return false };
        let mut before = manifest.values.iter().filter(|value| value.is_parameter && value.name == now.name);
        before.any(|before| before.value == canonical_json(&now.value))
    })
}

fn number(value: &serde_json::Value) -> Option<f64> {
    value.as_str()?.parse().ok()
}

/// `(now − before) / before`: 0.2 for 120 after 100. Nothing can grow by a part of nothing.
fn change(now: Option<f64>, before: Option<f64>) -> Value {
    match (now, before) {
        (Some(now), Some(before)) if before != 0.0 => Value::Float((now - before) / before),
        (Some(0.0), Some(_)) => Value::Float(0.0),
        _ => Value::Null,
    }
}
