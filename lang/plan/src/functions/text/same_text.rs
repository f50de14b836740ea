//! `same_text`: whether two texts are equal but for case.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::SameText,
    name: "same_text",
    usage: &["same_text(x: text, y: text) -> bool"],
    signature: |arguments| fixed(arguments, &[(DataType::Text, "a text"), (DataType::Text, "a text")], DataType::Bool),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "Whether two texts are equal but for case",
        detail: "They are when `lower` of both is the same.",
        examples: &[("same_text(\"Москва\", \"МОСКВА\")", "true"), ("same_text(\"ёж\", \"еж\")", "false")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(left), Value::Text(right)] => Ok(Value::Bool(left.to_lowercase() == right.to_lowercase())),
        _ => Err(Fault::internal()),
    },
};
