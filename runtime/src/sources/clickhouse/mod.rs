//! `driver = "clickhouse"`: a query of a plan to a statement, its answer to batches.

mod body;
mod client;
mod decode;
mod exception;
mod reading;
mod setting;
#[cfg(test)]
mod tests;

pub use setting::ClickHouseSetting;
