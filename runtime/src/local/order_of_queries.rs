//! Which queries wait for which: one that is sent keys is asked after the rows are known that have them.

use std::collections::{BTreeMap, BTreeSet};

use wr_base::ids::{NodeId, RelationId};
use wr_plan::logical::NodeKind;
use wr_plan::physical::{PhysicalKind, PhysicalPlan, QueryId, print};

/// Queries in rounds: those of a round need rows of earlier rounds only, and are asked side by side.
pub(super) fn rounds(plan: &PhysicalPlan, needed: &BTreeSet<QueryId>) -> Vec<Vec<QueryId>> {
    let mut rounds: BTreeMap<usize, Vec<QueryId>> = BTreeMap::new();
    let mut known = BTreeMap::new();
    for query in needed {
        rounds.entry(round(plan, *query, &mut known)).or_default().push(*query);
    }
    rounds.into_values().collect()
}

/// Keys come from another side of a join than their query, so this ends.
fn round(plan: &PhysicalPlan, query: QueryId, known: &mut BTreeMap<QueryId, usize>) -> usize {
    if let Some(round) = known.get(&query) {
        return *round;
    }
    let found = plan.queries.iter().find(|other| other.id == query);
    let keys: Vec<NodeId> = found.into_iter().flat_map(|query| query.keys.iter().map(|keys| keys.node)).collect();
    let mut before = BTreeSet::new();
    let mut relations = BTreeSet::new();
    keys.iter().for_each(|node| read_by(plan, *node, &mut before, &mut relations));
    let after = before.iter().map(|query| round(plan, *query, known) + 1).max();
    let round = after.unwrap_or(usize::from(!keys.is_empty()));
    known.insert(query, round);
    round
}

/// The queries and the relations that a node reads, through whatever stands between.
pub(super) fn read_by(
    plan: &PhysicalPlan,
    at: NodeId,
    queries: &mut BTreeSet<QueryId>,
    relations: &mut BTreeSet<RelationId>,
) {
    match &plan.nodes[at].kind {
        PhysicalKind::Fetch(query) => {
            queries.insert(*query);
        }
        PhysicalKind::Local(NodeKind::Read { relation, .. }) => {
            if relations.insert(*relation)
                && let Some(stage) = plan.stages.iter().find(|stage| stage.relation == *relation)
            {
                read_by(plan, stage.root, queries, relations);
            }
        }
        kind @ (PhysicalKind::Local(_) | PhysicalKind::Choose { .. }) => {
            print::inputs(kind).into_iter().for_each(|input| read_by(plan, input, queries, relations));
        }
    }
}
