//! `parse_date?`: the date in a text of a form, or null where there is none.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::ParseDateOrNull,
    name: "parse_date?",
    usage: &["parse_date?(x: text, form: text) -> date?"],
    signature: super::parse_date::FUNCTION_SIGNATURE,
    nulls: Nulls::PropagateOrGive,
    fails: &[],
    doc: Doc {
        summary: "The date in a text of some form, or null where that is not possible",
        detail: "As `parse_date`, but what `parse_date` fails on gives null.",
        examples: &[("parse_date?(\"31.02.2026\", \"DD.MM.YYYY\")", "null")],
    },
    evaluate: |arguments, result, setting| {
        (super::parse_date::FUNCTION.evaluate)(arguments, result, setting).or(Ok(Value::Null))
    },
};
