//! The one way over a plan: the inputs and expressions of a node, the nodes of a tree, the readers of a relation.
//!
//! Rules, printers and checks go through here, so a new kind of node has one place to say what it is made of.

use std::collections::{BTreeMap, BTreeSet};

use wr_base::ids::{ColumnId, NodeId, RelationId};

use super::{LogicalPlan, NodeKind};
use crate::declaration::{Fact, Share};
use crate::expr::Expr;
use crate::logical::Unmatched;

impl NodeKind {
    /// The nodes that it takes rows from, left before right.
    #[must_use]
    pub fn inputs(&self) -> Vec<NodeId> {
        match self {
            Self::Scan(_) | Self::Read { .. } => Vec::new(),
            Self::Filter { input, .. }
            | Self::Project { input, .. }
            | Self::Aggregate { input, .. }
            | Self::Sort { input, .. }
            | Self::Take { input, .. }
            | Self::Distinct { input, .. }
            | Self::Sample { input, .. }
            | Self::Split { input, .. } => vec![*input],
            Self::Join(join) => vec![join.left, join.right],
            Self::SetOperation(set) => vec![set.left, set.right],
            Self::Window(window) => vec![window.input],
            Self::Unpivot(unpivot) => vec![unpivot.input],
        }
    }

    /// As [`NodeKind::inputs`], to change them in place.
    pub fn inputs_mut(&mut self) -> Vec<&mut NodeId> {
        match self {
            Self::Scan(_) | Self::Read { .. } => Vec::new(),
            Self::Filter { input, .. }
            | Self::Project { input, .. }
            | Self::Aggregate { input, .. }
            | Self::Sort { input, .. }
            | Self::Take { input, .. }
            | Self::Distinct { input, .. }
            | Self::Sample { input, .. }
            | Self::Split { input, .. } => vec![input],
            Self::Join(join) => vec![&mut join.left, &mut join.right],
            Self::SetOperation(set) => vec![&mut set.left, &mut set.right],
            Self::Window(window) => vec![&mut window.input],
            Self::Unpivot(unpivot) => vec![&mut unpivot.input],
        }
    }

    /// The expressions that stand in it.
    #[must_use]
    pub fn exprs(&self) -> Vec<&Expr> {
        match self {
            Self::Scan(scan) => scan.arguments.iter().chain(scan.without_occasion.iter().map(|(_, e)| e)).collect(),
            Self::Read { .. } | Self::SetOperation(_) => Vec::new(),
            Self::Filter { predicate, condition, .. } => std::iter::once(predicate).chain(condition).collect(),
            Self::Project { items, .. } => items.iter().map(|item| &item.expr).collect(),
            Self::Join(join) => {
                let sides = join.equal.iter().flat_map(|(left, right)| [left, right]);
                let share = match &join.unmatched {
                    Unmatched::AtMost(share) => Some(share),
                    Unmatched::ByKind | Unmatched::Fail | Unmatched::Drop => None,
                };
                sides.chain(&join.also).chain(share).chain(&join.condition).collect()
            }
            Self::Aggregate { keys, aggregates, .. } => keys.iter().chain(aggregates).map(|item| &item.expr).collect(),
            Self::Sort { by, condition, .. } => by.iter().map(|key| &key.expr).chain(condition).collect(),
            Self::Unpivot(unpivot) => unpivot.columns.iter().map(|(_, value)| value).collect(),
            Self::Window(window) => {
                let calls = window.calls.iter().flat_map(|call| call.function.exprs());
                window.by.iter().chain(window.sort.iter().map(|key| &key.expr)).chain(calls).collect()
            }
            Self::Sample { count, seed, condition, .. } => {
                std::iter::once(count).chain(seed).chain(condition).collect()
            }
            Self::Take { count, condition, .. } => std::iter::once(count).chain(condition).collect(),
            Self::Distinct { keep, condition, .. } => keep.iter().map(|key| &key.expr).chain(condition).collect(),
            Self::Split { seed, branches, .. } => seed
                .iter()
                .chain(branches.iter().filter_map(|branch| match &branch.share {
                    Share::Of(share) => Some(share),
                    Share::Rest => None,
                }))
                .collect(),
        }
    }

    /// As [`NodeKind::exprs`], to change them in place.
    pub fn exprs_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Self::Scan(scan) => {
                scan.arguments.iter_mut().chain(scan.without_occasion.iter_mut().map(|(_, e)| e)).collect()
            }
            Self::Read { .. } | Self::SetOperation(_) => Vec::new(),
            Self::Filter { predicate, condition, .. } => std::iter::once(predicate).chain(condition).collect(),
            Self::Project { items, .. } => items.iter_mut().map(|item| &mut item.expr).collect(),
            Self::Join(join) => {
                let sides = join.equal.iter_mut().flat_map(|(left, right)| [left, right]);
                let share = match &mut join.unmatched {
                    Unmatched::AtMost(share) => Some(share),
                    Unmatched::ByKind | Unmatched::Fail | Unmatched::Drop => None,
                };
                sides.chain(&mut join.also).chain(share).chain(&mut join.condition).collect()
            }
            Self::Aggregate { keys, aggregates, .. } => {
                keys.iter_mut().chain(aggregates).map(|item| &mut item.expr).collect()
            }
            Self::Sort { by, condition, .. } => by.iter_mut().map(|key| &mut key.expr).chain(condition).collect(),
            Self::Unpivot(unpivot) => unpivot.columns.iter_mut().map(|(_, value)| value).collect(),
            Self::Window(window) => {
                let calls = window.calls.iter_mut().flat_map(|call| call.function.exprs_mut());
                window.by.iter_mut().chain(window.sort.iter_mut().map(|key| &mut key.expr)).chain(calls).collect()
            }
            Self::Sample { count, seed, condition, .. } => {
                std::iter::once(count).chain(seed).chain(condition).collect()
            }
            Self::Take { count, condition, .. } => std::iter::once(count).chain(condition).collect(),
            Self::Distinct { keep, condition, .. } => {
                keep.iter_mut().map(|key| &mut key.expr).chain(condition).collect()
            }
            Self::Split { seed, branches, .. } => seed
                .iter_mut()
                .chain(branches.iter_mut().filter_map(|branch| match &mut branch.share {
                    Share::Of(share) => Some(share),
                    Share::Rest => None,
                }))
                .collect(),
        }
    }
}

