//! What the program shows: diagnostics, progress, tables, links. Nothing here decides anything.

pub mod diagnostics;
pub mod number;
pub mod progress;
pub mod summary;
pub mod terminal;
