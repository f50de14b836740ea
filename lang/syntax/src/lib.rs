//! Text to syntax tree and back: [`parse()`] reads one file and never fails, what it cannot read it reports and leaves as
//! `Error` nodes.
//!
//! No meaning lives here: names are not resolved, types not checked, no file is opened.

pub mod ast;
mod format;
pub mod habits;
mod keywords;
mod parse;

pub use ast::print::{print, print_expr};
pub use format::format;
pub use keywords::{Keyword, KeywordKind, is_reserved, keywords};
pub use parse::call_meant;

use wr_base::diag::Diagnostic;
use wr_base::span::{FileId, Span, TextRange};

/// A file as a tree, with everything that was wrong with its text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    pub file: ast::File,
    /// In the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a text. The file is cut into statements at the first column, and each is read by itself.
#[must_use]
pub fn parse(text: &str, file: FileId) -> Parsed {
    parse::parse(text, file)
}

/// A `table` that stands in a file and has not been read: its name is all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadTable {
    pub file: FileId,
    /// From its first sign to the next statement, absolute.
    pub place: TextRange,
    pub connection: String,
    pub name: String,
    pub name_at: Span,
}

/// As [`parse()`], but leaves tables for later: a schema file may hold thousands, and a script names a few of them.
/// Their errors are found when they are read.
#[must_use]
pub fn parse_but_tables(text: &str, file: FileId) -> (Parsed, Vec<UnreadTable>) {
    parse::parse_but_tables(text, file)
}

/// Reads one of the tables that [`parse_but_tables`] left, out of the same text.
#[must_use]
pub fn parse_table(text: &str, table: &UnreadTable) -> Parsed {
    parse::parse_table(text, table)
}
