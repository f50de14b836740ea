//! `text`: the canonical text of a value.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Text,
    name: "text",
    usage: &["text(x: T) -> text"],
    signature: |arguments| {
        count(arguments, 1, 1)?;
        match arguments {
            [argument] if argument.ty.data != DataType::Shape && argument.ty.data != DataType::Null => {
                Ok(Signature { arguments: vec![argument.ty.data.clone()], result: DataType::Text })
            }
            _ => Err(Mismatch::Argument { at: 0, wanted: "a value" }),
        }
    },
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The canonical text of a value",
        detail: "Free of locale: digits, ISO dates, `datetime` in UTC. The same text stands in file names, seeds and records.",
        examples: &[("text(1.50)", "1.5"), ("text(2026-11-01)", "2026-11-01"), ("text(true)", "true")],
    },
    evaluate: |arguments, _, _| match arguments {
        [value] => Ok(Value::Text(value.canonical())),
        _ => Err(Fault::internal()),
    },
};
