//! Tests of the checker over texts in the repository: pages of codes, literate types, golden programs.

mod errors;
mod examples;
mod mistakes;
mod page;
mod plans;
mod rows;
mod script;
mod types;
mod warnings;
