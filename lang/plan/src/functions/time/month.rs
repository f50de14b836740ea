//! `month`: the month, 1 to 12 of a date.

use super::super::kernel::prelude::*;
use super::year::{date_of, signature};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Month,
    name: "month",
    usage: &["month(x: date) -> int", "month(x: datetime) -> int"],
    signature,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The month, 1 to 12 of a date",
        detail: "Of a moment: of its day in the report's zone.",
        examples: &[("month(2026-11-09)", "11")],
    },
    evaluate: |arguments, _, setting| Ok(Value::Int(date_of(arguments, setting)?.month().into())),
};
