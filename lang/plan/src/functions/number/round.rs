//! `round`: the nearest number with so many digits behind the point, halves away from zero. And what all that round share.

use super::super::kernel::arithmetic::{Rounding, decimal_of_float, int_value, rounded, whole_of_float};
use super::super::kernel::prelude::*;
use super::super::types::alike;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Round,
    name: "round",
    usage: &[
        "round(x: number) -> int",
        "round(x: decimal, digits: int) -> decimal",
        "round(x: float, digits: int) -> float",
    ],
    signature: ROUND_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "The nearest number with so many digits behind the point, halves away from zero",
        detail: "Without digits it is the nearest whole number. The digits have to be written as a number: they are part of the type. Other ways to round have names of their own: `round_half_even`, `round_to_zero`, `floor`, `ceil`.",
        examples: &[("round(2.5)", "3"), ("round(-2.5)", "-3"), ("round(1.245, 2)", "1.25"), ("round(10 / 4, 0)", "3")],
    },
    evaluate: |arguments, result, _| round_by(arguments, result, Rounding::HalfAway),
};

pub(super) const ROUND_SIGNATURE: fn(&[Argument<'_>]) -> Result<Signature, Mismatch> = |arguments| {
    count(arguments, 1, 2)?;
    let number = alike(arguments.get(..1).unwrap_or_default(), (DataType::is_number, "a number"))?;
    let Some(digits) = arguments.get(1) else {
        return Ok(Signature { arguments: vec![number], result: DataType::Int });
    };
    let wanted = scale_literal(arguments, 1)?;
    let result = match decimal_of(&number) {
        Some((precision, scale)) if number != DataType::Int => decimal(precision - scale + 1, wanted.min(scale)),
        _ => number.clone(),
    };
    Ok(Signature { arguments: vec![number, digits.ty.data.clone()], result })
};

pub(super) fn round_by(arguments: &[Value], result: &DataType, mode: Rounding) -> Result<Value, Fault> {
    match (arguments, result) {
        ([Value::Int(value), ..], _) => Ok(Value::Int(*value)),
        ([Value::Decimal(value) | Value::Percent(value)], _) => {
            int_value(rounded(*value, 0, mode).map(|whole| whole.unscaled))
        }
        ([Value::Decimal(value) | Value::Percent(value), _], DataType::Decimal { scale, .. }) => {
            rounded(*value, *scale, mode).map(Value::Decimal).ok_or(Fault::overflow())
        }
        ([Value::Float(value)], _) => whole_of_float(match mode {
            Rounding::HalfAway => value.round(),
            Rounding::HalfEven => value.round_ties_even(),
            Rounding::ToZero => value.trunc(),
            Rounding::Down => value.floor(),
            Rounding::Up => value.ceil(),
        }),
        ([Value::Float(value), Value::Int(digits)], _) => {
            let digits = u8::try_from(*digits).map_err(|_| Fault::internal())?;
            // A double too large for 38 digits has nothing behind its point.
            Ok(Value::Float(decimal_of_float(*value, digits, mode).map_or(*value, Decimal::to_f64)))
        }
        _ => Err(Fault::internal()),
    }
}
