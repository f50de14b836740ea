//! `contains`: whether a text holds another.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Contains,
    name: "contains",
    usage: &["contains(x: text, part: text) -> bool"],
    signature: |arguments| fixed(arguments, &[(DataType::Text, "a text"), (DataType::Text, "a text")], DataType::Bool),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "Whether a text holds another",
        detail: "Byte for byte; `lower` both to ignore case.",
        examples: &[("contains(\"wallet\", \"ALL\")", "false")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text), Value::Text(part)] => Ok(Value::Bool(text.contains(part.as_str()))),
        _ => Err(Fault::internal()),
    },
};
