//! LIKE: `%`, `_`, `[a-f]`, `[^x]`, and an escape, under a collation.

use std::cmp::Ordering;

use crate::error::{Ends, SqlError};
use crate::types::SqlType;

#[derive(Debug)]
enum Part {
    Any,
    One,
    Exactly(char),
    Among { ranges: Vec<(char, char)>, is_negated: bool },
}

pub(crate) fn like(text: &str, pattern: &str, escape: Option<&str>, sql_type: &SqlType) -> Result<bool, SqlError> {
    let escape = match escape.map(|escape| escape.chars().collect::<Vec<_>>()) {
        None => None,
        Some(escape) => match escape[..] {
            [escape] => Some(escape),
            _ => {
                return Err(SqlError::new(
                    506,
                    16,
                    Ends::Statement,
                    "The invalid escape character was specified in a LIKE predicate.",
                ));
            }
        },
    };
    let Some(parts) = parts(pattern, escape) else { return Ok(false) };
    let characters: Vec<char> = text.chars().collect();
    if matches(&characters, &parts, sql_type) {
        return Ok(true);
    }
    // Without Unicode, blanks at the end of the text are as nothing.
    if sql_type.is_unicode() {
        return Ok(false);
    }
    let trimmed: Vec<char> = text.trim_end_matches(' ').chars().collect();
    Ok(trimmed.len() < characters.len() && matches(&trimmed, &parts, sql_type))
}

/// Where a text stands in another, counted from 1 in UTF-16 units; 0 when nowhere, or when there is nothing to look for.
pub(crate) fn position(part: &str, text: &str, sql_type: &SqlType) -> usize {
    let (part, text): (Vec<char>, Vec<char>) = (part.chars().collect(), text.chars().collect());
    if part.is_empty() {
        return 0;
    }
    let is_here = |window: &[char]| {
        window.iter().zip(&part).all(|(left, right)| compare(*left, *right, sql_type) == Ordering::Equal)
    };
    match text.windows(part.len()).position(is_here) {
        None => 0,
        Some(place) => 1 + text.iter().take(place).map(|character| character.len_utf16()).sum::<usize>(),
    }
}

/// `None`: a bracket that never closes, which nothing is like.
fn parts(pattern: &str, escape: Option<char>) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = pattern.chars().peekable();
    while let Some(character) = rest.next() {
        if Some(character) == escape {
            parts.push(Part::Exactly(rest.next()?));
            continue;
        }
        parts.push(match character {
            '%' => Part::Any,
            '_' => Part::One,
            '[' => {
                let is_negated = rest.next_if_eq(&'^').is_some();
                let mut ranges = Vec::new();
                loop {
                    let mut first = rest.next()?;
                    if first == ']' && !ranges.is_empty() {
                        break;
                    }
                    if Some(first) == escape {
                        first = rest.next()?;
                    }
                    if rest.next_if_eq(&'-').is_some() {
                        match rest.peek() {
                            Some(']') => {
                                ranges.push((first, first));
                                ranges.push(('-', '-'));
                            }
                            _ => ranges.push((first, rest.next()?)),
                        }
                    } else {
                        ranges.push((first, first));
                    }
                }
                Part::Among { ranges, is_negated }
            }
            other => Part::Exactly(other),
        });
    }
    Some(parts)
}

fn matches(text: &[char], parts: &[Part], sql_type: &SqlType) -> bool {
    // The last `%` and the place in the text from which it was tried.
    let mut last_any: Option<(usize, usize)> = None;
    let (mut at, mut part) = (0, 0);
    loop {
        match (text.get(at), parts.get(part)) {
            (None, None) => return true,
            (_, Some(Part::Any)) => {
                last_any = Some((part, at));
                part += 1;
                continue;
            }
            (Some(character), Some(wanted)) if fits(*character, wanted, sql_type) => {
                at += 1;
                part += 1;
                continue;
            }
            (None, Some(_)) => return false,
            (Some(_), _) => {}
        }
        let Some((any, tried)) = last_any else { return false };
        last_any = Some((any, tried + 1));
        at = tried + 1;
        part = any + 1;
    }
}

fn fits(character: char, part: &Part, sql_type: &SqlType) -> bool {
    let compare = |left: char, right: char| compare(left, right, sql_type);
    match part {
        Part::Any | Part::One => true,
        Part::Exactly(wanted) => compare(character, *wanted) == Ordering::Equal,
        Part::Among { ranges, is_negated } => {
            let is_among = ranges.iter().any(|(first, last)| {
                compare(character, *first) != Ordering::Less && compare(character, *last) != Ordering::Greater
            });
            is_among != *is_negated
        }
    }
}

fn compare(left: char, right: char, sql_type: &SqlType) -> Ordering {
    if left == right {
        return Ordering::Equal;
    }
    // A blank is a character here, not the end of a text.
    if left == ' ' || right == ' ' {
        return left.cmp(&right);
    }
    let (mut left_bytes, mut right_bytes) = ([0; 4], [0; 4]);
    let (left, right) = (left.encode_utf8(&mut left_bytes), right.encode_utf8(&mut right_bytes));
    sql_type.collation.compare(sql_type.is_unicode(), left, right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Kind;

    #[test]
    fn patterns_are_those_of_t_sql() {
        let is_like = |text, pattern, escape| like(text, pattern, escape, &SqlType::sized(Kind::NVarChar, 10)).unwrap();
        for (text, pattern) in
            [("Hello", "h%O"), ("a", "_"), ("", "%"), ("b5", "[a-c][0-9]"), ("x", "[^a-c]"), ("aXbXc", "%x_")]
        {
            assert!(is_like(text, pattern, None), "{text} {pattern}");
        }
        for (text, pattern) in [("Hello", "h"), ("a ", "a"), ("", "_"), ("d", "[a-c]"), ("[", "[")] {
            assert!(!is_like(text, pattern, None), "{text} {pattern}");
        }
        assert!(is_like("50%", "50\\%", Some("\\")));
        assert!(!is_like("500", "50\\%", Some("\\")));
        let varchar = SqlType::sized(Kind::VarChar, 10);
        assert!(like("a ", "a", None, &varchar).unwrap());
    }
}
