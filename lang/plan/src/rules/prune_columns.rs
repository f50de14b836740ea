//! `prune_columns`: columns that nobody reads are not computed, carried or fetched.
//!
//! ```text
//! scan wallet.cards { user_id, kind, city }     scan wallet.cards { user_id, kind }
//! filter kind == "plastic"                      filter kind == "plastic"
//! select user_id                                select user_id
//! ```
//! Lowering leaves out what the script never reads; this rule takes what other rules made unread. It does not fire on
//! an item that can fail: its failure is part of the script's meaning once lowering kept it (B1). Nor on keys of a
//! group, on what a sort or a distinct compares, or on the last column of a row: rows without columns cannot be counted.

use std::collections::{BTreeMap, BTreeSet};

use wr_base::ids::{ColumnId, NodeId, RelationId};

use super::{Wanted, can_fail};
use crate::logical::{LogicalPlan, NodeKind, PlanColumn, SetKind, WindowCall, visit};

/// Drops unread columns of all relations in use.
pub(crate) fn prune(plan: &mut LogicalPlan, wanted: &Wanted) {
    let mut read: BTreeMap<RelationId, BTreeSet<ColumnId>> = wanted.clone();
    let live = visit::live(plan, wanted.keys().copied());
    for relation in &live {
        // The door compares files with the held keys of the split relation (B6).
        if let Some(split) = plan.relations[*relation].split.clone() {
            let columns = read.entry(split.relation).or_default();
            columns.extend(split.key);
            columns.insert(split.branch);
        }
    }
    // Readers before what they read.
    for relation in live.into_iter().rev() {
        let root = plan.relations[relation].root;
        let columns = read.remove(&relation).unwrap_or_default();
        narrow(plan, root, &columns, &mut read);
    }
}

/// Narrows the tree at a node to what is needed of its rows; notes what is read of other relations.
fn narrow(
    plan: &mut LogicalPlan,
    at: NodeId,
    needed: &BTreeSet<ColumnId>,
    read: &mut BTreeMap<RelationId, BTreeSet<ColumnId>>,
) {
    let mut node = plan.nodes[at].clone();
    let own: BTreeSet<ColumnId> = node.kind.exprs().into_iter().flat_map(|expr| expr.columns()).collect();
    match &mut node.kind {
        NodeKind::Scan(scan) => retain(&mut scan.columns, |(column, _)| needed.contains(column)),
        NodeKind::Read { relation, columns } => {
            retain(columns, |(column, _)| needed.contains(column));
            read.entry(*relation).or_default().extend(columns.iter().map(|(_, there)| *there));
        }
        // A sort names the columns that complete it (B11), so the others do not decide its order.
        NodeKind::Filter { input, .. } | NodeKind::Sort { input, .. } => {
            narrow(plan, *input, &(needed | &own), read);
        }
        NodeKind::Project { input, items } => {
            retain(items, |item| needed.contains(&item.column) || can_fail(&item.expr));
            let own = items.iter().flat_map(|item| item.expr.columns()).collect();
            narrow(plan, *input, &own, read);
        }
        NodeKind::Join(join) => {
            let mut needed = needed | &own;
            join.merged.retain(|merged| needed.contains(&merged.column));
            needed.extend(join.merged.iter().flat_map(|merged| [merged.left, merged.right]));
            narrow(plan, join.left, &needed, read);
            narrow(plan, join.right, &needed, read);
        }
        NodeKind::Aggregate { input, keys, aggregates } => {
            aggregates.retain(|item| needed.contains(&item.column) || can_fail(&item.expr));
            if keys.is_empty() && aggregates.is_empty() {
                // One row without a column is no row: leave it as it was.
                return narrow_whole(plan, at, read);
            }
            let own = keys.iter().chain(&*aggregates).flat_map(|item| item.expr.columns()).collect();
            narrow(plan, *input, &own, read);
        }
        NodeKind::Take { input, .. } => narrow(plan, *input, needed, read),
        NodeKind::Distinct { input, on, .. } => {
            let mut needed = needed | &own;
            if on.is_empty() {
                needed.extend(plan.nodes[*input].columns.iter().map(|column| column.id));
            }
            needed.extend(&*on);
            narrow(plan, *input, &needed, read);
        }
        NodeKind::Unpivot(unpivot) => narrow(plan, unpivot.input, &(needed | &own), read),
        NodeKind::Window(window) => {
            let fails = |call: &WindowCall| call.function.fails() || call.function.exprs().into_iter().any(can_fail);
            window.calls.retain(|call| needed.contains(&call.column) || fails(call));
            let own = node.kind.exprs().into_iter().flat_map(|expr| expr.columns()).collect();
            let input = node.kind.inputs();
            input.into_iter().for_each(|input| narrow(plan, input, &(needed | &own), read));
        }
        NodeKind::SetOperation(set) => {
            if set.kind == SetKind::Union {
                retain(&mut set.columns, |column| needed.contains(&column.column));
            }
            let (left, right) = (set.columns.iter().map(|c| c.left), set.columns.iter().map(|c| c.right));
            let (left, right) = (left.collect(), right.collect());
            narrow(plan, set.left, &left, read);
            narrow(plan, set.right, &right, read);
        }
        NodeKind::Sample { input, key, .. } => {
            let needed = needed | &key.iter().copied().collect();
            narrow(plan, *input, &(&needed | &own), read);
        }
        NodeKind::Split { input, key, counts, .. } => {
            let needed = needed | &key.iter().chain(counts.strata()).copied().collect();
            narrow(plan, *input, &(&needed | &own), read);
        }
    }
    node.columns = given(plan, &node.kind, &node.columns);
    plan.nodes[at] = node;
}

