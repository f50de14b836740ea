//! A value to what goes into a column of SQL Server, exactly, or why the column does not hold it.
//!
//! The server itself would round a time, put `?` in the place of a letter and lose blanks without a word. So whether a value
//! comes back as it was is decided here, from the stored type, before it is sent.
#![allow(clippy::wildcard_enum_match_arm, reason = "a kind of column that is not named holds no value of that type")]

use encoding_rs::{WINDOWS_1251, WINDOWS_1252};
use tiberius::ColumnData;
use wr_base::value::{DateTime, Decimal, Value, Zone};
use wr_plan::sql::stored::{SqlServerKind, SqlServerType};

use crate::sources::sqlserver::parameter::{MICROS_PER_DAY, cell};

/// Why a column does not hold a value. The value itself is not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    TooLong,
    /// The code page of the column does not have a sign, or is not known to.
    Sign,
    BlankAtTheEnd,
    OutOfRange,
    /// More digits behind the point.
    TooFine,
    /// The same time is on the wall twice, and this is the later one; or the time has no zone.
    Wall,
    Type,
}

impl Unfit {
    /// `is longer than the column holds`
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::TooLong => "is longer than that",
            Self::Sign => "has a sign that its code page may not have",
            Self::BlankAtTheEnd => "ends with a blank, which that type does not keep",
            Self::OutOfRange => "is beyond its range",
            Self::TooFine => "is finer than that",
            Self::Wall => "is the later of two instants that are the same time on the wall",
            Self::Type => "is of another type",
        }
    }

    pub(super) const fn help(self) -> &'static str {
        match self {
            Self::TooLong => "make the column longer, or cut the text in the script",
            Self::Sign => "make it a column of nvarchar",
            Self::BlankAtTheEnd => "make it a column of nvarchar, or `trim` the text in the script",
            Self::OutOfRange => "give the column a wider type",
            Self::TooFine => "give the column a finer type, or round the value in the script (`trunc`, `round`)",
            Self::Wall => "make it a column of datetimeoffset",
            Self::Type => "correct the table in the schema file",
        }
    }
}

/// The value as it is sent. `zone`: what times without an offset mean on this connection.
pub(super) fn to_cell(value: &Value, ty: &SqlServerType, zone: Option<Zone>) -> Result<ColumnData<'static>, Unfit> {
    let (value, is_wall) = match (value, &ty.kind) {
        (Value::Null, _) => (Value::Null, false),
        (Value::Int(int), kind) => (integer(*int, kind)?, false),
        (Value::Decimal(decimal), kind) => (Value::Decimal(scaled(*decimal, kind)?), false),
        (Value::Float(float), SqlServerKind::Float) if float.is_finite() => (value.clone(), false),
        (Value::Float(float), SqlServerKind::Real) if float.is_finite() => {
            // One that is not changed by the way to the narrower type and back.
            #[allow(clippy::cast_possible_truncation, reason = "what is lost is looked at")]
            let narrow = f64::from(*float as f32);
            if narrow.to_bits() == float.to_bits() { (value.clone(), false) } else { Err(Unfit::TooFine)? }
        }
        (Value::Float(_), SqlServerKind::Float | SqlServerKind::Real) => return Err(Unfit::OutOfRange),
        (Value::Bool(_), SqlServerKind::Bit)
        | (Value::Uuid(_), SqlServerKind::UniqueIdentifier)
        | (Value::Date(_), SqlServerKind::Date) => (value.clone(), false),
        (Value::Text(text), kind) => {
            holds_text(text, kind, ty.collation.as_deref())?;
            (value.clone(), false)
        }
        (Value::Time(time), SqlServerKind::Time { scale }) => {
            is_on_grid(time.0, *scale)?;
            (value.clone(), false)
        }
        (Value::DateTime(at), SqlServerKind::DateTimeOffset { scale }) => {
            is_on_grid(at.0, *scale)?;
            (value.clone(), false)
        }
        (Value::DateTime(at), kind) => (Value::DateTime(on_the_wall(*at, kind, zone)?), true),
        _ => return Err(Unfit::Type),
    };
    cell(&value, is_wall).ok_or(Unfit::OutOfRange)
}

