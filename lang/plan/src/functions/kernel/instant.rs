//! Moving on the calendar, and reading instants (B12).

use wr_base::value::{Date, DateTime, Duration, Time, Zone};

/// The instant of a wall clock in a zone: the earlier of two, or the first existing one after a gap.
#[must_use]
pub fn instant(zone: Zone, date: Date, time: Time) -> Option<DateTime> {
    let (seconds, micros) = (u32::try_from(time.0 / 1_000_000).ok()?, u32::try_from(time.0 % 1_000_000).ok()?);
    zone.instant_of(date.naive().and_hms_micro_opt(seconds / 3600, seconds / 60 % 60, seconds % 60, micros)?)
}

/// A date some months and days later; hours make no date.
pub(in crate::functions) fn move_date(date: Date, by: Duration) -> Option<Date> {
    if by.micros == 0 { date.add_months(by.months)?.add_days(by.days) } else { None }
}

/// `2026-11-09T08:00`, `2026-11-09 08:00:00.5`, with `Z` or `+03:00` behind or, without, in the zone.
pub(in crate::functions) fn parse_instant(text: &str, zone: Zone) -> Option<DateTime> {
    let date = Date::parse(text.get(..10)?)?;
    let rest = text.get(10..)?.strip_prefix(['T', ' '])?;
    let (clock, offset) = match rest.find(['Z', '+', '-']) {
        Some(at) => (rest.get(..at)?, Some(parse_offset(rest.get(at..)?)?)),
        None => (rest, None),
    };
    let time = parse_clock(clock)?;
    match offset {
        None => instant(zone, date, time),
        Some(minutes) => instant(Zone::UTC, date, time)?.add_micros(-minutes * 60_000_000),
    }
}

/// `09:30`, `09:30:15`, `09:30:15.123456`.
#[must_use]
pub fn parse_clock(text: &str) -> Option<Time> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, ""));
    let parts: Vec<u32> = clock.split(':').map(two_digits).collect::<Option<_>>()?;
    let time = match parts[..] {
        [hour, minute] if fraction.is_empty() && !text.contains('.') => Time::from_hms(hour, minute, 0)?,
        [hour, minute, second] => Time::from_hms(hour, minute, second)?,
        _ => return None,
    };
    if !text.contains('.') {
        return Some(time);
    }
    if fraction.is_empty() || fraction.len() > 6 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(Time(time.0 + format!("{fraction:0<6}").parse::<i64>().ok()?))
}

/// Minutes east of UTC.
fn parse_offset(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    (hours <= 18 && minutes < 60).then(|| sign * i64::from(hours * 60 + minutes))
}

fn two_digits(text: &str) -> Option<u32> {
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}
