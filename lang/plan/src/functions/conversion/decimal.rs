//! `decimal`: the decimal with so many digits behind the point.

use super::super::kernel::arithmetic::{Rounding, decimal_of_float, decimal_value, power_of_ten, scale_of};
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Decimal,
    name: "decimal",
    usage: &["decimal(x: text, digits: int) -> decimal", "decimal(x: number, digits: int) -> decimal"],
    signature: FUNCTION_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow, Code::ConversionFailed],
    doc: Doc {
        summary: "The decimal with so many digits behind the point",
        detail: "The digits have to be written as a number: they are part of the type. A text is digits with at most one point. A text or a decimal with more digits than that fails, `round` first; a float is rounded, halves away from zero.",
        examples: &[
            ("decimal(\"12.5\", 2)", "12.5"),
            ("decimal(2.5 / 1, 0)", "3"),
            ("decimal(\"1.234\", 2)", "WR0802"),
        ],
    },
    evaluate: |arguments, result, setting| match arguments {
        [value, ..] => convert(value, result, setting),
        _ => Err(Fault::internal()),
    },
};

pub(super) const FUNCTION_SIGNATURE: fn(&[Argument<'_>]) -> Result<Signature, Mismatch> = |arguments| {
    count(arguments, 2, 2)?;
    match arguments {
        [argument, digits]
            if matches!(
                argument.ty.data,
                DataType::Text | DataType::Int | DataType::Decimal { .. } | DataType::Float | DataType::Percent
            ) =>
        {
            let scale = scale_literal(arguments, 1)?;
            Ok(Signature {
                arguments: vec![argument.ty.data.clone(), digits.ty.data.clone()],
                result: DataType::Decimal { precision: wr_base::ty::MAX_PRECISION, scale },
            })
        }
        _ => Err(Mismatch::Argument { at: 0, wanted: "a text or a number" }),
    }
};

pub(super) fn convert(value: &Value, result: &DataType, _: &Setting) -> Result<Value, Fault> {
    let scale = scale_of(result)?;
    let failed = || Fault::conversion(&value.canonical());
    match value {
        Value::Text(text) => Decimal::parse(text)
            .and_then(|number| number.normalised().rescale(scale))
            .map(Value::Decimal)
            .ok_or_else(failed),
        Value::Int(number) => decimal_value(power_of_ten(scale).and_then(|power| number.checked_mul(power)), scale),
        Value::Decimal(number) | Value::Percent(number) => {
            let exact = number.normalised();
            if exact.scale > scale {
                return Err(failed());
            }
            exact.rescale(scale).map(Value::Decimal).ok_or(Fault::overflow())
        }
        Value::Float(number) => decimal_of_float(*number, scale, Rounding::HalfAway).map(Value::Decimal).ok_or(Fault::overflow()),
        Value::Null
        | Value::Bool(_)
        | Value::Date(_)
        | Value::DateTime(_)
        | Value::Time(_)
        | Value::Duration(_)
        | Value::Uuid(_)
        | Value::Range(..)
        | Value::Period(_)
        | Value::List(_) => Err(Fault::internal()),
    }
}
