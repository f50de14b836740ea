//! `unix_seconds`: the whole seconds since 1970-01-01T00:00Z.

use wr_base::value::DateTime;

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::UnixSeconds,
    name: "unix_seconds",
    usage: &["unix_seconds(x: datetime) -> int"],
    signature: |arguments| fixed(arguments, &[(DataType::DateTime, "a moment")], DataType::Int),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The whole seconds since 1970-01-01T00:00Z",
        detail: "Down to whole ones, also before 1970.",
        examples: &[("unix_seconds(datetime(\"2026-11-09T08:00Z\"))", "1794211200")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::DateTime(DateTime(micros))] => Ok(Value::Int(micros.div_euclid(1_000_000).into())),
        _ => Err(Fault::internal()),
    },
};
