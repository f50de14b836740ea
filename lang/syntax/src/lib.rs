//! Text to syntax tree and back: [`parse()`] reads one file and never fails, what it cannot read it reports and leaves as
//! `Error` nodes.
//!
//! No meaning lives here: names are not resolved, types not checked, no file is opened.

pub mod ast;
mod format;
mod keywords;
mod parse;

pub use ast::print::{print, print_expr};
pub use format::format;
pub use keywords::{Keyword, KeywordKind, is_reserved, keywords};

use wr_base::diag::Diagnostic;
use wr_base::span::FileId;

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
