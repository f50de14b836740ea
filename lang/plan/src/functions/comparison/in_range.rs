//! `in (range)`: whether a value is within a range, both ends included.

use std::cmp::Ordering;

use super::super::kernel::order::compare;
use super::super::kernel::prelude::*;
use super::super::types::{common_type, is_ordered};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::InRange,
    name: "in (range)",
    usage: &["x: T in y: range of T -> bool"],
    signature: |arguments| match arguments {
        [value, range] => {
            let DataType::Range(of) = &range.ty.data else {
                return Err(Mismatch::Argument { at: 1, wanted: "a range" });
            };
            let common = common_type(&value.ty.data, of).filter(is_ordered).ok_or(Mismatch::Together)?;
            Ok(Signature { arguments: vec![common.clone(), DataType::Range(Box::new(common))], result: DataType::Bool })
        }
        _ => Err(Mismatch::Count { least: 2, most: Some(2) }),
    },
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "Whether a value is within a range, both ends included",
        detail: "",
        examples: &[("65 in 18..65", "true"), ("17 in 18..", "false")],
    },
    evaluate: |arguments, _, _| match arguments {
        [value, Value::Range(from, to)] => {
            let is_after = |end: &Value| matches!(compare(value, end), Some(Ordering::Greater | Ordering::Equal));
            let is_before = |end: &Value| matches!(compare(value, end), Some(Ordering::Less | Ordering::Equal));
            Ok(Value::Bool(from.as_deref().is_none_or(is_after) && to.as_deref().is_none_or(is_before)))
        }
        _ => Err(Fault::internal()),
    },
};
