//! A value as the protocol writes it, in the form that its type was announced with.

use super::type_info::{Form, decimal_bytes};
use crate::error::SqlError;
use crate::types::moment::{DAY_1900, TICKS_PER_DAY, TICKS_PER_MINUTE, to_three_hundredths};
use crate::types::value::Value;
use crate::types::{Kind, SqlType};

/// Values of the (max) types go out in chunks of so many bytes: an odd number, so that UTF-16 units are cut.
const CHUNK: usize = 4093;

pub(crate) fn write(out: &mut Vec<u8>, value: &Value, sql_type: &SqlType, form: Form) -> Result<(), SqlError> {
    if *value == Value::Null {
        match form {
            Form::Fixed(_) => return Err(SqlError::internal("a null in a column that has none")),
            Form::ByteLength => out.push(0),
            Form::ShortLength => out.extend([0xff; 2]),
            Form::Partial => out.extend([0xff; 8]),
            Form::Pointer => out.push(0),
        }
        return Ok(());
    }
    let bytes = bytes_of(value, sql_type)?;
    let too_long = |_| SqlError::internal("a value longer than its type");
    match form {
        Form::Fixed(_) => out.extend(bytes),
        Form::ByteLength => {
            out.push(u8::try_from(bytes.len()).map_err(too_long)?);
            out.extend(bytes);
        }
        Form::ShortLength => {
            out.extend(u16::try_from(bytes.len()).map_err(too_long)?.to_le_bytes());
            out.extend(bytes);
        }
        Form::Partial => {
            out.extend((bytes.len() as u64).to_le_bytes());
            for chunk in bytes.chunks(CHUNK) {
                out.extend((chunk.len() as u32).to_le_bytes());
                out.extend(chunk);
            }
            out.extend([0; 4]);
        }
        Form::Pointer => return Err(SqlError::internal("text and image are not sent")),
    }
    Ok(())
}

fn bytes_of(value: &Value, sql_type: &SqlType) -> Result<Vec<u8>, SqlError> {
    let mut out = Vec::new();
    match value {
        Value::Null => {}
        Value::Integer(value) => {
            let size = match sql_type.kind {
                Kind::Bit | Kind::TinyInt => 1,
                Kind::SmallInt => 2,
                Kind::Int => 4,
                _ => 8,
            };
            out.extend(&value.to_le_bytes()[..size]);
        }
        Value::Float(value) if sql_type.kind == Kind::Real => out.extend((*value as f32).to_le_bytes()),
        Value::Float(value) => out.extend(value.to_le_bytes()),
        Value::Decimal(value) => match sql_type.kind {
            Kind::Money => {
                let units = value.unscaled as i64;
                out.extend(((units >> 32) as i32).to_le_bytes());
                out.extend((units as u32).to_le_bytes());
            }
            Kind::SmallMoney => out.extend((value.unscaled as i32).to_le_bytes()),
            _ => {
                out.push(u8::from(value.unscaled >= 0));
                let size = usize::from(decimal_bytes(sql_type.precision)) - 1;
                out.extend(&value.unscaled.unsigned_abs().to_le_bytes()[..size]);
            }
        },
        Value::Text(text) if sql_type.is_unicode() => out.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
        Value::Text(text) => out = sql_type.collation.encode(text),
        Value::Bytes(bytes) => out.extend(bytes),
        Value::Guid(wire) => out.extend(wire),
        Value::Date(day) => out.extend(&day.to_le_bytes()[..3]),
        Value::Time(ticks) => time(&mut out, *ticks, sql_type.scale),
        Value::Moment(ticks) => {
            let (day, in_day) = (ticks.div_euclid(TICKS_PER_DAY), ticks.rem_euclid(TICKS_PER_DAY));
            match sql_type.kind {
                Kind::DateTime => {
                    out.extend(((day - DAY_1900) as i32).to_le_bytes());
                    out.extend((to_three_hundredths(in_day) as u32).to_le_bytes());
                }
                Kind::SmallDateTime => {
                    out.extend(((day - DAY_1900) as u16).to_le_bytes());
                    out.extend(((in_day / TICKS_PER_MINUTE) as u16).to_le_bytes());
                }
                _ => {
                    time(&mut out, in_day, sql_type.scale);
                    out.extend(&day.to_le_bytes()[..3]);
                }
            }
        }
        Value::Offset(utc, minutes) => {
            time(&mut out, utc.rem_euclid(TICKS_PER_DAY), sql_type.scale);
            out.extend(&utc.div_euclid(TICKS_PER_DAY).to_le_bytes()[..3]);
            out.extend(minutes.to_le_bytes());
        }
    }
    Ok(out)
}

fn time(out: &mut Vec<u8>, ticks: i64, scale: u8) {
    let units = ticks / 10_i64.pow(u32::from(7 - scale.min(7)));
    let size = match scale {
        0..=2 => 3,
        3..=4 => 4,
        _ => 5,
    };
    out.extend(&units.to_le_bytes()[..size]);
}
