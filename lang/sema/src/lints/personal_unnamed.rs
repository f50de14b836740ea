//! Personal columns that leave by accident: a file takes all columns of a relation, and one of them is personal without
//! anybody having named it. It came with a table or a join, and goes with it.
//!
//! Silent where the script says the column anywhere on its way: in the list of the export, in a `select`, by a new name,
//! in what a `derive` or a `group by` makes of it. Columns of a file or query are declared where they are read.

use wr_base::ids::{ColumnId, RelationId};
use wr_base::span::Span;
use wr_plan::declaration::Table;

use super::errors;
use crate::checker::Checker;
use crate::hir::{Relation, Source, Step, StepKind};

/// `at`: the relation whose columns are all written; `list_at`: where a list of them would stand.
pub(crate) fn check(checker: &mut Checker, read: RelationId, at: Span, list_at: Span) {
    // The columns may be others once the errors are mended.
    if checker.diagnostics.has_errors() {
        return;
    }
    let Some(relation) = checker.relations.get(read) else { return };
    let columns = &relation.row.columns;
    let is_unnamed = |id: ColumnId| !is_named(checker, relation, id);
    let unnamed: Vec<&str> = columns
        .iter()
        .filter(|column| column.marks.personal && column.shaped.is_none() && is_unnamed(column.id))
        .map(|column| column.name.as_str())
        .collect();
    if unnamed.is_empty() {
        return;
    }
    let all: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    // A list in the place of columns that a parameter decides about would take the choice away.
    let can_list = columns.iter().all(|column| column.shaped.is_none());
    let diagnostic = errors::personal_unnamed(at, &unnamed, can_list.then_some((list_at, all.as_slice())));
    checker.report(diagnostic);
}

/// Where a column of a relation comes from.
enum Way {
    /// A step made or listed it.
    Named,
    /// It is a column of a table that no step spoke of.
    Unnamed,
    /// It is a column of another relation.
    Over(RelationId, ColumnId),
}

/// Whether a step made or listed a column, on the way from its table to the end of the relation.
fn is_named(checker: &Checker, relation: &Relation, column: ColumnId) -> bool {
    let mut way = way(checker, relation, column);
    loop {
        let (relation, column) = match way {
            Way::Named => return true,
            Way::Unnamed => return false,
            Way::Over(relation, column) => (relation, column),
        };
        // Relations read only what stands above them, so this ends.
        let Some(relation) = checker.relations.get(relation) else { return true };
        way = self::way(checker, relation, column);
    }
}

fn way(checker: &Checker, relation: &Relation, column: ColumnId) -> Way {
    let mut column = column;
    for (at, step) in relation.steps.iter().enumerate().rev() {
        let before = at.checked_sub(1).and_then(|before| relation.steps.get(before));
        let before = before.map_or(&relation.source_row, |before| &before.row);
        match &step.kind {
            StepKind::Select(items) => {
                let Some(item) = items.iter().find(|item| item.column == column) else { continue };
                let passed = item.expr.as_column().and_then(|id| before.column(id));
                // `drop` lists what is left, and `rename` what has another name.
                let Some(passed) = passed.filter(|old| keeps_names(checker, step) && old.name == item.name) else {
                    return Way::Named;
                };
                column = passed.id;
            }
            StepKind::Derive(items) if items.iter().any(|item| item.column == column) => return Way::Named,
            StepKind::Window(window) if window.items.iter().any(|item| item.column == column) => return Way::Named,
            StepKind::Unpivot(unpivot) if unpivot.value == column || unpivot.name == column => return Way::Named,
            StepKind::Join(join) => {
                if let Some((_, there)) = join.right_columns.iter().find(|(here, _)| *here == column) {
                    return Way::Over(join.right, *there);
                }
            }
            StepKind::SetOperation(set) => {
                let here = set.columns.iter().find(|one| one.column == column);
                let Some(left) = here.and_then(|one| one.left.as_column()) else { return Way::Named };
                column = left;
            }
            StepKind::Aggregate { .. } | StepKind::Error => return Way::Named,
            StepKind::Derive(_)
            | StepKind::Window(_)
            | StepKind::Unpivot(_)
            | StepKind::Filter(_)
            | StepKind::Sort(_)
            | StepKind::Take(_)
            | StepKind::Distinct { .. }
            | StepKind::Sample { .. }
            | StepKind::Place(_)
            | StepKind::Split { .. } => {}
        }
    }
    match &relation.source {
        Source::Table { table, columns, .. } => {
            let is_said_here = |table: &Table| table.file.is_some() || table.query.is_some();
            let is_said = checker.tables.get(*table).is_none_or(is_said_here);
            // A key that a join merged of two columns was named by it.
            if is_said || !columns.contains(&column) { Way::Named } else { Way::Unnamed }
        }
        Source::Relation { relation, columns } => {
            let there = columns.iter().find(|(here, _)| *here == column);
            there.map_or(Way::Named, |(_, there)| Way::Over(*relation, *there))
        }
        Source::Error => Way::Named,
    }
}

fn keeps_names(checker: &Checker, step: &Step) -> bool {
    checker.steps.get(step.id).is_some_and(|info| info.word == "drop" || info.word == "rename")
}
