//! Any value as text, as CAST and CONVERT write it, and texts cut to the length of a type.

use chrono::{Datelike, Timelike};

use super::moment::{TICKS_PER_DAY, TICKS_PER_MINUTE, TICKS_PER_SECOND, date_of, date_text, offset_text, time_text};
use super::value::{Value, guid_text, hexadecimal};
use super::{Kind, MAX, SqlType};
use crate::error::{Ends, SqlError};

/// How a text that is too long is treated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overlong {
    /// CAST cuts without a word.
    Cut,
    /// INSERT and UPDATE refuse.
    Refuse,
}

/// The text of a value, before it is cut to the length of a type.
pub(crate) fn text_of(value: &Value, from: &SqlType, style: i64) -> Result<String, SqlError> {
    let unknown_style = || {
        let message =
            format!("{style} is not a valid style number when converting from {} to a character string.", from.name());
        SqlError::new(281, 16, Ends::Batch, message)
    };
    Ok(match value {
        Value::Null => String::new(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => float_text(*value, from, style).ok_or_else(unknown_style)?,
        Value::Decimal(value) if from.is_money() => match style {
            0 => {
                let rounded = value.rescale(&SqlType::decimal(38, 2), super::decimal::Digits::Round)?;
                rounded.to_string()
            }
            2 | 126 => value.to_string(),
            _ => return Err(unknown_style()),
        },
        Value::Decimal(value) => value.to_string(),
        Value::Text(text) => text.clone(),
        Value::Bytes(bytes) => format!("0x{}", hexadecimal(bytes).to_uppercase()),
        Value::Guid(wire) => guid_text(wire),
        Value::Date(day) => moment_text(*day * TICKS_PER_DAY, from, style).ok_or_else(unknown_style)?,
        Value::Time(ticks) => match style {
            0 | 108 | 114 | 120 | 121 | 126 => time_text(*ticks, from.scale),
            _ => return Err(unknown_style()),
        },
        Value::Moment(ticks) => moment_text(*ticks, from, style).ok_or_else(unknown_style)?,
        Value::Offset(utc, minutes) => {
            let local = utc + i64::from(*minutes) * TICKS_PER_MINUTE;
            let time = time_text(local.rem_euclid(TICKS_PER_DAY), from.scale);
            let date = date_text(local.div_euclid(TICKS_PER_DAY));
            match style {
                0 | 121 => format!("{date} {time} {}", offset_text(*minutes)),
                126 if *minutes == 0 => format!("{date}T{time}Z"),
                126 => format!("{date}T{time}{}", offset_text(*minutes)),
                127 => {
                    let time = time_text(utc.rem_euclid(TICKS_PER_DAY), from.scale);
                    format!("{}T{time}Z", date_text(utc.div_euclid(TICKS_PER_DAY)))
                }
                _ => return Err(unknown_style()),
            }
        }
    })
}

fn moment_text(ticks: i64, from: &SqlType, style: i64) -> Option<String> {
    let day = ticks.div_euclid(TICKS_PER_DAY);
    let in_day = ticks.rem_euclid(TICKS_PER_DAY);
    let date = date_text(day);
    if from.kind == Kind::Date {
        return match style {
            0 | 23 | 120 | 121 | 126 => Some(date),
            112 => Some(date.replace('-', "")),
            _ => None,
        };
    }
    let scale = match from.kind {
        Kind::DateTime => 3,
        Kind::SmallDateTime => 0,
        _ => from.scale,
    };
    let is_old = matches!(from.kind, Kind::DateTime | Kind::SmallDateTime);
    // A three hundredth of a second is told to the nearest millisecond.
    let in_day = if from.kind == Kind::DateTime { (in_day + 5_000) / 10_000 * 10_000 } else { in_day };
    match style {
        0 if is_old => {
            let civil = date_of(day);
            let (hour, minute) = (in_day / TICKS_PER_SECOND / 3600, in_day / TICKS_PER_SECOND / 60 % 60);
            let clock = chrono::NaiveTime::from_hms_opt(u32::try_from(hour).ok()?, u32::try_from(minute).ok()?, 0)?;
            let (is_afternoon, twelfth) = clock.hour12();
            let half = if is_afternoon { "PM" } else { "AM" };
            Some(format!(
                "{} {:>2} {} {twelfth:>2}:{:02}{half}",
                civil.format("%b"),
                civil.day(),
                civil.year(),
                clock.minute()
            ))
        }
        23 => Some(date),
        112 => Some(date.replace('-', "")),
        120 => Some(format!("{date} {}", time_text(in_day, 0))),
        0 | 121 => Some(format!("{date} {}", time_text(in_day, scale))),
        126 | 127 => {
            // ISO 8601 leaves out a fraction of zero for the old types.
            let scale = if is_old && in_day % TICKS_PER_SECOND == 0 { 0 } else { scale };
            Some(format!("{date}T{}", time_text(in_day, scale)))
        }
        _ => None,
    }
}

/// Style 0: at most six digits. Styles 1 and 2: 8 and 16 digits. Style 3: as many as bring the same number back.
fn float_text(value: f64, from: &SqlType, style: i64) -> Option<String> {
    match style {
        0 => Some(six_digits(value)),
        1 => Some(scientific(value, 8)),
        2 => Some(scientific(value, 16)),
        3 => Some(scientific(value, if from.kind == Kind::Real { 9 } else { 17 })),
        _ => None,
    }
}

fn scientific(value: f64, digits: usize) -> String {
    let text = format!("{value:.*e}", digits - 1);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, size) = exponent.strip_prefix('-').map_or(('+', exponent), |size| ('-', size));
    format!("{mantissa}e{sign}{size:0>3}")
}

