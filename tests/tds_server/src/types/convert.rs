//! A value of one type as a value of another, by SQL Server's rules of rounding, range and failure.

use num_bigint::BigInt;

use super::decimal::{Decimal, Digits, fit};
use super::moment::{self, DAY_1900, TICKS_PER_DAY, TICKS_PER_MINUTE, round_ticks};
use super::text::{Overlong, fit_bytes, fit_text, text_of};
use super::value::{Value, from_hexadecimal, guid_text, parse_guid};
use super::{Kind, SqlType};
use crate::error::{Ends, SqlError};

/// How a conversion is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Manner {
    pub(crate) style: i64,
    pub(crate) overlong: Overlong,
}

pub(crate) const CAST: Manner = Manner { style: 0, overlong: Overlong::Cut };
pub(crate) const ASSIGN: Manner = Manner { style: 0, overlong: Overlong::Refuse };

pub(crate) fn convert(value: Value, from: &SqlType, to: &SqlType, manner: Manner) -> Result<Value, SqlError> {
    if value == Value::Null {
        return Ok(Value::Null);
    }
    match to.kind {
        Kind::Char | Kind::VarChar | Kind::NChar | Kind::NVarChar => to_text(&value, from, to, manner),
        Kind::Xml => match value {
            Value::Text(text) => Ok(Value::Text(text)),
            other => Err(refused(from, to, &other)),
        },
        Kind::Bit | Kind::TinyInt | Kind::SmallInt | Kind::Int | Kind::BigInt => to_integer(value, from, to),
        Kind::Real | Kind::Float => to_float(value, from, to),
        Kind::Decimal | Kind::Money | Kind::SmallMoney => to_decimal(value, from, to),
        Kind::Date | Kind::Time | Kind::DateTime | Kind::SmallDateTime | Kind::DateTime2 | Kind::DateTimeOffset => {
            to_moment(value, from, to)
        }
        Kind::Guid => match value {
            Value::Guid(wire) => Ok(Value::Guid(wire)),
            Value::Text(text) => parse_guid(&text).map(Value::Guid).ok_or_else(|| {
                SqlError::new(
                    8169,
                    16,
                    Ends::Transaction,
                    "Conversion failed when converting from a character string to uniqueidentifier.",
                )
            }),
            Value::Bytes(mut bytes) => {
                bytes.resize(16, 0);
                let mut wire = [0; 16];
                wire.copy_from_slice(&bytes);
                Ok(Value::Guid(wire))
            }
            other => Err(refused(from, to, &other)),
        },
        Kind::Binary | Kind::VarBinary | Kind::RowVersion => to_bytes(value, from, to, manner),
    }
}

fn refused(from: &SqlType, to: &SqlType, _value: &Value) -> SqlError {
    SqlError::explicit_conversion(from.name(), to.name())
}

fn to_text(value: &Value, from: &SqlType, to: &SqlType, manner: Manner) -> Result<Value, SqlError> {
    if let Value::Bytes(bytes) = value {
        let text = match manner.style {
            0 if to.is_unicode() => {
                let units =
                    bytes.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]));
                char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
            }
            0 => to.collation.decode(bytes),
            1 => text_of(value, from, 1)?,
            2 => text_of(value, from, 1)?.split_off(2),
            _ => return Err(SqlError::unknown("this style of binary data")),
        };
        return fit_text(text, to, manner.overlong).map(Value::Text);
    }
    let text = text_of(value, from, manner.style)?;
    // Numbers that do not fit are an error, dates and texts are cut.
    if from.is_numeric() && to.length != super::MAX && text.len() > usize::from(to.length) {
        if from.is_integer() && !to.is_unicode() {
            return fit_text("*".to_owned(), to, Overlong::Cut).map(Value::Text);
        }
        return Err(SqlError::overflow(to.name()));
    }
    if from.kind == Kind::Guid && to.length < 36 {
        return Err(SqlError::new(
            8170,
            16,
            Ends::Statement,
            "Insufficient result space to convert uniqueidentifier value to char.",
        ));
    }
    fit_text(text, to, manner.overlong).map(Value::Text)
}

