//! What a runner typed, pasted or passed with `--set` to a value of the declared type.
//!
//! Generous where only one thing can be meant (`10` for 10 %, `09.11.2026`, blanks around a value), strict where a guess
//! could mail the wrong people: an option that is not there is refused, with the nearest ones.

use wr_base::name::near_misses;
use wr_base::ty::{DataType, Type};
use wr_base::value::{Date, DateTime, Decimal, Duration, Period, Time, Value, Zone};

use super::problem::Problem;
use crate::declaration::{Parameter, ParameterKind};
use crate::evaluate::period_of;
use crate::expr::{PeriodUnit, RelativePeriod};
use crate::functions::Setting;

/// An option as it stands in a run: fixed ones and those of a query alike.
#[derive(Clone, Debug, PartialEq)]
pub struct ChoiceOption {
    pub value: Value,
    pub label: String,
}

/// Reads a value. An empty text is null for an optional parameter, and no options for one that takes several.
///
/// # Errors
/// What is wrong with the text.
pub fn parse_value(
    parameter: &Parameter,
    ty: &Type,
    text: &str,
    options: &[ChoiceOption],
    setting: &Setting,
) -> Result<Value, Problem> {
    let trimmed = text.trim();
    match &parameter.kind {
        ParameterKind::Choice(_) => {
            if trimmed.is_empty() && ty.nullable {
                return Ok(Value::Null);
            }
            option(text, options)
        }
        ParameterKind::Choices(_) | ParameterKind::Columns(_) => several(text, options),
        ParameterKind::Cohort { .. } => {
            if trimmed.is_empty() {
                return if ty.nullable { Ok(Value::Null) } else { Err(Problem::Missing) };
            }
            cohort(trimmed)
        }
        ParameterKind::Plain => {
            if trimmed.is_empty() && ty.nullable {
                return Ok(Value::Null);
            }
            if ty.data == DataType::Text {
                return Ok(Value::Text(text.to_owned()));
            }
            if trimmed.is_empty() {
                return Err(Problem::Missing);
            }
            typed(&ty.data, trimmed, setting)
        }
    }
}

fn typed(data: &DataType, text: &str, setting: &Setting) -> Result<Value, Problem> {
    match data {
        DataType::Int => int(text).map(Value::Int),
        DataType::Decimal { precision, scale } => {
            let number = decimal(text)?;
            number
                .rescale(*scale)
                .filter(|exact| exact.unscaled.unsigned_abs().to_string().len() <= usize::from(*precision))
                .map(Value::Decimal)
                .ok_or_else(|| Problem::TooManyDigits(text.to_owned()))
        }
        DataType::Float => decimal(text).map(|number| Value::Float(number.to_f64())),
        DataType::Text => Ok(Value::Text(text.to_owned())),
        DataType::Bool => yes_or_no(text),
        DataType::Date => date(text).map(Value::Date),
        DataType::DateTime => moment(text, setting.zone).map(Value::DateTime),
        DataType::Time => time(text).map(Value::Time),
        DataType::Uuid => uuid(text),
        DataType::Percent => percent(text),
        DataType::Range(of) => range(of, text, setting),
        DataType::Period => period(text, setting).map(Value::Period),
        DataType::List(of) => list(of, text, setting),
        DataType::Duration | DataType::Shape | DataType::Null | DataType::Error => Err(Problem::CannotBeChecked),
    }
}

/// Groups of digits may be parted by `_`, blanks or no-break blanks: `2_000_000`, `2 000 000`.
fn ungrouped(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '_' | ' ' | '\u{a0}' | '\u{202f}')).collect()
}

fn int(text: &str) -> Result<i128, Problem> {
    let digits = ungrouped(text);
    let unsigned = digits.strip_prefix('-').unwrap_or(&digits);
    if unsigned.is_empty() || !unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::NotAWholeNumber(text.to_owned()));
    }
    digits.parse().map_err(|_| Problem::TooManyDigits(text.to_owned()))
}

