//! Whatever begins with a digit: numbers, percentages, dates, times, durations. The grammar only finds where it ends;
//! here it gets its value, or a reason why it has none.

use wr_base::value::{Date, Decimal, Duration, Time};

use crate::ast::{CalendarUnit, Literal, PeriodWords};

/// A literal, or in plain words what is wrong with it.
pub(super) fn number(text: &str) -> Result<Literal, Mistake> {
    if looks_like_date(text) {
        return date_or_datetime(text);
    }
    if text.contains(':') {
        return time(text).map(Literal::Time).ok_or(Mistake::Time);
    }
    if let Some(digits) = text.strip_suffix('%') {
        return percent(digits).map(Literal::Percent).ok_or(Mistake::TooManyDigits);
    }
    let unit_at = text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len());
    let (digits, unit) = text.split_at_checked(unit_at).ok_or(Mistake::Unknown)?;
    if !unit.is_empty() {
        return duration(digits, unit).map(Literal::Duration);
    }
    let plain = digits.replace('_', "");
    if !grouped_well(digits) {
        return Err(Mistake::Grouping);
    }
    if plain.contains('.') {
        return Decimal::parse(&plain).map(Literal::Decimal).ok_or(Mistake::TooManyDigits);
    }
    plain.parse().map(Literal::Int).map_err(|_| Mistake::TooManyDigits)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    /// `2026-1-1`: could be a date if it had its zeros.
    DateDigits,
    /// `2026-02-30`
    NoSuchDay,
    Time,
    Exponent,
    Unit,
    Fraction,
    Grouping,
    TooManyDigits,
    Unknown,
}

fn looks_like_date(text: &str) -> bool {
    text.bytes().filter(|byte| *byte == b'-').count() == 2
}

fn date_or_datetime(text: &str) -> Result<Literal, Mistake> {
    let (day, clock) = match text.split_once('T') {
        Some((day, clock)) => (day, Some(clock)),
        None => (text, None),
    };
    let shaped = day.len() == 10 && day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if !shaped {
        return Err(Mistake::DateDigits);
    }
    let date = Date::parse(day).ok_or(Mistake::NoSuchDay)?;
    match clock {
        None => Ok(Literal::Date(date)),
        Some(clock) => time(clock).map(|clock| Literal::DateTime(date, clock)).ok_or(Mistake::Time),
    }
}

/// `09:30`, `09:30:15`, `09:30:15.25`: two digits each.
fn time(text: &str) -> Option<Time> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = clock.split(':');
    let mut part = || {
        let digits = parts.next()?;
        (digits.len() == 2).then(|| digits.parse::<u32>().ok()).flatten()
    };
    let (hour, minute) = (part()?, part()?);
    let second = if clock.len() > 5 { part()? } else { 0 };
    if parts.next().is_some() || (clock.len() <= 5 && !fraction.is_empty()) || fraction.len() > 6 {
        return None;
    }
    let micros: i64 = if fraction.is_empty() { 0 } else { format!("{fraction:0<6}").parse().ok()? };
    Some(Time(Time::from_hms(hour, minute, second)?.0 + micros))
}

fn percent(digits: &str) -> Option<Decimal> {
    let number = Decimal::parse(&digits.replace('_', ""))?;
    Decimal::new(number.unscaled, number.scale.checked_add(2)?).map(Decimal::normalised)
}

fn duration(digits: &str, unit: &str) -> Result<Duration, Mistake> {
    const SECOND: i64 = 1_000_000;
    if matches!(unit.chars().next(), Some('e' | 'E')) {
        return Err(Mistake::Exponent);
    }
    let (months, days, micros) = match unit {
        "y" => (12, 0, 0),
        "mo" => (1, 0, 0),
        "w" => (0, 7, 0),
        "d" => (0, 1, 0),
        "h" => (0, 0, 3600 * SECOND),
        "min" => (0, 0, 60 * SECOND),
        "s" => (0, 0, SECOND),
        _ => return Err(Mistake::Unit),
    };
    if digits.contains('.') {
        return Err(Mistake::Fraction);
    }
    let count: i32 = digits.replace('_', "").parse().map_err(|_| Mistake::TooManyDigits)?;
    let whole = || -> Option<Duration> {
        Some(Duration {
            months: count.checked_mul(months)?,
            days: count.checked_mul(days)?,
            micros: i64::from(count).checked_mul(micros)?,
        })
    };
    whole().ok_or(Mistake::TooManyDigits)
}

