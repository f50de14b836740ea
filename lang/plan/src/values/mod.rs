//! Values known before any row is read: a runner's text to a value, and a value to the texts of files and of people.
//!
//! | file | from | to |
//! | --- | --- | --- |
//! | `parse` | what a runner typed or pasted | a value of the declared type |
//! | `check` | a value | accepted, or the problem in the author's words |
//! | `problem` | a problem as data | words, with the parameter's label |
//! | `human` | a value | the text that people read |
//! | `message` | a text with holes | canonical (names, seeds) or human (messages) text |

mod check;
mod human;
mod message;
mod parse;
mod problem;

use std::collections::BTreeMap;

use wr_base::ids::ValueId;
use wr_base::value::Value;

pub use check::check_value;
pub use human::human;
pub use message::{Labels, render_canonical, render_human};
pub use parse::{ChoiceOption, parse_value};
pub use problem::{Problem, ValueProblem};

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
