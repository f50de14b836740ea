//! `"{ }"`: a text with the values of its holes.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Concat,
    name: "\"{ }\"",
    usage: &["\"{x}{y}\" -> text"],
    signature: |arguments| {
        if let Some(at) = arguments.iter().position(|argument| argument.ty.data != DataType::Text) {
            return Err(Mismatch::Argument { at, wanted: "a text" });
        }
        Ok(Signature { arguments: vec![DataType::Text; arguments.len()], result: DataType::Text })
    },
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "A text with the values of its holes",
        detail: "A hole is written canonically, as `text(x)` does. Null where a hole is null.",
        examples: &[("\"{abs(-2)} of {round(2.5)}\"", "2 of 3")],
    },
    evaluate: |arguments, _, _| {
        let mut text = String::new();
        for argument in arguments {
            let Value::Text(part) = argument else { return Err(Fault::internal()) };
            text.push_str(part);
        }
        Ok(Value::Text(text))
    },
};
