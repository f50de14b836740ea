//! What each function and operator gives for its arguments, in the words of docs/reference/functions.md.

pub(crate) mod clock;
pub(crate) mod convert;
pub(crate) mod form;
pub(crate) mod hash;
pub(crate) mod logic;
pub(crate) mod number;
pub(crate) mod pattern;
pub(crate) mod people;
pub(crate) mod text;
pub(crate) mod time;

use wr_base::diag::Code;
use wr_base::ty::DataType;
use wr_base::value::Value;
use wr_plan::functions::{Family, FnId};

use crate::expr::World;

/// The value of a call; `result` is the type that the checker gave it.
pub(crate) fn call(function: FnId, arguments: &[Value], result: &DataType, world: &World) -> Result<Value, Code> {
    if arguments.iter().any(Value::is_null) && !logic::takes_nulls(function) {
        return Ok(Value::Null);
    }
    match function.family() {
        Family::Arithmetic => arithmetic(function, arguments, result, world),
        Family::Comparison if function == FnId::InPeriod => time::call(function, arguments, world),
        Family::Making if function == FnId::Concat => text::call(function, arguments),
        Family::Making if function == FnId::Convert => convert::call(function, arguments, result, world),
        Family::Number if matches!(function, FnId::Least | FnId::Greatest) => logic::call(function, arguments, result),
        Family::Text if function.pattern_argument().is_some() => pattern::call(function, arguments),
        Family::Comparison | Family::Making => logic::call(function, arguments, result),
        Family::Conditional => logic::call(function, arguments, result),
        Family::Conversion => convert::call(function, arguments, result, world),
        Family::Number => number::call(function, arguments, result),
        Family::Text => text::call(function, arguments),
        Family::Hash => hash::call(function, arguments),
        Family::Time => time::call(function, arguments, world),
        Family::People => people::call(function, arguments, world),
    }
}

/// Signs that stand between numbers, and between times.
fn arithmetic(function: FnId, arguments: &[Value], result: &DataType, world: &World) -> Result<Value, Code> {
    match time::arithmetic(function, arguments, world) {
        Some(value) => value,
        None => number::call(function, arguments, result),
    }
}
