//! Which relations hold rows of a held branch (B6), decided over the whole program: a `split` far below makes the `let`
//! that it splits, and all that was made of that, held.
//!
//! The split relation, what it was made from, and everything that derives from either is held, except through a branch
//! that is not. An aggregate of all rows, or by something else than the split's key, releases; so does `reveal`.

use std::collections::{BTreeMap, BTreeSet};

use wr_base::ids::{ColumnId, RelationId};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::AggregateId;
use wr_plan::logical::Item;

use crate::checker::Checker;
use crate::hir::{Relation, Source, StepKind};

/// What is known of the relations once all of them are.
#[derive(Default)]
pub(super) struct HeldRows {
    /// The split whose held branch a relation's rows may be of.
    by: BTreeMap<RelationId, RelationId>,
    /// As `by`, leaving out the relation's own split.
    inherited: BTreeMap<RelationId, RelationId>,
    /// Columns that hold the key of a split, or something computed of it.
    keys: BTreeSet<ColumnId>,
    /// Aggregates that release held rows: the relation and the index of its step.
    pub(super) released: Vec<(RelationId, usize)>,
    /// Relations that would be held, had no `reveal` named them.
    pub(super) revealed: BTreeSet<RelationId>,
}

impl HeldRows {
    /// The split because of which a relation is held.
    pub(super) fn by(&self, relation: RelationId) -> Option<RelationId> {
        self.by.get(&relation).copied()
    }

    /// Whether a column holds the key of a split, or something computed of it.
    pub(super) fn is_key(&self, column: ColumnId) -> bool {
        self.keys.contains(&column)
    }
}

/// Sets `is_held` in the rows of all relations.
pub(super) fn mark(checker: &mut Checker) -> HeldRows {
    let mut held = HeldRows::default();
    let bases = bases_of_splits(checker);
    let reveals: BTreeSet<RelationId> = checker.reveals.iter().map(|reveal| reveal.relation).collect();
    for at in 0..checker.relations.len() {
        let id = RelationId(at as u32);
        let base = bases.get(&id);
        follow(checker, &mut held, id, base.copied(), reveals.contains(&id));
        if base.is_some() {
            keep_keys(checker, &mut held, id);
        }
    }
    held
}

/// The relations that are split, each with the first of its splits that has a held branch.
fn bases_of_splits(checker: &Checker) -> BTreeMap<RelationId, RelationId> {
    let splits = checker.relations.iter().filter(|(id, relation)| held_branches(relation, *id).next().is_some());
    splits.filter_map(|(id, relation)| Some((source_of(relation)?, id))).collect()
}

/// The names of the held branches of a split relation; of no other.
pub(super) fn held_branches(relation: &Relation, id: RelationId) -> impl Iterator<Item = &str> {
    branches(relation, id).filter(|(_, is_held)| *is_held).map(|(name, _)| name)
}

/// The names of the branches that may leave.
pub(super) fn free_branches(relation: &Relation, id: RelationId) -> impl Iterator<Item = &str> {
    branches(relation, id).filter(|(_, is_held)| !*is_held).map(|(name, _)| name)
}

fn branches(relation: &Relation, id: RelationId) -> impl Iterator<Item = (&str, bool)> {
    let is_split = relation.split.as_ref().is_some_and(|split| split.relation == id);
    let steps = relation.steps.iter().filter(move |_| is_split);
    steps
        .flat_map(|step| match &step.kind {
            StepKind::Split { branches, .. } => branches.as_slice(),
            StepKind::Filter(_)
            | StepKind::Select(_)
            | StepKind::Derive(_)
            | StepKind::Join(_)
            | StepKind::Aggregate { .. }
            | StepKind::Sort(_)
            | StepKind::Take(_)
            | StepKind::Distinct { .. }
            | StepKind::SetOperation(_)
            | StepKind::Sample { .. }
            | StepKind::Place(_)
            | StepKind::Window(_)
            | StepKind::Unpivot(_)
            | StepKind::Error => &[],
        })
        .map(|branch| (branch.name.as_str(), branch.is_held))
}

const fn source_of(relation: &Relation) -> Option<RelationId> {
    match &relation.source {
        Source::Relation { relation, .. } => Some(*relation),
        Source::Table { .. } | Source::Error => None,
    }
}

/// The key columns of a `let` that is split, as the `let` knows them.
fn keep_keys(checker: &Checker, held: &mut HeldRows, base: RelationId) {
    for (id, relation) in checker.relations.iter() {
        if let (Some(split), Source::Relation { relation: source, columns }) = (&relation.split, &relation.source)
            && split.relation == id
            && *source == base
        {
            let over_there = columns.iter().filter(|(fresh, _)| split.key.contains(fresh)).map(|(_, column)| *column);
            held.keys.extend(over_there);
        }
    }
}

