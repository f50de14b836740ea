//! `int?`: the whole number that a text or another number is, or null where that is not possible.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::IntOrNull,
    name: "int?",
    usage: &["int?(x: text) -> int?", "int?(x: decimal) -> int?", "int?(x: float) -> int?"],
    signature: super::int::FUNCTION_SIGNATURE,
    nulls: Nulls::PropagateOrGive,
    fails: &[],
    doc: Doc {
        summary: "The whole number that a text or another number is, or null where that is not possible",
        detail: "As `int`, but what `int` fails on gives null.",
        examples: &[("int?(\"test-7\")", "null"), ("int?(\"-7\")", "-7")],
    },
    evaluate: |arguments, result, setting| match arguments {
        [value, ..] => super::int::convert(value, result, setting).or(Ok(Value::Null)),
        _ => Err(Fault::internal()),
    },
};
