//! `inline_single_reads`: a relation that is read in one place becomes part of the tree that reads it, so that filters
//! and columns travel through it.
//!
//! ```text
//! people:                             recipients:
//!   scan amp.cohort { user_id }         scan amp.cohort { user_id }
//! recipients:                           select user_id
//!   read people { user_id }             filter user_id is not null
//!   filter user_id is not null
//! ```
//! It does not fire on what is wanted for itself or read twice, on a split relation, on what feeds a split, and on held
//! rows: those are computed once and kept (A6), and held rows are told by their relation (B6). The rows and their order
//! are those of the relation: a `select` that renames changes neither.

use std::collections::BTreeMap;

use wr_base::ids::{NodeId, RelationId};

use super::Wanted;
use crate::expr::Expr;
use crate::logical::{Item, LogicalPlan, NodeKind, visit};

pub(super) fn inline(plan: &mut LogicalPlan, wanted: &Wanted) {
    let live = visit::live(plan, wanted.keys().copied());
    let mut reads: BTreeMap<RelationId, Vec<(NodeId, RelationId)>> = BTreeMap::new();
    for reader in &live {
        for node in visit::tree(plan, plan.relations[*reader].root) {
            if let NodeKind::Read { relation, .. } = &plan.nodes[node].kind {
                reads.entry(*relation).or_default().push((node, *reader));
            }
        }
    }
    for (relation, places) in reads {
        let [(node, reader)] = places[..] else { continue };
        if !wanted.contains_key(&relation) && may_move(plan, relation, reader) {
            put(plan, relation, node);
        }
    }
}

fn may_move(plan: &LogicalPlan, relation: RelationId, reader: RelationId) -> bool {
    let is_split = |relation: RelationId| {
        let root = plan.relations[relation].root;
        matches!(plan.nodes[root].kind, NodeKind::Split { .. })
    };
    let moved = &plan.relations[relation];
    moved.split.is_none() && !moved.is_held && !is_split(relation) && !is_split(reader)
}

/// Puts the tree of a relation in the place of the one node that reads it.
fn put(plan: &mut LogicalPlan, relation: RelationId, read: NodeId) {
    let root = plan.relations[relation].root;
    let node = &mut plan.nodes[read];
    let NodeKind::Read { columns, .. } = &node.kind else { return };
    let items = columns
        .iter()
        .filter_map(|(here, there)| {
            let column = node.columns.iter().find(|column| column.id == *here)?;
            // It has no place in the script of its own; it cannot fail, so nobody asks.
            let expr = Expr::column(wr_base::ids::ExprId(0), column.ty.clone(), *there);
            Some(Item { column: *here, name: column.name.clone(), expr })
        })
        .collect();
    node.kind = NodeKind::Project { input: root, items };
}

#[cfg(test)]
mod tests {
    use crate::rules::Rule;
    use crate::rules::testing::{World, check, check_stays};

    const RULE: Rule = Rule::InlineSingleReads;

    #[test]
    fn a_relation_read_once_becomes_part_of_its_reader() {
        let mut w = World::new();
        let scan = w.b.scan(w.users);
        let people = w.b.relation("people", scan);
        let read = w.b.read(people);
        let predicate = w.is(read, "city", "a");
        let filter = w.b.filter(read, predicate);
        check(
            RULE,
            w.out(filter),
            r#"
            out:
              scan crm.users { user_id, city }
              select user_id, city
              filter city == "a"
        "#,
        );
    }

    #[test]
    fn a_relation_read_twice_is_computed_once() {
        let mut w = World::new();
        let scan = w.b.scan(w.users);
        let people = w.b.relation("people", scan);
        let (left, right) = (w.b.read(people), w.b.read(people));
        let join = w.b.join(crate::logical::JoinKind::Semi, left, right, &[("user_id", "user_id")]);
        check_stays(RULE, w.out(join));
    }

    #[test]
    fn what_an_output_or_a_fact_takes_stays() {
        let mut w = World::new();
        let scan = w.b.scan(w.users);
        let people = w.b.relation("people", scan);
        w.b.rows(people);
        let read = w.b.read(people);
        check_stays(RULE, w.out(read));
    }

    #[test]
    fn held_rows_are_told_by_their_relation() {
        let mut w = World::new();
        let scan = w.b.scan(w.users);
        let held = w.b.relation("held", scan);
        w.b.plan.relations[held].is_held = true;
        let read = w.b.read(held);
        check_stays(RULE, w.out(read));
    }
}
