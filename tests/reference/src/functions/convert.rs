//! From one type to another. A text that is not what was promised fails; a number that does not fit overflows; a number
//! that would lose what is behind its point fails as a text does.

use num_bigint::BigInt;
use wr_base::diag::Code;
use wr_base::ty::DataType;
use wr_base::value::{Date, DateTime, Time, Value, Zone};
use wr_plan::functions::FnId;

use crate::expr::World;
use crate::functions::number::{Exact, compare, exact, float, scale_of, to_value};
use crate::functions::{clock, form};

pub(crate) fn call(function: FnId, arguments: &[Value], result: &DataType, world: &World) -> Result<Value, Code> {
    match (function, arguments) {
        (FnId::Convert, [value]) => widen(value, result),
        (FnId::Int | FnId::Float, [value]) | (FnId::Decimal, [value, _]) => number(value, result),
        (FnId::IntOrNull | FnId::FloatOrNull, [value]) | (FnId::DecimalOrNull, [value, _]) => {
            or_null(number(value, result))
        }
        (FnId::Date, [value, zone @ ..]) => date(value, zone_of(zone, world)?),
        (FnId::DateOrNull, [value, zone @ ..]) => or_null(zone_of(zone, world).and_then(|zone| date(value, zone))),
        (FnId::DateTime, [value, zone @ ..]) => datetime(value, zone_of(zone, world)?),
        (FnId::DateTimeOrNull, [value, zone @ ..]) => {
            or_null(zone_of(zone, world).and_then(|zone| datetime(value, zone)))
        }
        (FnId::Time, [value, zone @ ..]) => time(value, zone_of(zone, world)?),
        (FnId::TimeOrNull, [value, zone @ ..]) => or_null(zone_of(zone, world).and_then(|zone| time(value, zone))),
        (FnId::Uuid, [Value::Text(text)]) => uuid(text),
        (FnId::UuidOrNull, [Value::Text(text)]) => or_null(uuid(text)),
        (FnId::ParseDate | FnId::ParseDateOrNull, [Value::Text(text), Value::Text(form)]) => {
            let date = form::date(text, form).map(Value::Date).ok_or(Code::ConversionFailed);
            if function == FnId::ParseDate { date } else { or_null(date) }
        }
        (FnId::ParseDatetime | FnId::ParseDatetimeOrNull, [Value::Text(text), Value::Text(form)]) => {
            let at = match form::moment(text, form, world.zone) {
                None => Err(Code::ConversionFailed),
                Some(at) => at.map(Value::DateTime).ok_or(Code::Overflow),
            };
            if function == FnId::ParseDatetime { at } else { or_null(at) }
        }
        (FnId::Text, [value]) => Ok(Value::Text(value.canonical())),
        _ => Err(Code::Internal),
    }
}

fn or_null(result: Result<Value, Code>) -> Result<Value, Code> {
    match result {
        Err(Code::Overflow | Code::ConversionFailed) => Ok(Value::Null),
        result => result,
    }
}

/// int → decimal → float, percent → decimal → float, and the same within ranges and lists.
fn widen(value: &Value, to: &DataType) -> Result<Value, Code> {
    match (value, to) {
        (Value::Range(low, high), DataType::Range(of)) => {
            let end = |end: &Option<Box<Value>>| end.as_ref().map(|end| widen(end, of).map(Box::new)).transpose();
            Ok(Value::Range(end(low)?, end(high)?))
        }
        (Value::List(items), DataType::List(of)) => {
            Ok(Value::List(items.iter().map(|item| widen(item, of)).collect::<Result<_, _>>()?))
        }
        (value, DataType::Decimal { .. } | DataType::Float) => to_value(&exact(value).ok_or(Code::Internal)?, to),
        (value, _) => Ok(value.clone()),
    }
}

/// A text or a number as an int, a decimal of so many digits, a float.
fn number(value: &Value, to: &DataType) -> Result<Value, Code> {
    if let Value::Text(text) = value {
        let number = parse(text, to).ok_or(Code::ConversionFailed)?;
        let value = to_value(&number, to);
        // Too many digits in a text are not what was promised, but a float has a largest one.
        return if *to == DataType::Float { value } else { value.map_err(|_| Code::ConversionFailed) };
    }
    let number = exact(value).ok_or(Code::Internal)?;
    if *to == DataType::Float {
        return float(number.to_float());
    }
    let rounded = number.rounded(scale_of(to));
    let is_binary = matches!((value, to), (Value::Float(_), DataType::Decimal { .. }));
    if !is_binary && compare(&rounded, &number).is_ne() {
        return Err(Code::ConversionFailed);
    }
    to_value(&rounded, to)
}