/// One relation, after those that it reads.
fn follow(checker: &mut Checker, held: &mut HeldRows, id: RelationId, split_by: Option<RelationId>, is_revealed: bool) {
    let relation = &mut checker.relations[id];
    let mut now = None;
    if let Source::Relation { relation: source, columns } = &relation.source {
        let known = if relation.split.is_some() { &held.inherited } else { &held.by };
        now = known.get(source).copied();
        take_over_keys(&mut held.keys, columns);
    }
    relation.source_row.is_held = now.is_some();
    for (at, step) in relation.steps.iter_mut().enumerate() {
        match &step.kind {
            StepKind::Select(items) | StepKind::Derive(items) => items.iter().for_each(|item| held.see(item)),
            StepKind::Join(join) => {
                take_over_keys(&mut held.keys, &join.right_columns);
                for merged in &join.merged {
                    if held.keys.contains(&merged.left) || held.keys.contains(&merged.right) {
                        held.keys.insert(merged.column);
                    }
                }
                join.equal.iter().for_each(|(left, right)| held.see_equal(left, right));
                now = now.or_else(|| held.by(join.right));
            }
            StepKind::Aggregate { keys, aggregates } => {
                keys.iter().chain(aggregates).for_each(|item| held.see(item));
                let by_key = keys.iter().any(|item| held.keys.contains(&item.column));
                if now.is_some() && !by_key && aggregates.iter().all(|item| releases(&item.expr)) {
                    now = None;
                    held.released.push((id, at));
                }
            }
            StepKind::Unpivot(unpivot) => {
                let read = unpivot.columns.iter().flat_map(|(_, value)| value.columns());
                if read.into_iter().any(|column| held.keys.contains(&column)) {
                    held.keys.insert(unpivot.value);
                }
            }
            StepKind::Window(window) => {
                for call in &window.calls {
                    let read = call.function.exprs();
                    if read.iter().flat_map(|expr| expr.columns()).any(|column| held.keys.contains(&column)) {
                        held.keys.insert(call.column);
                    }
                }
                window.items.iter().for_each(|item| held.see(item));
            }
            StepKind::SetOperation(set) => {
                take_over_keys(&mut held.keys, &set.right_columns);
                for column in &set.columns {
                    let of_sides = [&column.left, &column.right].map(Expr::columns);
                    if of_sides.iter().flatten().any(|side| held.keys.contains(side)) {
                        held.keys.insert(column.column);
                    }
                }
                now = now.or_else(|| held.by(set.right));
            }
            StepKind::Filter(_)
            | StepKind::Sort(_)
            | StepKind::Take(_)
            | StepKind::Distinct { .. }
            | StepKind::Sample { .. }
            | StepKind::Place(_)
            | StepKind::Split { .. }
            | StepKind::Error => {}
        }
        step.row.is_held = now.is_some();
    }
    let own = match &relation.split {
        Some(split) if split.relation == id => held_branches(relation, id).next().map(|_| id),
        Some(split) => split.is_held.then_some(split.relation),
        None => split_by,
    };
    let mut by = now.or(own);
    if is_revealed && by.is_some() {
        held.revealed.insert(id);
        (now, by) = (None, None);
    }
    if let Some(by) = now {
        held.inherited.insert(id, by);
    }
    if let Some(by) = by {
        held.by.insert(id, by);
    }
    let is_held = by.is_some();
    relation.row.is_held = is_held;
    if let Some(last) = relation.steps.last_mut() {
        last.row.is_held = is_held;
    }
}

impl HeldRows {
    /// A column computed of a key holds the key, as far as anyone can tell.
    fn see(&mut self, item: &Item) {
        if !aggregates_all(&item.expr) && item.expr.columns().iter().any(|column| self.keys.contains(column)) {
            self.keys.insert(item.column);
        }
    }
}

impl HeldRows {
    /// What equals a key is one.
    fn see_equal(&mut self, left: &Expr, right: &Expr) {
        let (left, right) = (left.columns(), right.columns());
        let is_key = |columns: &[ColumnId], keys: &BTreeSet<ColumnId>| columns.iter().any(|id| keys.contains(id));
        if is_key(&left, &self.keys) || is_key(&right, &self.keys) {
            self.keys.extend(left.into_iter().chain(right));
        }
    }
}

fn take_over_keys(keys: &mut BTreeSet<ColumnId>, columns: &[(ColumnId, ColumnId)]) {
    let fresh: Vec<ColumnId> =
        columns.iter().filter(|(_, other)| keys.contains(other)).map(|(fresh, _)| *fresh).collect();
    keys.extend(fresh);
}

/// Whether a column of an aggregate says nothing of a single row: counts, sums and averages only.
fn releases(expr: &Expr) -> bool {
    let mut is_safe = true;
    expr.visit(&mut |part| {
        if let ExprKind::Aggregate(call) = &part.kind {
            is_safe &= match call.function {
                AggregateId::Count
                | AggregateId::CountIf
                | AggregateId::CountDistinct
                | AggregateId::Sum
                | AggregateId::Average => true,
                AggregateId::Median
                | AggregateId::Quantile
                | AggregateId::Variance
                | AggregateId::VariancePopulation
                | AggregateId::StandardDeviation
                | AggregateId::StandardDeviationPopulation
                | AggregateId::Min
                | AggregateId::Max
                | AggregateId::Mode
                | AggregateId::First
                | AggregateId::Last
                | AggregateId::JoinText
                | AggregateId::JoinTextDistinct
                | AggregateId::Any
                | AggregateId::All => false,
            };
        }
    });
    is_safe
}

fn aggregates_all(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Aggregate { .. }) && releases(expr)
}
