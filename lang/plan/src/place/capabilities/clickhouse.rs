//! ClickHouse: each function and operator, by the type that it is given.
//!
//! `exact` stands only where random predicates over random rows gave the rows of the evaluator (`tests/one_meaning`): as a
//! user who may read only, under random settings of the profile. How each is written is in `crate::sql`.

use wr_base::ty::DataType;

use super::Answer;
use crate::functions::{AggregateId, FnId};

const ARITHMETIC: &str = "ClickHouse's numbers overflow without a word";
const FLOATS: &str = "floats are compared here";
const NOT_COMPARED: &str = "nobody has compared it with ClickHouse's yet";
const CLOCKS: &str = "the calendars of the server's zones can be others";
const LETTERS: &str = "the server's tables of letters can be others";
const PATTERNS: &str = "the server has other patterns";
const CONVERSIONS: &str = "ClickHouse reads texts in its own way";
const ROUNDED: &str = "ClickHouse rounds on the way, in the order of its rows";
const PEOPLE: &str = "it writes for people, here";
const ORDER_OF_UUIDS: &str = "ClickHouse orders uuids in its own way";
const ORDER_OF_TRUTH: &str = "true and false have no order";
const NEVER_STORED: &str = "no column of ClickHouse holds this";

/// Whether a function of a first argument of this type means the same there.
pub(super) const fn function(function: FnId, ty: &DataType) -> Answer {
    match function {
        FnId::Equal | FnId::NotEqual | FnId::IsSame | FnId::IsNotSame => equality(ty),
        FnId::Less | FnId::LessOrEqual | FnId::Greater | FnId::GreaterOrEqual | FnId::InRange => order(ty),
        // An end that is open is a null of no type.
        FnId::RangeOf if matches!(ty, DataType::Null) => Answer::EXACT,
        FnId::RangeOf => order(ty),
        FnId::InList | FnId::ListOf if matches!(ty, DataType::Bool) => Answer::no(NOT_COMPARED),
        FnId::InList | FnId::ListOf => equality(ty),
        FnId::InPeriod
        | FnId::IsNull
        | FnId::IsNotNull
        | FnId::Not
        | FnId::StartsWith
        | FnId::EndsWith
        | FnId::Contains
        | FnId::Length => Answer::EXACT,
        FnId::NullIf => branch(ty),
        FnId::Negate
        | FnId::Add
        | FnId::Subtract
        | FnId::Multiply
        | FnId::Divide
        | FnId::FloorDivide
        | FnId::Modulo
        | FnId::Abs
        | FnId::Div
        | FnId::Convert => Answer::no(ARITHMETIC),
        FnId::Sign
        | FnId::Round
        | FnId::RoundHalfEven
        | FnId::RoundToZero
        | FnId::Floor
        | FnId::Ceil
        | FnId::Sqrt
        | FnId::Least
        | FnId::Greatest => Answer::no(NOT_COMPARED),
        FnId::Concat
        | FnId::Trim
        | FnId::TrimLeft
        | FnId::TrimRight
        | FnId::Left
        | FnId::Right
        | FnId::Substring
        | FnId::PadLeft
        | FnId::PadRight
        | FnId::Repeat
        | FnId::SplitPart
        | FnId::Position
        | FnId::Replace
        | FnId::UrlEncode
        | FnId::Sha256
        | FnId::Md5 => Answer::no(NOT_COMPARED),
        FnId::Lower | FnId::Upper | FnId::Initcap | FnId::SameText | FnId::HashedEmail | FnId::HashedPhone => {
            Answer::no(LETTERS)
        }
        FnId::ContainsPattern | FnId::Matches | FnId::Extract | FnId::ReplacePattern => Answer::no(PATTERNS),
        FnId::Int
        | FnId::IntOrNull
        | FnId::Decimal
        | FnId::DecimalOrNull
        | FnId::Float
        | FnId::FloatOrNull
        | FnId::Text
        | FnId::Date
        | FnId::DateOrNull
        | FnId::DateTime
        | FnId::DateTimeOrNull
        | FnId::Time
        | FnId::TimeOrNull
        | FnId::Uuid
        | FnId::UuidOrNull
        | FnId::ParseDate
        | FnId::ParseDateOrNull
        | FnId::ParseDatetime
        | FnId::ParseDatetimeOrNull => Answer::no(CONVERSIONS),
        FnId::Now
        | FnId::Today
        | FnId::Start
        | FnId::End
        | FnId::Year
        | FnId::Quarter
        | FnId::Month
        | FnId::Week
        | FnId::WeekYear
        | FnId::Day
        | FnId::DayOfYear
        | FnId::Weekday
        | FnId::Hour
        | FnId::Minute
        | FnId::Second
        | FnId::Trunc
        | FnId::YearsBetween
        | FnId::MonthsBetween
        | FnId::DaysBetween
        | FnId::HoursBetween
        | FnId::MinutesBetween
        | FnId::SecondsBetween
        | FnId::BusinessDaysBetween
        | FnId::AddBusinessDays
        | FnId::UnixSeconds
        | FnId::UnixMillis
        | FnId::FromUnixSeconds
        | FnId::FromUnixMillis => Answer::no(CLOCKS),
        FnId::FormatNumber
        | FnId::FormatPercent
        | FnId::FormatDate
        | FnId::FormatDuration
        | FnId::MonthName
        | FnId::WeekdayName => Answer::no(PEOPLE),
    }
}

