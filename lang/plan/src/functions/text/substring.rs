//! `substring`: the characters at some places.

use super::super::kernel::prelude::*;
use super::super::kernel::text::{count_of, slice};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Substring,
    name: "substring",
    usage: &["substring(x: text, from: int, count: int) -> text", "substring(x: text, from: int) -> text"],
    signature: |arguments| {
        at_least(
            arguments,
            2,
            &[
                (DataType::Text, "a text"),
                (DataType::Int, "the place of a character"),
                (DataType::Int, "a number of characters"),
            ],
            DataType::Text,
        )
    },
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The characters of a text at the places `from` up to `from + count - 1`",
        detail: "The first place is 1, as in SQL. Places that the text does not have are left out. Without a count it goes on to the end.",
        examples: &[
            ("substring(\"2026-11-09\", 6, 2)", "11"),
            ("substring(\"Москва\", 4)", "ква"),
            ("substring(\"abc\", 0, 2)", "a"),
        ],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text), Value::Int(from)] => {
            Ok(Value::text(slice(text, count_of(from.saturating_sub(1)), usize::MAX)))
        }
        [Value::Text(text), Value::Int(from), Value::Int(count)] => {
            let first = from.saturating_sub(1);
            Ok(Value::text(slice(text, count_of(first), count_of(first.saturating_add(*count)))))
        }
        _ => Err(Fault::internal()),
    },
};
