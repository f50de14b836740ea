//! `push_filters`: a filter goes as near to the scan as its meaning allows, each part of an `and` on its own way.
//!
//! ```text
//! scan wallet.cards { user_id, kind }        scan wallet.cards { user_id, kind }
//! join left on user_id == user_id#2          filter kind == "plastic"
//!   scan crm.users { user_id#2, city }       join left on user_id == user_id#2
//! filter kind == "plastic" and city == "a"     scan crm.users { user_id#2, city }
//!                                            filter city == "a"
//! ```
//!
//! A filter *passes* a node when filtering the node's input gives the rows that filtering its output gives. Nothing
//! passes a node that can fail, and no filter that can fail moves: fewer or more rows would reach what fails (B1).
//!
//! | node | passes |
//! | --- | --- |
//! | filter, sort | yes |
//! | project | yes, with the items in the place of their columns, unless it grows without measure |
//! | aggregate | what reads keys only; never without keys, where no rows still give one |
//! | distinct | what reads `on` only, or all columns where `on` is empty: whole groups go |
//! | join | by side and kind, see [`join_side`]; never past a `join one` whose rows without a match are counted |
//! | set operation | yes: to both sides of a `union`, to the left side of the others |
//! | unpivot | what reads neither the name nor the value: all rows of a row go |
//! | window | what reads columns of its `by` only: whole partitions go |
//! | sample | no: other keys would be among the n |
//! | take | no: other rows would be the first |
//! | split | no: the branches are made of all its rows, and the door asks for all of its keys |
//! | read | no: others read it too; one that nobody else reads was inlined |
//!
//! Parts of a join's `on` that read one side only become filters of that side where [`condition_side`] says so.

use wr_base::ids::{ColumnId, NodeId, StepId};

use super::failure::{can_fail, node_can_fail};
use crate::expr::{Expr, ExprKind};
use crate::logical::{Item, Join, JoinKind, LogicalPlan, Node, NodeKind, SetColumn, SetKind, SetOperation, Unmatched};

/// A part of a filter on its way down.
struct Part {
    step: StepId,
    predicate: Expr,
}

/// Why a filter cannot pass a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// The filter itself can fail.
    FilterCanFail,
    /// The node can fail.
    NodeCanFail,
    /// The step's rows without a match are counted.
    CountsUnmatched,
    /// It keeps rows that the filter would have to see: the other side of a left or full join.
    KeepsUnmatched,
    /// It reads columns of both sides, or columns that the node makes of many rows.
    ReadsMore,
    /// The first rows would be others.
    Takes,
    /// It is computed once for all who read it.
    IsShared,
    /// What it reads is made of so much that the filter would be larger than all that it saves.
    GrowsTooLarge,
}

impl Obstacle {
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::FilterCanFail => "it can fail, so it runs where the script has it",
            Self::NodeCanFail => "that step can fail for the rows that would be left out",
            Self::CountsUnmatched => "that step counts rows without a match",
            Self::KeepsUnmatched => "that join keeps rows without a match",
            Self::ReadsMore => "it reads what that step makes of several rows",
            Self::Takes => "that step would take other rows",
            Self::IsShared => "its rows are computed once for all who read them",
            Self::GrowsTooLarge => "what it reads is made of too much to be computed twice",
        }
    }
}

/// Moves the filter, or the one-sided conditions of the join, at a node whose inputs are done. Gives the node that is
/// now in its place.
pub(super) fn push(plan: &mut LogicalPlan, at: NodeId) -> NodeId {
    let node = plan.nodes[at].clone();
    match node.kind {
        NodeKind::Filter { input, predicate, condition: None } if !can_fail(&predicate) => {
            let base = below_filters(plan, input);
            let parts = parts(node.step, &predicate);
            // Already where it has to be.
            if parts.iter().all(|part| way(plan, &plan.nodes[base], &part.predicate).is_err()) {
                return at;
            }
            sink(plan, input, parts)
        }
        NodeKind::Join(join) => {
            push_conditions(plan, at, *join);
            at
        }
        NodeKind::Filter { .. }
        | NodeKind::Scan(_)
        | NodeKind::Read { .. }
        | NodeKind::Project { .. }
        | NodeKind::Aggregate { .. }
        | NodeKind::Sort { .. }
        | NodeKind::Take { .. }
        | NodeKind::Distinct { .. }
        | NodeKind::SetOperation(_)
        | NodeKind::Sample { .. }
        | NodeKind::Window(_)
        | NodeKind::Unpivot(_)
        | NodeKind::Split { .. } => at,
    }
}