fn integer(int: i128, kind: &SqlServerKind) -> Result<Value, Unfit> {
    let range = match kind {
        SqlServerKind::TinyInt => 0..=i128::from(u8::MAX),
        SqlServerKind::SmallInt => i128::from(i16::MIN)..=i128::from(i16::MAX),
        SqlServerKind::Int => i128::from(i32::MIN)..=i128::from(i32::MAX),
        SqlServerKind::BigInt => i128::from(i64::MIN)..=i128::from(i64::MAX),
        kind => {
            let decimal = Decimal::from_int(int).ok_or(Unfit::OutOfRange)?;
            return scaled(decimal, kind).map(Value::Decimal);
        }
    };
    if range.contains(&int) { Ok(Value::Int(int)) } else { Err(Unfit::OutOfRange) }
}

/// With exactly the column's digits behind the point: the rows of one statement meet in one type then.
fn scaled(value: Decimal, kind: &SqlServerKind) -> Result<Decimal, Unfit> {
    let (digits, scale) = match kind {
        SqlServerKind::Decimal { precision, scale } => (u32::from(*precision), *scale),
        SqlServerKind::Money => (18, 4),
        SqlServerKind::SmallMoney => (9, 4),
        _ => return Err(Unfit::Type),
    };
    let normal = value.normalised();
    if normal.scale > scale {
        return Err(Unfit::TooFine);
    }
    let value = normal.rescale(scale).ok_or(Unfit::OutOfRange)?;
    let limit = 10_i128.checked_pow(digits).ok_or(Unfit::OutOfRange)?;
    if value.unscaled > -limit && value.unscaled < limit { Ok(value) } else { Err(Unfit::OutOfRange) }
}

fn holds_text(text: &str, kind: &SqlServerKind, collation: Option<&str>) -> Result<(), Unfit> {
    let (national, fixed, length) = match kind {
        SqlServerKind::Text { national, fixed, length } => (*national, *fixed, *length),
        SqlServerKind::OldText { national } => (*national, false, None),
        _ => return Err(Unfit::Type),
    };
    if fixed && text.ends_with(' ') {
        return Err(Unfit::BlankAtTheEnd);
    }
    let units = if national { text.encode_utf16().count() } else { bytes_in(text, collation).ok_or(Unfit::Sign)? };
    if length.is_none_or(|length| units <= usize::from(length)) { Ok(()) } else { Err(Unfit::TooLong) }
}

/// How long a text is in the code page of a collation; `None` where it does not have each sign, or is not known.
fn bytes_in(text: &str, collation: Option<&str>) -> Option<usize> {
    let collation = collation.unwrap_or_default().to_ascii_uppercase();
    if text.is_ascii() || collation.ends_with("_UTF8") {
        return Some(text.len());
    }
    let page = if collation.starts_with("CYRILLIC_GENERAL_") || collation.contains("_CP1251_") {
        WINDOWS_1251
    } else if collation.starts_with("LATIN1_GENERAL_") || collation.contains("_CP1_") {
        WINDOWS_1252
    } else {
        return None;
    };
    let (bytes, _, is_lossy) = page.encode(text);
    (!is_lossy).then_some(bytes.len())
}

/// Whether microseconds are a whole number of the parts that `scale` digits behind the second can say.
const fn is_on_grid(micros: i64, scale: u8) -> Result<(), Unfit> {
    let part = if scale >= 6 { 1 } else { 10_i64.pow(6 - scale as u32) };
    if micros.rem_euclid(part) == 0 { Ok(()) } else { Err(Unfit::TooFine) }
}