/// A comma may stand for the point: in a decimal it can mean nothing else.
fn decimal(text: &str) -> Result<Decimal, Problem> {
    let digits = ungrouped(text).replace(',', ".");
    if let Some(number) = Decimal::parse(&digits) {
        return Ok(number);
    }
    let unsigned = digits.strip_prefix('-').unwrap_or(&digits);
    let is_number = unsigned.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && unsigned.bytes().filter(|byte| *byte == b'.').count() < 2
        && unsigned.starts_with(|c: char| c.is_ascii_digit())
        && unsigned.ends_with(|c: char| c.is_ascii_digit());
    Err(if is_number { Problem::TooManyDigits(text.to_owned()) } else { Problem::NotANumber(text.to_owned()) })
}

fn percent(text: &str) -> Result<Value, Problem> {
    let refused = || Problem::NotAPercentage(text.to_owned());
    let number = decimal(text.strip_suffix('%').unwrap_or(text).trim_end()).map_err(|_| refused())?;
    let share = Decimal::new(number.unscaled, number.scale.checked_add(2).ok_or_else(refused)?).ok_or_else(refused)?;
    Ok(Value::Percent(share.normalised()))
}

fn yes_or_no(text: &str) -> Result<Value, Problem> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "да" => Ok(Value::Bool(true)),
        "no" | "n" | "false" | "0" | "нет" => Ok(Value::Bool(false)),
        _ => Err(Problem::NotYesOrNo(text.to_owned())),
    }
}

/// `2026-11-09` or `09.11.2026`.
fn date(text: &str) -> Result<Date, Problem> {
    let dotted = || {
        let mut parts = text.split('.');
        let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
        let sized = parts.next().is_none() && day.len() <= 2 && month.len() <= 2 && year.len() == 4;
        let number = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u32>().ok()).flatten();
        if !sized {
            return None;
        }
        Date::from_ymd(i32::try_from(number(year)?).ok()?, number(month)?, number(day)?)
    };
    Date::parse(text).or_else(dotted).ok_or_else(|| Problem::NotADate(text.to_owned()))
}

/// `09:30`, `09:30:15`.
fn time(text: &str) -> Result<Time, Problem> {
    let refused = || Problem::NotATime(text.to_owned());
    let parts: Vec<u32> = text
        .split(':')
        .map(|part| {
            let is_number = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse().ok()).flatten()
        })
        .collect::<Option<_>>()
        .ok_or_else(refused)?;
    match parts.as_slice() {
        [hour, minute] => Time::from_hms(*hour, *minute, 0),
        [hour, minute, second] => Time::from_hms(*hour, *minute, *second),
        _ => None,
    }
    .ok_or_else(refused)
}

/// A day, or a day and a time after `T` or a blank, on the wall clock of the zone.
fn moment(text: &str, zone: Zone) -> Result<DateTime, Problem> {
    let refused = || Problem::NotAMoment(text.to_owned());
    let (day, clock) = text.split_once(['T', ' ']).map_or((text, None), |(day, clock)| (day, Some(clock.trim())));
    let day = date(day).map_err(|_| refused())?;
    let micros = clock.map(time).transpose().map_err(|_| refused())?.map_or(0, |time| time.0);
    let seconds = u32::try_from(micros / 1_000_000).map_err(|_| refused())?;
    let wall = day.naive().and_hms_opt(seconds / 3600, seconds / 60 % 60, seconds % 60).ok_or_else(refused)?;
    zone.instant_of(wall).ok_or_else(refused)
}

fn uuid(text: &str) -> Result<Value, Problem> {
    let refused = || Problem::NotAUuid(text.to_owned());
    let hex: String = text.chars().filter(|c| *c != '-').collect();
    let shaped = hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !shaped || (text.len() != 32 && text.len() != 36) {
        return Err(refused());
    }
    u128::from_str_radix(&hex, 16).map(Value::Uuid).map_err(|_| refused())
}

