//! The typed program to the logical plan: steps become nodes, and columns that nobody reads go.
//!
//! Total: a checked program has nothing that could be refused. Relations keep their ids. A sort is written out with what
//! completes it (B11), `distinct` with the columns that it compares, so that no later stage needs the row as written.
//!
//! Invariant: every node gives at least one column, as rows without columns could not be counted.

mod live;
mod relation;
mod test;

use wr_base::ids::{Arena, ColumnId};
use wr_plan::logical::{Demand, LogicalPlan, Relation};

pub use live::{completion, live_columns};
pub use test::lower_test;

use crate::hir::{self, CheckedProgram, Program};

/// The plan of a program.
#[must_use]
pub fn lower(program: &CheckedProgram) -> LogicalPlan {
    let program = program.program();
    let mut plan = LogicalPlan {
        report: program.report.clone(),
        tables: program.tables.clone(),
        values: program.values.clone(),
        relations: Arena::new(),
        nodes: Arena::new(),
        facts: program.facts.clone(),
        expectations: program.expectations.clone(),
        records: program.records.clone(),
        exports: program.exports.clone(),
        reveals: program.reveals.clone(),
        demands: program.relations.iter().flat_map(|(_, relation)| demands(relation)).collect(),
        steps: program.steps.clone(),
    };
    let live = live_columns(program);
    let mut next_column = first_free_column(program);
    for (_, relation) in program.relations.iter() {
        let mut pipeline = relation::Pipeline::new(&mut plan, &live, &mut next_column);
        let root = pipeline.lower(relation);
        let columns: Vec<ColumnId> = plan.nodes[root].columns.iter().map(|column| column.id).collect();
        let keys = relation.row.keys.iter().filter(|key| key.iter().all(|column| columns.contains(column)));
        let key = keys.min_by_key(|key| key.len()).cloned().unwrap_or_default();
        let (name, split) = (relation.name.clone(), relation.split.clone());
        plan.relations.add(Relation { name, root, key, is_held: relation.row.is_held, split });
    }
    plan
}

/// What each `place` of a pipeline wants: all that stands before it.
fn demands(relation: &hir::Relation) -> Vec<Demand> {
    let mut demands = Vec::new();
    let mut steps = vec![relation.source_step];
    for step in &relation.steps {
        match &step.kind {
            hir::StepKind::Place(connection) => {
                demands.push(Demand { step: step.id, connection: connection.clone(), steps: steps.clone() });
            }
            hir::StepKind::Filter(_)
            | hir::StepKind::Select(_)
            | hir::StepKind::Derive(_)
            | hir::StepKind::Join(_)
            | hir::StepKind::Aggregate { .. }
            | hir::StepKind::Sort(_)
            | hir::StepKind::Take(_)
            | hir::StepKind::Distinct { .. }
            | hir::StepKind::Sample { .. }
            | hir::StepKind::Window(_)
            | hir::StepKind::Unpivot(_)
            | hir::StepKind::SetOperation(_)
            | hir::StepKind::Split { .. }
            | hir::StepKind::Error => steps.push(step.id),
        }
    }
    demands
}

/// An id that no column of the program has.
fn first_free_column(program: &Program) -> u32 {
    let ids = |relation: &hir::Relation| {
        let rows = relation.steps.iter().map(|step| &step.row).chain([&relation.source_row]);
        let mut ids: Vec<u32> = rows.flat_map(|row| row.columns.iter().map(|column| column.id.0)).collect();
        ids.extend(relation.steps.iter().flat_map(|step| match &step.kind {
            hir::StepKind::Join(join) => join.right_columns.iter().map(|(fresh, _)| fresh.0).collect(),
            hir::StepKind::Window(window) => window.calls.iter().map(|call| call.column.0).collect(),
            hir::StepKind::SetOperation(set) => {
                let right = set.right_columns.iter().map(|(fresh, _)| fresh.0);
                right.chain(set.columns.iter().map(|column| column.column.0)).collect()
            }
            hir::StepKind::Filter(_)
            | hir::StepKind::Select(_)
            | hir::StepKind::Derive(_)
            | hir::StepKind::Aggregate { .. }
            | hir::StepKind::Sort(_)
            | hir::StepKind::Take(_)
            | hir::StepKind::Distinct { .. }
            | hir::StepKind::Sample { .. }
            | hir::StepKind::Place(_)
            | hir::StepKind::Unpivot(_)
            | hir::StepKind::Split { .. }
            | hir::StepKind::Error => Vec::new(),
        }));
        ids
    };
    program.relations.iter().flat_map(|(_, relation)| ids(relation)).max().map_or(0, |highest| highest + 1)
}
