//! `repeat`: a text several times.

use super::super::kernel::prelude::*;
use super::super::kernel::text::{LONGEST_MADE, count_of, length};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Repeat,
    name: "repeat",
    usage: &["repeat(x: text, times: int) -> text"],
    signature: |arguments| {
        fixed(arguments, &[(DataType::Text, "a text"), (DataType::Int, "a number of times")], DataType::Text)
    },
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "The text several times",
        detail: "Not at all where the number is below 1. At most 1,000,000 characters.",
        examples: &[("repeat(\"ab\", 3)", "ababab"), ("repeat(\"ab\", 0)", "")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text), Value::Int(times)] => {
            let times = count_of(*times);
            let is_short = length(text).checked_mul(times).is_some_and(|made| made <= LONGEST_MADE);
            if is_short { Ok(Value::Text(text.repeat(if text.is_empty() { 0 } else { times }))) } else { Err(Fault::overflow()) }
        }
        _ => Err(Fault::internal()),
    },
};
