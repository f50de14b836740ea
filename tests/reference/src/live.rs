//! Which relations are evaluated, and which columns somebody reads (B1): nobody's columns cannot fail.
//!
//! A column is read when an output shows it, a step decides by it (filter, join condition, group key, sort, distinct,
//! split), or a column that is read is computed from it. A `sort` or `distinct` that is completed by all columns reads
//! all columns.

use std::collections::BTreeSet;

use wr_base::ids::{ColumnId, RelationId};
use wr_plan::declaration::{Fact, Options, ParameterKind, ValueKind};
use wr_plan::expr::Expr;
use wr_plan::logical::{Item, SetKind, SortKey, WindowCall};
use wr_sema::hir::{Program, Relation, Source, StepKind};

use crate::{order, window};

#[derive(Default)]
pub(crate) struct Live {
    pub(crate) relations: BTreeSet<RelationId>,
    pub(crate) columns: BTreeSet<ColumnId>,
}

pub(crate) fn live(program: &Program) -> Live {
    let mut live = Live::default();
    live.read_by_outputs(program);
    // Who reads stands after what is read.
    for (id, relation) in program.relations.iter().rev() {
        if live.relations.contains(&id) {
            live.read_by_relation(relation);
        }
    }
    live
}

impl Live {
    fn read_by_outputs(&mut self, program: &Program) {
        for sheet in program.exports.iter().flat_map(|export| &export.sheets) {
            self.relations.insert(sheet.relation);
            self.columns.extend(sheet.columns.iter().map(|column| column.column));
        }
        for reveal in &program.reveals {
            self.columns.extend(&reveal.keys);
        }
        for record in &program.records {
            self.relations.insert(record.relation);
            self.exprs(record.assignments.iter().map(|(_, value)| value));
        }
        for (_, fact) in program.facts.iter() {
            match fact {
                Fact::Rows { relation } => self.relations.insert(*relation),
                Fact::Unique { relation, columns } => {
                    self.columns.extend(columns);
                    self.relations.insert(*relation)
                }
                Fact::Scalar { relation, column } => {
                    self.columns.insert(*column);
                    self.relations.insert(*relation)
                }
                Fact::Change { .. } => false,
            };
        }
        for (_, value) in program.values.iter() {
            if let ValueKind::Parameter(parameter) = &value.kind
                && let ParameterKind::Choice(options) | ParameterKind::Choices(options) = &parameter.kind
                && let Options::Query { relation, value, label } = options
            {
                self.relations.insert(*relation);
                self.columns.insert(*value);
                self.columns.extend(label);
            }
        }
    }

    fn read_by_relation(&mut self, relation: &Relation) {
        for (at, step) in relation.steps.iter().enumerate().rev() {
            let before = if at == 0 { &relation.source_row } else { &relation.steps[at - 1].row };
            match &step.kind {
                StepKind::Filter(predicate) => self.exprs([predicate]),
                StepKind::Select(items) | StepKind::Derive(items) => self.items(items),
                StepKind::Join(join) => {
                    self.relations.insert(join.right);
                    self.exprs(join.equal.iter().flat_map(|(left, right)| [left, right]));
                    self.exprs(&join.also);
                    for merged in &join.merged {
                        if self.columns.contains(&merged.column) {
                            self.columns.extend([merged.left, merged.right]);
                        }
                    }
                    self.renamed(&join.right_columns);
                }
                StepKind::Aggregate { keys, aggregates } => {
                    self.items(aggregates);
                    self.exprs(keys.iter().map(|key| &key.expr));
                }
                StepKind::Sort(by) => {
                    self.keys(by);
                    self.columns.extend(order::completion(before));
                }
                StepKind::Distinct { on, keep } => {
                    self.keys(keep);
                    self.columns.extend(on);
                    self.columns.extend(order::completion_of_distinct(on, before));
                }
                StepKind::Unpivot(unpivot) => {
                    if self.columns.contains(&unpivot.value) {
                        self.exprs(unpivot.columns.iter().map(|(_, value)| value));
                    }
                }
                StepKind::Window(window) => {
                    self.items(&window.items);
                    let is_read = |call: &&WindowCall| self.columns.contains(&call.column);
                    let calls: Vec<&WindowCall> = window.calls.iter().filter(is_read).collect();
                    if calls.iter().any(|call| window::goes_by_order(&call.function)) {
                        self.keys(&window.sort);
                        self.columns.extend(order::completion(before));
                    }
                    if !calls.is_empty() {
                        self.exprs(&window.by);
                    }
                    for call in calls {
                        self.exprs(call.function.exprs());
                    }
                }
                StepKind::SetOperation(set) => {
                    self.relations.insert(set.right);
                    for column in &set.columns {
                        // A union keeps its rows whatever is in them; the others compare whole rows.
                        if set.kind != SetKind::Union || self.columns.contains(&column.column) {
                            self.exprs([&column.left, &column.right]);
                        }
                    }
                    self.renamed(&set.right_columns);
                }
                StepKind::Sample { key, .. } => self.columns.extend(key),
                StepKind::Split { key, counts, .. } => self.columns.extend(key.iter().chain(counts.strata())),
                StepKind::Take(_) | StepKind::Place(_) | StepKind::Error => {}
            }
        }
        if let Source::Relation { relation, columns } = &relation.source {
            self.relations.insert(*relation);
            self.renamed(columns);
        }
    }

    fn exprs<'a>(&mut self, exprs: impl IntoIterator<Item = &'a Expr>) {
        for expr in exprs {
            self.columns.extend(expr.columns());
        }
    }

    fn keys(&mut self, keys: &[SortKey]) {
        self.exprs(keys.iter().map(|key| &key.expr));
    }

    fn items(&mut self, items: &[Item]) {
        for item in items {
            if self.columns.contains(&item.column) {
                self.exprs([&item.expr]);
            }
        }
    }

    /// What is read under a fresh id is read over there.
    fn renamed(&mut self, columns: &[(ColumnId, ColumnId)]) {
        for (fresh, there) in columns {
            if self.columns.contains(fresh) {
                self.columns.insert(*there);
            }
        }
    }
}
