//! An optimised plan to what runs where: one query per scan, and beside it one that does more, where a server could; the rest
//! here.
//!
//! Invariants: a source is asked only what its [`capabilities`] say that it can do; what it does more widely than the
//! script means is done again here; each decision leaves a reason that `wr plan` prints.

pub mod capabilities;
mod decide;
mod demands;
mod ship_keys;
mod whole;

use std::collections::BTreeMap;

use crate::declaration::Engine;
use crate::physical::PhysicalPlan;
use crate::rules::OptimisedPlan;

/// Which engine answers for each connection, as `wr.toml` says; where it says nothing, as the script declares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drivers {
    by_connection: BTreeMap<String, Engine>,
}

impl Drivers {
    pub fn set(&mut self, connection: impl Into<String>, engine: Engine) {
        self.by_connection.insert(connection.into(), engine);
    }

    #[must_use]
    pub fn engine(&self, connection: &str, declared: Engine) -> Engine {
        self.by_connection.get(connection).copied().unwrap_or(declared)
    }
}

/// Decides what each source is asked and what is computed here.
#[must_use]
pub fn place(plan: &OptimisedPlan, drivers: &Drivers) -> PhysicalPlan {
    decide::decide(plan, drivers)
}
