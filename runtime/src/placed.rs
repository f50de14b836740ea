//! A `place` that is not kept ends a run: rows do not come in the place of an answer, and nobody the wiser.

use wr_base::diag::Code;
use wr_base::ids::StepId;
use wr_plan::physical::PhysicalPlan;

use crate::error::RunError;

/// What was known before anything was asked.
///
/// # Errors
/// A step would be computed here that a `place` wants done by a source.
pub(crate) fn kept(plan: &PhysicalPlan) -> Result<(), RunError> {
    match plan.unplaced.first() {
        None => Ok(()),
        Some(unplaced) => {
            let words = plan.steps.get(unplaced.step).map_or("", |step| step.words.as_str());
            Err(not_kept(unplaced.place, &unplaced.connection, &format!("`{words}` is {}", unplaced.why)))
        }
    }
}

/// `why` ends a sentence that begins with the connection.
pub(crate) fn not_kept(place: StepId, connection: &str, why: &str) -> RunError {
    RunError {
        code: Code::PlaceNotKept,
        step: Some(place),
        expr: None,
        source: Some(connection.to_owned()),
        message: format!("`{connection}` does not do all steps before this `place`"),
        detail: vec![why.to_owned()],
        help: Some(format!(
            "leave out `place {connection}`, or put it before that step: then it is computed here, from the rows"
        )),
    }
}
