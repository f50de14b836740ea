//! `days_between`: the days from one date to another.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::DaysBetween,
    name: "days_between",
    usage: &["days_between(from: date, to: date) -> int"],
    signature: |arguments| fixed(arguments, &[(DataType::Date, "a date"), (DataType::Date, "a date")], DataType::Int),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The days from one date to another",
        detail: "Negative where the second date is before the first.",
        examples: &[("days_between(2026-11-01, 2026-11-09)", "8")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Date(from), Value::Date(to)] => Ok(Value::Int(i128::from(to.0) - i128::from(from.0))),
        _ => Err(Fault::internal()),
    },
};
