//! What each function and operator gives for its arguments, in the words of docs/reference/functions.md.

pub(crate) mod convert;
pub(crate) mod logic;
pub(crate) mod number;
pub(crate) mod text;
pub(crate) mod time;

use wr_base::diag::Code;
use wr_base::ty::DataType;
use wr_base::value::Value;
use wr_plan::functions::FnId;

use crate::expr::World;

/// The value of a call; `result` is the type that the checker gave it.
pub(crate) fn call(function: FnId, arguments: &[Value], result: &DataType, world: &World) -> Result<Value, Code> {
    if arguments.iter().any(Value::is_null) && !logic::takes_nulls(function) {
        return Ok(Value::Null);
    }
    match function {
        FnId::Negate
        | FnId::Add
        | FnId::Subtract
        | FnId::Multiply
        | FnId::Divide
        | FnId::FloorDivide
        | FnId::Modulo
        | FnId::Abs
        | FnId::Round
        | FnId::Floor
        | FnId::Ceil
        | FnId::Div => arithmetic(function, arguments, result, world),
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
        | FnId::RangeOf
        | FnId::ListOf
        | FnId::Least
        | FnId::Greatest => logic::call(function, arguments, result),
        FnId::Convert
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
        | FnId::DateTimeOrNull => convert::call(function, arguments, result, world),
        FnId::Concat
        | FnId::Lower
        | FnId::Upper
        | FnId::Trim
        | FnId::Length
        | FnId::StartsWith
        | FnId::EndsWith
        | FnId::Contains
        | FnId::Replace
        | FnId::SameText => text::call(function, arguments),
        FnId::InPeriod
        | FnId::Now
        | FnId::Today
        | FnId::Start
        | FnId::End
        | FnId::Year
        | FnId::Month
        | FnId::Day
        | FnId::Weekday
        | FnId::YearsBetween
        | FnId::DaysBetween => time::call(function, arguments, world),
    }
}

/// Signs that stand between numbers, and between times.
fn arithmetic(function: FnId, arguments: &[Value], result: &DataType, world: &World) -> Result<Value, Code> {
    match time::arithmetic(function, arguments, world) {
        Some(value) => value,
        None => number::call(function, arguments, result),
    }
}
