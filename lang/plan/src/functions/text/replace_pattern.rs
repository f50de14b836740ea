//! `replace` of a pattern: another text in every place that has a form.

use regex::NoExpand;

use super::super::kernel::pattern::{groups_of, ready};
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::ReplacePattern,
    name: "replace (pattern)",
    usage: &["replace(x: text, /pattern/, new: text) -> text"],
    signature: |arguments| {
        let wanted = [(DataType::Text, "a text"), (DataType::Text, "a pattern"), (DataType::Text, "a text")];
        let signature = fixed(arguments, &wanted, DataType::Text)?;
        groups_of(arguments, 1).map(|_| signature)
    },
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The text with another one in every place that has the form of a pattern",
        detail: "Places are looked for from the left and do not overlap. The new text stands as it is: `$1` is no group in it. To put groups in another order, `extract` them.",
        examples: &[
            ("replace(\"+7 (900) 123-45-67\", /[^0-9]/, \"\")", "79001234567"),
            ("replace(\"a  b   c\", /\\s+/, \" \")", "a b c"),
        ],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text), Value::Text(pattern), Value::Text(new)] => {
            Ok(Value::text(ready(pattern)?.replace_all(text, NoExpand(new))))
        }
        _ => Err(Fault::internal()),
    },
};
