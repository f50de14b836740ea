//! The type that a declaration names: `decimal(18, 2)` in the tree of sqlparser to a [`SqlType`].

use sqlparser::ast::{BinaryLength, CharacterLength, DataType, ExactNumberInfo, TimezoneInfo};

use super::{Kind, MAX, SqlType};
use crate::error::SqlError;

/// Where a length is missing: 1 in a column or a parameter, 30 in a conversion.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    Declaration,
    Conversion,
}

pub(crate) fn declared(data_type: &DataType, place: Place) -> Result<SqlType, SqlError> {
    let default_length = match place {
        Place::Declaration => 1,
        Place::Conversion => 30,
    };
    let text = |kind: Kind, length: &Option<CharacterLength>| -> Result<SqlType, SqlError> {
        let length = match length {
            None => default_length,
            Some(CharacterLength::Max) => u64::from(MAX),
            Some(CharacterLength::IntegerLength { length, unit: None }) => *length,
            Some(CharacterLength::IntegerLength { .. }) => return Err(SqlError::unknown(data_type)),
        };
        sized(kind, length)
    };
    match data_type {
        DataType::Bit(None) => Ok(SqlType::plain(Kind::Bit)),
        DataType::TinyInt(None) => Ok(SqlType::plain(Kind::TinyInt)),
        DataType::SmallInt(None) => Ok(SqlType::plain(Kind::SmallInt)),
        DataType::Int(None) | DataType::Integer(None) => Ok(SqlType::plain(Kind::Int)),
        DataType::BigInt(None) => Ok(SqlType::plain(Kind::BigInt)),
        DataType::Real => Ok(SqlType::plain(Kind::Real)),
        DataType::DoublePrecision => Ok(SqlType::plain(Kind::Float)),
        DataType::Float(ExactNumberInfo::None) => Ok(SqlType::plain(Kind::Float)),
        DataType::Float(ExactNumberInfo::Precision(bits @ 1..=53)) => {
            Ok(SqlType::plain(if *bits <= 24 { Kind::Real } else { Kind::Float }))
        }
        DataType::Decimal(info) | DataType::Numeric(info) | DataType::Dec(info) => {
            let (precision, scale) = match info {
                ExactNumberInfo::None => (18, 0),
                ExactNumberInfo::Precision(precision) => (*precision, 0),
                ExactNumberInfo::PrecisionAndScale(precision, scale) => (*precision, *scale),
            };
            decimal(precision, scale)
        }
        DataType::Date => Ok(SqlType::plain(Kind::Date)),
        DataType::Time(scale, TimezoneInfo::None) => scaled(Kind::Time, scale.unwrap_or(7)),
        DataType::Datetime(None) => Ok(SqlType::plain(Kind::DateTime)),
        DataType::Char(length) | DataType::Character(length) => text(Kind::Char, length),
        DataType::Varchar(length) | DataType::CharVarying(length) | DataType::CharacterVarying(length) => {
            text(Kind::VarChar, length)
        }
        DataType::Nvarchar(length) => text(Kind::NVarChar, length),
        DataType::Binary(length) => sized(Kind::Binary, length.unwrap_or(default_length)),
        DataType::Varbinary(length) => match length {
            None => sized(Kind::VarBinary, default_length),
            Some(BinaryLength::Max) => sized(Kind::VarBinary, u64::from(MAX)),
            Some(BinaryLength::IntegerLength { length }) => sized(Kind::VarBinary, *length),
        },
        DataType::Timestamp(None, TimezoneInfo::None) => Ok(SqlType::plain(Kind::RowVersion)),
        DataType::Custom(name, arguments) => custom(&name.to_string(), arguments, default_length),
        _ => Err(SqlError::unknown(format_args!("the type {data_type}"))),
    }
}

