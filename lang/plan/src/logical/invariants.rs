//! What is always true of a plan, as a check that names what is not. Rules are checked by it, and tests of lowering.

use std::collections::{BTreeMap, BTreeSet};

use wr_base::ids::{ColumnId, NodeId};
use wr_base::ty::{DataType, Type};

use super::{Item, JoinKind, LogicalPlan, Node, NodeKind, SetOperation, visit};
use crate::expr::{Expr, ExprKind};
use crate::rules::Wanted;

/// What is wrong with the relations in use; empty when all is well.
#[must_use]
pub fn check(plan: &LogicalPlan, wanted: &Wanted) -> Vec<String> {
    let mut checks = Checks { plan, makers: BTreeMap::new(), seen: BTreeSet::new(), problems: Vec::new() };
    for relation in visit::live(plan, wanted.keys().copied()) {
        for node in visit::tree(plan, plan.relations[relation].root) {
            checks.node(node);
        }
    }
    for (relation, columns) in wanted {
        let given = ids(plan, plan.relations[*relation].root);
        for column in columns.iter().filter(|column| !given.contains(column)) {
            checks.problems.push(format!("{relation:?} does not give {column:?}, which an output reads"));
        }
    }
    checks.problems
}

struct Checks<'a> {
    plan: &'a LogicalPlan,
    /// The node that makes each column.
    makers: BTreeMap<ColumnId, NodeId>,
    seen: BTreeSet<NodeId>,
    problems: Vec<String>,
}

