//! Filters that stand right above a scan are offered to its source; what stands above those, as a whole; the rest of each tree
//! is computed here.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use wr_base::ids::{Arena, ColumnId, NodeId, RelationId, StepId};

use super::demands;
use super::ship_keys::{Shipment, Side, shipment};
use super::whole::{Below, Offer};
use super::{Drivers, capabilities};
use crate::expr::Expr;
use crate::logical::{Join, LogicalPlan, NodeKind, Scan, visit};
use crate::physical::{
    KeysFrom, PhysicalKind, PhysicalNode, PhysicalPlan, PushedFilter, QueryId, Reason, SourceQuery, Stage, Support,
    Whole, WholeId,
};
use crate::rules::{OptimisedPlan, Rule, obstacle_words, prune};
use crate::sql::{self, Dialect};

pub(super) fn decide(optimised: &OptimisedPlan, drivers: &Drivers) -> PhysicalPlan {
    let mut plan = optimised.plan().clone();
    let live = visit::live(&plan, optimised.wanted().keys().copied());
    let mut offers = Offers { drivers, pushed: BTreeMap::new(), reasons: Vec::new() };
    for relation in &live {
        let root = plan.relations[*relation].root;
        let root = offers.offer(&mut plan, root);
        plan.relations[*relation].root = root;
    }
    // A column that only a source's filter reads need not come.
    if optimised.rules().has(Rule::PruneColumns) {
        prune(&mut plan, optimised.wanted());
    }
    let Offers { pushed, reasons, .. } = offers;
    let mut placed = Placed {
        plan: &plan,
        drivers,
        pushed,
        keys: BTreeMap::new(),
        queries: Vec::new(),
        wholes: Vec::new(),
        nodes: Arena::new(),
        reasons,
    };
    let stages = live
        .iter()
        .map(|relation| {
            let root = placed.node(plan.relations[*relation].root);
            Stage { relation: *relation, root, is_spooled: is_spooled(&plan, optimised, &live, *relation) }
        })
        .collect();
    let Placed { queries, wholes, nodes, mut reasons, .. } = placed;
    reasons.sort_by_key(|reason| reason.step);
    let mut placed = PhysicalPlan {
        report: plan.report,
        tables: plan.tables,
        values: plan.values,
        queries,
        wholes,
        nodes,
        stages,
        relations: plan.relations,
        facts: plan.facts,
        expectations: plan.expectations,
        records: plan.records,
        exports: plan.exports,
        reveals: plan.reveals,
        demands: plan.demands,
        unplaced: Vec::new(),
        steps: plan.steps,
        not_taken: optimised.not_taken().to_vec(),
        reasons,
        drivers: drivers.clone(),
    };
    demands::judge(&mut placed);
    placed
}

/// A6: computed once and kept when an effect takes the rows, or more than one reader, or a split is made of them.
fn is_spooled(plan: &LogicalPlan, optimised: &OptimisedPlan, live: &[RelationId], relation: RelationId) -> bool {
    let is_split =
        |relation: RelationId| matches!(plan.nodes[plan.relations[relation].root].kind, NodeKind::Split { .. });
    let mut readers = usize::from(optimised.wanted().contains_key(&relation));
    for reader in live {
        for node in visit::tree(plan, plan.relations[*reader].root) {
            if matches!(plan.nodes[node].kind, NodeKind::Read { relation: read, .. } if read == relation) {
                readers += if is_split(*reader) { 2 } else { 1 };
            }
        }
    }
    readers > 1 || optimised.wanted().contains_key(&relation) || is_split(relation)
}

/// What a source takes over of the steps above its scan.
struct Pushed {
    /// The scan's columns before those were dropped that only the filters read.
    columns: Vec<(ColumnId, u32)>,
    filters: Vec<PushedFilter>,
}

/// What sources take over.
struct Offers<'a> {
    drivers: &'a Drivers,
    /// By the node of the scan.
    pushed: BTreeMap<NodeId, Pushed>,
    reasons: Vec<Reason>,
}

