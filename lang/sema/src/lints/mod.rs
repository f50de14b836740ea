//! Warnings about a program as a whole; those about one step are given where the step is checked.

use crate::checker::Checker;

/// Called by [`finish`](crate::outputs::finish).
pub(crate) fn check(_checker: &mut Checker) {}