fn six_digits(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let text = scientific(value, 6);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "+000"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-5..6).contains(&exponent) {
        let decimals = usize::try_from(5 - exponent).unwrap_or(0);
        let plain = format!("{value:.decimals$}");
        return trim_zeros(&plain).to_owned();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:03}", trim_zeros(mantissa), exponent.abs())
}

fn trim_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// How long a text is in the units of its type: bytes of the code page, or UTF-16 units.
pub(crate) fn length_in(text: &str, declared: &SqlType) -> usize {
    if declared.is_unicode() { text.encode_utf16().count() } else { declared.collation.encode(text).len() }
}

/// The text as the type can hold it: its code page, its length, blanks for the fixed ones.
pub(crate) fn fit_text(text: String, to: &SqlType, overlong: Overlong) -> Result<String, SqlError> {
    let mut text =
        if to.is_unicode() || text.is_ascii() { text } else { to.collation.decode(&to.collation.encode(&text)) };
    if to.length == MAX || to.kind == Kind::Xml {
        return Ok(text);
    }
    let limit = usize::from(to.length);
    let mut length = if text.is_ascii() { text.len() } else { length_in(&text, to) };
    if length > limit {
        if overlong == Overlong::Refuse && length_in(text.trim_end_matches(' '), to) > limit {
            return Err(truncated());
        }
        while length > limit {
            text.pop();
            length = if text.is_ascii() { text.len().min(length - 1) } else { length_in(&text, to) };
            if text.is_ascii() && text.len() > limit {
                text.truncate(limit);
                length = limit;
            }
        }
    }
    if matches!(to.kind, Kind::Char | Kind::NChar) {
        text.extend(std::iter::repeat_n(' ', limit.saturating_sub(length)));
    }
    Ok(text)
}

pub(crate) fn fit_bytes(mut bytes: Vec<u8>, to: &SqlType, overlong: Overlong) -> Result<Vec<u8>, SqlError> {
    let limit = match to.kind {
        Kind::RowVersion => 8,
        _ if to.length == MAX => return Ok(bytes),
        _ => usize::from(to.length),
    };
    if bytes.len() > limit && overlong == Overlong::Refuse {
        return Err(truncated());
    }
    bytes.truncate(limit);
    if matches!(to.kind, Kind::Binary | Kind::RowVersion) {
        bytes.resize(limit, 0);
    }
    Ok(bytes)
}

fn truncated() -> SqlError {
    SqlError::new(2628, 16, Ends::Statement, "String or binary data would be truncated.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_have_six_digits_unless_a_style_asks_for_more() {
        for (value, text) in
            [(0.1, "0.1"), (1234567.0, "1.23457e+006"), (100000.0, "100000"), (-2.5, "-2.5"), (1e-7, "1e-007")]
        {
            assert_eq!(six_digits(value), text);
        }
        assert_eq!(scientific(0.1, 17), "1.0000000000000001e-001");
    }

    #[test]
    fn texts_are_cut_in_the_units_of_their_type() {
        let fit =
            |kind, length, text: &str| fit_text(text.to_owned(), &SqlType::sized(kind, length), Overlong::Cut).unwrap();
        assert_eq!(fit(Kind::NVarChar, 2, "😀😀"), "😀");
        assert_eq!(fit(Kind::VarChar, 3, "żółw"), "?ó?");
        assert_eq!(fit(Kind::NChar, 4, "ab"), "ab  ");
        assert!(fit_text("abc".into(), &SqlType::sized(Kind::VarChar, 2), Overlong::Refuse).is_err());
        assert_eq!(fit_text("ab  ".into(), &SqlType::sized(Kind::VarChar, 2), Overlong::Refuse).unwrap(), "ab");
    }
}