impl Offers<'_> {
    /// Offers the filters of a tree to the sources below them; gives the tree without those that were taken over.
    fn offer(&mut self, plan: &mut LogicalPlan, at: NodeId) -> NodeId {
        let mut node = plan.nodes[at].clone();
        for input in node.kind.inputs_mut() {
            *input = self.offer(plan, *input);
        }
        plan.nodes[at] = node;
        let node = &plan.nodes[at];
        let NodeKind::Filter { input, predicate, condition: None } = &node.kind else { return at };
        let (input, step) = (*input, node.step);
        let below = &plan.nodes[input];
        let Some(scan) = scan_below(plan, input) else {
            let word = plan.steps.get(below.step).map_or("", |step| step.word.as_str());
            if let Some(why) = obstacle_words(plan, below, predicate) {
                let text = format!("computed here, after `{word}`: {why}");
                self.reasons.push(Reason { step, text, is_there: false });
            }
            return at;
        };
        let NodeKind::Scan(scanned) = &plan.nodes[scan].kind else { return at };
        let table = &plan.tables[scanned.table];
        let engine = self.drivers.engine(&table.connection, table.engine);
        let zone = plan.report.zone;
        let answer = |predicate: &Expr| {
            let answer = capabilities::filter(engine, predicate);
            match Dialect::of(engine).filter(|_| answer.support != Support::No) {
                None => answer,
                Some(dialect) => sql::can_write(dialect, table, &scanned.columns, predicate, zone)
                    .map_or_else(capabilities::Answer::no, |()| answer),
            }
        };
        let source = format!("{}.{}", table.connection, table.name);
        let whole = answer(predicate);
        let (offered, support) = match whole.support {
            Support::No => (part_of(predicate, |part| answer(part).support != Support::No), Support::Wider),
            support @ (Support::Exact | Support::Wider) => (Some(predicate.clone()), support),
        };
        let text = match (whole.support, &offered) {
            (Support::Exact, _) => format!("done by {source} as it is read"),
            (Support::Wider, _) => format!("done roughly by {source}, and again here: {}", whole.why),
            (Support::No, Some(_)) => format!("done in part by {source}, and all of it here: {}", whole.why),
            (Support::No, None) => format!("computed here, not by {source}: {}", whole.why),
        };
        self.reasons.push(Reason { step, text, is_there: whole.support != Support::No });
        let Some(offered) = offered else { return at };
        let filter = PushedFilter { step, predicate: offered, support, placed_by: None };
        let columns = scanned.columns.clone();
        self.pushed.entry(scan).or_insert_with(|| Pushed { columns, filters: Vec::new() }).filters.push(filter);
        if support == Support::Exact { input } else { at }
    }
}

/// What a source can do of an `and`: it lets more rows through than all of it would. Of what can fail, nothing: the rest may
/// fail for a row that the part keeps away, and the other way round.
fn part_of(predicate: &Expr, can: impl Fn(&Expr) -> bool) -> Option<Expr> {
    if crate::rules::can_fail(predicate) {
        return None;
    }
    predicate.conjuncts().into_iter().filter(|part| can(part)).cloned().reduce(Expr::and)
}

/// The scan under a chain of filters that cannot fail: a filter on it sees the scan's rows, fewer of them at most.
fn scan_below(plan: &LogicalPlan, at: NodeId) -> Option<NodeId> {
    match &plan.nodes[at].kind {
        NodeKind::Scan(_) => Some(at),
        NodeKind::Filter { input, predicate, condition } => {
            let can_fail = crate::rules::can_fail(predicate) || condition.as_ref().is_some_and(crate::rules::can_fail);
            scan_below(plan, *input).filter(|_| !can_fail)
        }
        NodeKind::Read { .. }
        | NodeKind::Project { .. }
        | NodeKind::Join(_)
        | NodeKind::Aggregate { .. }
        | NodeKind::Sort { .. }
        | NodeKind::Take { .. }
        | NodeKind::Distinct { .. }
        | NodeKind::SetOperation(_)
        | NodeKind::Sample { .. }
        | NodeKind::Window(_)
        | NodeKind::Unpivot(_)
        | NodeKind::Split { .. } => None,
    }
}

/// Physical nodes as they are made.
struct Placed<'a> {
    plan: &'a LogicalPlan,
    drivers: &'a Drivers,
    pushed: BTreeMap<NodeId, Pushed>,
    /// By the node of the scan that gets them.
    keys: BTreeMap<NodeId, Vec<KeysFrom>>,
    queries: Vec<SourceQuery>,
    wholes: Vec<Whole>,
    nodes: Arena<NodeId, PhysicalNode>,
    reasons: Vec<Reason>,
}

