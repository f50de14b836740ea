//! `time?`: the time of day in a text, or null where there is none.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::TimeOrNull,
    name: "time?",
    usage: &["time?(x: text) -> time?", "time?(x: datetime) -> time?", "time?(x: datetime, zone: text) -> time?"],
    signature: super::time::FUNCTION_SIGNATURE,
    nulls: Nulls::PropagateOrGive,
    fails: &[],
    doc: Doc {
        summary: "The time of day in a text, or what the clock of the report's zone shows at a moment, or null where that is not possible",
        detail: "As `time`, but what `time` fails on gives null.",
        examples: &[("time?(\"25:00\")", "null")],
    },
    evaluate: |arguments, result, setting| {
        (super::time::FUNCTION.evaluate)(arguments, result, setting).or(Ok(Value::Null))
    },
};
