//! `sqrt`: the square root.

use super::super::kernel::prelude::*;
use super::super::types::alike;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Sqrt,
    name: "sqrt",
    usage: &["sqrt(x: number) -> float?"],
    signature: |arguments| {
        count(arguments, 1, 1)?;
        alike(arguments, (DataType::is_number, "a number"))?;
        Ok(Signature { arguments: vec![DataType::Float], result: DataType::Float })
    },
    nulls: Nulls::PropagateOrGive,
    fails: &[],
    doc: Doc {
        summary: "The square root as a float",
        detail: "The float nearest to the root of the number as a float, on every machine. Null for a number below zero.",
        examples: &[("sqrt(16)", "4"), ("sqrt(2)", "1.4142135623730951"), ("sqrt(-1)", "null")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Float(value)] if *value < 0.0 => Ok(Value::Null),
        [Value::Float(value)] => Ok(Value::Float(value.sqrt())),
        _ => Err(Fault::internal()),
    },
};
