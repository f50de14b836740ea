//! `>=`: whether the left value comes after the right one or is equal to it.

use std::cmp::Ordering;

use super::super::kernel::order;
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::GreaterOrEqual,
    name: ">=",
    usage: &["x: T >= y: T -> bool"],
    signature: compared,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "Whether the left value comes after the right one or is equal to it",
        detail: "",
        examples: &[("2 >= 2.5", "false")],
    },
    evaluate: |arguments, _, _| match arguments {
        [left, right] => {
            Ok(Value::Bool(matches!(order::compare(left, right), Some(Ordering::Greater | Ordering::Equal))))
        }
        _ => Err(Fault::internal()),
    },
};
