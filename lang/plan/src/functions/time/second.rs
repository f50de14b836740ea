//! `second`: the second, 0 to 59 of a time of day.

use super::super::kernel::prelude::*;
use super::hour::{CLOCK_SIGNATURE, seconds_of};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Second,
    name: "second",
    usage: &["second(x: datetime) -> int", "second(x: time) -> int"],
    signature: CLOCK_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The second, 0 to 59 of a time of day",
        detail: "Of a moment: as the clock shows it in the report's zone.",
        examples: &[("second(time(\"08:30:15.5\"))", "15")],
    },
    evaluate: |arguments, _, setting| Ok(Value::Int((seconds_of(arguments, setting)?  % 60).into())),
};
