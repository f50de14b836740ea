//! `<=`: whether the left value comes before the right one or is equal to it.

use std::cmp::Ordering;

use super::super::kernel::order;
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::LessOrEqual,
    name: "<=",
    usage: &["x: T <= y: T -> bool"],
    signature: compared,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "Whether the left value comes before the right one or is equal to it",
        detail: "",
        examples: &[("10% <= 0.1", "true")],
    },
    evaluate: |arguments, _, _| match arguments {
        [left, right] => Ok(Value::Bool(matches!(order::compare(left, right), Some(Ordering::Less | Ordering::Equal)))),
        _ => Err(Fault::internal()),
    },
};
