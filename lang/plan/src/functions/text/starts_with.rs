//! `starts_with`: whether a text begins with another.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::StartsWith,
    name: "starts_with",
    usage: &["starts_with(x: text, part: text) -> bool"],
    signature: |arguments| fixed(arguments, &[(DataType::Text, "a text"), (DataType::Text, "a text")], DataType::Bool),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "Whether a text begins with another",
        detail: "Byte for byte; `lower` both to ignore case.",
        examples: &[("starts_with(\"wallet\", \"wal\")", "true")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text), Value::Text(part)] => Ok(Value::Bool(text.starts_with(part.as_str()))),
        _ => Err(Fault::internal()),
    },
};
