//! Dates, times, periods and lengths of time as people type them.

use wr_base::value::{Date, Duration, Period, Value};

use super::problem::Problem;
use crate::evaluate::period_of;
use crate::expr::{PeriodUnit, RelativePeriod};
use crate::functions::{Setting, instant, parse_clock};

/// `2026-11-09`, `09.11.2026`, `9.11.2026`, `today`, `yesterday`. Slashes say nothing about what comes first.
fn date_of(text: &str, setting: &Setting) -> Option<Date> {
    let text = text.trim();
    match text.to_lowercase().as_str() {
        "today" => return Some(setting.today),
        "yesterday" => return setting.today.add_days(-1),
        "tomorrow" => return setting.today.add_days(1),
        _ => {}
    }
    if let Some(date) = Date::parse(text) {
        return Some(date);
    }
    let parts: Vec<&str> = text.split('.').collect();
    let [day, month, year] = parts.as_slice() else { return None };
    let is_shaped = (1..=2).contains(&day.len()) && (1..=2).contains(&month.len()) && year.len() == 4;
    if !is_shaped || !text.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit()) {
        return None;
    }
    Date::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

pub(super) fn parse_date(text: &str, setting: &Setting) -> Result<Value, Problem> {
    date_of(text, setting).map(Value::Date).ok_or(Problem::NotADate { text: text.to_owned() })
}

/// A date with a time in the report's zone, or as `datetime` reads it; a date alone is the start of the day.
pub(super) fn parse_moment(text: &str, setting: &Setting) -> Result<Value, Problem> {
    let text = text.trim();
    let found = || {
        if text.eq_ignore_ascii_case("now") {
            return Some(setting.now);
        }
        let conversion = crate::functions::FnId::DateTimeOrNull;
        let written = Value::text(text);
        if let Ok(Value::DateTime(at)) = conversion.call(&[written], &wr_base::ty::DataType::DateTime, setting) {
            return Some(at);
        }
        match text.split_once([' ', 'T']) {
            Some((date, clock)) => instant(setting.zone, date_of(date, setting)?, parse_clock(clock.trim())?),
            None => setting.zone.start_of(date_of(text, setting)?),
        }
    };
    found().map(Value::DateTime).ok_or(Problem::NotAMoment { text: text.to_owned() })
}

pub(super) fn parse_time(text: &str) -> Result<Value, Problem> {
    parse_clock(text.trim()).map(Value::Time).ok_or(Problem::NotATime { text: text.to_owned() })
}

pub(super) fn parse_duration(text: &str) -> Result<Value, Problem> {
    duration_of(text).map(Value::Duration).ok_or(Problem::NotADuration { text: text.to_owned() })
}

/// `7d`, `1y 2mo`, `3h 15min`.
fn duration_of(text: &str) -> Option<Duration> {
    let mut duration = Duration::default();
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: i32 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?.trim_start();
        let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let micros = |seconds: i64| i64::from(count).checked_mul(seconds)?.checked_mul(1_000_000);
        match rest.get(..end)?.to_lowercase().as_str() {
            "y" | "year" | "years" => {
                duration.months = duration.months.checked_add(count.checked_mul(12)?)?;
            }
            "mo" | "month" | "months" => duration.months = duration.months.checked_add(count)?,
            "w" | "week" | "weeks" => duration.days = duration.days.checked_add(count.checked_mul(7)?)?,
            "d" | "day" | "days" => duration.days = duration.days.checked_add(count)?,
            "h" | "hour" | "hours" => duration.micros = duration.micros.checked_add(micros(3600)?)?,
            "min" | "minute" | "minutes" => duration.micros = duration.micros.checked_add(micros(60)?)?,
            "s" | "second" | "seconds" => duration.micros = duration.micros.checked_add(micros(1)?)?,
            _ => return None,
        }
        rest = rest.get(end..)?.trim_start();
    }
    Some(duration)
}

/// `last month`, `last 7 days`, `2026-10`, `2026`, a day, or two days with `..`, `to` or a dash with blanks between them.
pub(super) fn parse_period(text: &str, setting: &Setting) -> Result<Value, Problem> {
    let problem = || Problem::NotAPeriod { text: text.to_owned() };
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    if let Some(words) = relative_words(&words) {
        return period_of(words, setting).map(Value::Period).ok_or_else(problem);
    }
    if let Some(period) = calendar_period(text.trim()) {
        return Ok(Value::Period(period));
    }
    if let Some(day) = date_of(text, setting) {
        return Ok(Value::Period(Period { first: day, last: day }));
    }
    for between in ["..", " - ", " – ", " — ", " to ", "–", "—"] {
        if let Some((from, to)) = text.split_once(between) {
            let (Some(first), Some(last)) = (date_of(from, setting), date_of(to, setting)) else { continue };
            if last < first {
                return Err(Problem::Reversed { from: first.to_string(), to: last.to_string() });
            }
            return Ok(Value::Period(Period { first, last }));
        }
    }
    Err(problem())
}

fn relative_words(words: &[String]) -> Option<RelativePeriod> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["today"] => Some(RelativePeriod::Today),
        ["yesterday"] => Some(RelativePeriod::Yesterday),
        ["this", unit] => Some(RelativePeriod::This { unit: unit_of(unit)? }),
        ["last", unit] => Some(RelativePeriod::Last { count: 1, unit: unit_of(unit)? }),
        ["last", count, unit] => {
            let count = count.parse().ok().filter(|count| *count > 0)?;
            Some(RelativePeriod::Last { count, unit: unit_of(unit)? })
        }
        ["past", rest @ ..] => Some(RelativePeriod::Past { duration: duration_of(&rest.join(" "))? }),
        _ => None,
    }
}

fn unit_of(word: &str) -> Option<PeriodUnit> {
    match word {
        "day" | "days" => Some(PeriodUnit::Day),
        "week" | "weeks" => Some(PeriodUnit::Week),
        "month" | "months" => Some(PeriodUnit::Month),
        "quarter" | "quarters" => Some(PeriodUnit::Quarter),
        "year" | "years" => Some(PeriodUnit::Year),
        _ => None,
    }
}

/// `2026`, `2026-10`.
fn calendar_period(text: &str) -> Option<Period> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (first, months) = match text.split_once('-') {
        None if text.len() == 4 && digits(text) => (Date::from_ymd(text.parse().ok()?, 1, 1)?, 12),
        Some((year, month)) if year.len() == 4 && month.len() == 2 && digits(year) && digits(month) => {
            (Date::from_ymd(year.parse().ok()?, month.parse().ok()?, 1)?, 1)
        }
        _ => return None,
    };
    // The last day of 9999 has no day after it.
    let last = first.add_months(months - 1)?;
    let last = last
        .add_months(1)
        .map_or(Some(Date::MAX), |next| Date::from_ymd(next.year(), next.month(), 1)?.add_days(-1))?;
    Some(Period { first, last })
}