fn custom(name: &str, arguments: &[String], default_length: u64) -> Result<SqlType, SqlError> {
    let unknown = || SqlError::new(2715, 16, crate::error::Ends::Batch, format!("Cannot find data type {name}."));
    let first = match arguments {
        [] => None,
        [argument] if argument.eq_ignore_ascii_case("max") => Some(u64::from(MAX)),
        [argument] => Some(argument.parse().map_err(|_| unknown())?),
        _ => return Err(unknown()),
    };
    let simple = name.trim_matches(['[', ']', '"']).to_ascii_lowercase();
    match simple.as_str() {
        "datetime2" => scaled(Kind::DateTime2, first.unwrap_or(7)),
        "datetimeoffset" => scaled(Kind::DateTimeOffset, first.unwrap_or(7)),
        "time" => scaled(Kind::Time, first.unwrap_or(7)),
        "nchar" => sized(Kind::NChar, first.unwrap_or(default_length)),
        "nvarchar" => sized(Kind::NVarChar, first.unwrap_or(default_length)),
        "char" => sized(Kind::Char, first.unwrap_or(default_length)),
        "varchar" => sized(Kind::VarChar, first.unwrap_or(default_length)),
        "binary" => sized(Kind::Binary, first.unwrap_or(default_length)),
        "varbinary" => sized(Kind::VarBinary, first.unwrap_or(default_length)),
        "sysname" => sized(Kind::NVarChar, 128),
        _ if first.is_some() => Err(unknown()),
        "bit" => Ok(SqlType::plain(Kind::Bit)),
        "tinyint" => Ok(SqlType::plain(Kind::TinyInt)),
        "smallint" => Ok(SqlType::plain(Kind::SmallInt)),
        "int" => Ok(SqlType::plain(Kind::Int)),
        "bigint" => Ok(SqlType::plain(Kind::BigInt)),
        "float" => Ok(SqlType::plain(Kind::Float)),
        "real" => Ok(SqlType::plain(Kind::Real)),
        "money" => Ok(SqlType::plain(Kind::Money)),
        "smallmoney" => Ok(SqlType::plain(Kind::SmallMoney)),
        "date" => Ok(SqlType::plain(Kind::Date)),
        "datetime" => Ok(SqlType::plain(Kind::DateTime)),
        "smalldatetime" => Ok(SqlType::plain(Kind::SmallDateTime)),
        "uniqueidentifier" => Ok(SqlType::plain(Kind::Guid)),
        "xml" => Ok(SqlType::plain(Kind::Xml)),
        "rowversion" | "timestamp" => Ok(SqlType::plain(Kind::RowVersion)),
        _ => Err(unknown()),
    }
}

fn decimal(precision: u64, scale: i64) -> Result<SqlType, SqlError> {
    match (u8::try_from(precision), u8::try_from(scale)) {
        (Ok(precision @ 1..=38), Ok(scale)) if scale <= precision => Ok(SqlType::decimal(precision, scale)),
        _ => Err(SqlError::new(
            2750,
            16,
            crate::error::Ends::Batch,
            format!(
                "Column or parameter: Specified column precision {precision} is greater than the maximum precision of 38."
            ),
        )),
    }
}

fn scaled(kind: Kind, scale: u64) -> Result<SqlType, SqlError> {
    match u8::try_from(scale) {
        Ok(scale @ 0..=7) => Ok(SqlType::scaled(kind, scale)),
        _ => Err(SqlError::new(1002, 16, crate::error::Ends::Batch, format!("Specified scale {scale} is invalid."))),
    }
}

fn sized(kind: Kind, length: u64) -> Result<SqlType, SqlError> {
    let limit = if matches!(kind, Kind::NChar | Kind::NVarChar) { 4000 } else { 8000 };
    let can_be_max = matches!(kind, Kind::VarChar | Kind::NVarChar | Kind::VarBinary);
    match u16::try_from(length) {
        Ok(length) if (1..=limit).contains(&length) || (length == MAX && can_be_max) => {
            Ok(SqlType::sized(kind, length))
        }
        _ => Err(SqlError::new(
            131,
            15,
            crate::error::Ends::Batch,
            format!(
                "The size ({length}) given to the type '{}' exceeds the maximum allowed ({limit}).",
                SqlType::plain(kind).name()
            ),
        )),
    }
}
