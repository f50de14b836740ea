//! `sha256`: the SHA-256 of a value's canonical text.

use super::super::kernel::hash::sha256;
use super::super::kernel::prelude::*;


pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Sha256,
    name: "sha256",
    usage: &["sha256(x: T) -> text"],
    signature: HASH_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The SHA-256 of the canonical text of a value, as hexadecimal digits in small letters",
        detail: "Of the bytes of `text(x)` in UTF-8, as they are.",
        examples: &[
            ("sha256(\"ivan@example.com\")", "7540acb4f04b207c72715708ef0f417c9876b12a94a08173834874d3a3fc7446"),
            ("sha256(1.50) == sha256(\"1.5\")", "true"),
        ],
    },
    evaluate: |arguments, _, _| match arguments {
        [value] => Ok(Value::Text(sha256(&value.canonical()))),
        _ => Err(Fault::internal()),
    },
};

/// Any value that has a text.
pub(super) const HASH_SIGNATURE: fn(&[Argument<'_>]) -> Result<Signature, Mismatch> = |arguments| {
        count(arguments, 1, 1)?;
        match arguments {
            [argument] if argument.ty.data != DataType::Shape && argument.ty.data != DataType::Null => {
                Ok(Signature { arguments: vec![argument.ty.data.clone()], result: DataType::Text })
            }
            _ => Err(Mismatch::Argument { at: 0, wanted: "a value" }),
        }
    };