/// The node under the filters that a filter passes to rest beside them.
fn below_filters(plan: &LogicalPlan, at: NodeId) -> NodeId {
    if let NodeKind::Filter { input, predicate, condition: None } = &plan.nodes[at].kind
        && !can_fail(predicate)
    {
        return below_filters(plan, *input);
    }
    at
}

/// Filters the rows of a node, as deep below it as each part can go. Parts keep their order where they come to rest.
fn sink(plan: &mut LogicalPlan, at: NodeId, filters: Vec<Part>) -> NodeId {
    let node = plan.nodes[at].clone();
    if let NodeKind::Filter { input, predicate, condition: None } = node.kind
        && !can_fail(&predicate)
    {
        // One that rests here already may not keep others up; together they stay in the order of the script.
        return sink(plan, input, parts(node.step, &predicate).into_iter().chain(filters).collect());
    }
    let mut stay = Vec::new();
    let mut pass: Vec<Vec<Part>> = plan.nodes[at].kind.inputs().iter().map(|_| Vec::new()).collect();
    for part in filters {
        let way = way(plan, &plan.nodes[at], &part.predicate);
        match way {
            Ok(ways) => {
                for (side, predicate) in ways {
                    pass.get_mut(side).into_iter().for_each(|below| {
                        below.push(Part { step: part.step, predicate: predicate.clone() });
                    });
                }
            }
            Err(_) => stay.push(part),
        }
    }
    for (side, below) in pass.into_iter().enumerate() {
        if below.is_empty() {
            continue;
        }
        let Some(input) = plan.nodes[at].kind.inputs().get(side).copied() else { continue };
        let input = sink(plan, input, below);
        if let Some(place) = plan.nodes[at].kind.inputs_mut().into_iter().nth(side) {
            *place = input;
        }
    }
    rest(plan, at, stay)
}

/// Filters above a node, one for each step.
fn rest(plan: &mut LogicalPlan, at: NodeId, filters: Vec<Part>) -> NodeId {
    let mut top = at;
    let mut filters = filters.into_iter().peekable();
    while let Some(Part { step, mut predicate }) = filters.next() {
        while let Some(next) = filters.next_if(|next| next.step == step) {
            predicate = Expr::and(predicate, next.predicate);
        }
        let columns = plan.nodes[top].columns.clone();
        top = plan.nodes.add(Node { step, kind: NodeKind::Filter { input: top, predicate, condition: None }, columns });
    }
    top
}

