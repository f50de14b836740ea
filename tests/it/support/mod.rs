//! A copy of the sample project in a folder of its own, the program run on it, and its answers read back.

pub(crate) mod csv;
pub(crate) mod project;
pub(crate) mod python;
pub(crate) mod relay;
pub(crate) mod report;
