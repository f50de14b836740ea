//! `matches`: whether a whole text has a form.

use super::super::kernel::pattern::{groups_of, ready, whole};
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Matches,
    name: "matches",
    usage: &["matches(x: text, /pattern/) -> bool"],
    signature: |arguments| {
        let wanted = [(DataType::Text, "a text"), (DataType::Text, "a pattern")];
        let signature = fixed(arguments, &wanted, DataType::Bool)?;
        groups_of(arguments, 1).map(|_| signature)
    },
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "Whether a whole text has the form of a pattern",
        detail: "For a part of it write `contains(x, /pattern/)`. What patterns can say stands [below](#patterns).",
        examples: &[
            ("matches(\"SP-0001\", /[A-Z]{2}-[0-9]{4}/)", "true"),
            ("matches(\"x SP-0001\", /[A-Z]{2}-[0-9]{4}/)", "false"),
        ],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text), Value::Text(pattern)] => Ok(Value::Bool(ready(&whole(pattern))?.is_match(text))),
        _ => Err(Fault::internal()),
    },
};
