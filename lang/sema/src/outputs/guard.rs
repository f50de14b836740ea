//! B6 in the run: an aggregate that releases held rows into a file brings an expectation that no group has fewer than ten
//! rows.
//!
//! It is an expectation like any other, over a copy of the pipeline with counts in the place of the aggregates, so that
//! engines, the reference and the manifest need no rule for it. A group of no rows tells nothing of anybody.

use std::collections::BTreeMap;

use wr_base::ids::{ColumnId, ExprId, RelationId, StepId};
use wr_base::row_type::{Column, Marks, RowType};
use wr_base::ty::{DataType, Type};
use wr_base::value::Value;
use wr_plan::declaration::{Expectation, Fact, Message, MessagePart, SplitCounts};
use wr_plan::expr::{AggregateCall, Expr, ExprKind};
use wr_plan::functions::{AggregateId, FnId};
use wr_plan::logical::{Item, SortKey, StepInfo};

use super::finish::with_all_that_they_read;
use super::held::HeldRows;
use crate::checker::Checker;
use crate::hir::{Relation, Source, Step, StepKind, Unpivot};

/// Fewer rows than this are never summed up in what leaves.
const FEWEST_ROWS: i128 = 10;

pub(super) fn add(checker: &mut Checker, held: &HeldRows) {
    let exported = checker.exports.iter().flat_map(|export| export.sheets.iter().map(|sheet| sheet.relation));
    let leaving = with_all_that_they_read(checker, exported, &[]);
    for (relation, at) in &held.released {
        if leaving.contains(relation) {
            guard(checker, *relation, *at);
        }
    }
}

fn guard(checker: &mut Checker, relation: RelationId, at: usize) {
    let original = checker.relations[relation].clone();
    let Some(Step { id: aggregate_id, kind: StepKind::Aggregate { keys, .. }, .. }) = original.steps.get(at) else {
        return;
    };
    let this = checker.relations.next_id();
    let mut copy = Copy { checker, this, columns: BTreeMap::new() };
    let source = copy.source(&original.source);
    let source_row = copy.row(&original.source_row);
    let source_step = copy.step_id(original.source_step);
    let mut steps: Vec<Step> = original.steps.iter().take(at).map(|step| copy.step(step)).collect();
    let keys: Vec<Item> = keys.iter().map(|key| copy.item(key)).collect();
    let place = keys.first().map_or(ExprId(0), |key| key.expr.id);
    let count = copy.checker.fresh_column();
    let counted = Expr::new(
        place,
        Type::required(DataType::Int),
        ExprKind::Aggregate(AggregateCall::new(AggregateId::Count, Vec::new())),
    );
    let mut row = RowType { keys: vec![keys.iter().map(|key| key.column).collect()], ..RowType::default() };
    row.columns = keys
        .iter()
        .map(|key| plain_column(key.column, &key.name, key.expr.ty.clone()))
        .chain([plain_column(count, "rows", Type::required(DataType::Int))])
        .collect();
    let aggregates = vec![Item { column: count, name: "rows".to_owned(), expr: counted }];
    let id = copy.step_id(*aggregate_id);
    steps.push(Step { id, kind: StepKind::Aggregate { keys, aggregates }, condition: None, row: row.clone() });
    let few = Expr::new(
        place,
        Type::required(DataType::Bool),
        ExprKind::And(
            Box::new(compare(place, FnId::Greater, count, 0)),
            Box::new(compare(place, FnId::Less, count, FEWEST_ROWS)),
        ),
    );
    let id = copy.step_id(*aggregate_id);
    steps.push(Step { id, kind: StepKind::Filter(few), condition: None, row: row.clone() });
    let step = copy.step_id(*aggregate_id);
    if let Some(info) = checker.steps.get_mut(step) {
        *info = StepInfo { word: "expect".to_owned(), relation: None, ..info.clone() };
    }
    let groups =
        checker.relations.add(Relation { name: None, source, source_step, source_row, steps, row, split: None });
    let fact = checker.facts.add(Fact::Rows { relation: groups });
    let int = Type::required(DataType::Int);
    let rows = Expr::new(place, int, ExprKind::Fact(fact));
    let zero = Expr::literal(place, DataType::Int, Value::Int(0));
    let kind = ExprKind::Call { function: FnId::Equal, arguments: vec![rows, zero] };
    let words =
        format!("fewer than {FEWEST_ROWS} rows of a held branch would be summed up in a file: make larger groups");
    checker.expectations.push(Expectation {
        step,
        condition: Expr::new(place, Type::required(DataType::Bool), kind),
        message: Some(Message { parts: vec![MessagePart::Text(words)] }),
        facts: vec![fact],
        text: format!("at least {FEWEST_ROWS} rows of a held branch in each group"),
    });
}

fn plain_column(id: ColumnId, name: &str, ty: Type) -> Column {
    Column { id, qualifier: None, name: name.to_owned(), ty, marks: Marks::default(), origin: Vec::new(), shaped: None }
}

fn compare(place: ExprId, function: FnId, column: ColumnId, with: i128) -> Expr {
    let column = Expr::column(place, Type::required(DataType::Int), column);
    let with = Expr::literal(place, DataType::Int, Value::Int(with));
    Expr::new(place, Type::required(DataType::Bool), ExprKind::Call { function, arguments: vec![column, with] })
}

/// Copies steps: each column and each step gets an id of its own, as ids are made at one place only.
struct Copy<'a> {
    checker: &'a mut Checker,
    this: RelationId,
    columns: BTreeMap<ColumnId, ColumnId>,
}