/// Digits with at most one point. A whole number and a float may have `+` before them, a float an exponent behind.
fn parse(text: &str, to: &DataType) -> Option<Exact> {
    let is_decimal = matches!(to, DataType::Decimal { .. });
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) if *to == DataType::Float => (number, parse_whole(exponent)?),
        Some(_) => return None,
        None => (text, BigInt::ZERO),
    };
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) if *to != DataType::Int && !fraction.is_empty() => (whole, fraction),
        Some(_) => return None,
        None => (number, ""),
    };
    if is_decimal && number.starts_with('+') {
        return None;
    }
    // The digits with the sign, the point left out.
    parse_whole(whole)?;
    let digits = parse_whole(&format!("{whole}{fraction}"))?;
    let scale = BigInt::from(fraction.len()) - exponent;
    // Past these a float is 0 or infinite, whatever the digits.
    let scale = i64::try_from(scale).unwrap_or(i64::MAX).clamp(-5_000, 5_000 + i64::try_from(text.len()).ok()?);
    match u32::try_from(scale) {
        Ok(scale) => Some(Exact { digits, scale }),
        Err(_) => Some(Exact { digits: digits * BigInt::from(10).pow(u32::try_from(-scale).ok()?), scale: 0 }),
    }
}

fn parse_whole(text: &str) -> Option<BigInt> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// The zone that is named, or the report's.
fn zone_of(named: &[Value], world: &World) -> Result<Zone, Code> {
    match named {
        [] => Ok(world.zone),
        [Value::Text(name)] => Zone::parse(name).ok_or(Code::ConversionFailed),
        _ => Err(Code::Internal),
    }
}

fn time(value: &Value, zone: Zone) -> Result<Value, Code> {
    if let Value::Text(text) = value {
        return parse_time(text).map(Value::Time).ok_or(Code::ConversionFailed);
    }
    if let Value::DateTime(at) = value { Ok(Value::Time(clock::shown(*at, zone))) } else { Err(Code::Internal) }
}

/// `09:30`, `09:30:15`, `09:30:15.5`: the moment of that clock on the first day of 1970.
fn parse_time(text: &str) -> Option<Time> {
    if text.contains(['Z', '+', '-']) {
        return None;
    }
    parse_instant(&format!("1970-01-01T{text}"), Zone::UTC).map(|at| Time(at.0))
}

/// Hyphens stand behind the 8th, 12th, 16th and 20th digit, or nowhere.
fn uuid(text: &str) -> Result<Value, Code> {
    let groups = text.split('-').collect::<Vec<_>>();
    let lengths = groups.iter().map(|group| group.len()).collect::<Vec<_>>();
    let digits = groups.concat();
    let is_one =
        (lengths == [32] || lengths == [8, 4, 4, 4, 12]) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_one {
        return Err(Code::ConversionFailed);
    }
    let digit = |letter: char| letter.to_digit(16).map(u128::from).ok_or(Code::Internal);
    digits.chars().try_fold(0, |number, letter| Ok(number * 16 + digit(letter)?)).map(Value::Uuid)
}

fn date(value: &Value, zone: Zone) -> Result<Value, Code> {
    if let Value::Text(text) = value {
        return Date::parse(text).map(Value::Date).ok_or(Code::ConversionFailed);
    }
    if let Value::DateTime(at) = value { Ok(Value::Date(zone.date_of(*at))) } else { Ok(value.clone()) }
}

fn datetime(value: &Value, zone: Zone) -> Result<Value, Code> {
    if let Value::Text(text) = value {
        return parse_instant(text, zone).map(Value::DateTime).ok_or(Code::ConversionFailed);
    }
    if let Value::Date(date) = value {
        return zone.start_of(*date).map(Value::DateTime).ok_or(Code::Overflow);
    }
    Ok(value.clone())
}

/// `2026-11-09T08:00:00.5+03:00`: seconds, their fraction and the offset may be left out; without one the zone's clock.
fn parse_instant(text: &str, zone: Zone) -> Option<DateTime> {
    let date = Date::parse(text.get(..10)?)?;
    let rest = text.get(10..)?.strip_prefix(['T', ' '])?;
    let clock_length = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
    let (clock, offset) = rest.split_at(clock_length);
    let (seconds, fraction) = match clock.split_once('.') {
        Some((seconds, fraction)) if seconds.len() == 8 && (1..=6).contains(&fraction.len()) => (seconds, fraction),
        Some(_) => return None,
        None => (clock, "0"),
    };
    let parts = seconds.split(':').map(two_digits).collect::<Option<Vec<_>>>()?;
    let (hour, minute, second) = match parts[..] {
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let micros = format!("{fraction:0<6}").parse::<u32>().ok()?;
    let wall = date.naive().and_hms_micro_opt(hour, minute, second, micros)?;
    if offset.is_empty() {
        return zone.instant_of(wall);
    }
    let at = Zone::UTC.instant_of(wall)?;
    let (sign, rest) = (if offset.starts_with('-') { 1 } else { -1 }, offset.get(1..)?);
    let minutes = match rest.split_once(':') {
        Some((hours, minutes)) => {
            two_digits(hours).filter(|hours| *hours <= 18)? * 60 + two_digits(minutes).filter(|m| *m < 60)?
        }
        None if offset == "Z" => 0,
        None => return None,
    };
    at.add_micros(sign * i64::from(minutes) * 60_000_000)
}

fn two_digits(text: &str) -> Option<u32> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}
