//! `weekday`: the day of the week: 1 is Monday, 7 is Sunday of a date.

use super::super::kernel::prelude::*;
use super::year::{date_of, signature};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Weekday,
    name: "weekday",
    usage: &["weekday(x: date) -> int", "weekday(x: datetime) -> int"],
    signature,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The day of the week: 1 is Monday, 7 is Sunday of a date",
        detail: "Of a moment: of its day in the report's zone.",
        examples: &[("weekday(2026-11-09)", "1")],
    },
    evaluate: |arguments, _, setting| Ok(Value::Int(date_of(arguments, setting)?.weekday().into())),
};
