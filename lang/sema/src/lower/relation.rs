//! One relation: its source and its steps to nodes.

use std::collections::BTreeSet;

use wr_base::ids::{ColumnId, ExprId, NodeId, RelationId, StepId, TableId};
use wr_base::row_type::RowType;
use wr_base::ty::{DataType, Type};
use wr_base::value::Value;
use wr_plan::expr::{AggregateCall, Expr, ExprKind};
use wr_plan::functions::AggregateId;
use wr_plan::logical::{
    Item, Join, JoinKind, LogicalPlan, Node, NodeKind, PlanColumn, Scan, SetColumn, SetKind, SetOperation, SortKey,
    Unpivot, Window, WindowCall,
};

use super::live::{completion, row_before};
use crate::hir::{self, Relation, Source, Step, StepKind};

/// Makes the nodes of one relation.
pub(super) struct Pipeline<'a> {
    plan: &'a mut LogicalPlan,
    live: &'a BTreeSet<ColumnId>,
    next_column: &'a mut u32,
}

impl<'a> Pipeline<'a> {
    pub(super) const fn new(plan: &'a mut LogicalPlan, live: &'a BTreeSet<ColumnId>, next_column: &'a mut u32) -> Self {
        Self { plan, live, next_column }
    }

    /// The node that gives the relation's rows.
    pub(super) fn lower(&mut self, relation: &Relation) -> NodeId {
        let mut at = self.source(relation);
        for step in &relation.steps {
            at = self.step(at, step, row_before(relation, step));
        }
        at
    }

    fn source(&mut self, relation: &Relation) -> NodeId {
        let step = relation.source_step;
        match &relation.source {
            Source::Table { table, columns, arguments, without_occasion } => {
                let declared = self.plan.tables[*table].columns.clone();
                let all = columns.iter().enumerate().filter_map(|(index, id)| {
                    let column = declared.get(index)?;
                    let given = PlanColumn { id: *id, name: column.name.clone(), ty: column.ty.clone() };
                    Some((given, index as u32))
                });
                let all: Vec<(PlanColumn, u32)> = all.collect();
                let mut kept: Vec<_> = all.iter().filter(|(column, _)| self.is_live(column.id)).cloned().collect();
                if kept.is_empty() {
                    // Reading a declared column cannot fail in the sense of B1, so any will do to count rows by.
                    kept.extend(all.into_iter().take(1));
                }
                let scan = Scan {
                    table: *table,
                    columns: kept.iter().map(|(column, index)| (column.id, *index)).collect(),
                    arguments: arguments.clone(),
                    without_occasion: without_occasion.clone(),
                };
                self.add(step, NodeKind::Scan(scan), kept.into_iter().map(|(column, _)| column).collect())
            }
            Source::Relation { relation: read, columns } => self.read(step, *read, columns, &relation.source_row),
            // A checked program has none; a scan of nothing keeps this function total.
            Source::Error => {
                let scan = Scan {
                    table: TableId(0),
                    columns: Vec::new(),
                    arguments: Vec::new(),
                    without_occasion: Vec::new(),
                };
                self.add(step, NodeKind::Scan(scan), Vec::new())
            }
        }
    }

    /// The rows of another relation. `names` has the fresh columns.
    fn read(&mut self, step: StepId, relation: RelationId, pairs: &[(ColumnId, ColumnId)], names: &RowType) -> NodeId {
        let given = self.plan.nodes[self.plan.relations[relation].root].columns.clone();
        let mut columns = Vec::new();
        let mut kept = Vec::new();
        for (fresh, there) in pairs.iter().filter(|(fresh, _)| self.is_live(*fresh)) {
            if let Some(column) = given.iter().find(|column| column.id == *there) {
                let name = names.column(*fresh).map_or_else(|| column.name.clone(), |column| column.name.clone());
                columns.push(PlanColumn { id: *fresh, name, ty: column.ty.clone() });
                kept.push((*fresh, *there));
            }
        }
        if columns.is_empty()
            && let Some(column) = given.first()
        {
            let known = pairs.iter().find(|(_, there)| *there == column.id).map(|(fresh, _)| *fresh);
            let id = known.unwrap_or_else(|| self.fresh_column());
            columns.push(PlanColumn { id, ..column.clone() });
            kept.push((id, column.id));
        }
        self.add(step, NodeKind::Read { relation, columns: kept }, columns)
    }

