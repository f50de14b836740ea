//! `prune_columns`: columns that nobody reads are not computed, carried or fetched.
//!
//! ```text
//! scan wallet.cards { user_id, kind, city }     scan wallet.cards { user_id, kind }
//! filter kind == "plastic"                      filter kind == "plastic"
//! select user_id                                select user_id
//! ```
//! Lowering leaves out what the script never reads; this rule takes what other rules made unread. It does not fire on
//! an item that can fail: its failure is part of the script's meaning once lowering kept it (B1). Nor on keys of a
//! group, on what a distinct compares, or on the last column of a row: rows without columns cannot be counted. Of the columns that complete
//! an order those go behind which nobody could tell two rows apart: `sort day`, of which only `day` is read, needs no other column.

use std::collections::{BTreeMap, BTreeSet};

use wr_base::ids::{ColumnId, NodeId, RelationId};
use wr_base::ty::{DataType, Type};

use super::{Wanted, can_fail};
use crate::logical::{LogicalPlan, NodeKind, PlanColumn, SetKind, SortKey, WindowCall, visit};

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
        NodeKind::Filter { input, .. } => narrow(plan, *input, &(needed | &own), read),
        // A sort names the columns that complete it (B11), so the others do not decide its order.
        NodeKind::Sort { input, by, .. } => {
            let input = *input;
            leave_ties(by, read_of(&node.columns, needed));
            let own = node.kind.exprs().into_iter().flat_map(|expr| expr.columns()).collect();
            narrow(plan, input, &(needed | &own), read);
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
        NodeKind::Distinct { input, on, keep, .. } => {
            let input = *input;
            let is_float = |id: &ColumnId| node.columns.iter().any(|column| column.id == *id && is_float(&column.ty));
            // Rows of one key are the same in it.
            let of_key: BTreeSet<ColumnId> = on.iter().copied().filter(|id| !is_float(id)).collect();
            let mut below: BTreeSet<ColumnId> = needed | &on.iter().copied().collect();
            if on.is_empty() {
                below.extend(plan.nodes[input].columns.iter().map(|column| column.id));
            } else {
                leave_ties(keep, &read_of(&node.columns, needed) - &of_key);
            }
            below.extend(node.kind.exprs().into_iter().flat_map(|expr| expr.columns()));
            narrow(plan, input, &below, read);
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

/// Drops the last keys of an order where rows that are the same in those before are the same in all that is read of them
/// (`unlike`): nobody can tell which of them is first. Keys that can fail stay.
fn leave_ties(by: &mut Vec<SortKey>, mut unlike: BTreeSet<ColumnId>) {
    let decided = by.iter().position(|key| {
        // Zero and minus zero are one in an order, and two in a file.
        let column = key.expr.as_column().filter(|_| !is_float(&key.expr.ty));
        column.is_some_and(|column| unlike.remove(&column)) && unlike.is_empty()
    });
    if let Some(last) = decided
        && by.iter().skip(last + 1).all(|key| key.expr.as_column().is_some())
    {
        by.truncate(last + 1);
    }
}

/// What is needed of a node's own columns: a join asks both of its sides for all that it needs.
fn read_of(columns: &[PlanColumn], needed: &BTreeSet<ColumnId>) -> BTreeSet<ColumnId> {
    columns.iter().map(|column| column.id).filter(|id| needed.contains(id)).collect()
}

const fn is_float(ty: &Type) -> bool {
    matches!(ty.data, DataType::Float)
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
    use super::*;
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

    #[test]
    fn an_order_needs_no_columns_behind_those_that_tell_rows_apart() {
        let mut w = World::new();
        let scan = w.b.scan(w.cards);
        let by = ["kind", "card_id", "user_id"].map(|name| w.b.col(scan, name)).to_vec();
        let sort = w.b.sort(scan, by);
        let take = w.b.take(sort, 3);
        let kind = w.b.col(take, "kind");
        let select = w.b.select(take, vec![("kind", kind)]);
        check(
            RULE,
            w.out(select),
            r"
            out:
              scan wallet.cards { kind }
              sort kind
              take 3
              select kind
        ",
        );
    }

    #[test]
    fn which_row_of_a_key_stays_needs_no_columns_behind_those_that_tell_rows_apart() {
        let mut w = World::new();
        let scan = w.b.scan(w.cards);
        let distinct = w.b.distinct(scan, &["user_id"]);
        let keys = ["card_id", "kind", "user_id"].map(|name| w.b.col(scan, name));
        let NodeKind::Distinct { keep, .. } = &mut w.b.plan.nodes[distinct].kind else { panic!("no distinct") };
        keep.extend(keys.map(|expr| SortKey { expr, descending: false }));
        let (user, card) = (w.b.col(distinct, "user_id"), w.b.col(distinct, "card_id"));
        let select = w.b.select(distinct, vec![("user_id", user), ("card_id", card)]);
        check(
            RULE,
            w.out(select),
            r"
            out:
              scan wallet.cards { card_id, user_id }
              distinct on user_id keep first by card_id
              select user_id, card_id
        ",
        );
    }

    #[test]
    fn what_a_join_needs_of_its_other_side_is_no_column_of_an_order_below_it() {
        let mut w = World::new();
        let scan = w.b.scan(w.cards);
        let by = ["user_id", "card_id", "kind"].map(|name| w.b.col(scan, name)).to_vec();
        let sort = w.b.sort(scan, by);
        let users = w.b.scan(w.users);
        let join = w.b.join(JoinKind::Left, sort, users, &[("user_id", "user_id")]);
        let city = w.b.col(join, "city");
        let select = w.b.select(join, vec![("city", city)]);
        check(
            RULE,
            w.out(select),
            r"
            out:
              scan wallet.cards { user_id }
              sort user_id
              join left on user_id == user_id#2
                scan crm.users { user_id#2, city }
              select city
        ",
        );
    }

    #[test]
    fn an_order_keeps_its_columns_behind_a_float_and_what_can_fail() {
        let ordered = |by: fn(&mut World, NodeId) -> Vec<crate::expr::Expr>, read: &str| {
            let mut w = World::new();
            let table = w.b.table("w", "scores", &[("score", "float"), ("name", "text"), ("id", "int")]);
            let scan = w.b.scan(table);
            let by = by(&mut w, scan);
            let sort = w.b.sort(scan, by);
            let column = w.b.col(sort, read);
            let select = w.b.select(sort, vec![(read, column)]);
            super::super::testing::run(RULE, w.out(select)).1
        };
        // Zero and minus zero are one in the order, and two in a file.
        let float = ordered(|w, scan| vec![w.b.col(scan, "score"), w.b.col(scan, "id")], "score");
        assert!(float.contains("sort score, id"), "{float}");
        let fails = ordered(
            |w, scan| {
                let name = w.b.col(scan, "name");
                vec![w.b.col(scan, "id"), w.b.call(FnId::Int, "int", vec![name])]
            },
            "id",
        );
        assert!(fails.contains("sort id, int(name)"), "{fails}");
    }
}
