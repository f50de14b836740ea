//! Words that every layer of `wr` shares: places in text, diagnostics, types, exact values.
//!
//! No behaviour of the language lives here, and nothing here reads a file, a clock or the environment.

pub mod count;
pub mod diag;
pub mod ids;
pub mod loader;
pub mod name;
pub mod row_type;
pub mod source;
pub mod span;
pub mod ty;
pub mod value;
