//! A folder of tables: rows are read by the engine that also computes here, so what it is given means the same.
//!
//! Comparisons, lists, ranges and null tests are applied while a file is read; anything that computes a value first
//! is left to the steps, where a waterfall counts its rows.

use super::Answer;
use crate::functions::FnId;

const COMPUTES: &str = "it computes a value of each row first";

/// Whether a function may stand in a filter that is applied while a table is read.
pub(super) const fn function(function: FnId) -> Answer {
    match function {
        FnId::Equal
        | FnId::NotEqual
        | FnId::Less
        | FnId::LessOrEqual
        | FnId::Greater
        | FnId::GreaterOrEqual
        | FnId::Not
        | FnId::IsNull
        | FnId::IsNotNull
        | FnId::IsSame
        | FnId::IsNotSame
        | FnId::InList
        | FnId::InRange
        | FnId::InPeriod
        | FnId::RangeOf
        | FnId::ListOf => Answer::EXACT,
        FnId::Convert
        | FnId::Negate
        | FnId::Add
        | FnId::Subtract
        | FnId::Multiply
        | FnId::Divide
        | FnId::FloorDivide
        | FnId::Modulo
        | FnId::Concat
        | FnId::Int
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
        | FnId::Abs
        | FnId::Round
        | FnId::Floor
        | FnId::Ceil
        | FnId::Div
        | FnId::Least
        | FnId::Greatest
        | FnId::Lower
        | FnId::Upper
        | FnId::Trim
        | FnId::Length
        | FnId::StartsWith
        | FnId::EndsWith
        | FnId::Contains
        | FnId::Replace
        | FnId::SameText
        | FnId::Now
        | FnId::Today
        | FnId::Start
        | FnId::End
        | FnId::Year
        | FnId::Month
        | FnId::Day
        | FnId::Weekday
        | FnId::YearsBetween
        | FnId::DaysBetween => Answer::no(COMPUTES),
    }
}