    fn step(&mut self, input: NodeId, step: &Step, before: &RowType) -> NodeId {
        let condition = step.condition.clone();
        let columns = self.plan.nodes[input].columns.clone();
        let kind = match &step.kind {
            StepKind::Filter(predicate) => NodeKind::Filter { input, predicate: predicate.clone(), condition },
            StepKind::Select(items) => return self.project(input, step, items),
            StepKind::Derive(items) => return self.derive(input, step, items),
            StepKind::Join(join) => return self.join(input, step, join),
            StepKind::Aggregate { keys, aggregates } => return self.aggregate(input, step, keys, aggregates),
            StepKind::Sort(by) => NodeKind::Sort { input, by: complete(by, before, step), condition },
            StepKind::Take(count) => NodeKind::Take { input, count: count.clone(), condition },
            StepKind::Distinct { on, keep } => {
                let all = || before.columns.iter().map(|column| column.id).collect();
                let (on, keep) =
                    if on.is_empty() { (all(), Vec::new()) } else { (on.clone(), complete(keep, before, step)) };
                NodeKind::Distinct { input, on, keep, condition }
            }
            StepKind::Sample { count, key, seed } => {
                NodeKind::Sample { input, count: count.clone(), key: key.clone(), seed: seed.clone(), condition }
            }
            StepKind::Unpivot(unpivot) => return self.unpivot(input, step, unpivot),
            StepKind::Window(window) => return self.window(input, step, window, before),
            StepKind::SetOperation(set) => return self.set_operation(input, step, set),
            StepKind::Split { key, seed, counts, branches, branch } => {
                let (key, seed, counts) = (key.clone(), seed.clone(), counts.clone());
                let (branches, branch) = (branches.clone(), *branch);
                let mut columns = columns;
                let name = step.row.column(branch).map_or_else(String::new, |column| column.name.clone());
                columns.push(PlanColumn { id: branch, name, ty: Type::required(DataType::Text) });
                let kind = NodeKind::Split { input, key, seed, counts, branches, branch };
                return self.add(step.id, kind, columns);
            }
            StepKind::Place(_) | StepKind::Error => return input,
        };
        self.add(step.id, kind, columns)
    }

    fn project(&mut self, input: NodeId, step: &Step, items: &[Item]) -> NodeId {
        let mut items: Vec<Item> = items.iter().filter(|item| self.is_live(item.column)).cloned().collect();
        if items.is_empty()
            && let Some(column) = self.plan.nodes[input].columns.first()
        {
            // Nobody reads a column, but somebody counts the rows.
            items.push(passed_on(column, step));
        }
        let columns = items.iter().map(given).collect();
        self.add(step.id, NodeKind::Project { input, items }, columns)
    }

    /// The columns as they come, but for those that are replaced, then the new ones; in the order of the step's row.
    fn derive(&mut self, input: NodeId, step: &Step, derived: &[Item]) -> NodeId {
        let come: Vec<PlanColumn> = self.plan.nodes[input].columns.clone();
        let in_row = |id: ColumnId| step.row.columns.iter().position(|column| column.id == id);
        let mut items: Vec<Item> = come
            .iter()
            .filter(|column| self.is_live(column.id) && in_row(column.id).is_some())
            .map(|column| passed_on(column, step))
            .chain(derived.iter().filter(|item| self.is_live(item.column)).cloned())
            .collect();
        items.sort_by_key(|item| in_row(item.column));
        if items.is_empty()
            && let Some(column) = come.first()
        {
            items.push(passed_on(column, step));
        }
        let columns = items.iter().map(given).collect();
        self.add(step.id, NodeKind::Project { input, items }, columns)
    }

    fn join(&mut self, left: NodeId, step: &Step, join: &hir::Join) -> NodeId {
        let right = self.read(step.id, join.right, &join.right_columns, &step.row);
        let merged: Vec<_> = join.merged.iter().filter(|merged| self.is_live(merged.column)).cloned().collect();
        let kind = NodeKind::Join(Box::new(Join {
            left,
            right,
            kind: join.kind,
            equal: join.equal.clone(),
            also: join.also.clone(),
            merged: merged.clone(),
            is_one: join.is_one,
            unmatched: join.unmatched.clone(),
            condition: step.condition.clone(),
        }));
        let mut columns = self.plan.nodes[left].columns.clone();
        if join.kind == JoinKind::Full {
            columns.iter_mut().for_each(|column| column.ty.nullable = true);
        }
        if !is_of_left_only(join.kind) {
            // What an earlier filter proved of a column is of the row, not of the node: a join that is not taken has to
            // leave the same columns as one that is.
            columns.extend(self.plan.nodes[right].columns.iter().cloned().map(|mut column| {
                column.ty.nullable |= makes_null(join.kind);
                column
            }));
        }
        columns.extend(merged.iter().filter_map(|merged| {
            let column = step.row.column(merged.column)?;
            Some(PlanColumn { id: column.id, name: column.name.clone(), ty: column.ty.clone() })
        }));
        self.add(step.id, kind, columns)
    }

