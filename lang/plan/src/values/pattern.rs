//! Patterns of parameters: the whole text has to match.

use crate::functions::{matches_whole, pattern_problem as problem};

/// Whether the whole text has the form. A pattern that cannot be read matches nothing; the checker reports it.
#[must_use]
pub fn matches_pattern(pattern: &str, text: &str) -> bool {
    matches_whole(pattern, text)
}

/// Why a pattern cannot be read, on one line.
#[must_use]
pub fn pattern_problem(pattern: &str) -> Option<String> {
    problem(pattern)
}
