//! Random typed predicates over random rows, to be asked of a server and of the evaluator.
//!
//! A predicate is made of what the capability table calls exact, and of values that are known to make trouble: nulls, blanks
//! at the end, both cases, Cyrillic and Turkish letters, 2^63 to 2^64, decimals at their limits, hours that a clock has
//! twice, the borders of the epoch, nothing at all.

#![allow(clippy::wildcard_enum_match_arm, reason = "only tests use it: what it makes nothing of is no case of theirs")]

pub mod cell;
pub mod data;
pub mod pool;
pub mod predicate;
pub mod random;
pub mod settings;
pub mod whole;
