//! `pad_left`: filled up at the beginning.

use super::super::kernel::prelude::*;
use super::super::kernel::text::padding;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::PadLeft,
    name: "pad_left",
    usage: &["pad_left(x: text, length: int, fill: text) -> text", "pad_left(x: text, length: int) -> text"],
    signature: PAD_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "The text filled up at its beginning to a number of characters",
        detail: "With blanks, or with the characters of `fill` again and again. A text that is longer stays as it is: it is never cut. At most 1,000,000 characters.",
        examples: &[("pad_left(\"42\", 6, \"0\")", "000042"), ("pad_left(\"too long\", 3, \"0\")", "too long")],
    },
    evaluate: |arguments, _, _| {
        let (text, padding) = padded(arguments)?;
        Ok(Value::Text(padding + text))
    },
};

pub(super) const PAD_SIGNATURE: fn(&[Argument<'_>]) -> Result<Signature, Mismatch> = |arguments| {
    at_least(
        arguments,
        2,
        &[(DataType::Text, "a text"), (DataType::Int, "a number of characters"), (DataType::Text, "a text")],
        DataType::Text,
    )
};

/// The text, and what it lacks.
pub(super) fn padded(arguments: &[Value]) -> Result<(&str, String), Fault> {
    match arguments {
        [Value::Text(text), Value::Int(length)] => Ok((text, padding(text, *length, " ")?)),
        [Value::Text(text), Value::Int(length), Value::Text(fill)] => Ok((text, padding(text, *length, fill)?)),
        _ => Err(Fault::internal()),
    }
}
