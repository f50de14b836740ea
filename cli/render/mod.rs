//! What the program shows: diagnostics, progress, tables, links. Nothing here decides anything.

pub(crate) mod check_report;
pub(crate) mod declaration;
pub(crate) mod diagnostics;
pub(crate) mod difference;
pub(crate) mod form;
pub(crate) mod number;
pub(crate) mod progress;
mod source_lines;
pub(crate) mod summary;
pub(crate) mod terminal;
