//! `ends_with`: whether a text ends with another.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::EndsWith,
    name: "ends_with",
    usage: &["ends_with(x: text, part: text) -> bool"],
    signature: |arguments| fixed(arguments, &[(DataType::Text, "a text"), (DataType::Text, "a text")], DataType::Bool),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "Whether a text ends with another",
        detail: "Byte for byte; `lower` both to ignore case.",
        examples: &[("ends_with(\"wallet\", \"let\")", "true")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text), Value::Text(part)] => Ok(Value::Bool(text.ends_with(part.as_str()))),
        _ => Err(Fault::internal()),
    },
};
