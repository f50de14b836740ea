//! `minutes_between`: the whole minutes from one moment to another.

use super::super::kernel::prelude::*;
use super::seconds_between::{MOMENTS_SIGNATURE, whole_units};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::MinutesBetween,
    name: "minutes_between",
    usage: &["minutes_between(from: datetime, to: datetime) -> int"],
    signature: MOMENTS_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The whole minutes from one moment to another",
        detail: "Of exact time, whatever clocks show: a change of the clock does not count. What is over a whole number is left out; negative where the second moment is before the first.",
        examples: &[("minutes_between(2026-11-09T08:00, 2026-11-09T09:30)", "90")],
    },
    evaluate: |arguments, _, _| whole_units(arguments, 60_000_000),
};
