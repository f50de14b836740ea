//! `parse_datetime?`: the moment in a text of a form, or null where there is none.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::ParseDatetimeOrNull,
    name: "parse_datetime?",
    usage: &["parse_datetime?(x: text, form: text) -> datetime?"],
    signature: super::parse_datetime::FUNCTION_SIGNATURE,
    nulls: Nulls::PropagateOrGive,
    fails: &[],
    doc: Doc {
        summary: "The moment in a text of some form, or null where that is not possible",
        detail: "As `parse_datetime`, but what `parse_datetime` fails on gives null.",
        examples: &[("parse_datetime?(\"31.02.2026 08:00\", \"DD.MM.YYYY hh:mm\")", "null")],
    },
    evaluate: |arguments, result, setting| {
        (super::parse_datetime::FUNCTION.evaluate)(arguments, result, setting).or(Ok(Value::Null))
    },
};
