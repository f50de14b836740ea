//! Tests of the checker over texts in the repository: pages of codes, literate types, golden programs.

mod errors;
mod page;
mod plans;
mod types;
