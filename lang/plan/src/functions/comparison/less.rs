//! `<`: whether the left value comes before the right one.

use std::cmp::Ordering;

use super::super::kernel::order;
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Less,
    name: "<",
    usage: &["x: T < y: T -> bool"],
    signature: compared,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "Whether the left value comes before the right one",
        detail: "Texts are ordered by their bytes.",
        examples: &[("2 < 10", "true"), ("\"2\" < \"10\"", "false")],
    },
    evaluate: |arguments, _, _| match arguments {
        [left, right] => Ok(Value::Bool(order::compare(left, right) == Some(Ordering::Less))),
        _ => Err(Fault::internal()),
    },
};
