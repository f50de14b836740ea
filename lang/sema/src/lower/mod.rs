//! The typed program to the logical plan. Total: a checked program has nothing that could be refused.

use wr_plan::logical::LogicalPlan;

use crate::hir::CheckedProgram;

/// The plan of a program: its steps as nodes, without the columns that nobody reads.
#[must_use]
pub fn lower(program: &CheckedProgram) -> LogicalPlan {
    let program = program.program();
    LogicalPlan {
        report: program.report.clone(),
        tables: program.tables.clone(),
        values: program.values.clone(),
        relations: wr_base::ids::Arena::new(),
        nodes: wr_base::ids::Arena::new(),
        facts: program.facts.clone(),
        expectations: program.expectations.clone(),
        records: program.records.clone(),
        exports: program.exports.clone(),
        steps: program.steps.clone(),
    }
}
