//! `contains` of a pattern: whether a part of a text has a form.

use super::super::kernel::pattern::{groups_of, ready};
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::ContainsPattern,
    name: "contains (pattern)",
    usage: &["contains(x: text, /pattern/) -> bool"],
    signature: |arguments| {
        let wanted = [(DataType::Text, "a text"), (DataType::Text, "a pattern")];
        let signature = fixed(arguments, &wanted, DataType::Bool)?;
        groups_of(arguments, 1).map(|_| signature)
    },
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "Whether a part of a text has the form of a pattern",
        detail: "For the whole text write `matches(x, /pattern/)`.",
        examples: &[("contains(\"order 4711\", /[0-9]+/)", "true"), ("contains(\"МОСКВА\", /(?i)москва/)", "true")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text), Value::Text(pattern)] => Ok(Value::Bool(ready(pattern)?.is_match(text))),
        _ => Err(Fault::internal()),
    },
};