fn range(kind: Kind) -> (i64, i64) {
    match kind {
        Kind::TinyInt => (0, 255),
        Kind::SmallInt => (i64::from(i16::MIN), i64::from(i16::MAX)),
        Kind::Int => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    }
}

/// The number, if the type can hold it.
pub(crate) fn in_range(value: &BigInt, to: &SqlType) -> Result<i64, SqlError> {
    let (least, most) = range(to.kind);
    match i64::try_from(value) {
        Ok(value) if (least..=most).contains(&value) => Ok(value),
        _ if matches!(to.kind, Kind::TinyInt | Kind::SmallInt) => Err(SqlError::new(
            220,
            16,
            Ends::Statement,
            format!("Arithmetic overflow error for data type {}, value = {value}.", to.name()),
        )),
        _ => Err(SqlError::overflow(to.name())),
    }
}

fn to_integer(value: Value, from: &SqlType, to: &SqlType) -> Result<Value, SqlError> {
    let whole = match value {
        Value::Integer(value) => BigInt::from(value),
        Value::Decimal(value) if to.kind == Kind::Bit => BigInt::from(i64::from(value.unscaled != 0)),
        Value::Decimal(value) => value.whole(if from.is_money() { Digits::Round } else { Digits::Cut }),
        Value::Float(value) if to.kind == Kind::Bit => BigInt::from(i64::from(value != 0.0)),
        Value::Float(value) => whole_of(value.trunc()).ok_or_else(|| SqlError::overflow(to.name()))?,
        Value::Text(text) => return integer_from_text(&text, from, to),
        Value::Bytes(bytes) => {
            let size = match to.kind {
                Kind::Bit | Kind::TinyInt => 1,
                Kind::SmallInt => 2,
                Kind::Int => 4,
                _ => 8,
            };
            let kept = &bytes[bytes.len().saturating_sub(size)..];
            let unsigned = kept.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
            let signed = match size {
                2 => i64::from(unsigned as i16),
                4 => i64::from(unsigned as i32),
                _ => unsigned as i64,
            };
            BigInt::from(signed)
        }
        other => return Err(refused(from, to, &other)),
    };
    if to.kind == Kind::Bit {
        return Ok(Value::Integer(i64::from(whole != BigInt::from(0))));
    }
    in_range(&whole, to).map(Value::Integer)
}

fn integer_from_text(text: &str, from: &SqlType, to: &SqlType) -> Result<Value, SqlError> {
    let trimmed = text.trim();
    if to.kind == Kind::Bit && (trimmed.eq_ignore_ascii_case("true") || trimmed.eq_ignore_ascii_case("false")) {
        return Ok(Value::Integer(i64::from(trimmed.eq_ignore_ascii_case("true"))));
    }
    let failed = || {
        if to.kind == Kind::BigInt {
            SqlError::converting(from.name(), to.name())
        } else {
            SqlError::conversion(from.name(), text, to.name())
        }
    };
    let value = match Decimal::parse(trimmed) {
        // The empty text is zero.
        None if trimmed.is_empty() => BigInt::from(0),
        Some((value, 0)) if !trimmed.contains('.') => value,
        _ => return Err(failed()),
    };
    if to.kind == Kind::Bit {
        return Ok(Value::Integer(i64::from(value != BigInt::from(0))));
    }
    in_range(&value, to).map(Value::Integer).map_err(|_| match to.kind {
        Kind::BigInt => SqlError::overflow("bigint"),
        Kind::Int => SqlError::new(
            248,
            16,
            Ends::Transaction,
            format!("The conversion of the {} value '{text}' overflowed an int column.", from.name()),
        ),
        _ => SqlError::new(
            244,
            16,
            Ends::Transaction,
            format!("The conversion of the {} value '{text}' overflowed an INT1 or INT2 column.", from.name()),
        ),
    })
}

fn whole_of(value: f64) -> Option<BigInt> {
    if !value.is_finite() {
        return None;
    }
    format!("{value:.0}").parse().ok()
}

