//! From a physical plan to rows, and from rows to files and records. Knows no syntax.

pub mod cancel;
mod caught;
pub mod cells;
pub mod error;
pub mod export;
pub mod files;
pub mod frame;
pub mod local;
pub mod parameters;
mod placed;
pub mod progress;
pub mod run;
pub mod sources;
pub mod store;
