//! What people read about the words of the language: a record for each step, each statement and each type. The pages
//! docs/reference/{steps,statements,types}.md and docs/errors/README.md are made of them, and an editor can show them.
//!
//! Invariant: the `match`es here name every kind of step, statement and type, so that a new one without a page does not compile.
//! That every record is on its page, and that examples do what they say, is tested.

mod page;
mod statements;
mod steps;
mod types;

use wr_base::diag::Code;

pub use page::{error_index, statements_page, steps_page, types_page};
pub use statements::{STATEMENTS, statement_doc};
pub use steps::{STEPS, step_doc};
pub use types::{TYPES, type_doc};

/// A step. Sentences are without their full stop where nothing else is said.
#[derive(Debug)]
pub struct StepDoc {
    /// What it begins with; several where one page has several steps.
    pub words: &'static [&'static str],
    /// How it is written; what stands in `[ ]` may be left out.
    pub shape: &'static [&'static str],
    pub summary: &'static str,
    /// Whole sentences, perhaps none.
    pub detail: &'static str,
    /// Which rows there are after it.
    pub rows: &'static str,
    pub columns: &'static str,
    /// What tells the rows apart after it.
    pub key: &'static str,
    pub order: &'static str,
    /// Whether it may end in `if $condition`; of `join`, two kinds may.
    pub can_be_left_out: bool,
    /// Statements that read the sample schemas.
    pub examples: &'static [&'static str],
    pub wrong: Option<Wrong>,
}

/// A mistake that many make, and how it is right.
#[derive(Debug)]
pub struct Wrong {
    pub code: Code,
    pub script: &'static str,
    pub right: &'static str,
}

#[derive(Debug)]
pub struct StatementDoc {
    pub words: &'static [&'static str],
    pub shape: &'static [&'static str],
    pub summary: &'static str,
    /// Paragraphs.
    pub detail: &'static [&'static str],
    /// Whole scripts.
    pub examples: &'static [&'static str],
    pub wrong: Option<Wrong>,
}

#[derive(Debug)]
pub struct TypeDoc {
    pub word: &'static str,
    pub shape: &'static str,
    pub literal: &'static str,
    pub holds: &'static str,
    /// What it widens to by itself, and how others become it.
    pub becomes: &'static str,
    /// Whether a column of a table or a file can have it.
    pub is_column: bool,
    /// What a runner types; `None`: nobody can be asked for it.
    pub answer: Option<&'static str>,
    /// A whole script.
    pub example: &'static str,
}