    /// The calls that somebody reads, then what is computed of them.
    fn window(&mut self, input: NodeId, step: &Step, window: &hir::Window, before: &RowType) -> NodeId {
        let calls: Vec<_> = window.calls.iter().filter(|call| self.is_live(call.column)).cloned().collect();
        let mut at = input;
        if !calls.is_empty() {
            let is_ordered = calls.iter().any(|call| call.function.depends_on_order());
            let sort = if is_ordered { complete(&window.sort, before, step) } else { Vec::new() };
            let written = if is_ordered { window.sort.len() } else { 0 };
            let mut columns = self.plan.nodes[input].columns.clone();
            let column = |call: &WindowCall| PlanColumn {
                id: call.column,
                name: call.function.name().to_owned(),
                ty: call.ty.clone(),
            };
            columns.extend(calls.iter().map(column));
            let node = Window { input, by: window.by.clone(), sort, written, calls };
            at = self.add(step.id, NodeKind::Window(Box::new(node)), columns);
        }
        self.derive(at, step, &window.items)
    }

    /// A row for each listed column. A value that nobody reads is null, so that it cannot fail.
    fn unpivot(&mut self, input: NodeId, step: &Step, unpivot: &hir::Unpivot) -> NodeId {
        let mut unpivot = Unpivot { input, columns: unpivot.columns.clone(), name: unpivot.name, value: unpivot.value };
        let is_read = self.is_live(unpivot.value);
        for (_, value) in unpivot.columns.iter_mut().filter(|_| !is_read) {
            *value = Expr::literal(value.id, value.ty.data.clone(), Value::Null);
        }
        let nullable = unpivot.columns.iter().any(|(_, value)| value.ty.nullable);
        let data = unpivot.columns.first().map_or(DataType::Null, |(_, value)| value.ty.data.clone());
        let name = |id: ColumnId| step.row.column(id).map_or_else(String::new, |column| column.name.clone());
        let mut columns = self.plan.nodes[input].columns.clone();
        columns.push(PlanColumn { id: unpivot.name, name: name(unpivot.name), ty: Type::required(DataType::Text) });
        columns.push(PlanColumn { id: unpivot.value, name: name(unpivot.value), ty: Type::new(data, nullable) });
        self.add(step.id, NodeKind::Unpivot(Box::new(unpivot)), columns)
    }

    /// Each side as the columns that both have, in one type, then the rows of both.
    fn set_operation(&mut self, left: NodeId, step: &Step, set: &hir::SetOperation) -> NodeId {
        let right = self.read(step.id, set.right, &set.right_columns, &step.row);
        // What compares whole rows reads all columns.
        let is_kept = |column: &&hir::SetColumn| set.kind != SetKind::Union || self.is_live(column.column);
        let kept: Vec<&hir::SetColumn> = set.columns.iter().filter(is_kept).collect();
        let name = |id: ColumnId| step.row.column(id).map_or_else(String::new, |column| column.name.clone());
        let mut columns = Vec::new();
        let (mut left_items, mut right_items) = (Vec::new(), Vec::new());
        for column in kept {
            let (left, right) = (self.side(column, &column.left, &name), self.side(column, &column.right, &name));
            columns.push(SetColumn { column: column.column, left: left.column, right: right.column });
            left_items.push(left);
            right_items.push(right);
        }
        if columns.is_empty() {
            // Nobody reads a column, but somebody counts the rows: a constant cannot fail.
            let mut constant = || {
                let expr = Expr::literal(first_expr(step), DataType::Bool, Value::Bool(true));
                Item { column: self.fresh_column(), name: "row".to_owned(), expr }
            };
            let (left, right) = (constant(), constant());
            columns.push(SetColumn { column: self.fresh_column(), left: left.column, right: right.column });
            left_items.push(left);
            right_items.push(right);
        }
        let given_columns = columns.iter().zip(&left_items).zip(&right_items).map(|((column, left), right)| {
            let known = step.row.column(column.column).map(|column| column.ty.clone());
            let ty = known.unwrap_or_else(|| left.expr.ty.clone().or_null(right.expr.ty.nullable));
            PlanColumn { id: column.column, name: left.name.clone(), ty }
        });
        let given_columns = given_columns.collect();
        let left = self.project_all(left, step, left_items);
        let right = self.project_all(right, step, right_items);
        let kind = NodeKind::SetOperation(Box::new(SetOperation { left, right, kind: set.kind, columns }));
        self.add(step.id, kind, given_columns)
    }

