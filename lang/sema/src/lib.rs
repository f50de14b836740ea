//! From syntax trees to a typed program, and from that to a logical plan.

pub mod hir;
