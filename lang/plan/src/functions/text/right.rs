//! `right`: the last characters.

use super::super::kernel::prelude::*;
use super::super::kernel::text::{count_of, length, slice};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Right,
    name: "right",
    usage: &["right(x: text, count: int) -> text"],
    signature: |arguments| {
        fixed(arguments, &[(DataType::Text, "a text"), (DataType::Int, "a number of characters")], DataType::Text)
    },
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The last characters of a text",
        detail: "All of it where it has no more; none where the number is below 1.",
        examples: &[("right(\"4111111111111234\", 4)", "1234"), ("right(\"Ufa\", 10)", "Ufa")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text), Value::Int(count)] => {
            let length = length(text);
            Ok(Value::text(slice(text, length.saturating_sub(count_of(*count)), length)))
        }
        _ => Err(Fault::internal()),
    },
};
