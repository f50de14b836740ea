//! From syntax trees to a typed program, and from that to a logical plan.
//!
//! [`analyse`] reads a script and what it imports, and never fails: what is wrong stands in [`Analysis::diagnostics`],
//! and bad parts of the program are `Error` nodes. Only [`Analysis::checked`] gives a [`hir::CheckedProgram`].
//!
//! Nothing here reads a file: texts come through a [`Loader`](wr_base::loader::Loader).

mod analysis;
mod checker;
mod definitions;
pub mod form;
mod hash;
pub mod hir;
mod lints;
mod lower;
mod outputs;
mod params;
mod place;
pub mod project;
pub mod reference;
mod relations;
mod resolve;
mod steps;
mod tables;
mod types;

pub use analysis::{Analysis, analyse};
pub use lints::{shared_seeds, splits};
pub use lower::{completion, live_columns, lower, lower_test};