/// `_` stands between digits only.
fn grouped_well(digits: &str) -> bool {
    !digits.ends_with('_') && !digits.contains("__") && !digits.contains("_.") && !digits.contains("._")
}

/// `last month`, `this week`, `last 7 days`.
pub(super) fn period_words(text: &str) -> Result<PeriodWords, Mistake> {
    let mut words = text.split_whitespace();
    let (first, second, third) = (words.next(), words.next().unwrap_or_default(), words.next());
    match (first, third) {
        (Some("this"), _) => calendar_unit(second).map(PeriodWords::This).ok_or(Mistake::Unknown),
        (Some("past"), _) => match number(second)? {
            Literal::Duration(length) => Ok(PeriodWords::Past(length)),
            Literal::Null
            | Literal::Bool(_)
            | Literal::Int(_)
            | Literal::Decimal(_)
            | Literal::Percent(_)
            | Literal::Date(_)
            | Literal::DateTime(..)
            | Literal::Time(_) => Err(Mistake::Unit),
        },
        (_, Some(unit)) => {
            let count = second.parse().map_err(|_| Mistake::TooManyDigits)?;
            calendar_unit(unit).map(|unit| PeriodWords::LastMany(count, unit)).ok_or(Mistake::Unknown)
        }
        (_, None) => calendar_unit(second).map(PeriodWords::Last).ok_or(Mistake::Unknown),
    }
}

fn calendar_unit(word: &str) -> Option<CalendarUnit> {
    Some(match word.strip_suffix('s').unwrap_or(word) {
        "day" => CalendarUnit::Day,
        "week" => CalendarUnit::Week,
        "month" => CalendarUnit::Month,
        "quarter" => CalendarUnit::Quarter,
        "year" => CalendarUnit::Year,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_have_their_exact_values() {
        let decimal = |text: &str| Decimal::parse(text).unwrap();
        let date = Date::parse("2026-11-01").unwrap();
        let cases = [
            ("2_000_000", Literal::Int(2_000_000)),
            ("1.50", Literal::Decimal(decimal("1.50"))),
            ("10%", Literal::Percent(decimal("0.1"))),
            ("0.5%", Literal::Percent(decimal("0.005"))),
            ("2026-11-01", Literal::Date(date)),
            ("2026-11-01T09:30", Literal::DateTime(date, Time::from_hms(9, 30, 0).unwrap())),
            ("09:00", Literal::Time(Time::from_hms(9, 0, 0).unwrap())),
            ("09:00:01.5", Literal::Time(Time(9 * 3_600_000_000 + 1_500_000))),
            ("15min", Literal::Duration(Duration { micros: 900_000_000, ..Duration::default() })),
            ("1y", Literal::Duration(Duration { months: 12, ..Duration::default() })),
            ("2w", Literal::Duration(Duration { days: 14, ..Duration::default() })),
        ];
        for (text, expected) in cases {
            assert_eq!(number(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_says_why() {
        let cases = [
            ("2026-1-1", Mistake::DateDigits),
            ("2026-02-30", Mistake::NoSuchDay),
            ("2026-11-01T9:30", Mistake::Time),
            ("25:00", Mistake::Time),
            ("9:00", Mistake::Time),
            ("1e5", Mistake::Exponent),
            ("7days", Mistake::Unit),
            ("1.5d", Mistake::Fraction),
            ("1__0", Mistake::Grouping),
            ("999999999999999999999999999999999999999999", Mistake::TooManyDigits),
            ("1.23456789012345678901234567890123456789", Mistake::TooManyDigits),
        ];
        for (text, expected) in cases {
            assert_eq!(number(text), Err(expected), "{text}");
        }
    }
}
