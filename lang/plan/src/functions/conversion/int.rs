//! `int`: the whole number that a text or another number is.

use super::super::kernel::arithmetic::whole_of_float;
use super::super::kernel::number_text::parse_int;
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Int,
    name: "int",
    usage: &["int(x: text) -> int", "int(x: decimal) -> int", "int(x: float) -> int"],
    signature: FUNCTION_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow, Code::ConversionFailed],
    doc: Doc {
        summary: "The whole number that a text or another number is",
        detail: "A text is digits with a sign before them at most; blanks and separators are not. A number with anything behind the point fails: say what you mean with `round`, `floor` or `ceil`.",
        examples: &[("int(\"0042\")", "42"), ("int(3.0)", "3"), ("int(\"4 2\")", "WR0802")],
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
                DataType::Text | DataType::Decimal { .. } | DataType::Float | DataType::Int
            ) =>
        {
            Ok(Signature { arguments: vec![argument.ty.data.clone()], result: DataType::Int })
        }
        _ => Err(Mismatch::Argument { at: 0, wanted: "a text or a number" }),
    }
};

pub(super) fn convert(value: &Value, _: &DataType, _: &Setting) -> Result<Value, Fault> {
    let failed = || Fault::conversion(&value.canonical());
    match value {
        Value::Int(value) => Ok(Value::Int(*value)),
        Value::Text(text) => parse_int(text).map(Value::Int).ok_or_else(failed),
        Value::Decimal(number) => number.rescale(0).map(|whole| Value::Int(whole.unscaled)).ok_or_else(failed),
        Value::Float(number) if number.fract() != 0.0 => Err(failed()),
        Value::Float(number) => whole_of_float(*number),
        Value::Null
        | Value::Bool(_)
        | Value::Date(_)
        | Value::DateTime(_)
        | Value::Time(_)
        | Value::Duration(_)
        | Value::Uuid(_)
        | Value::Percent(_)
        | Value::Range(..)
        | Value::Period(_)
        | Value::List(_) => Err(Fault::internal()),
    }
}
