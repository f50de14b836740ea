//! `unix_millis`: the whole milliseconds since 1970-01-01T00:00Z.

use wr_base::value::DateTime;

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::UnixMillis,
    name: "unix_millis",
    usage: &["unix_millis(x: datetime) -> int"],
    signature: |arguments| fixed(arguments, &[(DataType::DateTime, "a moment")], DataType::Int),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The whole milliseconds since 1970-01-01T00:00Z",
        detail: "Down to whole ones, also before 1970.",
        examples: &[("unix_millis(datetime(\"2026-11-09T08:00:00.5Z\"))", "1794211200500")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::DateTime(DateTime(micros))] => Ok(Value::Int(micros.div_euclid(1_000).into())),
        _ => Err(Fault::internal()),
    },
};
