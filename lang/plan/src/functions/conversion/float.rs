//! `float`: the float nearest to a number or to the number in a text.

use super::super::kernel::arithmetic::float_value;
use super::super::kernel::number_text::parse_float;
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Float,
    name: "float",
    usage: &["float(x: text) -> float", "float(x: number) -> float"],
    signature: FUNCTION_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow, Code::ConversionFailed],
    doc: Doc {
        summary: "The float nearest to a number or to the number in a text",
        detail: "A text is digits with at most one point and perhaps an exponent; `inf` and `nan` are not numbers here.",
        examples: &[("float(\"1.5e3\")", "1500"), ("float(1) / 4", "0.25"), ("float(\"nan\")", "WR0802")],
    },
    evaluate: |arguments, result, setting| match arguments {
        [value, ..] => convert(value, result, setting),
        _ => Err(Fault::internal()),
    },
};

pub(super) const FUNCTION_SIGNATURE: fn(&[Argument<'_>]) -> Result<Signature, Mismatch> = |arguments| {
    count(arguments, 1, 1)?;
    match arguments {
        [argument]
            if matches!(
                argument.ty.data,
                DataType::Text | DataType::Int | DataType::Decimal { .. } | DataType::Float | DataType::Percent
            ) =>
        {
            Ok(Signature { arguments: vec![argument.ty.data.clone()], result: DataType::Float })
        }
        _ => Err(Mismatch::Argument { at: 0, wanted: "a text or a number" }),
    }
};

pub(super) fn convert(value: &Value, _: &DataType, _: &Setting) -> Result<Value, Fault> {
    match value {
        Value::Text(text) => float_value(parse_float(text).ok_or_else(|| Fault::conversion(text))?),
        Value::Int(number) => Ok(Value::Float(*number as f64)),
        Value::Decimal(number) | Value::Percent(number) => Ok(Value::Float(number.to_f64())),
        Value::Float(number) => Ok(Value::Float(*number)),
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