impl Checks<'_> {
    fn node(&mut self, at: NodeId) {
        let plan = self.plan;
        let node = &plan.nodes[at];
        if !self.seen.insert(at) {
            self.problems.push(format!("{at:?} stands in two places"));
            return;
        }
        for column in made(&node.kind) {
            if let Some(other) = self.makers.insert(column, at) {
                self.problems.push(format!("{column:?} is made by {other:?} and by {at:?}"));
            }
        }
        self.columns(at, node);
        self.exprs(at, node);
        if let NodeKind::Read { relation, columns } = &node.kind {
            let root = &plan.nodes[plan.relations[*relation].root];
            for (here, there) in columns {
                let ty = |node: &Node, id| node.columns.iter().find(|column| column.id == id).map(|c| c.ty.clone());
                if ty(root, *there).is_none() || ty(root, *there) != ty(node, *here) {
                    self.problems.push(format!("{at:?} reads {there:?} as {here:?}, which {relation:?} does not give"));
                }
            }
        }
    }

    /// A node gives exactly the columns that its kind gives, each once.
    fn columns(&mut self, at: NodeId, node: &Node) {
        let plan = self.plan;
        let mut expected = made(&node.kind);
        match &node.kind {
            NodeKind::Scan(_) | NodeKind::Read { .. } => {}
            NodeKind::Project { items, .. } => expected = items.iter().map(|item| item.column).collect(),
            NodeKind::Aggregate { keys, aggregates, .. } => {
                expected = keys.iter().chain(aggregates).map(|item| item.column).collect();
            }
            NodeKind::Join(join) => {
                expected.extend(ids(plan, join.left));
                if !matches!(join.kind, JoinKind::Semi | JoinKind::Anti) {
                    expected.extend(ids(plan, join.right));
                }
            }
            NodeKind::SetOperation(set) => self.set_operation(at, node, set),
            NodeKind::Filter { .. }
            | NodeKind::Sort { .. }
            | NodeKind::Take { .. }
            | NodeKind::Distinct { .. }
            | NodeKind::Sample { .. }
            | NodeKind::Window(_)
            | NodeKind::Unpivot(_)
            | NodeKind::Split { .. } => {
                expected.extend(node.kind.inputs().into_iter().flat_map(|input| ids(plan, input)));
            }
        }
        let mut given: Vec<ColumnId> = node.columns.iter().map(|column| column.id).collect();
        given.sort();
        expected.sort();
        if given != expected {
            self.problems.push(format!("{at:?} says that it gives {given:?} but gives {expected:?}"));
        }
    }

    /// The columns of both sides are there, in the type of the column that they become.
    fn set_operation(&mut self, at: NodeId, node: &Node, set: &SetOperation) {
        let plan = self.plan;
        let of = |side: NodeId, id| plan.nodes[side].columns.iter().find(|column| column.id == id).map(|c| &c.ty.data);
        for column in &set.columns {
            let given = node.columns.iter().find(|given| given.id == column.column).map(|given| &given.ty.data);
            if given.is_none() || of(set.left, column.left) != given || of(set.right, column.right) != given {
                self.problems.push(format!("{at:?} puts together what is not of one type as {:?}", column.column));
            }
        }
    }

    fn exprs(&mut self, at: NodeId, node: &Node) {
        let inputs = node.kind.inputs();
        let side = |index: usize| inputs.get(index).map(|input| ids(self.plan, *input)).unwrap_or_default();
        let (left, right) = (side(0), side(1));
        let both: Vec<ColumnId> = left.iter().chain(&right).copied().collect();
        let nothing = Vec::new();
        // What each expression may read, and whether it may hold an aggregate.
        let mut uses: Vec<(&Expr, &Vec<ColumnId>, bool)> = Vec::new();
        let mut read = Vec::new();
        match &node.kind {
            NodeKind::Scan(scan) => {
                uses.extend(scan.arguments.iter().map(|expr| (expr, &nothing, false)));
                uses.extend(scan.without_occasion.iter().map(|(_, expr)| (expr, &nothing, false)));
            }
            NodeKind::Read { .. } => {}
            NodeKind::Filter { predicate, .. } => uses.push((predicate, &left, false)),
            NodeKind::Project { items, .. } => uses.extend(items.iter().map(|item| (&item.expr, &left, false))),
            NodeKind::Join(join) => {
                uses.extend(join.equal.iter().map(|(expr, _)| (expr, &left, false)));
                uses.extend(join.equal.iter().map(|(_, expr)| (expr, &right, false)));
                uses.extend(join.also.iter().map(|expr| (expr, &both, false)));
                read.extend(join.merged.iter().flat_map(|merged| [merged.left, merged.right]));
            }
            NodeKind::Aggregate { keys, aggregates, .. } => {
                uses.extend(keys.iter().map(|item| (&item.expr, &left, false)));
                uses.extend(aggregates.iter().map(|item| (&item.expr, &left, true)));
            }
            NodeKind::Sort { by, .. } => uses.extend(by.iter().map(|key| (&key.expr, &left, false))),
            NodeKind::Take { count, .. } => uses.push((count, &nothing, false)),
            NodeKind::Distinct { on, keep, .. } => {
                uses.extend(keep.iter().map(|key| (&key.expr, &left, false)));
                read.extend(on);
            }
            // Its columns were looked at with their types.
            NodeKind::SetOperation(_) => {}
            NodeKind::Window(_) | NodeKind::Unpivot(_) => {
                uses.extend(node.kind.exprs().into_iter().map(|expr| (expr, &left, false)))
            }
            NodeKind::Sample { count, key, seed, .. } => {
                uses.extend(std::iter::once(count).chain(seed).map(|expr| (expr, &nothing, false)));
                read.extend(key);
            }
            NodeKind::Split { key, seed, counts, .. } => {
                uses.extend(seed.iter().map(|expr| (expr, &nothing, false)));
                read.extend(key.iter().chain(counts.strata()));
            }
        }
        uses.extend(node.kind.condition().map(|condition| (condition, &nothing, false)));
        let mut problems = Vec::new();
        for column in read.iter().filter(|column| !both.contains(column)) {
            problems.push(format!("{at:?} reads {column:?}, which its inputs do not give"));
        }
        for (expr, given, may_aggregate) in uses {
            for column in expr.columns().iter().filter(|column| !given.contains(column)) {
                problems.push(format!("{at:?} reads {column:?} where it is not given"));
            }
            expr.visit(&mut |part| match &part.kind {
                ExprKind::Error => problems.push(format!("{at:?} holds an error")),
                ExprKind::Fact(_) => problems.push(format!("{at:?} reads a fact")),
                ExprKind::Aggregate { .. } if !may_aggregate => problems.push(format!("{at:?} holds an aggregate")),
                ExprKind::Literal(_)
                | ExprKind::Column(_)
                | ExprKind::Value(_)
                | ExprKind::Call { .. }
                | ExprKind::And(..)
                | ExprKind::Or(..)
                | ExprKind::Coalesce(..)
                | ExprKind::When { .. }
                | ExprKind::Aggregate { .. }
                | ExprKind::RelativePeriod(_) => {}
            });
        }
        problems.extend(types(at, node));
        self.problems.extend(problems);
    }
}

