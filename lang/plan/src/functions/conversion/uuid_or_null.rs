//! `uuid?`: the uuid in a text, or null where there is none.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::UuidOrNull,
    name: "uuid?",
    usage: &["uuid?(x: text) -> uuid?"],
    signature: super::uuid::FUNCTION_SIGNATURE,
    nulls: Nulls::PropagateOrGive,
    fails: &[],
    doc: Doc {
        summary: "The uuid in a text, or null where it is none",
        detail: "As `uuid`, but what `uuid` fails on gives null.",
        examples: &[("uuid?(\"4711\")", "null")],
    },
    evaluate: |arguments, result, setting| {
        (super::uuid::FUNCTION.evaluate)(arguments, result, setting).or(Ok(Value::Null))
    },
};
