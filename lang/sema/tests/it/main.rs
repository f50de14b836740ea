//! Tests of the checker over texts in the repository: pages of codes, literate types, golden programs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::double_ended_iterator_last,
    reason = "a test that cannot go on has failed"
)]

mod broken;
mod corpus;
mod documents;
mod errors;
mod examples;
mod habits;
mod markdown;
mod mistakes;
mod page;
mod plans;
mod promise;
mod reference;
mod rows;
mod schema_files;
mod script;
mod shapes;
mod types;
mod warnings;
