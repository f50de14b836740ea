//! The syntax tree: plain nodes that say what was written, and nothing of what it means.
//!
//! Every [`TextRange`] in a tree is relative to the start of its [`Statement`], so that an edit of one statement leaves
//! the trees of all others as they were. What could not be read stands as an `Error` node: it was reported by the parser,
//! and later phases stay silent about it. Names come without their backticks. Trees are at most [`DEPTH_LIMIT`] deep.

pub mod expr;
pub mod output;
pub mod param;
pub mod print;
pub mod statement;
pub mod step;
pub mod test;
pub mod visit;

pub use expr::*;
pub use output::*;
pub use param::*;
pub use statement::*;
pub use step::*;
pub use test::*;

use wr_base::span::{FileId, Span, TextRange};

/// How deep a tree can be: deeper texts are refused by the parser, so that walking a tree needs no care for the stack.
pub const DEPTH_LIMIT: usize = 100;

/// One file, in the order of its text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    pub statements: Vec<Statement>,
    /// All comments, also those inside of statements.
    pub comments: Vec<Comment>,
}

/// `# words`. The only node with an absolute place, as a comment can stand outside of every statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Relative to the file, from the `#` to the end of the line, trailing blanks left out.
    pub range: TextRange,
    /// With the `#`.
    pub text: String,
}

/// One statement: from its word in the first column to its last significant sign.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Where it starts in the file. All ranges of the nodes below are relative to this.
    pub start: u32,
    /// Relative too, so it starts at 0.
    pub range: TextRange,
    pub kind: StatementKind,
}

impl Statement {
    /// The absolute place of a node of this statement.
    #[must_use]
    pub const fn span(&self, file: FileId, range: TextRange) -> Span {
        range.in_file(file, self.start)
    }
}

/// A name as its author thinks of it: `text` has no backticks, `range` covers them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub text: String,
    pub range: TextRange,
    /// Written in backticks: `` `now` `` is a column, `now` is the moment of the run.
    pub quoted: bool,
}

/// A text in which no hole may stand: a label, a path, a reason. Escapes are resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainText {
    pub text: String,
    pub range: TextRange,
}

/// `delimiter = ";"` after `with`.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    pub name: Name,
    pub value: Expr,
    pub range: TextRange,
}