fn to_float(value: Value, from: &SqlType, to: &SqlType) -> Result<Value, SqlError> {
    let float = match value {
        Value::Float(value) => value,
        Value::Integer(value) => value as f64,
        Value::Decimal(value) => value.to_f64(),
        Value::Text(text) => {
            let trimmed = text.trim();
            let is_plain = trimmed.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
            match trimmed.parse::<f64>() {
                Ok(value) if is_plain && value.is_finite() => value,
                _ if trimmed.is_empty() => 0.0,
                _ => return Err(SqlError::converting(from.name(), to.name())),
            }
        }
        other => return Err(refused(from, to, &other)),
    };
    finite(float, to)
}

/// A number of the type; infinity is an overflow.
pub(crate) fn finite(value: f64, to: &SqlType) -> Result<Value, SqlError> {
    let value = if to.kind == Kind::Real { f64::from(value as f32) } else { value };
    if value.is_finite() { Ok(Value::Float(value)) } else { Err(SqlError::overflow(to.name())) }
}

fn to_decimal(value: Value, from: &SqlType, to: &SqlType) -> Result<Value, SqlError> {
    let shape = match to.kind {
        Kind::Money => SqlType::decimal(19, 4),
        Kind::SmallMoney => SqlType::decimal(10, 4),
        _ => *to,
    };
    let name = if to.kind == Kind::Decimal { "numeric" } else { to.name() };
    let overflow = |error: SqlError| if to.is_money() { SqlError::overflow(name) } else { error };
    let decimal = match value {
        Value::Integer(value) => Decimal::of(value).rescale(&shape, Digits::Round).map_err(overflow)?,
        Value::Decimal(value) => value.rescale(&shape, Digits::Round).map_err(overflow)?,
        Value::Float(value) => {
            // 17 digits are the number, what follows is the base 2 showing.
            let digits = format!("{value:.16e}");
            let (unscaled, scale) = exponent_form(&digits).ok_or_else(|| SqlError::overflow(name))?;
            fit(&unscaled, scale, &shape, Digits::Round).map_err(overflow)?
        }
        Value::Text(text) => {
            let failed = || {
                if to.is_money() {
                    SqlError::new(
                        235,
                        16,
                        Ends::Transaction,
                        "Cannot convert a char value to money. The char value has incorrect syntax.",
                    )
                } else {
                    SqlError::converting(from.name(), name)
                }
            };
            let (unscaled, scale) = Decimal::parse(&text).ok_or_else(failed)?;
            fit(&unscaled, scale, &shape, Digits::Round).map_err(|_| {
                SqlError::new(
                    8115,
                    16,
                    Ends::Statement,
                    format!("Arithmetic overflow error converting {} to data type {name}.", from.name()),
                )
                .with_state(6)
            })?
        }
        other => return Err(refused(from, to, &other)),
    };
    if to.is_money() {
        let limit = if to.kind == Kind::Money { i128::from(i64::MAX) } else { i128::from(i32::MAX) };
        if decimal.unscaled > limit || decimal.unscaled < -limit - 1 {
            return Err(SqlError::overflow(name));
        }
    }
    Ok(Value::Decimal(decimal))
}

/// `1.5e-3` as a whole number and a count of decimals.
fn exponent_form(text: &str) -> Option<(BigInt, u32)> {
    let (mantissa, exponent) = text.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let (unscaled, scale) = Decimal::parse(mantissa)?;
    let scale = i32::try_from(scale).ok()? - exponent;
    match u32::try_from(scale) {
        Ok(scale) => Some((unscaled, scale)),
        Err(_) => Some((unscaled * super::decimal::power_of_ten(scale.unsigned_abs()), 0)),
    }
}

