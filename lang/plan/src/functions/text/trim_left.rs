//! `trim_left`: without the blanks at the beginning.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::TrimLeft,
    name: "trim_left",
    usage: &["trim_left(x: text) -> text"],
    signature: |arguments| fixed(arguments, &[(DataType::Text, "a text")], DataType::Text),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The text without the blanks at its beginning",
        detail: "Blanks are what Unicode calls white space: no-break spaces, tabs and line ends too.",
        examples: &[("\"[{trim_left(\"  a b \")}]\"", "[a b ]")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text)] => Ok(Value::text(text.trim_start())),
        _ => Err(Fault::internal()),
    },
};
