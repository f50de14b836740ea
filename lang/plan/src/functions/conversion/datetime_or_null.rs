//! `datetime?`: the moment in a text, or the first instant of a day in the report's zone, or null where that is not possible.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::DateTimeOrNull,
    name: "datetime?",
    usage: &[
        "datetime?(x: text) -> datetime?",
        "datetime?(x: date) -> datetime?",
        "datetime?(x: text, zone: text) -> datetime?",
        "datetime?(x: date, zone: text) -> datetime?",
    ],
    signature: super::datetime::FUNCTION_SIGNATURE,
    nulls: Nulls::PropagateOrGive,
    fails: &[],
    doc: Doc {
        summary: "The moment in a text, or the first instant of a day in the report's zone, or null where that is not possible",
        detail: "As `datetime`, but what `datetime` fails on gives null.",
        examples: &[("datetime?(\"2026-11-09\")", "null")],
    },
    evaluate: |arguments, result, setting| match arguments {
        [_] | [_, _] => (super::datetime::FUNCTION.evaluate)(arguments, result, setting).or(Ok(Value::Null)),
        _ => Err(Fault::internal()),
    },
};
