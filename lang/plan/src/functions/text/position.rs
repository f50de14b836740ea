//! `position`: where a text stands in another.

use super::super::kernel::prelude::*;
use super::super::kernel::text::length;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Position,
    name: "position",
    usage: &["position(x: text, part: text) -> int?"],
    signature: |arguments| {
        fixed(arguments, &[(DataType::Text, "a text"), (DataType::Text, "a text")], DataType::Int)
    },
    nulls: Nulls::PropagateOrGive,
    fails: &[],
    doc: Doc {
        summary: "The place at which a text begins in another, for the first time",
        detail: "The first place is 1. Null where it is nowhere. Byte for byte; `lower` both to ignore case.",
        examples: &[("position(\"wallet\", \"let\")", "4"), ("position(\"wallet\", \"LET\")", "null")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text), Value::Text(part)] => Ok(match text.split_once(part.as_str()) {
            Some((before, _)) => Value::Int(length(before) as i128 + 1),
            None => Value::Null,
        }),
        _ => Err(Fault::internal()),
    },
};
