//! `day`: the day of the month of a date.

use super::super::kernel::prelude::*;
use super::year::{date_of, signature};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Day,
    name: "day",
    usage: &["day(x: date) -> int", "day(x: datetime) -> int"],
    signature,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The day of the month of a date",
        detail: "Of a moment: of its day in the report's zone.",
        examples: &[("day(2026-11-09)", "9")],
    },
    evaluate: |arguments, _, setting| Ok(Value::Int(date_of(arguments, setting)?.day().into())),
};
