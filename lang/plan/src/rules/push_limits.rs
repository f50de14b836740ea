//! `push_limits`: a `take` goes below what only computes columns, so that they are computed of the rows that stay.
//!
//! ```text
//! sort card_id                     sort card_id
//! select card_id, town = lower(c)  take 10
//! take 10                          select card_id, town = lower(c)
//! ```
//!
//! | node | a `take` passes |
//! | --- | --- |
//! | project that cannot fail | yes: a row in, a row out, in the same order |
//! | everything else | no: other rows would be the first, or fewer rows would reach what can fail (B1) |
//!
//! It does not fire on a count that can fail, or that an `if` decides about in the run.

use wr_base::ids::NodeId;

use super::failure::{can_fail, node_can_fail};
use crate::logical::{LogicalPlan, NodeKind};

/// Moves the `take` at a node whose inputs are done. Gives the node that is now in its place.
pub(super) fn push(plan: &mut LogicalPlan, at: NodeId) -> NodeId {
    let take = plan.nodes[at].clone();
    let NodeKind::Take { input, count, condition: None } = take.kind else { return at };
    let below = plan.nodes[input].clone();
    let NodeKind::Project { input: rows, items } = below.kind else { return at };
    if can_fail(&count) || node_can_fail(plan, &plan.nodes[input]) {
        return at;
    }
    let columns = plan.nodes[rows].columns.clone();
    plan.nodes[at].kind = NodeKind::Take { input: rows, count, condition: None };
    plan.nodes[at].columns = columns;
    let taken = push(plan, at);
    plan.nodes[input].kind = NodeKind::Project { input: taken, items };
    input
}

#[cfg(test)]
mod tests {
    use crate::functions::FnId;
    use crate::rules::Rule;
    use crate::rules::testing::{World, check, check_stays};

    const RULE: Rule = Rule::PushLimits;

    #[test]
    fn only_the_rows_that_stay_are_computed() {
        let mut w = World::new();
        let scan = w.b.scan(w.cards);
        let by = w.b.col(scan, "card_id");
        let sort = w.b.sort(scan, vec![by]);
        let kind = w.b.col(sort, "kind");
        let lower = w.b.call(FnId::Lower, "text?", vec![kind]);
        let first = w.b.select(sort, vec![("word", lower)]);
        let word = w.b.col(first, "word");
        let second = w.b.select(first, vec![("again", word)]);
        let take = w.b.take(second, 10);
        check(
            RULE,
            w.out(take),
            "
            out:
              scan wallet.cards { card_id, user_id, kind }
              sort card_id
              take 10
              select word = lower(kind)
              select again = word
        ",
        );
    }

    #[test]
    fn a_column_that_can_fail_is_computed_of_all_rows() {
        let mut w = World::new();
        let scan = w.b.scan(w.cards);
        let fails = w.fails(scan, "kind");
        let select = w.b.select(scan, vec![("number", fails)]);
        let take = w.b.take(select, 10);
        check_stays(RULE, w.out(take));
    }

    #[test]
    fn the_first_rows_after_a_filter_or_a_sort_are_others() {
        let mut w = World::new();
        let scan = w.b.scan(w.cards);
        let predicate = w.is(scan, "kind", "plastic");
        let filter = w.b.filter(scan, predicate);
        let take = w.b.take(filter, 10);
        check_stays(RULE, w.out(take));
        let mut w = World::new();
        let scan = w.b.scan(w.cards);
        let by = w.b.col(scan, "kind");
        let sort = w.b.sort(scan, vec![by]);
        let take = w.b.take(sort, 10);
        check_stays(RULE, w.out(take));
    }
}
