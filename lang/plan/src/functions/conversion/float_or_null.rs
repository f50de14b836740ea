//! `float?`: the float nearest to a number or to the number in a text, or null where that is not possible.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::FloatOrNull,
    name: "float?",
    usage: &["float?(x: text) -> float?", "float?(x: number) -> float?"],
    signature: super::float::FUNCTION_SIGNATURE,
    nulls: Nulls::PropagateOrGive,
    fails: &[],
    doc: Doc {
        summary: "The float nearest to a number or to the number in a text, or null where that is not possible",
        detail: "As `float`, but what `float` fails on gives null.",
        examples: &[("float?(\"nan\")", "null")],
    },
    evaluate: |arguments, result, setting| match arguments {
        [value, ..] => super::float::convert(value, result, setting).or(Ok(Value::Null)),
        _ => Err(Fault::internal()),
    },
};
