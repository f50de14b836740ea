//! The server as tiberius sees it, the client that `wr` uses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::wildcard_enum_match_arm,
    reason = "A test that meets what it does not expect shall fail"
)]

mod bulk;
mod faults;
mod login;
mod meaning;
mod support;
mod transactions;
mod values;
