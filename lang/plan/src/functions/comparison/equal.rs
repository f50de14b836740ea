//! `==`: whether two values are equal.

use super::super::kernel::order;
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Equal,
    name: "==",
    usage: &["x: T == y: T -> bool"],
    signature: compared_equal,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "Whether two values are equal",
        detail: "Texts are equal when all their bytes are; for a comparison that ignores case there is `same_text`. Null where one of them is null; `is` never is.",
        examples: &[("1 == 1.0", "true"), ("\"a\" == \"A\"", "false")],
    },
    evaluate: |arguments, _, _| match arguments {
        [left, right] => Ok(Value::Bool(order::is_equal(left, right))),
        _ => Err(Fault::internal()),
    },
};