/// How a filter passes a node: to which inputs, and as what.
pub(crate) fn way(plan: &LogicalPlan, node: &Node, predicate: &Expr) -> Result<Vec<(usize, Expr)>, Obstacle> {
    if can_fail(predicate) {
        return Err(Obstacle::FilterCanFail);
    }
    if let NodeKind::Join(join) = &node.kind {
        return Ok(vec![(join_side(plan, node, join, predicate)?, predicate.clone())]);
    }
    if node_can_fail(plan, node) {
        return Err(Obstacle::NodeCanFail);
    }
    let columns = predicate.columns();
    match &node.kind {
        NodeKind::Filter { .. } | NodeKind::Sort { .. } => Ok(vec![(0, predicate.clone())]),
        NodeKind::Project { items, .. } => Ok(vec![(0, with_items(predicate, items)?)]),
        NodeKind::Aggregate { keys, .. } => {
            let reads_keys = columns.iter().all(|column| keys.iter().any(|key| key.column == *column));
            if keys.is_empty() || !reads_keys {
                return Err(Obstacle::ReadsMore);
            }
            Ok(vec![(0, with_items(predicate, keys)?)])
        }
        NodeKind::Distinct { on, .. } => {
            if !on.is_empty() && !columns.iter().all(|column| on.contains(column)) {
                return Err(Obstacle::ReadsMore);
            }
            Ok(vec![(0, predicate.clone())])
        }
        NodeKind::Unpivot(unpivot) => {
            if columns.contains(&unpivot.name) || columns.contains(&unpivot.value) {
                return Err(Obstacle::ReadsMore);
            }
            Ok(vec![(0, predicate.clone())])
        }
        NodeKind::Window(window) => {
            let is_by = |column: &ColumnId| {
                window.by.iter().any(|expr| matches!(expr.kind, ExprKind::Column(known) if known == *column))
            };
            if !columns.iter().all(is_by) {
                return Err(Obstacle::ReadsMore);
            }
            Ok(vec![(0, predicate.clone())])
        }
        NodeKind::SetOperation(set) => Ok(set_sides(plan, set, predicate)),
        NodeKind::Take { .. } | NodeKind::Sample { .. } => Err(Obstacle::Takes),
        NodeKind::Split { .. } | NodeKind::Read { .. } | NodeKind::Scan(_) | NodeKind::Join(_) => {
            Err(Obstacle::IsShared)
        }
    }
}

/// A filter on the rows of a set operation, as one on the rows of its sides. A row that the left side of an `except` or
/// `intersect` no longer has is gone, whatever the right side has.
fn set_sides(plan: &LogicalPlan, set: &SetOperation, predicate: &Expr) -> Vec<(usize, Expr)> {
    let side = |node: NodeId, of: fn(&SetColumn) -> ColumnId| {
        let columns = &plan.nodes[node].columns;
        let mut predicate = predicate.clone();
        predicate.transform(&mut |expr| {
            if let ExprKind::Column(column) = &mut expr.kind
                && let Some(made) = set.columns.iter().find(|made| made.column == *column)
            {
                *column = of(made);
                if let Some(known) = columns.iter().find(|known| known.id == of(made)) {
                    expr.ty = known.ty.clone();
                }
            }
        });
        predicate
    };
    let left = (0, side(set.left, |column| column.left));
    match set.kind {
        SetKind::Union => vec![left, (1, side(set.right, |column| column.right))],
        SetKind::Except | SetKind::Intersect => vec![left],
    }
}

/// To which side of a join a filter on its rows goes.
///
/// | kind | on left columns | on right columns |
/// | --- | --- | --- |
/// | inner, cross | yes | yes |
/// | left | yes: each left row stays or goes with all of its pairs | no: a left row would come back with nulls |
/// | full | no: right rows would lose their match | no: left rows would |
/// | semi, anti | yes: a left row's match does not depend on other left rows | none are seen |
///
/// Past a `join one` that is not proved, or counts of rows without a match, neither: the promise is over the rows as
/// written (B3).
fn join_side(plan: &LogicalPlan, node: &Node, join: &Join, predicate: &Expr) -> Result<usize, Obstacle> {
    let counts = match join.unmatched {
        Unmatched::Fail | Unmatched::Drop | Unmatched::AtMost(_) => true,
        // An inner `join one` tells how many it lost, whether or not somebody asked.
        Unmatched::ByKind => join.is_one && join.kind == JoinKind::Inner,
    };
    if counts {
        return Err(Obstacle::CountsUnmatched);
    }
    if node_can_fail(plan, node) {
        return Err(Obstacle::NodeCanFail);
    }
    let columns = predicate.columns();
    let all_of = |side: NodeId| columns.iter().all(|column| gives(plan, side, *column));
    let (left, right) = (all_of(join.left), all_of(join.right));
    match (join.kind, left, right) {
        (JoinKind::Full, ..) => Err(Obstacle::KeepsUnmatched),
        (JoinKind::Inner | JoinKind::Cross | JoinKind::Left | JoinKind::Semi | JoinKind::Anti, true, _) => Ok(0),
        (JoinKind::Inner | JoinKind::Cross, false, true) => Ok(1),
        (JoinKind::Left, false, true) => Err(Obstacle::KeepsUnmatched),
        (JoinKind::Semi | JoinKind::Anti, false, true)
        | (JoinKind::Inner | JoinKind::Cross | JoinKind::Left | JoinKind::Semi | JoinKind::Anti, false, false) => {
            Err(Obstacle::ReadsMore)
        }
    }
}

