//! Which columns somebody reads (B1): the others are dropped before anything else happens, and what computes them is not
//! evaluated, so it cannot fail.
//!
//! What reads a column: an output that writes it, a record, a fact about it (`rows(r)` reads none), a `filter`, a join's
//! condition, the keys of a `group by`, `sort`, `distinct` and `split`, an `except` or `intersect` (all of them), and whatever computes a column that is read. A sort
//! reads what completes it (B11), as the row stands at the step as written. A column that is only passed on is not read.

use std::collections::BTreeSet;

use wr_base::ids::{ColumnId, RelationId};
use wr_base::row_type::RowType;
use wr_plan::declaration::{Fact, Options, ParameterKind, ValueKind};
use wr_plan::expr::Expr;
use wr_plan::logical::{Item, SetKind, SortKey};

use crate::hir::{Program, Relation, Source, Step, StepKind};

/// The columns that are read, of the relations that somebody needs.
#[must_use]
pub fn live_columns(program: &Program) -> BTreeSet<ColumnId> {
    let mut live = read_by_outputs(program);
    let mut needed = needed_by_outputs(program);
    // A relation stands after those that it reads, so what a later one needs is known before an earlier one is looked at.
    for (id, relation) in program.relations.iter().rev() {
        // What nobody needs is not computed, so it reads nothing (B1).
        if !needed.contains(&id) {
            continue;
        }
        needed.extend(relation.reads());
        if let Some(split) = &relation.split
            && split.relation == id
        {
            // At the door the held keys are looked up in the split relation.
            live.extend(split.key.iter().copied());
            live.insert(split.branch);
        }
        relation.steps.iter().rev().for_each(|step| read_by_step(step, row_before(relation, step), &mut live));
        match &relation.source {
            Source::Relation { columns, .. } => over_there(columns, &mut live),
            Source::Table { .. } | Source::Error => {}
        }
    }
    live
}

/// The columns that complete a sort (B11): the shortest proved key of the row, else all columns.
#[must_use]
pub fn completion(row: &RowType) -> Vec<ColumnId> {
    let key = row.keys.iter().min_by_key(|key| key.len());
    key.cloned().unwrap_or_else(|| row.columns.iter().map(|column| column.id).collect())
}

/// The row that a step works on.
pub(super) fn row_before<'a>(relation: &'a Relation, step: &Step) -> &'a RowType {
    let at = relation.steps.iter().position(|other| other.id == step.id).unwrap_or_default();
    at.checked_sub(1).and_then(|before| relation.steps.get(before)).map_or(&relation.source_row, |before| &before.row)
}

fn read_by_outputs(program: &Program) -> BTreeSet<ColumnId> {
    let mut live = BTreeSet::new();
    for sheet in program.exports.iter().flat_map(|export| &export.sheets) {
        live.extend(sheet.columns.iter().map(|column| column.column).chain(sheet.by));
    }
    for reveal in &program.reveals {
        // At the door its keys are let through.
        live.extend(reveal.keys.iter().copied());
    }
    for record in &program.records {
        live.extend(record.assignments.iter().flat_map(|(_, expr)| expr.columns()));
    }
    for (_, fact) in program.facts.iter() {
        match fact {
            Fact::Rows { .. } | Fact::Change { .. } => {}
            Fact::Unique { columns, .. } => live.extend(columns.iter().copied()),
            Fact::Scalar { column, .. } => {
                live.insert(*column);
            }
        }
    }
    for (_, value) in program.values.iter() {
        if let Some((_, value, label)) = query_of(&value.kind) {
            live.insert(value);
            live.extend(label);
        }
    }
    live
}

/// The relations of outputs, facts and options.
fn needed_by_outputs(program: &Program) -> BTreeSet<RelationId> {
    let sheets = program.exports.iter().flat_map(|export| &export.sheets).map(|sheet| sheet.relation);
    let records = program.records.iter().map(|record| record.relation);
    let facts = program.facts.iter().filter_map(|(_, fact)| match fact {
        Fact::Rows { relation } | Fact::Unique { relation, .. } | Fact::Scalar { relation, .. } => Some(*relation),
        // It reads another fact.
        Fact::Change { .. } => None,
    });
    let options = program.values.iter().filter_map(|(_, value)| query_of(&value.kind)).map(|(relation, ..)| relation);
    sheets.chain(records).chain(facts).chain(options).collect()
}

