//! One value of a known type, and the form in which SQLite keeps it.
//!
//! | type | in SQLite |
//! | --- | --- |
//! | whole numbers, bit | INTEGER |
//! | real, float | REAL |
//! | decimal, money | BLOB of sorted digits ([`super::decimal`]) |
//! | date; time; datetime, smalldatetime, datetime2 | INTEGER: days; ticks of the day; ticks since 0001 |
//! | datetimeoffset | TEXT: ticks in UTC, `|`, minutes; compared by the first part |
//! | texts | TEXT |
//! | binary, rowversion | TEXT of hexadecimal digits; compared without trailing zeros |
//! | uniqueidentifier | BLOB in the order in which SQL Server sorts |

use rusqlite::types::{Value as Stored, ValueRef};

use super::decimal::Decimal;
use super::{Kind, SqlType};
use crate::error::SqlError;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Float(f64),
    Decimal(Decimal),
    Text(String),
    Bytes(Vec<u8>),
    Date(i64),
    /// Ticks of the day.
    Time(i64),
    /// Ticks since 0001-01-01.
    Moment(i64),
    /// Ticks since 0001-01-01 in UTC, and the minutes that the clock is ahead of it.
    Offset(i64, i16),
    /// As on the wire.
    Guid([u8; 16]),
}

/// Places on the wire in the order in which SQL Server compares them.
const GUID_ORDER: [usize; 16] = [10, 11, 12, 13, 14, 15, 8, 9, 6, 7, 4, 5, 0, 1, 2, 3];

impl Value {
    pub(crate) fn store(self) -> Stored {
        match self {
            Value::Null => Stored::Null,
            Value::Integer(value) | Value::Date(value) | Value::Time(value) | Value::Moment(value) => {
                Stored::Integer(value)
            }
            Value::Float(value) => Stored::Real(value),
            Value::Decimal(value) => Stored::Blob(value.store()),
            Value::Text(value) => Stored::Text(value),
            Value::Bytes(value) => Stored::Text(hexadecimal(&value)),
            Value::Offset(ticks, minutes) => Stored::Text(format!("{ticks:019}|{minutes}")),
            Value::Guid(wire) => Stored::Blob(GUID_ORDER.iter().map(|place| wire[*place]).collect()),
        }
    }

    pub(crate) fn load(stored: ValueRef<'_>, declared: &SqlType) -> Result<Value, SqlError> {
        let wrong = || SqlError::internal(format!("a stored {declared} has the form {:?}", stored.data_type()));
        Ok(match stored {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(value) => match declared.kind {
                Kind::Date => Value::Date(value),
                Kind::Time => Value::Time(value),
                Kind::DateTime | Kind::SmallDateTime | Kind::DateTime2 => Value::Moment(value),
                _ if declared.is_integer() => Value::Integer(value),
                _ => return Err(wrong()),
            },
            ValueRef::Real(value) if declared.is_approximate() => Value::Float(value),
            ValueRef::Blob(bytes) if declared.kind == Kind::Decimal => {
                Value::Decimal(Decimal::load(bytes, declared.scale).ok_or_else(wrong)?)
            }
            ValueRef::Blob(bytes) if declared.is_money() => Value::Decimal(Decimal::load(bytes, 4).ok_or_else(wrong)?),
            ValueRef::Blob(bytes) if declared.kind == Kind::Guid && bytes.len() == 16 => {
                let mut wire = [0; 16];
                for (byte, place) in bytes.iter().zip(GUID_ORDER) {
                    wire[place] = *byte;
                }
                Value::Guid(wire)
            }
            ValueRef::Text(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                if declared.is_text() {
                    Value::Text(text.into_owned())
                } else if declared.is_binary() {
                    Value::Bytes(from_hexadecimal(&text).ok_or_else(wrong)?)
                } else if declared.kind == Kind::DateTimeOffset {
                    let (ticks, minutes) = text.split_once('|').ok_or_else(wrong)?;
                    Value::Offset(ticks.parse().map_err(|_| wrong())?, minutes.parse().map_err(|_| wrong())?)
                } else {
                    return Err(wrong());
                }
            }
            ValueRef::Real(_) | ValueRef::Blob(_) => return Err(wrong()),
        })
    }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

pub(crate) fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

/// `6F9619FF-8B86-D011-B42D-00C04FC964FF`: the first three groups are reversed on the wire.
pub(crate) fn guid_text(wire: &[u8; 16]) -> String {
    let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    let digits = hexadecimal(&order.map(|place: usize| wire[place])).to_uppercase();
    format!("{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..])
}

pub(crate) fn parse_guid(text: &str) -> Option<[u8; 16]> {
    let text = text.trim().trim_start_matches('{').trim_end_matches('}');
    if text.len() != 36 || [8, 13, 18, 23].iter().any(|place| text.as_bytes()[*place] != b'-') {
        return None;
    }
    let bytes = from_hexadecimal(&text.replace('-', ""))?;
    let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    let mut wire = [0; 16];
    for (byte, place) in bytes.iter().zip(order) {
        wire[place] = *byte;
    }
    (bytes.len() == 16).then_some(wire)
}

/// Compares hexadecimal texts as SQL Server does bytes: trailing zeros are nothing.
pub(crate) fn compare_binary(left: &str, right: &str) -> std::cmp::Ordering {
    significant(left).cmp(significant(right))
}

fn significant(mut text: &str) -> &str {
    while text.len() >= 2 && text.ends_with("00") && text.len().is_multiple_of(2) {
        text = &text[..text.len() - 2];
    }
    text
}

pub(crate) fn compare_offset(left: &str, right: &str) -> std::cmp::Ordering {
    left.split('|').next().cmp(&right.split('|').next())
}
