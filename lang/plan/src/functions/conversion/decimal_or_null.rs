//! `decimal?`: the decimal with so many digits behind the point, or null where that is not possible.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::DecimalOrNull,
    name: "decimal?",
    usage: &["decimal?(x: text, digits: int) -> decimal?", "decimal?(x: number, digits: int) -> decimal?"],
    signature: super::decimal::FUNCTION_SIGNATURE,
    nulls: Nulls::PropagateOrGive,
    fails: &[],
    doc: Doc {
        summary: "The decimal with so many digits behind the point, or null where that is not possible",
        detail: "As `decimal`, but what `decimal` fails on gives null.",
        examples: &[("decimal?(\"12,5\", 2)", "null")],
    },
    evaluate: |arguments, result, setting| match arguments {
        [value, ..] => super::decimal::convert(value, result, setting).or(Ok(Value::Null)),
        _ => Err(Fault::internal()),
    },
};
