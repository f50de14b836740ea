//! `null_if`: null in the place of one value.

use super::super::kernel::order::is_equal;
use super::super::kernel::prelude::*;
use super::super::types::{alike, is_comparable};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::NullIf,
    name: "null_if",
    usage: &["null_if(x: T, y: T) -> T?"],
    signature: |arguments| {
        count(arguments, 2, 2)?;
        let all = alike(arguments, (is_comparable, "a value that can be compared"))?;
        Ok(Signature { arguments: vec![all.clone(), all.clone()], result: all })
    },
    nulls: Nulls::HandleOrGive,
    fails: &[],
    doc: Doc {
        summary: "The first value, or null where the second is equal to it",
        detail: "The opposite of `??`: it makes nulls of the values that stand for \"nothing\" in some data. Where the second value is null nothing is equal to it, so the first one stays.",
        examples: &[("null_if(\"\", \"\")", "null"), ("null_if(\"Ufa\", \"\")", "Ufa"), ("100 / null_if(0, 0) is null", "true")],
    },
    evaluate: |arguments, _, _| match arguments {
        [value, other] if !value.is_null() && !other.is_null() && is_equal(value, other) => Ok(Value::Null),
        [value, _] => Ok(value.clone()),
        _ => Err(Fault::internal()),
    },
};
