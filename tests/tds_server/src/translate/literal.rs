//! Literals, parameters and the names with two at signs.

use num_bigint::BigInt;
use sqlparser::ast::Value as Literal;

use super::{Facts, Parameter, Typed};
use crate::error::SqlError;
use crate::types::decimal::{Decimal, Digits, fit};
use crate::types::value::{Value, hexadecimal};
use crate::types::{Kind, MAX, SqlType};

fn constant(sql: String, sql_type: SqlType) -> Typed {
    Typed { is_nullable: false, ..Typed::computed(sql, sql_type) }
}

/// A value in SQLite's words.
pub(crate) fn written(value: Value) -> String {
    match value.store() {
        rusqlite::types::Value::Null => "NULL".to_owned(),
        rusqlite::types::Value::Integer(value) => value.to_string(),
        rusqlite::types::Value::Real(value) => format!("{value:e}"),
        rusqlite::types::Value::Text(text) if text.contains('\0') => {
            format!("CAST(X'{}' AS TEXT)", hexadecimal(text.as_bytes()))
        }
        rusqlite::types::Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
        rusqlite::types::Value::Blob(bytes) => format!("X'{}'", hexadecimal(&bytes)),
    }
}

pub(crate) fn constant_value(value: Value, sql_type: SqlType) -> Typed {
    constant(written(value), sql_type)
}

pub(crate) fn literal(value: &Literal, facts: &Facts) -> Result<Typed, SqlError> {
    match value {
        Literal::Number(digits, _) => number(digits, false),
        Literal::SingleQuotedString(text) | Literal::DoubleQuotedString(text) => {
            let collation = facts.collation;
            let text = collation.decode(&collation.encode(text));
            let length = text_length(collation.encode(&text).len(), 8000);
            let sql_type = SqlType::sized(Kind::VarChar, length).collated(collation);
            Ok(constant_value(Value::Text(text), sql_type))
        }
        Literal::NationalStringLiteral(text) => {
            let length = text_length(text.encode_utf16().count(), 4000);
            let sql_type = SqlType::sized(Kind::NVarChar, length).collated(facts.collation);
            Ok(constant_value(Value::Text(text.clone()), sql_type))
        }
        Literal::HexStringLiteral(digits) => {
            let even = if digits.len().is_multiple_of(2) { digits.clone() } else { format!("0{digits}") };
            let bytes = crate::types::value::from_hexadecimal(&even).ok_or_else(|| SqlError::syntax(digits))?;
            let length = text_length(bytes.len(), 8000);
            Ok(constant_value(Value::Bytes(bytes), SqlType::sized(Kind::VarBinary, length)))
        }
        Literal::Null => Ok(Typed { is_null: true, ..Typed::computed("NULL".to_owned(), SqlType::plain(Kind::Int)) }),
        _ => Err(SqlError::unknown(format_args!("the literal {value}"))),
    }
}

fn text_length(length: usize, limit: usize) -> u16 {
    if length > limit { MAX } else { length.max(1) as u16 }
}

pub(crate) fn number(digits: &str, is_negative: bool) -> Result<Typed, SqlError> {
    let wrong = || SqlError::syntax(format_args!("the number {digits}"));
    if digits.contains(['e', 'E']) {
        let value: f64 = digits.parse().map_err(|_| wrong())?;
        let value = if is_negative { -value } else { value };
        return Ok(constant_value(Value::Float(value), SqlType::plain(Kind::Float)));
    }
    let (unscaled, scale) = Decimal::parse(digits).ok_or_else(wrong)?;
    let unscaled = if is_negative { -unscaled } else { unscaled };
    if !digits.contains('.')
        && let Ok(value) = i32::try_from(&unscaled)
    {
        return Ok(constant_value(Value::Integer(i64::from(value)), SqlType::plain(Kind::Int)));
    }
    let magnitude = if unscaled < BigInt::from(0) { -&unscaled } else { unscaled.clone() };
    let count = if magnitude == BigInt::from(0) { 0 } else { magnitude.to_string().len() };
    let precision = u8::try_from(count.max(scale as usize).max(1)).map_err(|_| wrong())?;
    if precision > 38 {
        return Err(SqlError::new(
            1007,
            15,
            crate::error::Ends::Batch,
            format!("The number '{digits}' is out of the range for numeric representation (maximum precision 38)."),
        ));
    }
    let sql_type = SqlType::decimal(precision, u8::try_from(scale).map_err(|_| wrong())?);
    let value = fit(&unscaled, scale, &sql_type, Digits::Cut)?;
    Ok(constant_value(Value::Decimal(value), sql_type))
}

pub(crate) fn parameter(name: &str, parameters: &[Parameter]) -> Result<Typed, SqlError> {
    let place = parameters.iter().position(|parameter| parameter.name.eq_ignore_ascii_case(name));
    match place.and_then(|place| Some((place, parameters.get(place)?))) {
        Some((place, parameter)) => Ok(Typed::computed(format!("?{}", place + 1), parameter.sql_type)),
        None => Err(SqlError::new(
            137,
            15,
            crate::error::Ends::Batch,
            format!("Must declare the scalar variable \"{name}\"."),
        )),
    }
}

pub(crate) fn global(name: &str, facts: &Facts) -> Result<Typed, SqlError> {
    let integer = |value: i64| constant_value(Value::Integer(value), SqlType::plain(Kind::Int));
    let text = |value: &str| {
        let sql_type = SqlType::sized(Kind::NVarChar, 300).collated(facts.collation);
        constant_value(Value::Text(value.to_owned()), sql_type)
    };
    match name.to_ascii_uppercase().as_str() {
        "@@VERSION" => Ok(text("TDS test server of wr: not a product of Microsoft")),
        "@@TRANCOUNT" => Ok(integer(i64::from(facts.transactions))),
        "@@SPID" => {
            let session = i64::try_from(facts.session).unwrap_or(0) + 50;
            Ok(constant_value(Value::Integer(session), SqlType::plain(Kind::SmallInt)))
        }
        "@@ROWCOUNT" => Ok(integer(i64::try_from(facts.last_count).unwrap_or(i64::MAX))),
        "@@LOCK_TIMEOUT" => Ok(integer(facts.lock_timeout)),
        "@@SERVERNAME" => Ok(text(crate::wire::token::SERVER)),
        "@@MAX_PRECISION" => Ok(constant_value(Value::Integer(38), SqlType::plain(Kind::TinyInt))),
        "@@OPTIONS" => Ok(integer(0)),
        "@@LANGUAGE" => Ok(text("us_english")),
        _ => Err(SqlError::unknown(format_args!("{name}"))),
    }
}
