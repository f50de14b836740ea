//! `length`: the number of characters.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Length,
    name: "length",
    usage: &["length(x: text) -> int"],
    signature: |arguments| fixed(arguments, &[(DataType::Text, "a text")], DataType::Int),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The number of characters",
        detail: "Counted are Unicode scalar values: `é` can be one or two of them.",
        examples: &[("length(\"ёж\")", "2")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text)] => Ok(Value::Int(text.chars().count() as i128)),
        _ => Err(Fault::internal()),
    },
};
