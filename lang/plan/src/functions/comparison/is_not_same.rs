//! `is not`: whether two values are different, where null is equal to null.

use super::super::kernel::prelude::*;
use super::is_same::same;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::IsNotSame,
    name: "is not",
    usage: &["x: T is not y: T -> bool"],
    signature: compared_equal,
    nulls: Nulls::Handle,
    fails: &[],
    doc: Doc {
        summary: "Whether two values are different, where null is equal to null",
        detail: "Never null itself, which is its use: `gender is not \"m\"` keeps the rows of which nothing is known, `!=` drops them.",
        examples: &[("int?(\"x\") is not 1", "true")],
    },
    evaluate: |arguments, _, _| match arguments {
        [left, right] => Ok(Value::Bool(!same(left, right))),
        _ => Err(Fault::internal()),
    },
};
