//! One field of a text file to one exact value of the declared type.

use wr_base::ty::DataType;
use wr_base::value::{Date, DateTime, Decimal, Time, Value, Zone};

use crate::cells::parse_uuid;

/// Why a field has no value of the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellFault {
    Unreadable,
    OutOfRange,
    /// A wall-clock time where nobody said of which zone.
    NoZone,
}

/// A value, and whether digits behind the microseconds were cut.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub value: Value,
    pub was_cut: bool,
}

/// Reads a field that is not null.
///
/// # Errors
/// It is not of the type.
pub fn read(text: &str, ty: &DataType, zone: Option<Zone>) -> Result<Cell, CellFault> {
    let whole = |value: Value| Ok(Cell { value, was_cut: false });
    match ty {
        DataType::Int => whole(Value::Int(read_int(text)?)),
        DataType::Decimal { precision, scale } => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let shaped = !digits.is_empty()
                && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
                && digits.split('.').count() <= 2
                && digits.split('.').all(|part| !part.is_empty());
            if !shaped {
                return Err(CellFault::Unreadable);
            }
            let decimal = Decimal::parse(text).and_then(|decimal| fit(decimal, *precision, *scale));
            whole(Value::Decimal(decimal.ok_or(CellFault::OutOfRange)?))
        }
        DataType::Float => {
            // Rust also reads `inf`, `nan` and `infinity`.
            if !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E')) {
                return Err(CellFault::Unreadable);
            }
            let float: f64 = text.parse().map_err(|_| CellFault::Unreadable)?;
            if float.is_finite() { whole(Value::Float(float)) } else { Err(CellFault::OutOfRange) }
        }
        DataType::Text => whole(Value::text(text)),
        DataType::Bool => match text {
            "true" | "True" | "TRUE" => whole(Value::Bool(true)),
            "false" | "False" | "FALSE" => whole(Value::Bool(false)),
            _ => Err(CellFault::Unreadable),
        },
        DataType::Date => whole(Value::Date(Date::parse(text).ok_or(CellFault::Unreadable)?)),
        DataType::DateTime => read_instant(text, zone),
        DataType::Time => {
            let (micros, was_cut) = read_time(text).ok_or(CellFault::Unreadable)?;
            Ok(Cell { value: Value::Time(Time(micros)), was_cut })
        }
        DataType::Uuid => whole(Value::Uuid(parse_uuid(text).ok_or(CellFault::Unreadable)?)),
        DataType::Duration
        | DataType::Percent
        | DataType::Range(_)
        | DataType::Period
        | DataType::List(_)
        | DataType::Shape
        | DataType::Null
        | DataType::Error => Err(CellFault::Unreadable),
    }
}

/// The same number with the scale of the type; `None` when digits would be lost or there are more than the precision.
#[must_use]
pub fn fit(decimal: Decimal, precision: u8, scale: u8) -> Option<Decimal> {
    let decimal = decimal.rescale(scale)?;
    let limit = 10_u128.checked_pow(u32::from(precision))?;
    (decimal.unscaled.unsigned_abs() < limit).then_some(decimal)
}

fn read_int(text: &str) -> Result<i128, CellFault> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CellFault::Unreadable);
    }
    text.parse().map_err(|_| CellFault::OutOfRange)
}

/// `2026-11-09T08:00:00.000000Z`, `2026-11-09 08:00+03:00`; without an offset it is a time of the zone.
fn read_instant(text: &str, zone: Option<Zone>) -> Result<Cell, CellFault> {
    let date = text.get(..10).and_then(Date::parse).ok_or(CellFault::Unreadable)?;
    let rest = text.get(10..).unwrap_or_default();
    let Some(rest) = rest.strip_prefix(['T', ' ']) else { return Err(CellFault::Unreadable) };
    let (clock, offset) = match rest.find(['Z', '+', '-']) {
        Some(at) => (rest.get(..at).unwrap_or_default(), Some(rest.get(at..).unwrap_or_default())),
        None => (rest, None),
    };
    let (micros, was_cut) = read_time(clock).ok_or(CellFault::Unreadable)?;
    let wall = i64::from(date.0) * MICROS_PER_DAY + micros;
    let at = match offset {
        Some(offset) => {
            let offset = read_offset(offset).ok_or(CellFault::Unreadable)?;
            DateTime::checked(wall - offset).ok_or(CellFault::OutOfRange)?
        }
        None => wall_time(wall, zone.ok_or(CellFault::NoZone)?).ok_or(CellFault::OutOfRange)?,
    };
    Ok(Cell { value: Value::DateTime(at), was_cut })
}

/// The instant at which the clocks of a zone show this many microseconds since 1970-01-01T00:00. The earlier one where
/// there are two; the first that exists where there is none.
#[must_use]
pub fn wall_time(micros: i64, zone: Zone) -> Option<DateTime> {
    if zone == Zone::UTC {
        return DateTime::checked(micros);
    }
    zone.instant_of(chrono::DateTime::from_timestamp_micros(micros)?.naive_utc())
}

const MICROS_PER_DAY: i64 = 86_400_000_000;
const MICROS_PER_MINUTE: i64 = 60_000_000;

