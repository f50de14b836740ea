//! What a script is tried with, and what has to come of it.

use wr_base::diag::Code;
use wr_base::ids::{StepId, TableId, ValueId};
use wr_plan::declaration::Sheet;
use wr_plan::expr::Expr;

/// `test "…" with { … } expect { … }`. Its expressions read nothing but the clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    pub title: String,
    /// On the title.
    pub step: StepId,
    /// Tables that are not named have no rows.
    pub tables: Vec<GivenRows>,
    pub values: Vec<(ValueId, Expr)>,
    pub now: Option<Expr>,
    pub expected: Expected,
}

#[derive(Clone, Debug, PartialEq)]
pub struct GivenRows {
    pub table: TableId,
    /// Indexes of declared columns; the others are null.
    pub columns: Vec<u32>,
    pub rows: Vec<Vec<Expr>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    Rows(Vec<ExpectedRows>),
    /// The run fails with this code; `None`: reported.
    Fails(Option<Code>),
    /// An `expect` does not hold, and says this.
    Broken(String),
    /// The value of a parameter is refused; `None`: reported.
    Refused(Option<ValueId>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct ExpectedRows {
    /// What it is, as written: `recipients`, `"cards.csv"`.
    pub words: String,
    pub headings: Vec<String>,
    pub of: ExpectedOf,
    /// The order of the rows is promised, and compared.
    pub is_ordered: bool,
    pub rows: Vec<Vec<Expr>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExpectedOf {
    /// Some columns of a relation, in the order of the headings.
    Relation(Sheet),
    /// A sheet of an export, in a file of this name.
    File { name: String, sheet: StepId },
}
