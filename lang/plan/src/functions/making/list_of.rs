//! `[ ]`: a list of values of one type.

use super::super::kernel::prelude::*;
use super::super::types::{alike, is_comparable};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::ListOf,
    name: "[ ]",
    usage: &["[x: T, y: T] -> list of T"],
    signature: |arguments| {
        let of = alike(arguments, (is_comparable, "a value that can be compared"))?;
        if let Some(at) = arguments.iter().position(|argument| argument.ty.nullable) {
            return Err(Mismatch::Argument { at, wanted: "a value that is never null" });
        }
        Ok(Signature { arguments: vec![of.clone(); arguments.len()], result: DataType::List(Box::new(of)) })
    },
    nulls: Nulls::Handle,
    fails: &[],
    doc: Doc {
        summary: "A list of values of one type",
        detail: "No member of a list is null: `x in [null]` could only be null.",
        examples: &[("[1, 2]", "1-2")],
    },
    evaluate: |arguments, _, _| Ok(Value::List(arguments.to_vec())),
};
