//! Parts of texts, counted in characters: Unicode scalar values, as `length` counts them.

use std::iter;

use super::super::Fault;

/// The longest text that a function makes of a short one. More would be a slip, and could fill the memory.
pub(crate) const LONGEST_MADE: usize = 1_000_000;

/// A number of characters; below zero it is none.
pub(in crate::functions) fn count_of(number: i128) -> usize {
    usize::try_from(number.max(0)).unwrap_or(usize::MAX)
}

pub(in crate::functions) fn length(text: &str) -> usize {
    text.chars().count()
}

/// The characters from one place up to, not including, another; the first place is 0.
pub(in crate::functions) fn slice(text: &str, from: usize, to: usize) -> &str {
    let byte = |place: usize| text.char_indices().nth(place).map_or(text.len(), |(at, _)| at);
    if from < to { text.get(byte(from)..byte(to)).unwrap_or_default() } else { "" }
}

/// What a text lacks to a length, made of the characters of `fill`, again and again.
pub(in crate::functions) fn padding(text: &str, wanted: i128, fill: &str) -> Result<String, Fault> {
    let missing = count_of(wanted).saturating_sub(length(text));
    if missing == 0 || fill.is_empty() {
        return Ok(String::new());
    }
    if count_of(wanted) > LONGEST_MADE {
        return Err(Fault::overflow());
    }
    Ok(iter::repeat(fill).flat_map(str::chars).take(missing).collect())
}
