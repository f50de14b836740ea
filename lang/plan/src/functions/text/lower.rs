//! `lower`: the text in small letters.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Lower,
    name: "lower",
    usage: &["lower(x: text) -> text"],
    signature: |arguments| fixed(arguments, &[(DataType::Text, "a text")], DataType::Text),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The text in small letters",
        detail: "Letters of all alphabets, by Unicode.",
        examples: &[("lower(\"ЁЖ Ab\")", "ёж ab")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text)] => Ok(Value::Text(text.to_lowercase())),
        _ => Err(Fault::internal()),
    },
};
