//! `md5`: the MD5 of a value's canonical text.

use super::super::kernel::hash::md5;
use super::super::kernel::prelude::*;
use super::sha256::HASH_SIGNATURE;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Md5,
    name: "md5",
    usage: &["md5(x: T) -> text"],
    signature: HASH_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The MD5 of the canonical text of a value, as hexadecimal digits in small letters",
        detail: "Of the bytes of `text(x)` in UTF-8, as they are. Not for secrets: texts with a given MD5 can be made. It is here because some systems match by it.",
        examples: &[
            ("md5(\"ivan@example.com\")", "2feb444c58cd098daac78bc257680383"),
            ("md5(1.50) == md5(\"1.5\")", "true"),
        ],
    },
    evaluate: |arguments, _, _| match arguments {
        [value] => Ok(Value::Text(md5(&value.canonical()))),
        _ => Err(Fault::internal()),
    },
};
