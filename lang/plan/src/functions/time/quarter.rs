//! `quarter`: the quarter of a date, 1 to 4.

use super::super::kernel::prelude::*;
use super::year::{date_of, signature};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Quarter,
    name: "quarter",
    usage: &["quarter(x: date) -> int", "quarter(x: datetime) -> int"],
    signature,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The quarter of a date, 1 to 4",
        detail: "Of a moment: of its day in the report's zone.",
        examples: &[("quarter(2026-11-09)", "4")],
    },
    evaluate: |arguments, _, setting| Ok(Value::Int(date_of(arguments, setting)?.month().div_ceil(3).into())),
};
