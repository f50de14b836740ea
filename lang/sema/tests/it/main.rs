//! Tests of the checker over texts in the repository: pages of codes, literate types, golden programs.

mod broken;
mod errors;
mod examples;
mod mistakes;
mod page;
mod plans;
mod rows;
mod script;
mod shapes;
mod types;
mod warnings;
