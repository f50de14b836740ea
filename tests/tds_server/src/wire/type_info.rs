//! The type of a column or parameter as the protocol writes it, both ways.
//!
//! A column that cannot be null has a type of fixed length where there is one; the same column with nulls has the variable
//! form. Clients read both, so this server sends both.

use super::reader::{Malformed, Reader, malformed};
use crate::types::collation::Collation;
use crate::types::{Kind, MAX, SqlType};

/// The form of a value of this type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// So many bytes, never null.
    Fixed(u8),
    /// A length in one byte, 0 is null.
    ByteLength,
    /// A length in two bytes, 0xffff is null.
    ShortLength,
    /// Chunks.
    Partial,
    /// A length in four bytes after a text pointer: `text`, `ntext`, `image`.
    Pointer,
}

pub(crate) fn decimal_bytes(precision: u8) -> u8 {
    match precision {
        0..=9 => 5,
        10..=19 => 9,
        20..=28 => 13,
        _ => 17,
    }
}

/// How long the value of a type of at most eight bytes is.
fn size(kind: Kind) -> u8 {
    match kind {
        Kind::Bit | Kind::TinyInt => 1,
        Kind::SmallInt => 2,
        Kind::Int | Kind::Real | Kind::SmallMoney | Kind::SmallDateTime => 4,
        _ => 8,
    }
}

/// Writes the type and tells the form of its values.
pub(crate) fn write(out: &mut Vec<u8>, sql_type: &SqlType, is_nullable: bool) -> Form {
    let size = size(sql_type.kind);
    let (fixed, variable) = match sql_type.kind {
        Kind::Bit => (0x32, 0x68),
        Kind::TinyInt => (0x30, 0x26),
        Kind::SmallInt => (0x34, 0x26),
        Kind::Int => (0x38, 0x26),
        Kind::BigInt => (0x7f, 0x26),
        Kind::Real => (0x3b, 0x6d),
        Kind::Float => (0x3e, 0x6d),
        Kind::Money => (0x3c, 0x6e),
        Kind::SmallMoney => (0x7a, 0x6e),
        Kind::DateTime => (0x3d, 0x6f),
        Kind::SmallDateTime => (0x3a, 0x6f),
        Kind::Decimal => {
            out.extend([0x6a, decimal_bytes(sql_type.precision), sql_type.precision, sql_type.scale]);
            return Form::ByteLength;
        }
        Kind::Date => {
            out.push(0x28);
            return Form::ByteLength;
        }
        Kind::Time => {
            out.extend([0x29, sql_type.scale]);
            return Form::ByteLength;
        }
        Kind::DateTime2 => {
            out.extend([0x2a, sql_type.scale]);
            return Form::ByteLength;
        }
        Kind::DateTimeOffset => {
            out.extend([0x2b, sql_type.scale]);
            return Form::ByteLength;
        }
        Kind::Guid => {
            out.extend([0x24, 16]);
            return Form::ByteLength;
        }
        Kind::Xml => {
            // No schema.
            out.extend([0xf1, 0]);
            return Form::Partial;
        }
        Kind::RowVersion => return sized(out, 0xad, 8, None),
        Kind::Binary => return sized(out, 0xad, sql_type.length, None),
        Kind::VarBinary => return sized(out, 0xa5, sql_type.length, None),
        Kind::Char => return sized(out, 0xaf, sql_type.length, Some(sql_type.collation)),
        Kind::VarChar => return sized(out, 0xa7, sql_type.length, Some(sql_type.collation)),
        Kind::NChar => return sized(out, 0xef, doubled(sql_type.length), Some(sql_type.collation)),
        Kind::NVarChar => return sized(out, 0xe7, doubled(sql_type.length), Some(sql_type.collation)),
    };
    if is_nullable {
        out.extend([variable, size]);
        Form::ByteLength
    } else {
        out.push(fixed);
        Form::Fixed(size)
    }
}

fn doubled(length: u16) -> u16 {
    if length == MAX { MAX } else { length * 2 }
}

fn sized(out: &mut Vec<u8>, code: u8, bytes: u16, collation: Option<Collation>) -> Form {
    out.push(code);
    out.extend(bytes.to_le_bytes());
    if let Some(collation) = collation {
        out.extend(collation.wire());
    }
    if bytes == MAX { Form::Partial } else { Form::ShortLength }
}