/// Leaves a node as it is and narrows what is below it.
fn narrow_whole(plan: &mut LogicalPlan, at: NodeId, read: &mut BTreeMap<RelationId, BTreeSet<ColumnId>>) {
    let kind = plan.nodes[at].kind.clone();
    let own: BTreeSet<ColumnId> = kind.exprs().into_iter().flat_map(|expr| expr.columns()).collect();
    for input in kind.inputs() {
        narrow(plan, input, &own, read);
    }
}

/// Keeps what is needed, but never nothing: rows without columns cannot be counted.
fn retain<T: Clone>(all: &mut Vec<T>, is_needed: impl Fn(&T) -> bool) {
    let first = all.first().cloned();
    all.retain(is_needed);
    if all.is_empty() {
        all.extend(first);
    }
}

/// Those of the columns that a node gave which it still gives.
fn given(plan: &LogicalPlan, kind: &NodeKind, before: &[PlanColumn]) -> Vec<PlanColumn> {
    let own: Vec<ColumnId> = match kind {
        NodeKind::Scan(scan) => scan.columns.iter().map(|(column, _)| *column).collect(),
        NodeKind::Read { columns, .. } => columns.iter().map(|(column, _)| *column).collect(),
        NodeKind::Project { items, .. } => items.iter().map(|item| item.column).collect(),
        NodeKind::Aggregate { keys, aggregates, .. } => keys.iter().chain(aggregates).map(|item| item.column).collect(),
        NodeKind::Join(join) => join.merged.iter().map(|merged| merged.column).collect(),
        NodeKind::SetOperation(set) => set.columns.iter().map(|column| column.column).collect(),
        NodeKind::Window(window) => window.calls.iter().map(|call| call.column).collect(),
        NodeKind::Unpivot(unpivot) => vec![unpivot.name, unpivot.value],
        NodeKind::Split { branch, .. } => vec![*branch],
        NodeKind::Filter { .. }
        | NodeKind::Sort { .. }
        | NodeKind::Take { .. }
        | NodeKind::Distinct { .. }
        | NodeKind::Sample { .. } => Vec::new(),
    };
    let passes_on = match kind {
        NodeKind::Scan(_)
        | NodeKind::Read { .. }
        | NodeKind::Project { .. }
        | NodeKind::Aggregate { .. }
        | NodeKind::SetOperation(_) => Vec::new(),
        NodeKind::Filter { .. }
        | NodeKind::Join(_)
        | NodeKind::Sort { .. }
        | NodeKind::Take { .. }
        | NodeKind::Distinct { .. }
        | NodeKind::Sample { .. }
        | NodeKind::Window(_)
        | NodeKind::Unpivot(_)
        | NodeKind::Split { .. } => kind.inputs(),
    };
    let passed = |column: ColumnId| {
        passes_on.iter().any(|input| plan.nodes[*input].columns.iter().any(|known| known.id == column))
    };
    before.iter().filter(|column| own.contains(&column.id) || passed(column.id)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use crate::functions::FnId;
    use crate::logical::JoinKind;
    use crate::rules::Rule;
    use crate::rules::testing::{World, check, check_stays};

    const RULE: Rule = Rule::PruneColumns;

    #[test]
    fn a_scan_gives_what_is_read_above_it() {
        let mut w = World::new();
        let scan = w.b.scan(w.cards);
        let predicate = w.is(scan, "kind", "a");
        let filter = w.b.filter(scan, predicate);
        let user = w.b.col(filter, "user_id");
        let select = w.b.select(filter, vec![("user_id", user)]);
        check(
            RULE,
            w.out(select),
            r#"
            out:
              scan wallet.cards { user_id, kind }
              filter kind == "a"
              select user_id
        "#,
        );
    }

    #[test]
    fn both_sides_of_a_join_are_narrowed_and_a_semi_join_needs_its_keys_only() {
        let mut w = World::new();
        let (left, right) = (w.b.scan(w.cards), w.b.scan(w.users));
        let join = w.b.join(JoinKind::Semi, left, right, &[("user_id", "user_id")]);
        let kind = w.b.col(join, "kind");
        let select = w.b.select(join, vec![("kind", kind)]);
        check(
            RULE,
            w.out(select),
            "
            out:
              scan wallet.cards { user_id, kind }
              join semi on user_id == user_id#2
                scan crm.users { user_id#2 }
              select kind
        ",
        );
    }

    #[test]
    fn a_relation_gives_what_all_of_its_readers_read() {
        let mut w = World::new();
        let scan = w.b.scan(w.cards);
        let cards = w.b.relation("cards", scan);
        for (name, column) in [("one", "kind"), ("two", "user_id")] {
            let read = w.b.read(cards);
            let expr = w.b.col(read, column);
            let select = w.b.select(read, vec![(column, expr)]);
            w.b_export(name, select);
        }
        check(
            RULE,
            w.b.plan,
            "
            cards:
              scan wallet.cards { user_id, kind }
            one:
              read cards { kind }
              select kind
            two:
              read cards { user_id }
              select user_id
        ",
        );
    }

    #[test]
    fn an_item_that_can_fail_is_computed_though_nobody_reads_it() {
        let mut w = World::new();
        let scan = w.b.scan(w.users);
        let (id, city) = (w.b.col(scan, "user_id"), w.b.col(scan, "city"));
        let number = w.b.call(FnId::Int, "int?", vec![city]);
        let computed = w.b.select(scan, vec![("user_id", id), ("number", number)]);
        let id = w.b.col(computed, "user_id");
        let select = w.b.select(computed, vec![("user_id", id)]);
        check_stays(RULE, w.out(select));
    }

    #[test]
    fn what_distinct_compares_is_read() {
        let mut w = World::new();
        let scan = w.b.scan(w.users);
        let distinct = w.b.distinct(scan, &["city"]);
        let id = w.b.col(distinct, "user_id");
        let select = w.b.select(distinct, vec![("user_id", id)]);
        check_stays(RULE, w.out(select));
    }

    #[test]
    fn rows_that_are_only_counted_keep_a_column() {
        let mut w = World::new();
        let scan = w.b.scan(w.users);
        let users = w.b.relation("users", scan);
        w.b.rows(users);
        check(
            RULE,
            w.b.plan,
            "
            users:
              scan crm.users { user_id }
        ",
        );
    }
}
