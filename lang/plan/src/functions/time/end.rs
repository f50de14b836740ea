//! `end`: the last day of a period.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::End,
    name: "end",
    usage: &["end(x: period) -> date"],
    signature: |arguments| fixed(arguments, &[(DataType::Period, "a period")], DataType::Date),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The last day of a period",
        detail: "",
        examples: &[("end(2026-10-01..2026-10-31)", "2026-10-31")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Period(period)] => Ok(Value::Date(period.last)),
        _ => Err(Fault::internal()),
    },
};
