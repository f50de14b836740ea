//! The one integration binary: each further one that links polars costs a minute and a gigabyte.

#![allow(clippy::wildcard_enum_match_arm, reason = "a test matches what it is about")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod amplitude;
mod bad_data;
mod change;
mod check_folder;
mod differential;
mod documents;
mod draw;
mod effects;
mod expected;
mod exports;
mod given_files;
mod guide;
#[path = "../../lang/sema/tests/it/markdown.rs"]
mod markdown;
mod notebooks;
mod own_query;
mod parameters;
mod placed;
mod read_bound;
mod reveal;
mod script_tests;
mod servers;
mod split_exactly;
mod support;
mod terminal;
mod tidy;
mod wire_faults;
mod workbooks;
