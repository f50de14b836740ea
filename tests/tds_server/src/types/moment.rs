//! Dates and times as counts: days since 0001-01-01, and ticks of 100 nanoseconds.

use chrono::{Datelike, NaiveDate};

use super::{Kind, SqlType};
use crate::error::SqlError;

pub(crate) const TICKS_PER_SECOND: i64 = 10_000_000;
pub(crate) const TICKS_PER_MINUTE: i64 = 60 * TICKS_PER_SECOND;
pub(crate) const TICKS_PER_DAY: i64 = 86_400 * TICKS_PER_SECOND;
/// 9999-12-31.
pub(crate) const LAST_DAY: i64 = 3_652_058;
/// 1900-01-01, day 0 of `datetime`.
pub(crate) const DAY_1900: i64 = 693_595;
/// 1753-01-01, the first day of `datetime`.
const DAY_1753: i64 = 639_905;
/// 2079-06-06, the last day of `smalldatetime`.
const DAY_2079: i64 = DAY_1900 + 65_535;

pub(crate) fn day_of(year: i32, month: u32, day: u32) -> Option<i64> {
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    let days = i64::from(date.num_days_from_ce()) - 1;
    (0..=LAST_DAY).contains(&days).then_some(days)
}

pub(crate) fn date_of(day: i64) -> NaiveDate {
    let day = i32::try_from(day.clamp(0, LAST_DAY)).unwrap_or(0);
    NaiveDate::from_num_days_from_ce_opt(day + 1).unwrap_or_default()
}

/// Rounds a count of ticks to what the type can hold, half up.
pub(crate) fn round_ticks(ticks: i64, to: &SqlType) -> Result<i64, SqlError> {
    let day = ticks.div_euclid(TICKS_PER_DAY);
    let rounded = match to.kind {
        Kind::DateTime => {
            let in_day = ticks.rem_euclid(TICKS_PER_DAY);
            // 300 units to the second, each shown to the nearest 100 nanoseconds.
            let units = (in_day * 3 + 50_000) / 100_000;
            day * TICKS_PER_DAY + from_three_hundredths(units)
        }
        Kind::SmallDateTime => {
            let minutes = (ticks + TICKS_PER_MINUTE / 2).div_euclid(TICKS_PER_MINUTE);
            minutes * TICKS_PER_MINUTE
        }
        _ => {
            let unit = 10_i64.pow(u32::from(7 - to.scale.min(7)));
            (ticks + unit / 2).div_euclid(unit) * unit
        }
    };
    let rounded_day = rounded.div_euclid(TICKS_PER_DAY);
    let fits = match to.kind {
        Kind::DateTime => (DAY_1753..=LAST_DAY).contains(&rounded_day),
        Kind::SmallDateTime => (DAY_1900..=DAY_2079).contains(&rounded_day),
        _ => (0..=LAST_DAY).contains(&rounded_day),
    };
    if fits {
        return Ok(rounded);
    }
    if !matches!(to.kind, Kind::DateTime | Kind::SmallDateTime) && (0..=LAST_DAY).contains(&day) {
        // The last moment of 9999 is cut, not rounded out of the calendar.
        return Ok(ticks - ticks.rem_euclid(10_i64.pow(u32::from(7 - to.scale.min(7)))));
    }
    Err(out_of_range("datetime2", to.name()))
}

pub(crate) fn out_of_range(from: &str, to: &str) -> SqlError {
    SqlError::new(
        242,
        16,
        crate::error::Ends::Transaction,
        format!("The conversion of a {from} data type to a {to} data type resulted in an out-of-range value."),
    )
    .with_state(3)
}

pub(crate) fn from_three_hundredths(units: i64) -> i64 {
    (units * 100_000 + 1) / 3
}

pub(crate) fn to_three_hundredths(ticks_in_day: i64) -> i64 {
    (ticks_in_day * 3 + 50_000) / 100_000
}

/// `2026-11-27`
pub(crate) fn date_text(day: i64) -> String {
    let date = date_of(day);
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// `23:59:59.1234567`, with as many digits as the scale says.
pub(crate) fn time_text(ticks: i64, scale: u8) -> String {
    let seconds = ticks / TICKS_PER_SECOND;
    let mut text = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if scale > 0 {
        let fraction = format!("{:07}", ticks % TICKS_PER_SECOND);
        text.push('.');
        text.push_str(fraction.get(..usize::from(scale.min(7))).unwrap_or_default());
    }
    text
}

/// `+03:00`
pub(crate) fn offset_text(minutes: i16) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60)
}

/// What a text says of a moment; each part may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) day: Option<i64>,
    pub(crate) ticks: Option<i64>,
    pub(crate) offset: Option<i16>,
}