/// Makes filters of the parts of `on` that read one side only.
fn push_conditions(plan: &mut LogicalPlan, at: NodeId, mut join: Join) {
    let Some(also) = join.also.take() else { return };
    let step = plan.nodes[at].step;
    let mut stay = Vec::new();
    let mut pass = [Vec::new(), Vec::new()];
    let is_safe = !can_fail(&also) && !join.equal.iter().any(|(left, right)| can_fail(left) || can_fail(right));
    for part in parts(step, &also) {
        match condition_side(plan, &join, &part.predicate).filter(|_| is_safe).and_then(|side| pass.get_mut(side)) {
            Some(below) => below.push(part),
            None => stay.push(part.predicate),
        }
    }
    let [left, right] = pass;
    if left.is_empty() && right.is_empty() {
        return;
    }
    join.left = sink(plan, join.left, left);
    join.right = sink(plan, join.right, right);
    join.also = stay.into_iter().reduce(Expr::and);
    plan.nodes[at].kind = NodeKind::Join(Box::new(join));
}

/// To which side of a join a part of its condition goes: rows that can match nothing are not needed to find matches.
///
/// | kind | on left columns | on right columns |
/// | --- | --- | --- |
/// | inner | yes | yes |
/// | left | no: the left row stays | yes |
/// | full | no: it stays | no: it stays |
/// | semi | yes | yes |
/// | anti | no: a left row without a match stays | yes |
/// | cross | has no condition | |
///
/// Never for `join one`, whose promise is over the right side as written (B3), nor to a left side that is counted.
fn condition_side(plan: &LogicalPlan, join: &Join, part: &Expr) -> Option<usize> {
    let columns = part.columns();
    if join.is_one || join.condition.is_some() || columns.is_empty() {
        return None;
    }
    let all_of = |side: NodeId| columns.iter().all(|column| gives(plan, side, *column));
    let left_is_counted = join.unmatched != Unmatched::ByKind;
    match join.kind {
        JoinKind::Inner | JoinKind::Semi if all_of(join.left) && !left_is_counted => Some(0),
        JoinKind::Inner | JoinKind::Semi | JoinKind::Left | JoinKind::Anti if all_of(join.right) => Some(1),
        JoinKind::Inner | JoinKind::Semi | JoinKind::Left | JoinKind::Anti | JoinKind::Full | JoinKind::Cross => None,
    }
}

fn gives(plan: &LogicalPlan, at: NodeId, column: ColumnId) -> bool {
    plan.nodes[at].columns.iter().any(|known| known.id == column)
}

/// Where each column is made of the one before it twice, thirty lines would make a filter of a thousand million operations.
const SIZE_LIMIT: usize = 1_000;

/// An expression with items in the place of the columns that they make.
fn with_items(predicate: &Expr, items: &[Item]) -> Result<Expr, Obstacle> {
    let item_of = |column: ColumnId| items.iter().find(|item| item.column == column);
    let mut size = 0;
    predicate.visit(&mut |expr| {
        let item = if let ExprKind::Column(column) = expr.kind { item_of(column) } else { None };
        size += item.map_or(1, |item| item.expr.size());
    });
    if size > SIZE_LIMIT {
        return Err(Obstacle::GrowsTooLarge);
    }
    let mut predicate = predicate.clone();
    predicate.transform(&mut |expr| {
        if let ExprKind::Column(column) = expr.kind
            && let Some(item) = item_of(column)
        {
            *expr = item.expr.clone();
        }
    });
    Ok(predicate)
}

/// The parts of an `and`, in their order.
fn parts(step: StepId, predicate: &Expr) -> Vec<Part> {
    predicate.conjuncts().into_iter().map(|part| Part { step, predicate: part.clone() }).collect()
}

#[cfg(test)]
mod tests;
