//! `from_unix_millis`: the moment so many milliseconds after 1970-01-01T00:00Z.

use wr_base::value::DateTime;

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::FromUnixMillis,
    name: "from_unix_millis",
    usage: &["from_unix_millis(x: int) -> datetime"],
    signature: |arguments| fixed(arguments, &[(DataType::Int, "a whole number")], DataType::DateTime),
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "The moment so many milliseconds after 1970-01-01T00:00Z",
        detail: "",
        examples: &[("from_unix_millis(1794211200500)", "2026-11-09T08:00:00.500000Z")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Int(millis)] => {
            let micros = millis.checked_mul(1_000).and_then(|micros| i64::try_from(micros).ok());
            micros.and_then(DateTime::checked).map(Value::DateTime).ok_or(Fault::overflow())
        }
        _ => Err(Fault::internal()),
    },
};
