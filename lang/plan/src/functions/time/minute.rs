//! `minute`: the minute, 0 to 59 of a time of day.

use super::super::kernel::prelude::*;
use super::hour::{CLOCK_SIGNATURE, seconds_of};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Minute,
    name: "minute",
    usage: &["minute(x: datetime) -> int", "minute(x: time) -> int"],
    signature: CLOCK_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The minute, 0 to 59 of a time of day",
        detail: "Of a moment: as the clock shows it in the report's zone.",
        examples: &[("minute(2026-11-09T08:30)", "30")],
    },
    evaluate: |arguments, _, setting| Ok(Value::Int((seconds_of(arguments, setting)?  / 60 % 60).into())),
};
