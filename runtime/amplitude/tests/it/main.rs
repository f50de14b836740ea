//! The client against a server that answers and fails as Amplitude does.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests say by panicking what is wrong")]

mod cut;
mod download;
mod export;
mod fault;
mod limit;
mod list;
mod raw;
mod secret;
mod spending;
mod world;
