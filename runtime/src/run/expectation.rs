//! Every `expect`, after everything is computed and before anything leaves.
//!
//! An expectation holds only when its condition is true: null does not hold. One broken one can be let pass with a reason.

use std::collections::BTreeSet;

use wr_base::ids::FactId;
use wr_base::value::Value;
use wr_plan::physical::PhysicalPlan;

use super::errors;
use super::manifest::ManifestExpectation;
use super::words::{Known, Style};
use crate::error::RunError;

pub(super) struct Checked {
    pub(super) expectations: Vec<ManifestExpectation>,
    /// In the script's order; empty when the run may go on.
    pub(super) errors: Vec<RunError>,
    pub(super) warnings: Vec<String>,
}

/// `first` are the changes for which there is no earlier run: an expectation holds, unless it is false whatever they are.
pub(super) fn check(plan: &PhysicalPlan, known: &Known<'_>, first: &BTreeSet<FactId>) -> Checked {
    let mut checked = Checked { expectations: Vec::new(), errors: Vec::new(), warnings: Vec::new() };
    let mut broken = Vec::new();
    for expectation in &plan.expectations {
        let holds = match known.evaluate(expectation.step, &expectation.condition) {
            Ok(Value::Null) if expectation.facts.iter().any(|fact| first.contains(fact)) => {
                let words = &expectation.text;
                checked
                    .warnings
                    .push(format!("there is no earlier run to compare with, so this was let pass: {words}"));
                true
            }
            Ok(value) => value == Value::Bool(true),
            Err(error) => {
                checked.errors.push(error);
                false
            }
        };
        // The words of an expectation that holds are never read: what they would say may not even be computable.
        let message = match &expectation.message {
            Some(message) if !holds => known.fill(expectation.step, message, Style::Human).unwrap_or_default(),
            Some(_) | None => String::new(),
        };
        let message = if message.is_empty() { format!("this is not so: {}", expectation.text) } else { message };
        if !holds {
            broken.push((expectation, message.clone()));
        }
        checked.expectations.push(ManifestExpectation {
            words: expectation.text.clone(),
            holds,
            accepted: None,
            message: (!holds).then_some(message),
        });
    }
    let could_not_be_computed = !checked.errors.is_empty();
    match (&known.request.accept, broken.as_slice()) {
        (Some(reason), [_]) if !could_not_be_computed => {
            for expectation in checked.expectations.iter_mut().filter(|expectation| !expectation.holds) {
                expectation.accepted = Some(reason.clone());
            }
        }
        (Some(_), []) => checked.warnings.push("--accept was not needed: every expectation holds".to_owned()),
        (None, []) => {}
        (Some(_) | None, several) => {
            let failed: Vec<_> = checked.errors.iter().filter_map(|error| error.step).collect();
            let fresh: Vec<RunError> = several
                .iter()
                .filter(|(expectation, _)| !failed.contains(&expectation.step))
                .map(|(expectation, message)| {
                    errors::expectation(expectation.step, message.clone(), &expectation.text, several.len() - 1)
                })
                .collect();
            checked.errors.extend(fresh);
            checked.errors.sort_by_key(|error| error.step);
        }
    }
    checked
}
