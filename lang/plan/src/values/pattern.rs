//! Patterns of parameters: the whole text has to match.

use regex::Regex;

fn whole(pattern: &str) -> Result<Regex, regex::Error> {
    Regex::new(&format!("^(?:{pattern})$"))
}

/// Whether the whole text has the form. A pattern that cannot be read matches nothing; the checker reports it.
#[must_use]
pub fn matches_pattern(pattern: &str, text: &str) -> bool {
    whole(pattern).is_ok_and(|pattern| pattern.is_match(text))
}

/// Why a pattern cannot be read, on one line.
#[must_use]
pub fn pattern_problem(pattern: &str) -> Option<String> {
    // Alone, so that the places in the words are those of the pattern.
    let error = Regex::new(pattern).and_then(|_| whole(pattern)).err()?;
    let words = error.to_string();
    let reason = words.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    Some(reason.trim().trim_start_matches("error: ").to_owned())
}
