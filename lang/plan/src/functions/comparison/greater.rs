//! `>`: whether the left value comes after the right one.

use std::cmp::Ordering;

use super::super::kernel::order;
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Greater,
    name: ">",
    usage: &["x: T > y: T -> bool"],
    signature: compared,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "Whether the left value comes after the right one",
        detail: "",
        examples: &[("2026-11-02 > 2026-11-01", "true")],
    },
    evaluate: |arguments, _, _| match arguments {
        [left, right] => Ok(Value::Bool(order::compare(left, right) == Some(Ordering::Greater))),
        _ => Err(Fault::internal()),
    },
};
