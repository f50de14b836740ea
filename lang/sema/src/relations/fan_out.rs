//! Joins that can multiply rows, where that is dangerous: what they give is counted, added up, split, recorded or written.
//!
//! A guard that cries wolf is switched off: a join whose rows are made one again (by `distinct` or a group that neither
//! counts nor adds) before they get anywhere is left alone.

use std::collections::BTreeSet;

use wr_base::ids::RelationId;
use wr_base::span::Span;
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::AggregateId;
use wr_plan::logical::SetKind;

use crate::checker::Checker;
use crate::hir::{Relation, Source, Step, StepKind};
use crate::steps::errors;

/// A join without a word about how many rows it finds, and no key that tells.
#[derive(Clone, Debug)]
pub(crate) struct MultiplyingJoin {
    /// Its place among the steps of its relation.
    pub(crate) step: usize,
    pub(crate) span: Span,
    /// Where `one` or `many` would stand.
    pub(crate) word: Span,
    pub(crate) right: String,
}

/// What becomes of multiplied rows.
enum Fate {
    /// Each is one again.
    Collapsed,
    /// Counted or added up.
    Counted,
    /// Still among the rows in the end.
    Alive,
}

/// Warns of the dangerous ones. Called when all statements are checked.
pub(crate) fn warn(checker: &mut Checker) {
    let outputs = relations_put_out(checker);
    for (relation, join) in std::mem::take(&mut checker.joins_that_multiply) {
        let Some(declared) = checker.relations.get(relation) else { continue };
        let danger = match fate(declared.steps.get(join.step + 1..).unwrap_or_default()) {
            Fate::Collapsed => None,
            Fate::Counted => Some("a later step counts or adds them"),
            Fate::Alive => reaches(checker, relation, &outputs),
        };
        if let Some(danger) = danger {
            checker.report(errors::join_multiplies(join.span, join.word, &join.right, danger));
        }
    }
}

fn fate(steps: &[Step]) -> Fate {
    for step in steps {
        match &step.kind {
            StepKind::Aggregate { aggregates, .. } => {
                let counts = aggregates.iter().any(|item| counts_rows(&item.expr));
                return if counts { Fate::Counted } else { Fate::Collapsed };
            }
            StepKind::Distinct { .. } if step.condition.is_none() => return Fate::Collapsed,
            StepKind::SetOperation(set) if set.kind != SetKind::Union => return Fate::Collapsed,
            StepKind::Filter(_)
            | StepKind::Select(_)
            | StepKind::Derive(_)
            | StepKind::Join(_)
            | StepKind::Sort(_)
            | StepKind::Take(_)
            | StepKind::Distinct { .. }
            | StepKind::Split { .. }
            | StepKind::SetOperation(_)
            | StepKind::Sample { .. }
            | StepKind::Place(_)
            | StepKind::Unpivot(_)
            | StepKind::Error => {}
            // A row that stands there twice is a neighbour of itself: sums and places count it twice.
            StepKind::Window(_) => return Fate::Counted,
        }
    }
    Fate::Alive
}

/// Whether an aggregate changes when a row comes twice.
fn counts_rows(expr: &Expr) -> bool {
    let mut found = false;
    expr.visit(&mut |part| {
        if let ExprKind::Aggregate(call) = &part.kind {
            found |= match call.function {
                AggregateId::Count
                | AggregateId::CountIf
                | AggregateId::Sum
                | AggregateId::Average
                | AggregateId::Median
                | AggregateId::Quantile
                | AggregateId::Variance
                | AggregateId::VariancePopulation
                | AggregateId::StandardDeviation
                | AggregateId::StandardDeviationPopulation
                | AggregateId::Mode
                | AggregateId::JoinText => true,
                AggregateId::CountDistinct
                | AggregateId::Min
                | AggregateId::Max
                | AggregateId::First
                | AggregateId::Last
                | AggregateId::JoinTextDistinct
                | AggregateId::Any
                | AggregateId::All => false,
            };
        }
    });
    found
}

fn relations_put_out(checker: &Checker) -> BTreeSet<RelationId> {
    let recorded = checker.records.iter().map(|record| record.relation);
    let written = checker.exports.iter().flat_map(|export| export.sheets.iter().map(|sheet| sheet.relation));
    let split = checker.relations.iter().filter(|(_, relation)| relation.split.is_some()).map(|(id, _)| id);
    recorded.chain(written).chain(split).collect()
}

/// Follows multiplied rows through the relations that read them.
fn reaches(checker: &Checker, from: RelationId, outputs: &BTreeSet<RelationId>) -> Option<&'static str> {
    let mut underway = vec![from];
    let mut seen = BTreeSet::new();
    while let Some(relation) = underway.pop() {
        if !seen.insert(relation) {
            continue;
        }
        if outputs.contains(&relation) {
            return Some("they reach an output");
        }
        for (reader, declared) in checker.relations.iter() {
            for steps in steps_after_reading(declared, relation) {
                match fate(steps) {
                    Fate::Collapsed => {}
                    Fate::Counted => return Some("a later step counts or adds them"),
                    Fate::Alive => underway.push(reader),
                }
            }
        }
    }
    None
}

/// The steps that see the rows of `read`, for each place at which a relation reads it as its source or in a `union`.
fn steps_after_reading(relation: &Relation, read: RelationId) -> Vec<&[Step]> {
    let from = match &relation.source {
        Source::Relation { relation: source, .. } if *source == read => Some(relation.steps.as_slice()),
        Source::Relation { .. } | Source::Table { .. } | Source::Error => None,
    };
    // A `union` puts the rows of its right side among those on their way.
    let unions = relation.steps.iter().enumerate().filter_map(|(at, step)| match &step.kind {
        StepKind::SetOperation(set) if set.kind == SetKind::Union && set.right == read => relation.steps.get(at + 1..),
        StepKind::Filter(_)
        | StepKind::Select(_)
        | StepKind::Derive(_)
        | StepKind::Join(_)
        | StepKind::Aggregate { .. }
        | StepKind::Sort(_)
        | StepKind::Take(_)
        | StepKind::Distinct { .. }
        | StepKind::Split { .. }
        | StepKind::SetOperation(_)
        | StepKind::Place(_)
        | StepKind::Sample { .. }
        | StepKind::Window(_)
        | StepKind::Unpivot(_)
        | StepKind::Error => None,
    });
    from.into_iter().chain(unions).collect()
}
