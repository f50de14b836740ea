//! `/`: the true quotient of two numbers, as a float.

use super::super::kernel::arithmetic::float_value;
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Divide,
    name: "/",
    usage: &["x: number / y: number -> float?"],
    signature: |arguments| {
        numbers(arguments)?;
        Ok(Signature { arguments: vec![DataType::Float, DataType::Float], result: DataType::Float })
    },
    nulls: Nulls::PropagateOrGive,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "The true quotient of two numbers, as a float",
        detail: "Null where the divisor is 0. For an exact quotient of decimals write `div(x, y, digits)`.",
        examples: &[("7 / 2", "3.5"), ("1 / 0", "null")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Float(_), Value::Float(0.0)] => Ok(Value::Null),
        [Value::Float(left), Value::Float(right)] => float_value(left / right),
        _ => Err(Fault::internal()),
    },
};