    /// One side of a column: passed on, or converted under an id of its own.
    fn side(&mut self, column: &hir::SetColumn, expr: &Expr, name: &impl Fn(ColumnId) -> String) -> Item {
        let id = if let ExprKind::Column(id) = expr.kind { id } else { self.fresh_column() };
        Item { column: id, name: name(column.column), expr: expr.clone() }
    }

    fn project_all(&mut self, input: NodeId, step: &Step, items: Vec<Item>) -> NodeId {
        let columns = items.iter().map(given).collect();
        self.add(step.id, NodeKind::Project { input, items }, columns)
    }

    fn aggregate(&mut self, input: NodeId, step: &Step, keys: &[Item], aggregates: &[Item]) -> NodeId {
        let mut aggregates: Vec<Item> = aggregates.iter().filter(|item| self.is_live(item.column)).cloned().collect();
        if keys.is_empty() && aggregates.is_empty() {
            // One row, of which nothing is read but that it is there. A count cannot fail.
            let count = ExprKind::Aggregate(AggregateCall::new(AggregateId::Count, Vec::new()));
            let expr = Expr::new(first_expr(step), Type::required(DataType::Int), count);
            aggregates.push(Item { column: self.fresh_column(), name: "rows".to_owned(), expr });
        }
        let columns = keys.iter().chain(&aggregates).map(given).collect();
        self.add(step.id, NodeKind::Aggregate { input, keys: keys.to_vec(), aggregates }, columns)
    }

    fn add(&mut self, step: StepId, kind: NodeKind, columns: Vec<PlanColumn>) -> NodeId {
        self.plan.nodes.add(Node { step, kind, columns })
    }

    fn is_live(&self, column: ColumnId) -> bool {
        self.live.contains(&column)
    }

    fn fresh_column(&mut self) -> ColumnId {
        *self.next_column += 1;
        ColumnId(*self.next_column - 1)
    }
}

/// A sort as written, then by what makes it the same on every run; nothing twice.
fn complete(by: &[SortKey], row: &RowType, step: &Step) -> Vec<SortKey> {
    let mut all = by.to_vec();
    for id in completion(row) {
        let is_there = all.iter().any(|key| matches!(&key.expr.kind, ExprKind::Column(column) if *column == id));
        if let (false, Some(column)) = (is_there, row.column(id)) {
            let expr = Expr::column(first_expr(step), column.ty.clone(), id);
            all.push(SortKey { expr, descending: false });
        }
    }
    all
}

fn passed_on(column: &PlanColumn, step: &Step) -> Item {
    let expr = Expr::column(first_expr(step), column.ty.clone(), column.id);
    Item { column: column.id, name: column.name.clone(), expr }
}

fn given(item: &Item) -> PlanColumn {
    PlanColumn { id: item.column, name: item.name.clone(), ty: item.expr.ty.clone() }
}

const fn is_of_left_only(kind: JoinKind) -> bool {
    match kind {
        JoinKind::Semi | JoinKind::Anti => true,
        JoinKind::Inner | JoinKind::Left | JoinKind::Full | JoinKind::Cross => false,
    }
}

/// Whether a left row can be without a partner.
const fn makes_null(kind: JoinKind) -> bool {
    match kind {
        JoinKind::Left | JoinKind::Full => true,
        JoinKind::Inner | JoinKind::Semi | JoinKind::Anti | JoinKind::Cross => false,
    }
}

/// The place that stands for expressions which nobody wrote: they cannot fail, but have to be somewhere.
fn first_expr(step: &Step) -> ExprId {
    let written = match &step.kind {
        StepKind::Filter(expr) | StepKind::Take(expr) | StepKind::Sample { count: expr, .. } => Some(expr),
        StepKind::Select(items) | StepKind::Derive(items) => items.first().map(|item| &item.expr),
        StepKind::Join(join) => join.equal.first().map(|(left, _)| left),
        StepKind::Aggregate { keys, aggregates } => keys.iter().chain(aggregates).next().map(|item| &item.expr),
        StepKind::Sort(by) | StepKind::Distinct { keep: by, .. } => by.first().map(|key| &key.expr),
        StepKind::Split { seed, .. } => seed.first(),
        StepKind::Unpivot(unpivot) => unpivot.columns.first().map(|(_, value)| value),
        StepKind::Window(window) => window.items.first().map(|item| &item.expr),
        StepKind::SetOperation(set) => set.columns.first().map(|column| &column.left),
        StepKind::Place(_) | StepKind::Error => None,
    };
    written.map_or(ExprId(0), |expr| expr.id)
}
