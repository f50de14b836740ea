//! Plans: what a script means as relational algebra, how it is made cheaper, and where it runs.
//!
//! No syntax, no network, no clock: a plan is data, and every function here is pure.

pub mod bind;
pub mod declaration;
pub mod evaluate;
pub mod expr;
pub mod functions;
pub mod logical;
pub mod physical;
pub mod place;
pub mod print;
pub mod rules;
pub mod sql;
pub mod values;
