//! A test to the plan of its script in which the relations that it looks at are outputs as well.

use wr_plan::declaration::{Export, ExportOptions, Format, Message};
use wr_plan::logical::LogicalPlan;

use super::lower;
use crate::hir::{CheckedProgram, Expected, ExpectedOf, Test};

/// The plan of a script with the relations of a test behind its own exports, in the order of the test. They have no names:
/// nothing is written.
#[must_use]
pub fn lower_test(program: &CheckedProgram, test: &Test) -> LogicalPlan {
    let mut program = program.program().clone();
    if let Expected::Rows(expected) = &test.expected {
        for one in expected {
            if let ExpectedOf::Relation(sheet) = &one.of {
                program.exports.push(Export {
                    step: test.step,
                    format: Format::Csv,
                    file_name: Message::default(),
                    sheets: vec![sheet.clone()],
                    with: ExportOptions::default(),
                });
            }
        }
    }
    lower(&CheckedProgram::new(program))
}