/// `08:00`, `08:00:59`, `08:00:59.123456789`: microseconds, and whether more digits than six said something.
fn read_time(text: &str) -> Option<(i64, bool)> {
    let (clock, fraction) = text.split_once('.').map_or((text, None), |(clock, fraction)| (clock, Some(fraction)));
    let mut parts = clock.split(':');
    let hour = two_digits(parts.next()?, 23)?;
    let minute = two_digits(parts.next()?, 59)?;
    let second = parts.next().map_or(Some(None), |part| two_digits(part, 59).map(Some))?;
    if parts.next().is_some() || (fraction.is_some() && second.is_none()) {
        return None;
    }
    let mut micros = ((hour * 60 + minute) * 60 + second.unwrap_or(0)) * 1_000_000;
    let mut was_cut = false;
    if let Some(fraction) = fraction {
        if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut unit = 100_000;
        for digit in fraction.bytes().map(|byte| i64::from(byte - b'0')) {
            micros += digit * unit;
            was_cut |= unit == 0 && digit != 0;
            unit /= 10;
        }
    }
    Some((micros, was_cut))
}

fn two_digits(text: &str, most: i64) -> Option<i64> {
    let is_shaped = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_shaped { text.parse().ok().filter(|number| *number <= most) } else { None }
}

/// `Z`, `+03:00`, `+0300`, `+03`: microseconds east of UTC.
fn read_offset(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let sign = match text.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let rest = text.get(1..)?;
    let (hours, minutes) = match rest.len() {
        2 => (rest, "00"),
        4 => (rest.get(..2)?, rest.get(2..)?),
        5 if rest.get(2..3)? == ":" => (rest.get(..2)?, rest.get(3..)?),
        _ => return None,
    };
    Some(sign * (two_digits(hours, 23)? * 60 + two_digits(minutes, 59)?) * MICROS_PER_MINUTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, ty: &DataType) -> Result<Value, CellFault> {
        read(text, ty, None).map(|cell| cell.value)
    }

    #[test]
    fn numbers_are_digits_and_nothing_else() {
        let int = |text| value(text, &DataType::Int);
        assert_eq!(int("0042"), Ok(Value::Int(42)));
        assert_eq!(int("-170141183460469231731687303715884105728"), Ok(Value::Int(i128::MIN)));
        assert_eq!(int("170141183460469231731687303715884105728"), Err(CellFault::OutOfRange));
        for text in ["", "-", "+1", " 1", "1.0", "1e5", "1 000", "٣"] {
            assert_eq!(int(text), Err(CellFault::Unreadable), "{text}");
        }
        for text in ["inf", "NaN", "0x1", ""] {
            assert_eq!(value(text, &DataType::Float), Err(CellFault::Unreadable), "{text}");
        }
        assert_eq!(value("1e999", &DataType::Float), Err(CellFault::OutOfRange));
    }

    #[test]
    fn a_decimal_is_never_rounded_to_fit() {
        let ty = DataType::Decimal { precision: 5, scale: 2 };
        assert_eq!(value("1.5", &ty), Ok(Value::Decimal(Decimal { unscaled: 150, scale: 2 })));
        assert_eq!(value("-999.99", &ty), Ok(Value::Decimal(Decimal { unscaled: -99_999, scale: 2 })));
        assert_eq!(value("1.500", &ty), Ok(Value::Decimal(Decimal { unscaled: 150, scale: 2 })));
        for text in ["1000.00", "1.555"] {
            assert_eq!(value(text, &ty), Err(CellFault::OutOfRange), "{text}");
        }
        for text in ["", ".5", "1.", "1,5", "1.2.3", "1e2"] {
            assert_eq!(value(text, &ty), Err(CellFault::Unreadable), "{text}");
        }
    }

    #[test]
    fn an_instant_needs_an_offset_or_a_zone() {
        let at = |text| value(text, &DataType::DateTime).map(|value| value.canonical());
        let expected = Ok("2026-11-09T05:00:00.000000Z".to_owned());
        for text in [
            "2026-11-09T05:00:00Z",
            "2026-11-09 05:00Z",
            "2026-11-09T08:00:00.000+03:00",
            "2026-11-09T08:00+0300",
            "2026-11-08T22:00:00-07",
        ] {
            assert_eq!(at(text), expected, "{text}");
        }
        assert_eq!(at("2026-11-09T05:00:00"), Err(CellFault::NoZone));
        let moscow = Zone::parse("Europe/Moscow");
        assert_eq!(
            read("2026-11-09 08:00:00", &DataType::DateTime, moscow).map(|cell| cell.value.canonical()),
            expected
        );
        for text in ["2026-11-09", "2026-11-09T24:00Z", "2026-1-9T05:00Z", "2026-11-09T05:00:00,5Z", "2026-11-09T05Z"] {
            assert_eq!(at(text), Err(CellFault::Unreadable), "{text}");
        }
        assert_eq!(at("0001-01-01T00:00:00+03:00"), Err(CellFault::OutOfRange));
    }

    #[test]
    fn times_finer_than_a_microsecond_are_cut_and_counted() {
        let cell = read("2026-10-31T20:59:59.9999999Z", &DataType::DateTime, None).unwrap();
        assert_eq!(cell.value.canonical(), "2026-10-31T20:59:59.999999Z");
        assert!(cell.was_cut);
        assert!(!read("08:00:00.120000000", &DataType::Time, None).unwrap().was_cut);
    }
}
