//! How many steps build on one another: what a relation reads counts, as the plan of both is one tree.
//!
//! Invariant: the tree of a checked program's plan is bounded, so that walking it needs no care for the stack.

use wr_base::ids::RelationId;

use super::errors;
use crate::checker::Checker;
use crate::hir::{Relation, Source, StepKind};

/// Reports the first step of each chain that is one too many. Called when all relations are there.
pub(crate) fn check(checker: &mut Checker) {
    let mut depths: Vec<usize> = Vec::with_capacity(checker.relations.len());
    let mut found = Vec::new();
    for (_, relation) in checker.relations.iter() {
        let of = |read: RelationId| depths.get(read.0 as usize).copied().unwrap_or_default();
        let deepest = read_by(relation).map(of).max().unwrap_or_default();
        let depth = deepest + 1 + relation.steps.len();
        // Who builds on what is too deep already is not blamed again.
        if deepest <= STEPS_LIMIT && depth > STEPS_LIMIT {
            let over = relation.steps.get((STEPS_LIMIT - deepest).saturating_sub(1));
            found.push(over.map_or(relation.source_step, |step| step.id));
        }
        depths.push(depth);
    }
    for step in found {
        let at = checker.origins.steps[step];
        checker.report(errors::too_many_steps(at, STEPS_LIMIT));
    }
}

/// More than any report needs, and few enough for every walk over a plan.
const STEPS_LIMIT: usize = 1_000;

fn read_by(relation: &Relation) -> impl Iterator<Item = RelationId> + '_ {
    let source = match &relation.source {
        Source::Relation { relation, .. } => Some(*relation),
        Source::Table { .. } | Source::Error => None,
    };
    let joined = relation
        .steps
        .iter()
        .filter_map(|step| if let StepKind::Join(join) = &step.kind { Some(join.right) } else { None });
    source.into_iter().chain(joined)
}