/// The relation, the value column and the label column of options that are read from somewhere.
pub(super) fn query_of(kind: &ValueKind) -> Option<(RelationId, ColumnId, Option<ColumnId>)> {
    let ValueKind::Parameter(parameter) = kind else { return None };
    match &parameter.kind {
        ParameterKind::Choice(Options::Query { relation, value, label })
        | ParameterKind::Choices(Options::Query { relation, value, label })
        | ParameterKind::Columns(Options::Query { relation, value, label }) => Some((*relation, *value, *label)),
        ParameterKind::Plain
        | ParameterKind::Choice(Options::Fixed(_))
        | ParameterKind::Choices(Options::Fixed(_))
        | ParameterKind::Columns(Options::Fixed(_))
        | ParameterKind::Cohort { .. }
        | ParameterKind::File => None,
    }
}

fn read_by_step(step: &Step, before: &RowType, live: &mut BTreeSet<ColumnId>) {
    match &step.kind {
        StepKind::Filter(predicate) => read(predicate, live),
        StepKind::Select(items) | StepKind::Derive(items) => read_by_items(items, live),
        StepKind::Join(join) => {
            for (left, right) in &join.equal {
                read(left, live);
                read(right, live);
            }
            join.also.iter().for_each(|also| read(also, live));
            for merged in &join.merged {
                if live.contains(&merged.column) {
                    live.extend([merged.left, merged.right]);
                }
            }
            over_there(&join.right_columns, live);
        }
        StepKind::Aggregate { keys, aggregates } => {
            keys.iter().for_each(|key| read(&key.expr, live));
            read_by_items(aggregates, live);
        }
        StepKind::Sort(by) => read_by_order(by, before, live),
        StepKind::Take(_) | StepKind::Place(_) | StepKind::Error => {}
        StepKind::Distinct { on, keep } => {
            if on.is_empty() {
                live.extend(before.columns.iter().map(|column| column.id));
            } else {
                live.extend(on.iter().copied());
                read_by_order(keep, before, live);
            }
        }
        StepKind::Unpivot(unpivot) => {
            if live.contains(&unpivot.value) {
                unpivot.columns.iter().for_each(|(_, value)| read(value, live));
            }
        }
        StepKind::Window(window) => {
            read_by_items(&window.items, live);
            let calls: Vec<_> = window.calls.iter().filter(|call| live.contains(&call.column)).collect();
            if calls.is_empty() {
                return;
            }
            window.by.iter().for_each(|expr| read(expr, live));
            if calls.iter().any(|call| call.function.depends_on_order()) {
                read_by_order(&window.sort, before, live);
            }
            calls.iter().flat_map(|call| call.function.exprs()).for_each(|expr| read(expr, live));
        }
        StepKind::SetOperation(set) => {
            for column in &set.columns {
                // The others compare all columns.
                if set.kind != SetKind::Union || live.contains(&column.column) {
                    read(&column.left, live);
                    read(&column.right, live);
                }
            }
            over_there(&set.right_columns, live);
        }
        StepKind::Sample { key, .. } => live.extend(key.iter().copied()),
        StepKind::Split { key, counts, .. } => live.extend(key.iter().chain(counts.strata()).copied()),
    }
}

fn read_by_order(by: &[SortKey], row: &RowType, live: &mut BTreeSet<ColumnId>) {
    by.iter().for_each(|key| read(&key.expr, live));
    live.extend(completion(row));
}

/// Items that are read need what they are computed of; later items of one step do not read earlier ones.
fn read_by_items(items: &[Item], live: &mut BTreeSet<ColumnId>) {
    for item in items {
        if live.contains(&item.column) {
            read(&item.expr, live);
        }
    }
}

fn read(expr: &Expr, live: &mut BTreeSet<ColumnId>) {
    live.extend(expr.columns());
}

fn over_there(columns: &[(ColumnId, ColumnId)], live: &mut BTreeSet<ColumnId>) {
    let read: Vec<ColumnId> =
        columns.iter().filter(|(fresh, _)| live.contains(fresh)).map(|(_, there)| *there).collect();
    live.extend(read);
}
