//! `upper`: the text in capital letters.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Upper,
    name: "upper",
    usage: &["upper(x: text) -> text"],
    signature: |arguments| fixed(arguments, &[(DataType::Text, "a text")], DataType::Text),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The text in capital letters",
        detail: "Letters of all alphabets, by Unicode; `ß` becomes `SS`.",
        examples: &[("upper(\"ёж ab\")", "ЁЖ AB")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text)] => Ok(Value::Text(text.to_uppercase())),
        _ => Err(Fault::internal()),
    },
};
