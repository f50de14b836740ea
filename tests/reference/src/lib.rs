//! The reference interpreter: what a script means, said once more and as plainly as possible.
//!
//! It takes the typed program as the checker leaves it, evaluates its steps one by one and row by row, with big integers
//! and exact decimals, and shares nothing with the plan, its rules, the engines or the catalogue's evaluators but the
//! names of functions. Every engine is compared with it. Where it is slow, it is slow for the reader's sake.
//!
//! **What is evaluated.** The relations that exports, records, facts (of expectations and messages) and queries for options
//! read, and what those read in turn, with all their steps; of their columns only those that somebody reads (the module `live`).
//! All values. A relation nobody reads is not evaluated, so it cannot fail; nor is the right side of a join whose `if` says
//! that it is not taken.
//!
//! **What fails** (B1). A step fails when evaluating it fails for any of its rows, or when a promise of the step is broken;
//! the steps after it, and whoever reads their rows, are then not evaluated. Everything else is. Of the steps that
//! failed, the first in the script's order is the failure of the run; of the expressions of a step, the first in its text.
//!
//! Parameters are taken as given: that they are among the options and pass their checks was seen before.

mod aggregate;
mod expr;
mod functions;
mod join;
mod live;
mod order;
mod program;
mod sample;
mod set_operation;
mod split;
mod step;
#[cfg(test)]
mod tests;
mod unpivot;
mod window;

use std::collections::BTreeMap;

use wr_base::diag::Code;
use wr_base::ids::{ColumnId, ExprId, FactId, RelationId, StepId, TableId, ValueId};
use wr_base::value::{DateTime, Value};

pub use program::evaluate;
pub use split::{border, branch_of, hash};

/// The rows of the tables: cells in the order of the declared columns.
#[derive(Clone, Debug, Default)]
pub struct Data {
    tables: BTreeMap<(TableId, Vec<String>), Vec<Vec<Value>>>,
}

impl Data {
    /// The rows of a table, or of what a table with arguments holds for these.
    pub fn set(&mut self, table: TableId, arguments: &[Value], rows: Vec<Vec<Value>>) {
        self.tables.insert((table, arguments.iter().map(Value::canonical).collect()), rows);
    }

    fn get(&self, table: TableId, arguments: &[Value]) -> Option<&Vec<Vec<Value>>> {
        self.tables.get(&(table, arguments.iter().map(Value::canonical).collect()))
    }
}

/// What is fixed for a run.
#[derive(Clone, Debug)]
pub struct Settings {
    pub now: DateTime,
    /// Parameters that were filled in; the others take their defaults.
    pub values: BTreeMap<ValueId, Value>,
}

/// What a run gives before anything leaves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Those that were evaluated.
    pub relations: BTreeMap<RelationId, Table>,
    pub facts: BTreeMap<FactId, Value>,
    /// In the order of the program: whether each holds.
    pub expectations: Vec<bool>,
    /// In the order of the program; cells in the order of the assignments.
    pub records: Vec<Table>,
    /// In the order of the program.
    pub files: Vec<File>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct File {
    pub name: String,
    /// With those columns only that were chosen (B4).
    pub sheets: Vec<Table>,
}

/// Rows of a relation, of a sheet, of a record.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Table {
    /// The live ones, in the order of the row; empty for records.
    pub columns: Vec<ColumnId>,
    pub rows: Vec<Vec<Value>>,
    /// The order of the rows is promised (B11): else they are a multiset.
    pub is_ordered: bool,
}

/// The failure of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    pub step: StepId,
    /// `None`: a promise of the step itself.
    pub expr: Option<ExprId>,
    pub code: Code,
}
