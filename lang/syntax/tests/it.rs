//! The tests of this crate that read files: one binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests say by panicking what is wrong")]

#[path = "it/depth.rs"]
mod depth;
#[path = "it/errors.rs"]
mod errors;
#[path = "it/examples.rs"]
mod examples;
#[path = "it/golden.rs"]
mod golden;
#[path = "it/keywords.rs"]
mod keywords;
#[path = "it/long.rs"]
mod long;
#[path = "it/promise.rs"]
mod promise;
#[path = "it/property.rs"]
mod property;
#[path = "it/support.rs"]
mod support;
