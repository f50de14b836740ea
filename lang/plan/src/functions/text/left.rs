//! `left`: the first characters.

use super::super::kernel::prelude::*;
use super::super::kernel::text::{count_of, slice};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Left,
    name: "left",
    usage: &["left(x: text, count: int) -> text"],
    signature: |arguments| {
        fixed(arguments, &[(DataType::Text, "a text"), (DataType::Int, "a number of characters")], DataType::Text)
    },
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The first characters of a text",
        detail: "All of it where it has no more; none where the number is below 1.",
        examples: &[("left(\"Москва\", 3)", "Мос"), ("left(\"Ufa\", 10)", "Ufa"), ("left(\"Ufa\", -1)", "")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text), Value::Int(count)] => Ok(Value::text(slice(text, 0, count_of(*count)))),
        _ => Err(Fault::internal()),
    },
};