fn to_moment(value: Value, from: &SqlType, to: &SqlType) -> Result<Value, SqlError> {
    // Everything becomes local ticks and an offset, then the parts that the type has.
    let (ticks, offset) = match value {
        Value::Date(day) if to.kind == Kind::Time => return Err(refused(from, to, &Value::Date(day))),
        Value::Date(day) => (day * TICKS_PER_DAY, 0),
        Value::Time(ticks) if to.kind == Kind::Date => return Err(refused(from, to, &Value::Time(ticks))),
        Value::Time(ticks) => (DAY_1900 * TICKS_PER_DAY + ticks, 0),
        Value::Moment(ticks) => (ticks, 0),
        Value::Offset(utc, minutes) => (utc + i64::from(minutes) * TICKS_PER_MINUTE, minutes),
        Value::Text(text) => {
            let said = moment::parse(&text).ok_or_else(SqlError::date_from_text)?;
            if said.offset.is_some() && matches!(to.kind, Kind::DateTime | Kind::SmallDateTime) {
                return Err(SqlError::date_from_text());
            }
            // datetime knows three digits only, as does a text that is to become one.
            let ticks = said.ticks.unwrap_or(0);
            if matches!(to.kind, Kind::DateTime | Kind::SmallDateTime) && ticks % 10_000 != 0 {
                return Err(SqlError::date_from_text());
            }
            (said.day.unwrap_or(DAY_1900) * TICKS_PER_DAY + ticks, said.offset.unwrap_or(0))
        }
        Value::Integer(days) if matches!(to.kind, Kind::DateTime | Kind::SmallDateTime) => {
            let ticks = days.checked_add(DAY_1900).and_then(|day| day.checked_mul(TICKS_PER_DAY));
            (ticks.ok_or_else(|| SqlError::overflow(to.name()))?, 0)
        }
        other => return Err(refused(from, to, &other)),
    };
    let out_of_range = |_| moment::out_of_range(from.name(), to.name());
    match to.kind {
        Kind::Date => Ok(Value::Date(ticks.div_euclid(TICKS_PER_DAY))),
        Kind::Time => {
            let in_day = ticks.rem_euclid(TICKS_PER_DAY);
            let unit = 10_i64.pow(u32::from(7 - to.scale.min(7)));
            Ok(Value::Time((in_day + unit / 2) / unit * unit % TICKS_PER_DAY))
        }
        Kind::DateTimeOffset => {
            let local = round_ticks(ticks, to)?;
            let utc = local - i64::from(offset) * TICKS_PER_MINUTE;
            if !(0..(moment::LAST_DAY + 1) * TICKS_PER_DAY).contains(&utc) {
                return Err(moment::out_of_range(from.name(), to.name()));
            }
            Ok(Value::Offset(utc, offset))
        }
        _ => round_ticks(ticks, to).map(Value::Moment).map_err(out_of_range),
    }
}

fn to_bytes(value: Value, from: &SqlType, to: &SqlType, manner: Manner) -> Result<Value, SqlError> {
    let bytes = match value {
        Value::Bytes(bytes) => bytes,
        Value::Text(text) => match manner.style {
            0 if from.is_unicode() => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            0 => from.collation.encode(&text),
            1 | 2 => {
                let digits = if manner.style == 1 { text.strip_prefix("0x") } else { Some(text.as_str()) };
                digits.and_then(from_hexadecimal).ok_or_else(|| SqlError::converting(from.name(), to.name()))?
            }
            _ => return Err(SqlError::unknown("this style of binary data")),
        },
        Value::Integer(value) => {
            let size = match from.kind {
                Kind::Bit | Kind::TinyInt => 1,
                Kind::SmallInt => 2,
                Kind::Int => 4,
                _ => 8,
            };
            let all = value.to_be_bytes();
            let bytes = all[8 - size..].to_vec();
            // A binary of fixed length keeps a number to the right.
            let length = usize::from(to.length);
            if to.kind == Kind::Binary || length < size {
                let mut padded = vec![0; length.saturating_sub(size)];
                padded.extend_from_slice(&bytes[size.saturating_sub(length)..]);
                return Ok(Value::Bytes(padded));
            }
            bytes
        }
        Value::Guid(wire) => wire.to_vec(),
        other => {
            let shown = if let Value::Guid(wire) = &other { guid_text(wire) } else { from.to_string() };
            return Err(SqlError::unknown(format_args!("a conversion of {shown} to {to}")));
        }
    };
    fit_bytes(bytes, to, manner.overlong).map(Value::Bytes)
}