/// Whether two values of a type are equal there exactly when they are here.
const fn equality(ty: &DataType) -> Answer {
    match ty {
        DataType::Int
        | DataType::Decimal { .. }
        | DataType::Text
        | DataType::Bool
        | DataType::Date
        | DataType::DateTime
        | DataType::Uuid => Answer::EXACT,
        DataType::Float => Answer::no(FLOATS),
        DataType::Time
        | DataType::Duration
        | DataType::Percent
        | DataType::Range(_)
        | DataType::Period
        | DataType::List(_)
        | DataType::Shape
        | DataType::Null
        | DataType::Error => Answer::no(NEVER_STORED),
    }
}

/// Whether two values of a type stand there in the order that they have here.
const fn order(ty: &DataType) -> Answer {
    match ty {
        DataType::Int | DataType::Decimal { .. } | DataType::Text | DataType::Date | DataType::DateTime => {
            Answer::EXACT
        }
        DataType::Bool => Answer::no(ORDER_OF_TRUTH),
        DataType::Uuid => Answer::no(ORDER_OF_UUIDS),
        DataType::Float => Answer::no(FLOATS),
        DataType::Time
        | DataType::Duration
        | DataType::Percent
        | DataType::Range(_)
        | DataType::Period
        | DataType::List(_)
        | DataType::Shape
        | DataType::Null
        | DataType::Error => Answer::no(NEVER_STORED),
    }
}

/// Whether a function over the values of a column gives the same there. `Count` and `CountIf` read no values: of the
/// condition, the table of filters says it.
pub(super) const fn aggregate(function: AggregateId, ty: &DataType) -> Answer {
    match function {
        AggregateId::Count | AggregateId::CountIf => Answer::EXACT,
        AggregateId::CountDistinct => equality(ty),
        AggregateId::Min | AggregateId::Max => order(ty),
        AggregateId::Sum if matches!(ty, DataType::Int) => Answer::EXACT,
        AggregateId::Sum => Answer::no(ARITHMETIC),
        AggregateId::Average
        | AggregateId::Variance
        | AggregateId::VariancePopulation
        | AggregateId::StandardDeviation
        | AggregateId::StandardDeviationPopulation => Answer::no(ROUNDED),
        AggregateId::Median
        | AggregateId::Quantile
        | AggregateId::Mode
        | AggregateId::First
        | AggregateId::Last
        | AggregateId::JoinText
        | AggregateId::JoinTextDistinct
        | AggregateId::Any
        | AggregateId::All => Answer::no(NOT_COMPARED),
    }
}

/// Whether rows are the same in a column there exactly when they are here.
pub(super) const fn key(ty: &DataType) -> Answer {
    equality(ty)
}

/// Whether rows stand in the order of a column there as they do here.
pub(super) const fn sorted(ty: &DataType) -> Answer {
    if matches!(ty, DataType::Bool) { Answer::EXACT } else { order(ty) }
}

/// Whether the branches of a `when` or `??` of a type are one type there.
pub(super) const fn branch(ty: &DataType) -> Answer {
    match ty {
        DataType::Int
        | DataType::Decimal { .. }
        | DataType::Text
        | DataType::Bool
        | DataType::Date
        | DataType::DateTime
        | DataType::Uuid => Answer::EXACT,
        DataType::Float
        | DataType::Time
        | DataType::Duration
        | DataType::Percent
        | DataType::Range(_)
        | DataType::Period
        | DataType::List(_)
        | DataType::Shape
        | DataType::Null
        | DataType::Error => Answer::no(NEVER_STORED),
    }
}
