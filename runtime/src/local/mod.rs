//! The local engine: a physical plan to rows, facts about them, and the number of rows after each step.
//!
//! Law of failure (B1): a run fails exactly when evaluating the steps one by one, row by row, would fail. So every node is
//! computed over all of its rows, and when one fails, whatever does not need its rows is still computed as long as it could
//! be an earlier step of the script. A stage is computed once, however many read it (A6).

mod aggregate;
mod batchwise;
mod bounds;
mod engine;
pub(crate) mod expression;
pub(crate) mod failure;
mod fetch;
mod join;
mod kernel;
mod key;
mod node;
mod options;
mod order;
mod order_of_queries;
mod promise;
mod ranked;
mod read_bound;
mod sample;
mod set_operation;
mod split;
#[cfg(test)]
pub(crate) mod tests;
mod unpivot;
mod waterfall;
mod window;

use std::collections::BTreeMap;

use wr_base::ids::{FactId, RelationId, StepId};
use wr_base::value::Value;
use wr_plan::functions::Setting;
use wr_plan::physical::PhysicalPlan;

use crate::cancel::Cancel;
use crate::error::RunError;
use crate::frame::Frame;
use crate::progress::Progress;
use crate::sources::{Sources, Warning};

pub use bounds::bounds;
pub use options::{OptionRow, compute_options};

pub(crate) use promise::Fault;

/// What is fixed for a run beside its plan: the clock, the zone, how much it may read. Values are in the plan.
#[derive(Clone, Copy, Debug)]
pub struct RunContext {
    pub setting: Setting,
    /// Rows from all sources together; the report's own bound holds beside it.
    pub max_rows_read: Option<u64>,
}

impl RunContext {
    /// Nothing bounds it but what the report says.
    #[must_use]
    pub const fn new(setting: Setting) -> Self {
        Self { setting, max_rows_read: None }
    }
}

/// All that a run's outputs are made of.
#[derive(Clone, Debug, Default)]
pub struct Computed {
    /// The rows of every stage.
    pub frames: BTreeMap<RelationId, Frame>,
    pub facts: BTreeMap<FactId, Value>,
    /// In the order of the script; steps that were not taken are not in it.
    pub waterfall: Vec<StepRows>,
    pub warnings: Vec<Warning>,
}

/// Rows after a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepRows {
    pub step: StepId,
    /// `None`: the step ran together with later ones, and nobody counted between them.
    pub rows: Option<u64>,
    /// Of a join: rows of the left side without a match.
    pub unmatched: Option<u64>,
    /// What was decided in the run.
    pub note: Option<String>,
}

/// Computes every stage of a plan and every fact.
///
/// # Errors
/// The first failure in the order of the script.
pub async fn compute(
    plan: &PhysicalPlan,
    context: &RunContext,
    sources: &Sources,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Computed, RunError> {
    let stages: Vec<RelationId> = plan.stages.iter().map(|stage| stage.relation).collect();
    let mut computed = engine::compute_stages(plan, &stages, context, sources, progress, cancel).await?;
    for (id, fact) in plan.facts.iter() {
        if let Some(value) = engine::fact(fact, &computed.frames)? {
            computed.facts.insert(id, value);
        }
    }
    Ok(computed)
}

/// Computes one relation, with what it reads and nothing else.
///
/// # Errors
/// The first failure in the order of the script among the steps that it needs.
pub async fn compute_relation(
    plan: &PhysicalPlan,
    relation: RelationId,
    context: &RunContext,
    sources: &Sources,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Frame, RunError> {
    let mut computed = engine::compute_stages(plan, &[relation], context, sources, progress, cancel).await?;
    computed
        .frames
        .remove(&relation)
        .ok_or_else(|| crate::sources::errors::internal(None, format!("{relation:?} is no stage of the plan")))
}
