//! The local engine: a physical plan to rows.

pub(crate) mod expression;
pub(crate) mod failure;
mod kernel;
