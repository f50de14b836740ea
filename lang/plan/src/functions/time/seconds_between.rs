//! `seconds_between`: the whole seconds from one moment to another.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::SecondsBetween,
    name: "seconds_between",
    usage: &["seconds_between(from: datetime, to: datetime) -> int"],
    signature: MOMENTS_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The whole seconds from one moment to another",
        detail: "Of exact time, whatever clocks show: a change of the clock does not count. What is over a whole number is left out; negative where the second moment is before the first.",
        examples: &[("seconds_between(2026-11-09T08:00, 2026-11-09T08:01)", "60")],
    },
    evaluate: |arguments, _, _| whole_units(arguments, 1_000_000),
};

pub(super) const MOMENTS_SIGNATURE: fn(&[Argument<'_>]) -> Result<Signature, Mismatch> = |arguments| {
    fixed(arguments, &[(DataType::DateTime, "a moment"), (DataType::DateTime, "a moment")], DataType::Int)
};

/// How many whole units of so many microseconds lie between two moments.
pub(super) fn whole_units(arguments: &[Value], unit: i64) -> Result<Value, Fault> {
    match arguments {
        [Value::DateTime(from), Value::DateTime(to)] => Ok(Value::Int(((to.0 - from.0) / unit).into())),
        _ => Err(Fault::internal()),
    }
}