impl Copy<'_> {
    fn column(&mut self, id: ColumnId) -> ColumnId {
        if let Some(known) = self.columns.get(&id) {
            return *known;
        }
        let fresh = self.checker.fresh_column();
        self.columns.insert(id, fresh);
        fresh
    }

    fn step_id(&mut self, id: StepId) -> StepId {
        let info = StepInfo { relation: Some(self.this), ..self.checker.steps[id].clone() };
        let span = self.checker.origins.steps[id];
        self.checker.origins.steps.add(span);
        self.checker.steps.add(info)
    }

    fn source(&mut self, source: &Source) -> Source {
        match source {
            Source::Table { table, columns, arguments, without_occasion } => Source::Table {
                table: *table,
                columns: columns.iter().map(|id| self.column(*id)).collect(),
                arguments: arguments.clone(),
                without_occasion: without_occasion.clone(),
            },
            Source::Relation { relation, columns } => {
                Source::Relation { relation: *relation, columns: self.pairs(columns) }
            }
            Source::Error => Source::Error,
        }
    }

    fn pairs(&mut self, pairs: &[(ColumnId, ColumnId)]) -> Vec<(ColumnId, ColumnId)> {
        pairs.iter().map(|(fresh, there)| (self.column(*fresh), *there)).collect()
    }

    fn row(&mut self, row: &RowType) -> RowType {
        let mut row = row.clone();
        for column in &mut row.columns {
            column.id = self.column(column.id);
        }
        for id in row.keys.iter_mut().flatten().chain(row.order.iter_mut().map(|(id, _)| id)) {
            *id = self.column(*id);
        }
        row
    }

    fn expr(&mut self, expr: &Expr) -> Expr {
        let mut expr = expr.clone();
        expr.transform(&mut |part| {
            if let ExprKind::Column(id) = &mut part.kind {
                *id = self.column(*id);
            }
        });
        expr
    }

    fn item(&mut self, item: &Item) -> Item {
        let expr = self.expr(&item.expr);
        Item { column: self.column(item.column), name: item.name.clone(), expr }
    }

    fn sort_keys(&mut self, by: &[SortKey]) -> Vec<SortKey> {
        by.iter().map(|key| SortKey { expr: self.expr(&key.expr), descending: key.descending }).collect()
    }

    fn step(&mut self, step: &Step) -> Step {
        let kind = match &step.kind {
            StepKind::Filter(predicate) => StepKind::Filter(self.expr(predicate)),
            StepKind::Select(items) => StepKind::Select(items.iter().map(|item| self.item(item)).collect()),
            StepKind::Derive(items) => StepKind::Derive(items.iter().map(|item| self.item(item)).collect()),
            StepKind::Join(join) => {
                let mut join = join.clone();
                join.right_columns = self.pairs(&join.right_columns);
                for (left, right) in &mut join.equal {
                    *left = self.expr(left);
                    *right = self.expr(right);
                }
                join.also = join.also.as_ref().map(|also| self.expr(also));
                for merged in &mut join.merged {
                    merged.column = self.column(merged.column);
                    merged.left = self.column(merged.left);
                    merged.right = self.column(merged.right);
                }
                StepKind::Join(join)
            }
            StepKind::Aggregate { keys, aggregates } => StepKind::Aggregate {
                keys: keys.iter().map(|item| self.item(item)).collect(),
                aggregates: aggregates.iter().map(|item| self.item(item)).collect(),
            },
            StepKind::Sort(by) => StepKind::Sort(self.sort_keys(by)),
            StepKind::Take(count) => StepKind::Take(count.clone()),
            StepKind::Place(connection) => StepKind::Place(connection.clone()),
            StepKind::Distinct { on, keep } => {
                StepKind::Distinct { on: on.iter().map(|id| self.column(*id)).collect(), keep: self.sort_keys(keep) }
            }
            StepKind::Sample { count, key, seed } => StepKind::Sample {
                count: count.clone(),
                key: key.iter().map(|id| self.column(*id)).collect(),
                seed: seed.clone(),
            },
            StepKind::Unpivot(unpivot) => StepKind::Unpivot(Box::new(Unpivot {
                columns: unpivot.columns.iter().map(|(name, value)| (name.clone(), self.expr(value))).collect(),
                name: self.column(unpivot.name),
                value: self.column(unpivot.value),
            })),
            StepKind::Window(window) => {
                let mut window = window.clone();
                for expr in &mut window.by {
                    *expr = self.expr(expr);
                }
                window.sort = self.sort_keys(&window.sort);
                for call in &mut window.calls {
                    call.column = self.column(call.column);
                    for expr in call.function.exprs_mut() {
                        *expr = self.expr(expr);
                    }
                }
                for item in &mut window.items {
                    *item = self.item(item);
                }
                StepKind::Window(window)
            }
            StepKind::SetOperation(set) => {
                let mut set = set.clone();
                set.right_columns = self.pairs(&set.right_columns);
                for column in &mut set.columns {
                    column.column = self.column(column.column);
                    column.left = self.expr(&column.left);
                    column.right = self.expr(&column.right);
                }
                StepKind::SetOperation(set)
            }
            StepKind::Split { key, seed, counts, branches, branch } => StepKind::Split {
                key: key.iter().map(|id| self.column(*id)).collect(),
                seed: seed.clone(),
                counts: match counts {
                    SplitCounts::Strata(strata) => {
                        SplitCounts::Strata(strata.iter().map(|id| self.column(*id)).collect())
                    }
                    SplitCounts::Free | SplitCounts::Exactly => counts.clone(),
                },
                branches: branches.clone(),
                branch: self.column(*branch),
            },
            StepKind::Error => StepKind::Error,
        };
        Step { id: self.step_id(step.id), kind, condition: step.condition.clone(), row: self.row(&step.row) }
    }
}
