//! Filters right above a query, and what they read, done to each batch as it arrives: a row that does not stay is never kept.
//!
//! ```text
//! fetch ─► derive ─► filter ─► group by …      the first three to each batch, the group to what is left of all
//! ```
//!
//! Invariant (B1): rows, counts and the failure are those of the nodes done one after the other to all rows. So a failure
//! stops nothing: nodes before it go on, as a later batch may fail there.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;
use wr_base::ids::NodeId;
use wr_plan::functions::Setting;
use wr_plan::logical::{NodeKind, PlanColumn};
use wr_plan::physical::{PhysicalKind, PhysicalNode, PhysicalPlan, QueryId, print};

use super::expression::Scene;
use super::failure::FirstFailure;
use super::node::{Made, make};
use crate::error::RunError;
use crate::frame::{Frame, no_rows};
use crate::sources::errors::internal;

/// For some queries the nodes above it, lowest first: the last one is a filter.
#[derive(Debug, Default)]
pub(super) struct Chains(BTreeMap<QueryId, Vec<NodeId>>);

impl Chains {
    /// Of the queries that are needed. A node that more than one other reads ends a chain: both see its rows.
    pub(super) fn of(plan: &PhysicalPlan, needed: &BTreeSet<QueryId>, readers: &BTreeMap<NodeId, usize>) -> Self {
        let mut above = BTreeMap::new();
        for (id, node) in plan.nodes.iter() {
            above.extend(print::inputs(&node.kind).into_iter().map(|input| (input, id)));
        }
        let mut chains = BTreeMap::new();
        for (id, node) in plan.nodes.iter() {
            let PhysicalKind::Fetch(query) = &node.kind else { continue };
            if !needed.contains(query) {
                continue;
            }
            let (mut chain, mut top) = (Vec::new(), id);
            while let Some(next) = above.get(&top).filter(|next| !readers.contains_key(&top) && is_by_row(plan, **next))
            {
                chain.push(*next);
                top = *next;
            }
            let last = chain.iter().rposition(|node| is_filter(&plan.nodes[*node]));
            chain.truncate(last.map_or(0, |last| last + 1));
            if !chain.is_empty() {
                chains.insert(*query, chain);
            }
        }
        Self(chains)
    }

    pub(super) fn above(&self, query: QueryId) -> &[NodeId] {
        self.0.get(&query).map_or(&[], Vec::as_slice)
    }

    /// The query whose chain ends in a node.
    pub(super) fn below(&self, top: NodeId) -> Option<QueryId> {
        self.0.iter().find(|(_, chain)| chain.last() == Some(&top)).map(|(query, _)| *query)
    }
}

/// Whether each row is looked at by itself.
fn is_by_row(plan: &PhysicalPlan, at: NodeId) -> bool {
    let kind = &plan.nodes[at].kind;
    matches!(kind, PhysicalKind::Local(NodeKind::Filter { .. } | NodeKind::Project { .. }))
}

const fn is_filter(node: &PhysicalNode) -> bool {
    matches!(node.kind, PhysicalKind::Local(NodeKind::Filter { .. }))
}

/// A chain over the batches of an answer.
pub(super) struct Batchwise<'a> {
    nodes: Vec<(&'a PhysicalNode, &'a NodeKind)>,
    scene: Scene,
    /// What comes of the query.
    answered: Vec<PlanColumn>,
    rows_after: Vec<u64>,
    has_seen_any: bool,
    /// How many nodes may still fail first.
    open: usize,
    failure: FirstFailure,
}

impl<'a> Batchwise<'a> {
    pub(super) fn new(plan: &'a PhysicalPlan, chain: &[NodeId], setting: Setting, answered: Vec<PlanColumn>) -> Self {
        let nodes: Vec<_> = chain
            .iter()
            .filter_map(|id| {
                let node = &plan.nodes[*id];
                let PhysicalKind::Local(kind) = &node.kind else { return None };
                Some((node, kind))
            })
            .collect();
        let (rows_after, open) = (vec![0; nodes.len()], nodes.len());
        let (scene, failure) = (Scene::new(setting), FirstFailure::default());
        Self { nodes, scene, answered, rows_after, has_seen_any: false, open, failure }
    }

    /// The columns of what is left.
    pub(super) fn columns(&self) -> Vec<PlanColumn> {
        self.nodes.last().map_or_else(|| self.answered.clone(), |(node, _)| node.columns.clone())
    }

    /// What is left of a batch; `None` once a node failed.
    pub(super) fn apply(&mut self, data: DataFrame) -> Option<DataFrame> {
        self.has_seen_any = true;
        let mut frame = Frame { columns: self.answered.clone(), data };
        for (at, ((node, kind), rows_after)) in self.nodes.iter().zip(&mut self.rows_after).enumerate() {
            // The one that failed, too: an earlier expression of it may fail in this batch.
            if at > self.open {
                return None;
            }
            match make(kind, &[frame], &node.columns, &self.scene) {
                Ok(Made { frame: made, .. }) => frame = made,
                Err(fault) => {
                    self.failure.see(fault.at(node.step));
                    self.open = at;
                    return None;
                }
            }
            *rows_after += frame.rows() as u64;
        }
        self.failure.is_none().then_some(frame.data)
    }

    /// How many rows there were after each node.
    ///
    /// # Errors
    /// The failure of the first step, if any row had one.
    pub(super) fn finish(mut self) -> Result<Vec<u64>, RunError> {
        if !self.has_seen_any {
            // A condition or a value of no row can fail all the same.
            let step = self.nodes.first().map(|(node, _)| node.step);
            let none = no_rows(&self.answered).map_err(|fault| internal(step, fault))?;
            self.apply(none);
        }
        self.failure.take().map_or(Ok(self.rows_after), Err)
    }
}