/// Predicates are true or false; a computed column has the type of its expression.
fn types(at: NodeId, node: &Node) -> Vec<String> {
    let mut problems = Vec::new();
    let predicate = match &node.kind {
        NodeKind::Filter { predicate, .. } => Some(predicate),
        NodeKind::Join(join) => join.also.as_ref(),
        NodeKind::Scan(_)
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
        | NodeKind::Split { .. } => None,
    };
    for expr in predicate.into_iter().chain(node.kind.condition()) {
        if !matches!(expr.ty.data, DataType::Bool | DataType::Null) {
            problems.push(format!("{at:?} filters by a {}", expr.ty));
        }
    }
    for item in items(&node.kind) {
        let ty = node.columns.iter().find(|column| column.id == item.column).map(|column| &column.ty);
        if let Some(ty) = ty.filter(|ty| !holds(ty, &item.expr.ty)) {
            problems.push(format!("{at:?} makes {:?} of a {}, not of a {ty}", item.column, item.expr.ty));
        }
    }
    problems
}

/// Whether a column of the first type can hold values of the second.
fn holds(column: &Type, value: &Type) -> bool {
    (column.data == value.data || value.data == DataType::Null) && (column.nullable || !value.nullable)
}

fn items(kind: &NodeKind) -> impl Iterator<Item = &Item> {
    let (first, second): (&[Item], &[Item]) = match kind {
        NodeKind::Project { items, .. } => (items, &[]),
        NodeKind::Aggregate { keys, aggregates, .. } => (keys, aggregates),
        NodeKind::Scan(_)
        | NodeKind::Read { .. }
        | NodeKind::Filter { .. }
        | NodeKind::Join(_)
        | NodeKind::Sort { .. }
        | NodeKind::Take { .. }
        | NodeKind::Distinct { .. }
        | NodeKind::SetOperation(_)
        | NodeKind::Sample { .. }
        | NodeKind::Window(_)
        | NodeKind::Unpivot(_)
        | NodeKind::Split { .. } => (&[], &[]),
    };
    first.iter().chain(second)
}

/// The columns that first exist at a node.
fn made(kind: &NodeKind) -> Vec<ColumnId> {
    match kind {
        NodeKind::Scan(scan) => scan.columns.iter().map(|(column, _)| *column).collect(),
        NodeKind::Read { columns, .. } => columns.iter().map(|(column, _)| *column).collect(),
        NodeKind::Project { .. } | NodeKind::Aggregate { .. } => {
            let is_new = |item: &&Item| !matches!(item.expr.kind, ExprKind::Column(column) if column == item.column);
            items(kind).filter(is_new).map(|item| item.column).collect()
        }
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
    }
}

fn ids(plan: &LogicalPlan, at: NodeId) -> Vec<ColumnId> {
    plan.nodes[at].columns.iter().map(|column| column.id).collect()
}
