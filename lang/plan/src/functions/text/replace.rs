//! `replace`: the text with another one in every place of a part of it.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Replace,
    name: "replace",
    usage: &["replace(x: text, old: text, new: text) -> text"],
    signature: |arguments| {
        fixed(
            arguments,
            &[(DataType::Text, "a text"), (DataType::Text, "a text"), (DataType::Text, "a text")],
            DataType::Text,
        )
    },
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The text with another one in every place of a part of it",
        detail: "An empty part is nowhere. Places do not overlap and are looked for from the left.",
        examples: &[("replace(\"8 (900) 1\", \" \", \"\")", "8(900)1")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text), Value::Text(old), Value::Text(_)] if old.is_empty() => Ok(Value::Text(text.clone())),
        [Value::Text(text), Value::Text(old), Value::Text(new)] => Ok(Value::Text(text.replace(old.as_str(), new))),
        _ => Err(Fault::internal()),
    },
};