/// `18..65`, `18..`, `..65`; one value alone is a range of itself.
fn range(of: &DataType, text: &str, setting: &Setting) -> Result<Value, Problem> {
    let parts = text.split_once("..").or_else(|| text.split_once('…')).or_else(|| text.split_once('–'));
    let end = |part: &str| -> Result<Option<Box<Value>>, Problem> {
        let part = part.trim();
        if part.is_empty() { Ok(None) } else { typed(of, part, setting).map(|value| Some(Box::new(value))) }
    };
    let (from, to) = match parts {
        Some((from, to)) => (end(from)?, end(to)?),
        None => (end(text)?, end(text)?),
    };
    if from.is_none() && to.is_none() {
        return Err(Problem::NotARange(text.to_owned()));
    }
    if let (Some(from), Some(to)) = (&from, &to)
        && is_after(from, to)
    {
        return Err(Problem::Backwards(text.to_owned()));
    }
    Ok(Value::Range(from, to))
}

fn is_after(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a > b,
        (Value::Decimal(a), Value::Decimal(b)) | (Value::Percent(a), Value::Percent(b)) => a.compare(*b).is_gt(),
        (Value::Float(a), Value::Float(b)) => a > b,
        (Value::Date(a), Value::Date(b)) => a > b,
        (Value::DateTime(a), Value::DateTime(b)) => a > b,
        (Value::Time(a), Value::Time(b)) => a > b,
        _ => false,
    }
}

/// Two days, a day, a month, a year, or words: `last month`, `last 7 days`, `this week`, `past 28d`, `yesterday`.
fn period(text: &str, setting: &Setting) -> Result<Period, Problem> {
    let refused = || Problem::NotAPeriod(text.to_owned());
    if let Some((first, last)) = text.split_once("..") {
        let (first, last) = (date(first.trim())?, date(last.trim())?);
        return if first > last { Err(Problem::Backwards(text.to_owned())) } else { Ok(Period { first, last }) };
    }
    if let Ok(day) = date(text) {
        return Ok(Period { first: day, last: day });
    }
    if let Some(month) = Date::parse(&format!("{text}-01")) {
        let last = month.add_months(1).and_then(|next| next.add_days(-1)).ok_or_else(refused)?;
        return Ok(Period { first: month, last });
    }
    if let (Some(first), Some(last)) = (Date::parse(&format!("{text}-01-01")), Date::parse(&format!("{text}-12-31"))) {
        return Ok(Period { first, last });
    }
    let words = text.to_lowercase();
    let words: Vec<&str> = words.split_whitespace().collect();
    let relative = relative(&words).ok_or_else(refused)?;
    period_of(relative, setting).ok_or_else(refused)
}

fn relative(words: &[&str]) -> Option<RelativePeriod> {
    match words {
        ["yesterday"] => Some(RelativePeriod::Yesterday),
        ["today"] => Some(RelativePeriod::Today),
        ["this", unit] => Some(RelativePeriod::This { unit: period_unit(unit)? }),
        ["last", unit] => Some(RelativePeriod::Last { count: 1, unit: period_unit(unit)? }),
        ["last", count, unit] => Some(RelativePeriod::Last { count: count_of(count)?, unit: period_unit(unit)? }),
        ["past", days] => {
            let days = i32::try_from(count_of(days.strip_suffix('d')?)?).ok()?;
            Some(RelativePeriod::Past { duration: Duration { days, ..Duration::default() } })
        }
        _ => None,
    }
}

fn count_of(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten().filter(|count| *count > 0)
}

fn period_unit(word: &str) -> Option<PeriodUnit> {
    match word.strip_suffix('s').unwrap_or(word) {
        "day" => Some(PeriodUnit::Day),
        "week" => Some(PeriodUnit::Week),
        "month" => Some(PeriodUnit::Month),
        "quarter" => Some(PeriodUnit::Quarter),
        "year" => Some(PeriodUnit::Year),
        _ => None,
    }
}

