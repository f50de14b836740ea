//! Tests: what a script is given, and what is expected of it.

use wr_base::span::TextRange;

use super::{Expr, Name, Operand, PlainText, RelationName};

/// `test "women only" with { crm.users = rows … { … }, $gender = "f" } expect { recipients = rows … { … } }`
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    pub title: PlainText,
    pub given: Vec<Given>,
    pub expected: Expected,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    pub kind: GivenKind,
    pub range: TextRange,
}

#[derive(Clone, Debug, PartialEq)]
pub enum GivenKind {
    /// `crm.users = rows user_id, city { (1, "Tver") }`
    Table { table: RelationName, rows: Rows },
    /// `$list = rows card_number { … }`; the name is without its `$`, its range with it.
    File { name: Name, rows: Rows },
    /// `$gender = "f"`
    Value { name: Name, value: Expr },
    /// `now = 2026-11-23T12:00`
    Now(Expr),
}

/// `rows user_id, city { (1, "Tver"), (2, null) }`
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    pub headings: Vec<RowHeading>,
    pub rows: Vec<Row>,
    pub range: TextRange,
}

/// Columns of relations have names, columns of files have texts above them.
#[derive(Clone, Debug, PartialEq)]
pub enum RowHeading {
    Name(Name),
    Text(PlainText),
}

impl RowHeading {
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Name(name) => &name.text,
            Self::Text(text) => &text.text,
        }
    }

    #[must_use]
    pub const fn range(&self) -> TextRange {
        match self {
            Self::Name(name) => name.range,
            Self::Text(text) => text.range,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub cells: Vec<Expr>,
    pub range: TextRange,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// `{ recipients = rows … }`
    Rows(Vec<ExpectedRows>),
    /// `fail WR0804`: the run fails with this code.
    Fail(Name),
    /// `broken "nobody"`: an `expect` does not hold, and says this.
    Broken(PlainText),
    /// `refused $control`: the value of a parameter is refused; the name is without its `$`.
    Refused(Name),
}

#[derive(Clone, Debug, PartialEq)]
pub struct ExpectedRows {
    pub of: ExpectedOf,
    pub rows: Rows,
    pub range: TextRange,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExpectedOf {
    /// Rows of a relation: some of its columns.
    Relation(Operand),
    /// `"cards.xlsx" sheet "By day"`: what is written there under these headings.
    File { name: PlainText, sheet: Option<PlainText> },
}
