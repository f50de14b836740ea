//! Numbers as people type them: grouped by blanks, commas or points, with a point or a comma before the fraction.
//!
//! What can be read in two ways is not guessed.

use wr_base::value::{Decimal, Value};

use super::problem::Problem;
use crate::functions::PERCENT_SCALE;

/// Blanks of all kinds, and the signs that nobody takes for a point.
fn is_grouping(c: char) -> bool {
    c.is_whitespace() || matches!(c, '_' | '\'' | '’')
}

fn sign_and_digits(text: &str) -> (bool, String) {
    let plain: String = text.trim().chars().filter(|c| !is_grouping(*c)).collect();
    match plain.strip_prefix(['-', '−', '–']) {
        Some(rest) => (true, rest.to_owned()),
        None => (false, plain.strip_prefix('+').unwrap_or(&plain).to_owned()),
    }
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `1`, `1,234,567`: one to three digits, then groups of three.
fn without_groups(text: &str, separator: char) -> Option<String> {
    let mut groups = text.split(separator);
    let first = groups.next().filter(|first| all_digits(first) && first.len() <= 3)?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || !all_digits(group) {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

pub(super) fn parse_int(text: &str) -> Result<Value, Problem> {
    let (is_negative, digits) = sign_and_digits(text);
    let not_a_number = || Problem::NotANumber { text: text.to_owned() };
    let digits = if all_digits(&digits) {
        digits
    } else if let Some(digits) = without_groups(&digits, ',') {
        digits
    } else {
        return Err(match parse_decimal_text(text) {
            Ok(_) | Err(Problem::UnclearComma { .. }) => Problem::NotWhole { text: text.to_owned() },
            Err(_) => not_a_number(),
        });
    };
    let signed = if is_negative { format!("-{digits}") } else { digits };
    signed.parse().map(Value::Int).map_err(|_| Problem::TooLarge { text: text.to_owned() })
}

/// The digits of a number, with a point.
fn parse_decimal_text(text: &str) -> Result<String, Problem> {
    let (is_negative, digits) = sign_and_digits(text);
    let not_a_number = || Problem::NotANumber { text: text.to_owned() };
    let last = |sign: char| digits.rfind(sign);
    let plain = match (last('.'), last(',')) {
        (None, None) => digits.clone(),
        // The later one is the point, the other one groups.
        (Some(point), Some(comma)) => {
            let (at, grouping) = if point > comma { (point, ',') } else { (comma, '.') };
            let (whole, fraction) = digits.split_at(at);
            let whole = without_groups(whole, grouping).ok_or_else(not_a_number)?;
            format!("{whole}.{}", fraction.get(1..).unwrap_or_default())
        }
        (Some(_), None) if digits.matches('.').count() > 1 => without_groups(&digits, '.').ok_or_else(not_a_number)?,
        (Some(_), None) => digits.clone(),
        (None, Some(_)) if digits.matches(',').count() > 1 => without_groups(&digits, ',').ok_or_else(not_a_number)?,
        (None, Some(_)) if !digits.starts_with('0') && without_groups(&digits, ',').is_some() => {
            return Err(Problem::UnclearComma { text: text.to_owned() });
        }
        (None, Some(_)) => digits.replace(',', "."),
    };
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, "0"));
    if !all_digits(whole) || !all_digits(fraction) {
        return Err(not_a_number());
    }
    Ok(if is_negative { format!("-{plain}") } else { plain })
}

pub(super) fn parse_decimal(text: &str, precision: u8, scale: u8) -> Result<Value, Problem> {
    let digits = parse_decimal_text(text)?;
    let too_large = || Problem::TooLarge { text: text.to_owned() };
    let number = Decimal::parse(&digits).ok_or_else(too_large)?.normalised();
    if number.scale > scale {
        return Err(Problem::TooPrecise { text: text.to_owned(), digits: scale });
    }
    let number = number.rescale(scale).ok_or_else(too_large)?;
    let used = number.unscaled.unsigned_abs().checked_ilog10().map_or(1, |power| power + 1);
    if used > u32::from(precision) { Err(too_large()) } else { Ok(Value::Decimal(number)) }
}

pub(super) fn parse_float(text: &str) -> Result<Value, Problem> {
    let number: f64 = parse_decimal_text(text)?.parse().map_err(|_| Problem::NotANumber { text: text.to_owned() })?;
    if number.is_finite() { Ok(Value::Float(number)) } else { Err(Problem::TooLarge { text: text.to_owned() }) }
}

/// `10%`, `10`, `2,5 %`: always percent, never a share, so that `1` cannot mean everything.
pub(super) fn parse_percent(text: &str) -> Result<Value, Problem> {
    let number = text.trim().strip_suffix('%').unwrap_or(text);
    let problem = || Problem::NotAPercentage { text: text.to_owned() };
    let digits = match parse_decimal_text(number) {
        Ok(digits) => digits,
        Err(Problem::UnclearComma { .. }) => return Err(Problem::UnclearComma { text: text.to_owned() }),
        Err(_) => return Err(problem()),
    };
    let number = Decimal::parse(&digits).ok_or_else(problem)?.normalised();
    let share =
        number.scale.checked_add(2).and_then(|scale| Decimal::new(number.unscaled, scale)).ok_or_else(problem)?;
    share
        .normalised()
        .rescale(PERCENT_SCALE)
        .map(Value::Percent)
        .ok_or(Problem::TooPrecise { text: text.to_owned(), digits: PERCENT_SCALE - 2 })
}
