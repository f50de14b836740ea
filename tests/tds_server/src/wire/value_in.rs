//! A value as a client sends it: a parameter, or a field of a bulk load.

use super::reader::{Malformed, Reader, malformed, text_of};
use super::type_info::Form;
use crate::types::decimal::Decimal;
use crate::types::moment::{DAY_1900, LAST_DAY, TICKS_PER_DAY, TICKS_PER_MINUTE, from_three_hundredths};
use crate::types::value::Value;
use crate::types::{Kind, SqlType};

pub(crate) fn read(reader: &mut Reader<'_>, sql_type: &SqlType, form: Form) -> Result<Value, Malformed> {
    let bytes: std::borrow::Cow<'_, [u8]> = match form {
        Form::Fixed(size) => reader.take(usize::from(size))?.into(),
        Form::ByteLength => match reader.byte()? {
            0 => return Ok(Value::Null),
            length => reader.take(usize::from(length))?.into(),
        },
        Form::ShortLength => match reader.u16()? {
            0xffff => return Ok(Value::Null),
            length => reader.take(usize::from(length))?.into(),
        },
        Form::Partial => match partial(reader)? {
            None => return Ok(Value::Null),
            Some(bytes) => bytes.into(),
        },
        Form::Pointer => match reader.u32()? {
            0xffff_ffff => return Ok(Value::Null),
            length => reader.take(length as usize)?.into(),
        },
    };
    value_of(&bytes, sql_type)
}

fn partial(reader: &mut Reader<'_>) -> Result<Option<Vec<u8>>, Malformed> {
    let announced = reader.u64()?;
    if announced == u64::MAX {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    loop {
        match reader.u32()? {
            0 => break,
            length => bytes.extend_from_slice(reader.take(length as usize)?),
        }
    }
    // One less than null: the client did not know the length.
    if announced != u64::MAX - 1 && announced != bytes.len() as u64 {
        return malformed(format_args!("{announced} bytes announced in chunks, {} came", bytes.len()));
    }
    Ok(Some(bytes))
}

fn value_of(bytes: &[u8], sql_type: &SqlType) -> Result<Value, Malformed> {
    let wrong = || Malformed(format!("{} bytes for {sql_type}", bytes.len()));
    let unsigned = || -> u128 { bytes.iter().rev().fold(0, |value, byte| value << 8 | u128::from(*byte)) };
    let mut reader = Reader::new(bytes);
    Ok(match sql_type.kind {
        Kind::Bit => Value::Integer(i64::from(bytes.first().ok_or_else(wrong)? != &0)),
        Kind::TinyInt => Value::Integer(i64::from(reader.byte()?)),
        Kind::SmallInt => Value::Integer(i64::from(reader.u16()? as i16)),
        Kind::Int => Value::Integer(i64::from(reader.u32()? as i32)),
        Kind::BigInt => Value::Integer(reader.u64()? as i64),
        Kind::Real => Value::Float(f64::from(f32::from_le_bytes(reader.array()?))),
        Kind::Float => Value::Float(f64::from_le_bytes(reader.array()?)),
        Kind::Money => {
            let high = i64::from(reader.u32()? as i32);
            let units = high << 32 | i64::from(reader.u32()?);
            Value::Decimal(Decimal { unscaled: i128::from(units), scale: 4 })
        }
        Kind::SmallMoney => Value::Decimal(Decimal { unscaled: i128::from(reader.u32()? as i32), scale: 4 }),
        Kind::Decimal => {
            let (sign, magnitude) = bytes.split_first().ok_or_else(wrong)?;
            if magnitude.len() > 16 {
                return Err(wrong());
            }
            let magnitude = magnitude.iter().rev().fold(0_u128, |value, byte| value << 8 | u128::from(*byte));
            let magnitude = i128::try_from(magnitude).map_err(|_| wrong())?;
            if magnitude >= 10_i128.pow(u32::from(sql_type.precision)) {
                return malformed(format_args!("{magnitude} in {sql_type}"));
            }
            Value::Decimal(Decimal { unscaled: if *sign == 0 { -magnitude } else { magnitude }, scale: sql_type.scale })
        }
        Kind::Date if bytes.len() == 3 => Value::Date(day(unsigned())?),
        Kind::Time => Value::Time(ticks(unsigned(), sql_type.scale)?),
        Kind::DateTime => {
            let date = i128::from(reader.u32()? as i32) + i128::from(DAY_1900);
            let units = i64::from(reader.u32()?);
            let time = from_three_hundredths(units);
            if time >= TICKS_PER_DAY {
                return malformed(format_args!("a datetime of {units} units"));
            }
            Value::Moment(day(u128::try_from(date).map_err(|_| wrong())?)? * TICKS_PER_DAY + time)
        }
        Kind::SmallDateTime => {
            let day = i64::from(reader.u16()?) + DAY_1900;
            Value::Moment(day * TICKS_PER_DAY + i64::from(reader.u16()?) * TICKS_PER_MINUTE)
        }
        Kind::DateTime2 => {
            let (time, date) = bytes.split_at_checked(bytes.len().wrapping_sub(3)).ok_or_else(wrong)?;
            Value::Moment(moment(time, date, sql_type.scale)?)
        }
        Kind::DateTimeOffset => {
            let (time, rest) = bytes.split_at_checked(bytes.len().wrapping_sub(5)).ok_or_else(wrong)?;
            let (date, offset) = rest.split_at(3);
            let offset = i16::from_le_bytes([offset[0], offset[1]]);
            if offset.abs() > 14 * 60 {
                return malformed(format_args!("an offset of {offset} minutes"));
            }
            Value::Offset(moment(time, date, sql_type.scale)?, offset)
        }
        Kind::Guid if bytes.len() == 16 => Value::Guid(reader.array()?),
        Kind::Char | Kind::VarChar => Value::Text(sql_type.collation.decode(bytes)),
        Kind::NChar | Kind::NVarChar => Value::Text(text_of(bytes)?),
        Kind::Xml => {
            let without_mark = bytes.strip_prefix(&[0xff, 0xfe]).unwrap_or(bytes);
            Value::Text(text_of(without_mark)?)
        }
        Kind::Binary | Kind::VarBinary | Kind::RowVersion => Value::Bytes(bytes.to_vec()),
        Kind::Date | Kind::Guid => return Err(wrong()),
    })
}

fn little(bytes: &[u8]) -> u128 {
    bytes.iter().rev().fold(0, |value, byte| value << 8 | u128::from(*byte))
}

fn moment(time: &[u8], date: &[u8], scale: u8) -> Result<i64, Malformed> {
    Ok(day(little(date))? * TICKS_PER_DAY + ticks(little(time), scale)?)
}

fn day(value: u128) -> Result<i64, Malformed> {
    match i64::try_from(value) {
        Ok(day) if day <= LAST_DAY => Ok(day),
        _ => malformed(format_args!("the day {value}")),
    }
}

/// SQL Server refuses a time that is not of the scale it was announced with, and so does this.
fn ticks(units: u128, scale: u8) -> Result<i64, Malformed> {
    let unit = 10_i64.pow(u32::from(7 - scale.min(7)));
    match i64::try_from(units).ok().and_then(|units| units.checked_mul(unit)) {
        Some(ticks) if ticks < TICKS_PER_DAY => Ok(ticks),
        _ => malformed(format_args!("a time of {units} units of scale {scale}")),
    }
}
