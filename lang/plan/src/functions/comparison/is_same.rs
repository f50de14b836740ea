//! `is`: whether two values are equal, where null is equal to null.

use super::super::kernel::order::is_equal;
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::IsSame,
    name: "is",
    usage: &["x: T is y: T -> bool"],
    signature: compared_equal,
    nulls: Nulls::Handle,
    fails: &[],
    doc: Doc {
        summary: "Whether two values are equal, where null is equal to null",
        detail: "Never null itself, which is its use: `gender is \"m\"` is false where nothing is known.",
        examples: &[("int?(\"x\") is 1", "false")],
    },
    evaluate: |arguments, _, _| match arguments {
        [left, right] => Ok(Value::Bool(same(left, right))),
        _ => Err(Fault::internal()),
    },
};

pub(super) fn same(left: &Value, right: &Value) -> bool {
    if left.is_null() || right.is_null() { left.is_null() && right.is_null() } else { is_equal(left, right) }
}
