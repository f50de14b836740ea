//! Patterns: regular expressions of the `regex` crate, which look at each letter a bounded number of times. So a pattern
//! cannot make a run hang; it has no way back to what a group found before, and does not look around.

use std::cell::RefCell;
use std::collections::HashMap;

use regex::Regex;
use wr_base::value::Value;

use super::super::{Argument, Fault, Mismatch};

/// Patterns that a thread keeps at hand: a script has few.
const KEPT: usize = 64;

thread_local! {
    static COMPILED: RefCell<HashMap<String, Option<Regex>>> = RefCell::default();
}

/// A pattern that has to hold for a whole text.
pub(crate) fn whole(pattern: &str) -> String {
    format!("^(?:{pattern})$")
}

/// Whether the whole text has the form. A pattern that cannot be read matches nothing; the checker reports it.
pub(crate) fn matches_whole(pattern: &str, text: &str) -> bool {
    compiled(&whole(pattern)).is_some_and(|pattern| pattern.is_match(text))
}

/// Why a pattern cannot be read, on one line.
pub(crate) fn problem(pattern: &str) -> Option<String> {
    // Alone, so that the places in the words are those of the pattern.
    let error = Regex::new(pattern).and_then(|_| Regex::new(&whole(pattern))).err()?;
    let words = error.to_string();
    let reason = words.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    Some(reason.trim().trim_start_matches("error: ").to_owned())
}

/// The pattern, ready to be used. That it can be read was checked.
pub(in crate::functions) fn ready(pattern: &str) -> Result<Regex, Fault> {
    compiled(pattern).ok_or(Fault::internal())
}

fn compiled(pattern: &str) -> Option<Regex> {
    COMPILED.with_borrow_mut(|known| {
        if let Some(found) = known.get(pattern) {
            return found.clone();
        }
        if known.len() >= KEPT {
            known.clear();
        }
        known.entry(pattern.to_owned()).or_insert_with(|| Regex::new(pattern).ok()).clone()
    })
}

/// The groups of a pattern that stands as an argument; `None` where it cannot be read, which was reported.
pub(in crate::functions) fn groups_of(arguments: &[Argument<'_>], at: usize) -> Result<Option<usize>, Mismatch> {
    match arguments.get(at).and_then(|argument| argument.constant) {
        Some(Value::Text(pattern)) => Ok(compiled(pattern).map(|pattern| pattern.captures_len() - 1)),
        Some(_) | None => Err(Mismatch::Argument { at, wanted: "a pattern" }),
    }
}
