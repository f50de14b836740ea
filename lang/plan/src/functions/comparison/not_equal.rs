//! `!=`: whether two values differ.

use super::super::kernel::order;
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::NotEqual,
    name: "!=",
    usage: &["x: T != y: T -> bool"],
    signature: compared_equal,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "Whether two values differ",
        detail: "Null where one of them is null, so that a `filter` drops those rows; `is not` keeps them.",
        examples: &[("\"f\" != \"m\"", "true")],
    },
    evaluate: |arguments, _, _| match arguments {
        [left, right] => Ok(Value::Bool(!order::is_equal(left, right))),
        _ => Err(Fault::internal()),
    },
};
