//! `trim_right`: without the blanks at the end.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::TrimRight,
    name: "trim_right",
    usage: &["trim_right(x: text) -> text"],
    signature: |arguments| fixed(arguments, &[(DataType::Text, "a text")], DataType::Text),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The text without the blanks at its end",
        detail: "Blanks are what Unicode calls white space: no-break spaces, tabs and line ends too.",
        examples: &[("\"[{trim_right(\"  a b \")}]\"", "[  a b]")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text)] => Ok(Value::text(text.trim_end())),
        _ => Err(Fault::internal()),
    },
};
