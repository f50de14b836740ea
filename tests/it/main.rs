//! The one integration binary: each further one that links polars costs a minute and a gigabyte.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod expected;
mod support;
mod tidy;
