//! What the program shows: diagnostics, progress, tables, links. Nothing here decides anything.

pub(crate) mod diagnostics;
pub(crate) mod difference;
pub(crate) mod number;
pub(crate) mod progress;
pub(crate) mod summary;
pub(crate) mod terminal;
