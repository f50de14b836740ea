//! A run on rows that a test gives, up to the point at which something would leave: names, rows, expectations, the door.
//!
//! It is the same code as a run's and touches no source, no store and no file.

use wr_base::ids::{FactId, StepId};
use wr_base::value::Value;
use wr_plan::declaration::Fact;
use wr_plan::functions::Setting;
use wr_plan::physical::PhysicalPlan;

use super::request::{Compute, RunRequest};
use super::words::Known;
use super::{contents, door, expectation};
use crate::cancel::Cancel;
use crate::error::RunError;
use crate::export::SheetContent;
use crate::progress::Silent;

/// What would have left, and what the test looks at.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    pub sheets: Vec<TrialSheet>,
}

/// The rows of a sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct TrialSheet {
    /// Empty for what only the test looks at.
    pub file: String,
    pub step: StepId,
    pub headings: Vec<String>,
    pub rows: Vec<Vec<Value>>,
}

/// Tries a plan. The exports from `own` on are the test's: they have no names, and nobody guards them.
///
/// # Errors
/// What would have stopped the run; several for several broken expectations.
pub fn try_out(
    request: &RunRequest,
    plan: &PhysicalPlan,
    own: usize,
    compute: &mut dyn Compute,
) -> Result<Trial, Vec<RunError>> {
    let one = |error: RunError| vec![error];
    let mut leaving = plan.clone();
    leaving.exports.truncate(own);
    let setting = Setting::new(request.now, plan.report.zone);
    let known = |facts| Known { request, setting, locale: &plan.report.locale, facts };
    let names = contents::names(&leaving, &known(&|_: FactId| None)).map_err(one)?;
    let computed = compute.compute(plan, &Silent, &Cancel::default()).map_err(one)?;
    // No run came before a test.
    let is_change = |id: FactId| matches!(plan.facts.get(id), Some(Fact::Change { .. }));
    let first = plan.facts.iter().map(|(id, _)| id).filter(|id| is_change(*id)).collect();
    let facts = |id: FactId| computed.facts.get(&id).cloned().or_else(|| is_change(id).then_some(Value::Null));
    let checked = expectation::check(plan, &known(&facts), &first);
    if !checked.errors.is_empty() {
        return Err(checked.errors);
    }
    let name_of = |export: &wr_plan::declaration::Export| {
        let named = leaving.exports.iter().zip(&names).find(|(other, _)| other.step == export.step);
        named.map(|(_, name)| name.clone()).unwrap_or_default()
    };
    door::check(&leaving, &computed, &name_of).map_err(one)?;
    let mut trial = Trial::default();
    let no_names = plan.exports.iter().skip(names.len()).map(|_| String::new());
    let all: Vec<String> = names.iter().cloned().chain(no_names).collect();
    for (at, file) in contents::files(plan, &computed, &all, &known(&facts)).map_err(one)?.into_iter().enumerate() {
        if at < own {
            crate::export::check(&file).map_err(one)?;
        }
        trial.sheets.extend(file.sheets.iter().map(|sheet| sheet_of(&file.name, sheet)));
    }
    Ok(trial)
}

fn sheet_of(file: &str, sheet: &SheetContent) -> TrialSheet {
    TrialSheet {
        file: file.to_owned(),
        step: sheet.step,
        headings: sheet.columns.iter().map(|column| column.heading.clone()).collect(),
        rows: (0..sheet.rows).map(|row| sheet.columns.iter().map(|column| column.cells.get(row)).collect()).collect(),
    }
}
