//! `pad_right`: filled up at the end.

use super::super::kernel::prelude::*;
use super::pad_left::{PAD_SIGNATURE, padded};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::PadRight,
    name: "pad_right",
    usage: &["pad_right(x: text, length: int, fill: text) -> text", "pad_right(x: text, length: int) -> text"],
    signature: PAD_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "The text filled up at its end to a number of characters",
        detail: "With blanks, or with the characters of `fill` again and again. A text that is longer stays as it is: it is never cut. At most 1,000,000 characters.",
        examples: &[("pad_right(\"Ufa\", 6, \".\")", "Ufa..."), ("\"[{pad_right(\"a\", 3)}]\"", "[a  ]")],
    },
    evaluate: |arguments, _, _| {
        let (text, padding) = padded(arguments)?;
        Ok(Value::Text(format!("{text}{padding}")))
    },
};