/// Reads a type. `None` is the type of a bare NULL.
pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Option<(SqlType, Form)>, Malformed> {
    let code = reader.byte()?;
    let fixed = |kind: Kind| Ok(Some((SqlType::plain(kind), Form::Fixed(size(kind)))));
    let variable = |sql_type: SqlType| Ok(Some((sql_type, Form::ByteLength)));
    match code {
        0x1f => Ok(None),
        0x32 => fixed(Kind::Bit),
        0x30 => fixed(Kind::TinyInt),
        0x34 => fixed(Kind::SmallInt),
        0x38 => fixed(Kind::Int),
        0x7f => fixed(Kind::BigInt),
        0x3b => fixed(Kind::Real),
        0x3e => fixed(Kind::Float),
        0x3c => fixed(Kind::Money),
        0x7a => fixed(Kind::SmallMoney),
        0x3d => fixed(Kind::DateTime),
        0x3a => fixed(Kind::SmallDateTime),
        0x68 | 0x26 | 0x6d | 0x6e | 0x6f => {
            let length = reader.byte()?;
            let kind = match (code, length) {
                (0x68, 1) => Kind::Bit,
                (0x26, 1) => Kind::TinyInt,
                (0x26, 2) => Kind::SmallInt,
                (0x26, 4) => Kind::Int,
                (0x26, 8) => Kind::BigInt,
                (0x6d, 4) => Kind::Real,
                (0x6d, 8) => Kind::Float,
                (0x6e, 4) => Kind::SmallMoney,
                (0x6e, 8) => Kind::Money,
                (0x6f, 4) => Kind::SmallDateTime,
                (0x6f, 8) => Kind::DateTime,
                _ => return malformed(format_args!("type {code:#x} of length {length}")),
            };
            variable(SqlType::plain(kind))
        }
        0x6a | 0x6c | 0x37 | 0x3f => {
            let [_, precision, scale] = reader.array()?;
            if !(1..=38).contains(&precision) || scale > precision {
                return malformed(format_args!("decimal({precision},{scale})"));
            }
            variable(SqlType::decimal(precision, scale))
        }
        0x28 => variable(SqlType::plain(Kind::Date)),
        0x29..=0x2b => {
            let scale = reader.byte()?;
            if scale > 7 {
                return malformed(format_args!("a time of scale {scale}"));
            }
            let kind = [Kind::Time, Kind::DateTime2, Kind::DateTimeOffset][usize::from(code - 0x29)];
            variable(SqlType::scaled(kind, scale))
        }
        0x24 => {
            reader.byte()?;
            variable(SqlType::plain(Kind::Guid))
        }
        0xf1 => {
            if reader.byte()? != 0 {
                return malformed("an xml schema, which this server does not read");
            }
            Ok(Some((SqlType::plain(Kind::Xml), Form::Partial)))
        }
        0xad | 0xa5 | 0xaf | 0xa7 | 0xef | 0xe7 => {
            let bytes = reader.u16()?;
            let collation = if matches!(code, 0xad | 0xa5) { None } else { Some(reader.array()?) };
            let kind = match code {
                0xad => Kind::Binary,
                0xa5 => Kind::VarBinary,
                0xaf => Kind::Char,
                0xa7 => Kind::VarChar,
                0xef => Kind::NChar,
                _ => Kind::NVarChar,
            };
            let is_unicode = matches!(code, 0xef | 0xe7);
            let length = if is_unicode && bytes != MAX { bytes / 2 } else { bytes };
            let collation = collation.and_then(Collation::from_wire).unwrap_or(Collation::DEFAULT);
            let form = if bytes == MAX { Form::Partial } else { Form::ShortLength };
            Ok(Some((SqlType::sized(kind, length.max(1)).collated(collation), form)))
        }
        0x23 | 0x63 | 0x22 => {
            reader.u32()?;
            let collation = if code == 0x22 { None } else { Some(reader.array()?) };
            let kind = match code {
                0x23 => Kind::VarChar,
                0x63 => Kind::NVarChar,
                _ => Kind::VarBinary,
            };
            let collation = collation.and_then(Collation::from_wire).unwrap_or(Collation::DEFAULT);
            Ok(Some((SqlType::sized(kind, MAX).collated(collation), Form::Pointer)))
        }
        _ => malformed(format_args!("the type {code:#x}, which this server does not know")),
    }
}
