//! Warnings about a program as a whole; those about one step are given where the step is checked.

mod held_not_recorded;

use crate::checker::Checker;

/// Called when the program is closed.
pub(crate) fn check(checker: &mut Checker) {
    held_not_recorded::check(checker);
}
