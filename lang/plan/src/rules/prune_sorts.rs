//! `prune_sorts`: an order that nothing sees is not made.
//!
//! ```text
//! scan wallet.cards { kind }       scan wallet.cards { kind }
//! sort kind                        group by kind { cards = count() }
//! group by kind { cards = count() }
//! ```
//!
//! A sort goes when every node between it and the next one that ends the order lets it through unseen (B11):
//!
//! | above it | the order is |
//! | --- | --- |
//! | aggregate, set operation, unpivot, the right side of a join, a join that may find many rows | not seen |
//! | distinct | not seen, where it compares whole rows or says which one to keep |
//! | filter, project, window, sample, split, the left side of the other joins | seen if it is seen above them |
//! | take, another sort | seen: the first rows are others; equal rows keep the order in which they come |
//! | the end of a relation | seen: a file or another relation reads it |
//!
//! It does not fire on a sort whose keys can fail (B1), or that an `if` decides about in the run.

use wr_base::ids::NodeId;

use super::can_fail;
use crate::logical::{JoinKind, LogicalPlan, NodeKind};

/// Takes unseen sorts out of the tree at the root of a relation; gives its new root.
pub(super) fn prune(plan: &mut LogicalPlan, root: NodeId) -> NodeId {
    below(plan, root, true)
}

/// `is_seen`: whoever is above looks at the order of the rows.
fn below(plan: &mut LogicalPlan, at: NodeId, is_seen: bool) -> NodeId {
    if let NodeKind::Sort { input, by, condition: None } = &plan.nodes[at].kind
        && !is_seen
        && !by.iter().any(|key| can_fail(&key.expr))
    {
        let input = *input;
        return below(plan, input, false);
    }
    let mut node = plan.nodes[at].clone();
    let seen = seen_of_inputs(&node.kind, is_seen);
    for (input, is_seen) in node.kind.inputs_mut().into_iter().zip(seen) {
        *input = below(plan, *input, is_seen);
    }
    plan.nodes[at] = node;
    at
}

/// For each input whether its order is seen.
fn seen_of_inputs(kind: &NodeKind, is_seen: bool) -> Vec<bool> {
    match kind {
        NodeKind::Scan(_) | NodeKind::Read { .. } => Vec::new(),
        NodeKind::Filter { .. }
        | NodeKind::Project { .. }
        | NodeKind::Window(_)
        | NodeKind::Sample { .. }
        | NodeKind::Split { .. } => vec![is_seen],
        NodeKind::Sort { .. } | NodeKind::Take { .. } => vec![true],
        // No aggregate depends on the order of its rows (B8): one that is written with `by` brings its own.
        NodeKind::Aggregate { .. } => vec![false],
        NodeKind::Unpivot(_) => vec![false],
        NodeKind::SetOperation(_) => vec![false, false],
        // Which of several equal keys stays would be decided by the order, where nothing else is said; and a step that
        // is not taken gives its rows as they come.
        NodeKind::Distinct { on, keep, condition, .. } => {
            vec![!on.is_empty() && keep.is_empty() || condition.is_some() && is_seen]
        }
        NodeKind::Join(join) => {
            let keeps_order = match join.kind {
                JoinKind::Semi | JoinKind::Anti => true,
                JoinKind::Inner | JoinKind::Left => join.is_one,
                JoinKind::Full | JoinKind::Cross => false,
            };
            vec![keeps_order && is_seen, false]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::AggregateId;
    use crate::rules::Rule;
    use crate::rules::testing::{World, check, check_stays};
    use wr_base::ids::NodeId;

    const RULE: Rule = Rule::PruneSorts;

    /// Cards sorted by their kind.
    fn sorted(w: &mut World) -> NodeId {
        let scan = w.b.scan(w.cards);
        let by = w.b.col(scan, "kind");
        w.b.sort(scan, vec![by])
    }

    #[test]
    fn an_order_that_a_group_does_not_see_is_not_made() {
        let mut w = World::new();
        let sort = sorted(&mut w);
        let predicate = w.above(sort, "card_id", 1);
        let filter = w.b.filter(sort, predicate);
        let (key, count) = (w.b.col(filter, "kind"), w.b.aggregated(AggregateId::Count, "int", vec![]));
        let group = w.b.aggregate(filter, vec![("kind", key)], vec![("cards", count)]);
        check(
            RULE,
            w.out(group),
            "
            out:
              scan wallet.cards { card_id, user_id, kind }
              filter card_id > 1
              group by kind { cards = count() }
        ",
        );
    }

    #[test]
    fn the_right_side_of_a_join_needs_no_order() {
        let mut w = World::new();
        let users = w.b.scan(w.users);
        let sort = sorted(&mut w);
        let semi = w.b.join(JoinKind::Semi, users, sort, &[("user_id", "user_id")]);
        check(
            RULE,
            w.out(semi),
            "
            out:
              scan crm.users { user_id, city }
              join semi on user_id == user_id#2
                scan wallet.cards { card_id, user_id#2, kind }
        ",
        );
    }

    #[test]
    fn an_order_that_a_file_shows_stays() {
        let mut w = World::new();
        let sort = sorted(&mut w);
        let predicate = w.above(sort, "card_id", 1);
        let filter = w.b.filter(sort, predicate);
        check_stays(RULE, w.out(filter));
    }

    #[test]
    fn an_order_that_decides_which_rows_are_taken_stays() {
        let mut w = World::new();
        let sort = sorted(&mut w);
        let take = w.b.take(sort, 3);
        let count = w.b.aggregated(AggregateId::Count, "int", vec![]);
        let aggregate = w.b.aggregate(take, vec![], vec![("cards", count)]);
        check_stays(RULE, w.out(aggregate));
    }

    #[test]
    fn an_order_that_decides_which_row_of_a_key_stays_is_made() {
        let mut w = World::new();
        let sort = sorted(&mut w);
        let distinct = w.b.distinct(sort, &["user_id"]);
        check_stays(RULE, w.out(distinct));
    }

    #[test]
    fn a_sort_that_can_fail_stays() {
        let mut w = World::new();
        let scan = w.b.scan(w.cards);
        let by = w.fails(scan, "kind");
        let sort = w.b.sort(scan, vec![by]);
        let count = w.b.aggregated(AggregateId::Count, "int", vec![]);
        let aggregate = w.b.aggregate(sort, vec![], vec![("cards", count)]);
        check_stays(RULE, w.out(aggregate));
    }
}
