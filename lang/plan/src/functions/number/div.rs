//! `div`: the quotient as a decimal with so many digits behind the point, halves away from zero.

use num_bigint::BigInt;

use super::super::kernel::arithmetic::{Rounding, decimal_value, rounded_quotient, scale_of};
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Div,
    name: "div",
    usage: &["div(x: decimal, y: decimal, digits: int) -> decimal?"],
    signature: |arguments| {
        count(arguments, 3, 3)?;
        let [left, right, digits] = arguments else { return Err(Mismatch::Together) };
        if let Some(at) = [left, right].iter().position(|argument| decimal_of(&argument.ty.data).is_none()) {
            return Err(Mismatch::Argument { at, wanted: "a whole number or a decimal" });
        }
        let scale = scale_literal(arguments, 2)?;
        Ok(Signature {
            arguments: vec![left.ty.data.clone(), right.ty.data.clone(), digits.ty.data.clone()],
            result: DataType::Decimal { precision: wr_base::ty::MAX_PRECISION, scale },
        })
    },
    nulls: Nulls::PropagateOrGive,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "The quotient as a decimal with so many digits behind the point, halves away from zero",
        detail: "Null where the divisor is 0. The digits have to be written as a number: they are part of the type.",
        examples: &[("div(2, 3, 2)", "0.67"), ("div(1, 0, 2)", "null")],
    },
    evaluate: |arguments, result, _| {
        let [left, right, _] = arguments else { return Err(Fault::internal()) };
        let (Some(left), Some(right)) = (digits_of(left), digits_of(right)) else { return Err(Fault::internal()) };
        let scale = scale_of(result)?;
        if right.0 == 0 {
            return Ok(Value::Null);
        }
        let ten = BigInt::from(10);
        let dividend = BigInt::from(left.0) * ten.pow(u32::from(scale) + u32::from(right.1));
        let divisor = BigInt::from(right.0) * ten.pow(u32::from(left.1));
        decimal_value(rounded_quotient(&dividend, &divisor, Rounding::HalfAway), scale)
    },
};

/// All digits of a number, and how many of them are behind the point.
const fn digits_of(value: &Value) -> Option<(i128, u8)> {
    match value {
        Value::Int(number) => Some((*number, 0)),
        Value::Decimal(number) | Value::Percent(number) => Some((number.unscaled, number.scale)),
        Value::Null
        | Value::Bool(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::Date(_)
        | Value::DateTime(_)
        | Value::Time(_)
        | Value::Duration(_)
        | Value::Uuid(_)
        | Value::Range(..)
        | Value::Period(_)
        | Value::List(_) => None,
    }
}
