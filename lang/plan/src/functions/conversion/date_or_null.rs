//! `date?`: the date in a text, or the day of a moment in the report's zone, or null where that is not possible.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::DateOrNull,
    name: "date?",
    usage: &["date?(x: text) -> date?", "date?(x: datetime) -> date?", "date?(x: datetime, zone: text) -> date?"],
    signature: super::date::FUNCTION_SIGNATURE,
    nulls: Nulls::PropagateOrGive,
    fails: &[],
    doc: Doc {
        summary: "The date in a text, or the day of a moment in the report's zone, or null where that is not possible",
        detail: "As `date`, but what `date` fails on gives null.",
        examples: &[("date?(\"2026-02-30\")", "null")],
    },
    evaluate: |arguments, result, setting| match arguments {
        [_] | [_, _] => (super::date::FUNCTION.evaluate)(arguments, result, setting).or(Ok(Value::Null)),
        _ => Err(Fault::internal()),
    },
};