/// Reads ISO forms: `yyyy-mm-dd`, `yyyymmdd`, `hh:mm[:ss[.fffffff]]`, both with a blank or `T`, then `Z` or `±hh:mm`.
pub(crate) fn parse(text: &str) -> Option<Said> {
    let text = text.trim();
    let (date, rest) = match text.find(['T', ' ']) {
        Some(place) => (text.get(..place)?, text.get(place + 1..)?.trim_start()),
        None if text.contains(':') => ("", text),
        None => (text, ""),
    };
    let (date, rest) = if date.contains(':') { ("", text) } else { (date, rest) };
    let day = if date.is_empty() { None } else { Some(parse_date(date)?) };
    let (time, offset) = split_offset(rest)?;
    let ticks = if time.is_empty() { None } else { Some(parse_time(time)?) };
    if text.is_empty() {
        // The empty text is the first moment of 1900.
        return Some(Said { day: Some(DAY_1900), ticks: Some(0), offset: None });
    }
    (day.is_some() || ticks.is_some()).then_some(Said { day, ticks, offset })
}

fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

fn parse_date(text: &str) -> Option<i64> {
    let parts: Vec<&str> = text.split(['-', '/']).collect();
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => day_of(number(year)?, number(month)?, number(day)?),
        [digits] if digits.len() == 8 => {
            day_of(number(digits.get(..4)?)?, number(digits.get(4..6)?)?, number(digits.get(6..)?)?)
        }
        _ => None,
    }
}

fn split_offset(text: &str) -> Option<(&str, Option<i16>)> {
    if let Some(time) = text.strip_suffix('Z') {
        return Some((time.trim_end(), Some(0)));
    }
    let Some(place) = text.rfind(['+', '-']) else { return Some((text, None)) };
    let (time, offset) = (text.get(..place)?, text.get(place..)?);
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let minutes = number::<i16>(hours)?.checked_mul(60)?.checked_add(number(minutes)?)?;
    if minutes > 14 * 60 {
        return None;
    }
    Some((time.trim_end(), Some(if offset.starts_with('-') { -minutes } else { minutes })))
}

fn parse_time(text: &str) -> Option<i64> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, ""));
    let parts: Vec<&str> = clock.split(':').collect();
    let (hour, minute, second): (i64, i64, i64) = match parts.as_slice() {
        [hour, minute] => (number(hour)?, number(minute)?, 0),
        [hour, minute, second] => (number(hour)?, number(minute)?, number(second)?),
        _ => return None,
    };
    if hour > 23 || minute > 59 || second > 59 || fraction.len() > 7 {
        return None;
    }
    let fraction: i64 = if fraction.is_empty() { 0 } else { number(&format!("{fraction:0<7}"))? };
    Some(((hour * 60 + minute) * 60 + second) * TICKS_PER_SECOND + fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_numbers_agree_with_the_calendar() {
        assert_eq!(day_of(1, 1, 1), Some(0));
        assert_eq!(day_of(1900, 1, 1), Some(DAY_1900));
        assert_eq!(day_of(1753, 1, 1), Some(DAY_1753));
        assert_eq!(day_of(2079, 6, 6), Some(DAY_2079));
        assert_eq!(day_of(9999, 12, 31), Some(LAST_DAY));
    }

    #[test]
    fn datetime_knows_three_hundredths_of_a_second() {
        let round = |ticks| round_ticks(DAY_1900 * TICKS_PER_DAY + ticks, &SqlType::plain(Kind::DateTime)).unwrap();
        let rounded = |milliseconds: i64| round(milliseconds * 10_000) - DAY_1900 * TICKS_PER_DAY;
        assert_eq!(time_text(rounded(1), 3), "00:00:00.000");
        assert_eq!(time_text(rounded(2), 7), "00:00:00.0033333");
        assert_eq!(time_text(rounded(5), 7), "00:00:00.0066667");
        assert_eq!(rounded(1000), TICKS_PER_SECOND);
    }

    #[test]
    fn iso_texts_are_moments() {
        let said = parse("2026-11-27T10:20:30.5+03:00").unwrap();
        assert_eq!(said.day, day_of(2026, 11, 27));
        assert_eq!(said.ticks, Some((10 * 3600 + 20 * 60 + 30) * TICKS_PER_SECOND + 5_000_000));
        assert_eq!(said.offset, Some(180));
        assert_eq!(parse("20261127").unwrap().day, day_of(2026, 11, 27));
        assert_eq!(parse("10:00").unwrap().day, None);
        for wrong in ["2026-02-30", "yesterday", "2026-11-27T25:00", "27.11.2026", "10:00:00.12345678"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