/// The nodes of the tree at a node, inputs first; reads of other relations are its leaves.
#[must_use]
pub fn tree(plan: &LogicalPlan, root: NodeId) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    for input in plan.nodes[root].kind.inputs() {
        nodes.extend(tree(plan, input));
    }
    nodes.push(root);
    nodes
}

/// Changes every expression of a plan, inner ones before those that they stand in: of its nodes and of its outputs.
/// What parameters themselves declare (defaults, checks) is not of the plan and stays.
pub fn change_exprs(plan: &mut LogicalPlan, change: &mut impl FnMut(&mut Expr)) {
    let ids: Vec<NodeId> = plan.nodes.iter().map(|(id, _)| id).collect();
    for id in ids {
        for expr in plan.nodes[id].kind.exprs_mut() {
            expr.transform(change);
        }
    }
    for expectation in &mut plan.expectations {
        expectation.condition.transform(change);
    }
    for record in &mut plan.records {
        for (_, expr) in &mut record.assignments {
            expr.transform(change);
        }
    }
    for export in &mut plan.exports {
        for column in export.sheets.iter_mut().flat_map(|sheet| &mut sheet.columns) {
            if let Some(condition) = &mut column.present_if {
                condition.transform(change);
            }
        }
    }
}

/// The relations that are wanted for themselves: what outputs take, and what facts are about. In a plan without
/// outputs (the options of a parameter, a preview), the ones that it was cut down to.
#[must_use]
pub fn wanted(plan: &LogicalPlan) -> BTreeSet<RelationId> {
    let facts = plan.facts.iter().filter_map(|(_, fact)| match fact {
        Fact::Rows { relation } | Fact::Unique { relation, .. } | Fact::Scalar { relation, .. } => Some(*relation),
        Fact::Change { .. } => None,
    });
    let records = plan.records.iter().map(|record| record.relation);
    let sheets = plan.exports.iter().flat_map(|export| &export.sheets).map(|sheet| sheet.relation);
    let reveals = plan.reveals.iter().filter(|reveal| !reveal.sheets.is_empty()).map(|reveal| reveal.relation);
    facts.chain(records).chain(sheets).chain(reveals).collect()
}

/// The columns of each wanted relation that outputs and facts read.
#[must_use]
pub fn wanted_columns(plan: &LogicalPlan) -> BTreeMap<RelationId, BTreeSet<ColumnId>> {
    let mut wanted: BTreeMap<RelationId, BTreeSet<ColumnId>> = BTreeMap::new();
    for (_, fact) in plan.facts.iter() {
        match fact {
            Fact::Rows { relation } => wanted.entry(*relation).or_default(),
            Fact::Unique { relation, columns } => {
                let entry = wanted.entry(*relation).or_default();
                entry.extend(columns);
                entry
            }
            Fact::Scalar { relation, column } => {
                let entry = wanted.entry(*relation).or_default();
                entry.insert(*column);
                entry
            }
            // What it compares is a fact of its own.
            Fact::Change { .. } => continue,
        };
    }
    // What nobody writes is not revealed, and need not be computed.
    for reveal in plan.reveals.iter().filter(|reveal| !reveal.sheets.is_empty()) {
        wanted.entry(reveal.relation).or_default().extend(&reveal.keys);
    }
    for record in &plan.records {
        let entry = wanted.entry(record.relation).or_default();
        entry.extend(record.assignments.iter().flat_map(|(_, expr)| expr.columns()));
    }
    for sheet in plan.exports.iter().flat_map(|export| &export.sheets) {
        let columns = sheet.columns.iter().map(|column| column.column);
        wanted.entry(sheet.relation).or_default().extend(columns.chain(sheet.by));
    }
    wanted
}

/// The relations that are computed when these are wanted: they, what they read, and the split relations that tell who
/// is held. Each after those that it reads.
#[must_use]
pub fn live(plan: &LogicalPlan, wanted: impl IntoIterator<Item = RelationId>) -> Vec<RelationId> {
    fn add(plan: &LogicalPlan, relation: RelationId, live: &mut Vec<RelationId>) {
        if live.contains(&relation) {
            return;
        }
        for node in tree(plan, plan.relations[relation].root) {
            if let NodeKind::Read { relation, .. } = &plan.nodes[node].kind {
                add(plan, *relation, live);
            }
        }
        live.push(relation);
    }
    let mut live = Vec::new();
    for relation in wanted {
        add(plan, relation, &mut live);
    }
    live
}
