//! `start`: the first day of a period.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Start,
    name: "start",
    usage: &["start(x: period) -> date"],
    signature: |arguments| fixed(arguments, &[(DataType::Period, "a period")], DataType::Date),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The first day of a period",
        detail: "",
        examples: &[("start(2026-10-01..2026-10-31)", "2026-10-01")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Period(period)] => Ok(Value::Date(period.first)),
        _ => Err(Fault::internal()),
    },
};