impl Placed<'_> {
    fn node(&mut self, at: NodeId) -> NodeId {
        let plan = self.plan;
        let node = &plan.nodes[at];
        let kind = match &node.kind {
            NodeKind::Scan(scan) => PhysicalKind::Fetch(self.query(at, node.step, scan)),
            NodeKind::Join(join) => PhysicalKind::Local(NodeKind::Join(Box::new(self.join(node.step, join)))),
            NodeKind::Read { .. }
            | NodeKind::Filter { .. }
            | NodeKind::Project { .. }
            | NodeKind::Aggregate { .. }
            | NodeKind::Sort { .. }
            | NodeKind::Take { .. }
            | NodeKind::Distinct { .. }
            | NodeKind::SetOperation(_)
            | NodeKind::Sample { .. }
            | NodeKind::Window(_)
            | NodeKind::Unpivot(_)
            | NodeKind::Split { .. } => {
                let mut kind = node.kind.clone();
                for input in kind.inputs_mut() {
                    *input = self.node(*input);
                }
                PhysicalKind::Local(kind)
            }
        };
        let placed = self.nodes.add(PhysicalNode { step: node.step, kind, columns: node.columns.clone() });
        self.whole(placed)
    }

    /// The node, or a choice between it and a query that does all of it.
    fn whole(&mut self, at: NodeId) -> NodeId {
        let node = &self.nodes[at];
        let below = Below {
            nodes: &self.nodes,
            queries: &self.queries,
            tables: &self.plan.tables,
            drivers: self.drivers,
            zone: self.plan.report.zone,
        };
        let id = WholeId(u32::try_from(self.wholes.len()).unwrap_or(u32::MAX));
        let Some(Offer { source, whole }) = below.offer(node, id) else { return at };
        let (step, columns) = (node.step, node.columns.clone());
        match whole {
            Ok(whole) => {
                let text = format!("done by {source} as it is read, where the types there allow it");
                self.reasons.push(Reason { step, text, is_there: true });
                self.wholes.push(whole);
                self.nodes.add(PhysicalNode { step, kind: PhysicalKind::Choose { whole: id, otherwise: at }, columns })
            }
            Err(why) => {
                let text = format!("computed here, not by {source}: {why}");
                self.reasons.push(Reason { step, text, is_there: false });
                at
            }
        }
    }

    /// The side that has the keys comes first, so that the other side's query knows them.
    fn join(&mut self, step: StepId, join: &Join) -> Join {
        // Keys that go ahead to a query would stand in the way of what a `place` wants of it.
        let shipment = shipment(self.plan, self.drivers, join).filter(|shipment| !self.is_wanted_whole(shipment.scan));
        let order = match shipment {
            Some(Shipment { from: Side::Right, .. }) => [Side::Right, Side::Left],
            Some(Shipment { from: Side::Left, .. }) | None => [Side::Left, Side::Right],
        };
        let mut placed = join.clone();
        for (place, side) in order.into_iter().enumerate() {
            let input = match side {
                Side::Left => &mut placed.left,
                Side::Right => &mut placed.right,
            };
            *input = self.node(*input);
            if let (0, Some(Shipment { column, scan, declared, .. })) = (place, shipment) {
                let keys = KeysFrom { step, declared, node: *input, column };
                self.keys.entry(scan).or_default().push(keys);
            }
        }
        placed
    }

    /// Whether a `place` wants more of a scan's source than its rows.
    fn is_wanted_whole(&self, scan: NodeId) -> bool {
        let step = self.plan.nodes[scan].step;
        let is_more = |kind: &NodeKind| {
            matches!(kind, NodeKind::Aggregate { .. } | NodeKind::Distinct { .. } | NodeKind::Take { .. })
        };
        let demands = self.plan.demands.iter().filter(|demand| demand.steps.contains(&step));
        let steps = demands.flat_map(|demand| &demand.steps).collect::<BTreeSet<_>>();
        self.plan.nodes.iter().any(|(_, node)| is_more(&node.kind) && steps.contains(&node.step))
    }

    fn query(&mut self, at: NodeId, step: StepId, scan: &Scan) -> QueryId {
        let (filters, filter_columns) = match self.pushed.remove(&at) {
            None => (Vec::new(), Vec::new()),
            Some(Pushed { columns, filters }) => {
                let is_read = |id| filters.iter().any(|filter| filter.predicate.columns().contains(&id));
                let only_filtered = columns.into_iter().filter(|column| !scan.columns.contains(column));
                let read = only_filtered.filter(|(id, _)| is_read(*id)).collect();
                (filters, read)
            }
        };
        let id = QueryId(u32::try_from(self.queries.len()).unwrap_or(u32::MAX));
        self.queries.push(SourceQuery {
            id,
            step,
            connection: self.plan.tables[scan.table].connection.clone(),
            table: scan.table,
            columns: scan.columns.clone(),
            filter_columns,
            arguments: scan.arguments.clone(),
            filters,
            without_occasion: scan.without_occasion.clone(),
            keys: self.keys.remove(&at).unwrap_or_default(),
        });
        id
    }
}