/// Pasted from a sheet, a mail, a chat: parted by lines, tabs, `;` or `,`; by blanks where there is none of these.
fn list(of: &DataType, text: &str, setting: &Setting) -> Result<Value, Problem> {
    let text = text.trim_start_matches('[').trim_end_matches(']');
    let parted = text.contains(['\n', '\t', ';', ',']);
    let is_separator = |c: char| if parted { matches!(c, '\n' | '\r' | '\t' | ';' | ',') } else { c.is_whitespace() };
    let items = text.split(is_separator).map(str::trim).filter(|item| !item.is_empty());
    items.map(|item| typed(of, item, setting)).collect::<Result<Vec<_>, _>>().map(Value::List)
}

/// By value first, then by label, then by either without regard to case where only one can be meant.
fn option(text: &str, options: &[ChoiceOption]) -> Result<Value, Problem> {
    let exact = |wanted: &str| {
        let by_value = options.iter().find(|option| option.value.canonical() == wanted);
        by_value.or_else(|| options.iter().find(|option| option.label == wanted))
    };
    if let Some(found) = exact(text).or_else(|| exact(text.trim())) {
        return Ok(found.value.clone());
    }
    let folded = text.trim().to_lowercase();
    let mut alike = options
        .iter()
        .filter(|option| option.label.to_lowercase() == folded || option.value.canonical().to_lowercase() == folded);
    if let (Some(only), None) = (alike.next(), alike.next()) {
        return Ok(only.value.clone());
    }
    if folded.is_empty() {
        return Err(Problem::Missing);
    }
    let texts: Vec<String> = options.iter().flat_map(|one| [one.value.canonical(), one.label.clone()]).collect();
    let near = near_misses(text.trim(), texts.iter().map(String::as_str)).into_iter().map(str::to_owned).collect();
    let few = if options.len() <= 12 { options.iter().map(|option| option.label.clone()).collect() } else { Vec::new() };
    Err(Problem::NotAnOption { text: text.trim().to_owned(), near, options: few })
}

/// The chosen ones in the order of the options. `all` is each of them; nothing is none of them.
fn several(text: &str, options: &[ChoiceOption]) -> Result<Value, Problem> {
    let trimmed = text.trim().trim_start_matches('[').trim_end_matches(']');
    let names_all = options.iter().any(|one| one.value.canonical() == "all" || one.label == "all");
    let chosen: Vec<Value> = if trimmed == "all" && !names_all {
        options.iter().map(|option| option.value.clone()).collect()
    } else {
        let separator = if trimmed.contains(['\n', ';']) { ['\n', ';'] } else { [',', ','] };
        let items = trimmed.split(separator).map(str::trim).filter(|item| !item.is_empty());
        items.map(|item| option(item, options)).collect::<Result<_, _>>()?
    };
    for (at, value) in chosen.iter().enumerate() {
        if chosen.iter().take(at).any(|earlier| earlier == value) {
            return Err(Problem::Twice(value.canonical()));
        }
    }
    let ordered = options.iter().map(|option| option.value.clone()).filter(|value| chosen.contains(value));
    Ok(Value::List(ordered.collect()))
}

/// An id, or an address that ends in `/cohort/ID` with whatever behind it.
fn cohort(text: &str) -> Result<Value, Problem> {
    let refused = || Problem::NotACohort(text.to_owned());
    let id = if text.contains("://") {
        let (_, rest) = text.split_once("/cohort/").ok_or_else(refused)?;
        rest.split(['/', '?', '#']).next().unwrap_or_default()
    } else {
        text
    };
    let is_id = !id.is_empty() && id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if is_id { Ok(Value::text(id)) } else { Err(refused()) }
}

#[cfg(test)]
mod tests;
