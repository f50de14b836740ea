//! `hours_between`: the whole hours from one moment to another.

use super::super::kernel::prelude::*;
use super::seconds_between::{MOMENTS_SIGNATURE, whole_units};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::HoursBetween,
    name: "hours_between",
    usage: &["hours_between(from: datetime, to: datetime) -> int"],
    signature: MOMENTS_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The whole hours from one moment to another",
        detail: "Of exact time, whatever clocks show: a change of the clock does not count. What is over a whole number is left out; negative where the second moment is before the first.",
        examples: &[("hours_between(2026-11-09T08:00, 2026-11-10T07:59)", "23"), ("hours_between(2026-11-10T08:00, 2026-11-09T08:00)", "-24")],
    },
    evaluate: |arguments, _, _| whole_units(arguments, 3_600_000_000),
};