/// The clock on the wall of the connection's zone, as if it were UTC, where it means this instant and no other one.
fn on_the_wall(at: DateTime, kind: &SqlServerKind, zone: Option<Zone>) -> Result<DateTime, Unfit> {
    let zone = zone.ok_or(Unfit::Wall)?;
    let wall = zone.wall_clock(at);
    if zone.instant_of(wall) != Some(at) {
        return Err(Unfit::Wall);
    }
    let wall = DateTime::checked(wall.and_utc().timestamp_micros()).ok_or(Unfit::OutOfRange)?;
    // The first and the last day, counted from 1970, and what a time is a whole number of.
    let (first, last, part) = match kind {
        SqlServerKind::DateTime2 { scale } => {
            is_on_grid(wall.0, *scale)?;
            (i64::MIN, i64::MAX, 1)
        }
        // Of its three hundredths of a second only whole hundredths are whole microseconds. From 1753 on.
        SqlServerKind::DateTime => (-79_257, i64::MAX, 10_000),
        // From 1900 to 2079-06-06.
        SqlServerKind::SmallDateTime => (-25_567, 39_968, 60_000_000),
        _ => return Err(Unfit::Type),
    };
    if wall.0.rem_euclid(part) != 0 {
        return Err(Unfit::TooFine);
    }
    let day = wall.0.div_euclid(MICROS_PER_DAY);
    if (first..=last).contains(&day) { Ok(wall) } else { Err(Unfit::OutOfRange) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wr_base::value::Time;
    use wr_plan::sql::stored::SqlServerColumn;

    fn stored(data_type: &str, precision: u8, scale: u8, max_length: i16, collation: &str) -> SqlServerType {
        let collation = (!collation.is_empty()).then_some(collation);
        SqlServerType::new(SqlServerColumn { data_type, precision, scale, max_length, collation, is_nullable: true })
    }

    fn number(data_type: &str, precision: u8, scale: u8) -> SqlServerType {
        stored(data_type, precision, scale, 8, "")
    }

    fn text(data_type: &str, max_length: i16, collation: &str) -> SqlServerType {
        stored(data_type, 0, 0, max_length, collation)
    }

    fn held(value: Value, ty: &SqlServerType) -> Result<(), Unfit> {
        to_cell(&value, ty, Zone::parse("Europe/Berlin")).map(drop)
    }

    fn at(words: &str) -> Value {
        Value::DateTime(crate::store::cell::instant(words).unwrap())
    }

    #[test]
    fn numbers_fit_whole_or_not_at_all() {
        let decimal = |words: &str| Value::Decimal(Decimal::parse(words).unwrap());
        let cases = [
            (Value::Int(255), number("tinyint", 3, 0), Ok(())),
            (Value::Int(256), number("tinyint", 3, 0), Err(Unfit::OutOfRange)),
            (Value::Int(-1), number("tinyint", 3, 0), Err(Unfit::OutOfRange)),
            (Value::Int(i128::from(i32::MAX) + 1), number("int", 10, 0), Err(Unfit::OutOfRange)),
            (Value::Int(i128::from(i64::MAX)), number("bigint", 19, 0), Ok(())),
            (Value::Int(i128::from(i64::MAX) + 1), number("bigint", 19, 0), Err(Unfit::OutOfRange)),
            (Value::Int(i128::from(i64::MAX) + 1), number("decimal", 20, 0), Ok(())),
            (Value::Int(100), number("decimal", 2, 0), Err(Unfit::OutOfRange)),
            (decimal("99.90"), number("decimal", 4, 2), Ok(())),
            (decimal("99.900"), number("decimal", 3, 1), Ok(())),
            (decimal("99.91"), number("decimal", 3, 1), Err(Unfit::TooFine)),
            (decimal("100.0"), number("decimal", 3, 1), Err(Unfit::OutOfRange)),
            (decimal("0.0001"), number("money", 19, 4), Ok(())),
            (decimal("0.00001"), number("money", 19, 4), Err(Unfit::TooFine)),
            (Value::Float(0.5), number("real", 24, 0), Ok(())),
            (Value::Float(0.1), number("real", 24, 0), Err(Unfit::TooFine)),
            (Value::Float(f64::NAN), number("float", 53, 0), Err(Unfit::OutOfRange)),
            (Value::Null, number("tinyint", 3, 0), Ok(())),
            (Value::Bool(true), number("int", 10, 0), Err(Unfit::Type)),
        ];
        for (value, ty, expected) in cases {
            assert_eq!(held(value.clone(), &ty), expected, "{value:?} in {}", ty.words);
        }
    }

    #[test]
    fn texts_keep_every_sign_and_blank() {
        let (cyrillic, latin) = ("Cyrillic_General_CI_AS", "SQL_Latin1_General_CP1_CI_AS");
        let cases = [
            ("ёж", text("nvarchar", 4, latin), Ok(())),
            ("ёжик", text("nvarchar", 4, latin), Err(Unfit::TooLong)),
            ("😀😀", text("nvarchar", 8, latin), Ok(())),
            ("😀😀", text("nvarchar", 6, latin), Err(Unfit::TooLong)),
            ("ёж", text("nvarchar", -1, latin), Ok(())),
            ("ёж", text("varchar", 2, cyrillic), Ok(())),
            ("ёж", text("varchar", 20, latin), Err(Unfit::Sign)),
            ("é€", text("varchar", 20, latin), Ok(())),
            ("ёж", text("varchar", 20, "Turkish_CI_AS"), Err(Unfit::Sign)),
            ("ёж", text("varchar", 4, "Latin1_General_100_CI_AS_SC_UTF8"), Ok(())),
            ("ёж!", text("varchar", 4, "Latin1_General_100_CI_AS_SC_UTF8"), Err(Unfit::TooLong)),
            ("a ", text("varchar", 2, latin), Ok(())),
            ("a ", text("char", 2, latin), Err(Unfit::BlankAtTheEnd)),
            ("a ", text("nchar", 8, latin), Err(Unfit::BlankAtTheEnd)),
            ("abc", text("char", 2, latin), Err(Unfit::TooLong)),
            ("a", text("xml", -1, ""), Err(Unfit::Type)),
        ];
        for (value, ty, expected) in cases {
            assert_eq!(held(Value::text(value), &ty), expected, "{value} in {} {:?}", ty.words, ty.collation);
        }
    }

    #[test]
    fn times_are_neither_rounded_nor_doubled() {
        let cases = [
            (at("2026-11-27T09:00:00.000001Z"), number("datetime2", 27, 7), Ok(())),
            (at("2026-11-27T09:00:00.000001Z"), number("datetime2", 23, 3), Err(Unfit::TooFine)),
            (at("2026-11-27T09:00:00.001000Z"), number("datetime2", 23, 3), Ok(())),
            (at("2026-11-27T09:00:00.500000Z"), number("datetime2", 19, 0), Err(Unfit::TooFine)),
            (at("2026-11-27T09:00:00.000001Z"), number("datetimeoffset", 34, 6), Ok(())),
            (at("2026-11-27T09:00:00.000001Z"), number("datetimeoffset", 34, 5), Err(Unfit::TooFine)),
            (at("2026-11-27T09:00:00.010000Z"), number("datetime", 23, 3), Ok(())),
            (at("2026-11-27T09:00:00.001000Z"), number("datetime", 23, 3), Err(Unfit::TooFine)),
            (at("1752-12-31T09:00:00.000000Z"), number("datetime", 23, 3), Err(Unfit::OutOfRange)),
            (at("1900-01-01T09:00:00.000000Z"), number("smalldatetime", 16, 0), Ok(())),
            (at("2079-06-06T09:00:00.000000Z"), number("smalldatetime", 16, 0), Ok(())),
            (at("2026-11-27T09:01:00.000000Z"), number("smalldatetime", 16, 0), Ok(())),
            (at("2026-11-27T09:00:01.000000Z"), number("smalldatetime", 16, 0), Err(Unfit::TooFine)),
            (at("2080-01-01T00:00:00.000000Z"), number("smalldatetime", 16, 0), Err(Unfit::OutOfRange)),
            // Half past two was twice in Berlin on that day: the first is what the column means, the second is not.
            (at("2026-10-25T00:30:00.000000Z"), number("datetime2", 27, 7), Ok(())),
            (at("2026-10-25T01:30:00.000000Z"), number("datetime2", 27, 7), Err(Unfit::Wall)),
            (at("2026-10-25T01:30:00.000000Z"), number("datetimeoffset", 34, 7), Ok(())),
            (Value::Time(Time(1)), number("time", 16, 7), Ok(())),
            (Value::Time(Time(1)), number("time", 12, 3), Err(Unfit::TooFine)),
        ];
        for (value, ty, expected) in cases {
            assert_eq!(held(value.clone(), &ty), expected, "{value:?} in {}", ty.words);
        }
        let no_zone = to_cell(&at("2026-11-27T09:00:00.000000Z"), &number("datetime2", 27, 7), None);
        assert_eq!(no_zone.map(drop), Err(Unfit::Wall));
    }
}
