//! Values known before any row is read: a runner's text to a value, and a value to the texts of files and of people.

mod human;
mod list;
mod message;
mod moment;
mod number;
mod option;
mod parse;
mod pattern;
mod problem;
#[cfg(test)]
mod tests;

pub use human::{human, human_in};
pub use message::{Labels, render_canonical, render_human};
pub use option::{default_value, label_of};
pub use parse::{check_value, cohort_id, parse_value};
pub use pattern::{matches_pattern, pattern_problem};
pub use problem::{Problem, ValueProblem};

/// What can be chosen: a value and its label.
pub use crate::declaration::FixedOption as ChoiceOption;

use std::collections::BTreeMap;

use wr_base::ids::ValueId;
use wr_base::value::Value;

/// The values of parameters and `let $x`: each known, or known later.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    known: BTreeMap<ValueId, Value>,
}

impl Values {
    pub fn set(&mut self, id: ValueId, value: Value) {
        self.known.insert(id, value);
    }

    #[must_use]
    pub fn get(&self, id: ValueId) -> Option<&Value> {
        self.known.get(&id)
    }

    #[must_use]
    pub fn is_known(&self, id: ValueId) -> bool {
        self.known.contains_key(&id)
    }

    pub fn iter(&self) -> impl Iterator<Item = (ValueId, &Value)> {
        self.known.iter().map(|(id, value)| (*id, value))
    }
}
