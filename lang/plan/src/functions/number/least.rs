//! `least`: the smallest of its arguments.

use std::cmp::Ordering;

use super::super::kernel::order::compare;
use super::super::kernel::prelude::*;
use super::super::types::{alike, is_ordered};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Least,
    name: "least",
    usage: &["least(x: T, y: T, …) -> T"],
    signature: |arguments| {
        if arguments.len() < 2 {
            return Err(Mismatch::Count { least: 2, most: None });
        }
        let all = alike(arguments, (is_ordered, "a value that has an order"))?;
        Ok(Signature { arguments: vec![all.clone(); arguments.len()], result: all })
    },
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The smallest of its arguments",
        detail: "Null where one of them is null. Over the rows of a group it is `min`.",
        examples: &[("least(3, 1, 2.5)", "1")],
    },
    evaluate: |arguments, _, _| {
        let mut best = arguments.first().ok_or(Fault::internal())?;
        for argument in arguments {
            if compare(argument, best) == Some(Ordering::Less) {
                best = argument;
            }
        }
        Ok(best.clone())
    },
};
