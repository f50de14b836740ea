//! `hour`: the hour, 0 to 23 of a time of day.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Hour,
    name: "hour",
    usage: &["hour(x: datetime) -> int", "hour(x: time) -> int"],
    signature: CLOCK_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The hour, 0 to 23 of a time of day",
        detail: "Of a moment: as the clock shows it in the report's zone. In the hour that a change of the clock repeats it is the same for both; to tell them apart, `trunc(x, 1h)`.",
        examples: &[("hour(2026-11-09T08:30)", "8"), ("hour(08:30)", "8"), ("hour(datetime(\"2026-11-09T08:30Z\"))", "11")],
    },
    evaluate: |arguments, _, setting| Ok(Value::Int((seconds_of(arguments, setting)? / 3_600).into())),
};

/// A moment, or a time of day.
pub(super) const CLOCK_SIGNATURE: fn(&[Argument<'_>]) -> Result<Signature, Mismatch> = |arguments| {
    count(arguments, 1, 1)?;
    match arguments {
        [argument] if matches!(argument.ty.data, DataType::DateTime | DataType::Time) => {
            Ok(Signature { arguments: vec![argument.ty.data.clone()], result: DataType::Int })
        }
        _ => Err(Mismatch::Argument { at: 0, wanted: "a moment or a time of day" }),
    }
};

/// Whole seconds since midnight, as the clock shows.
pub(super) fn seconds_of(arguments: &[Value], setting: &Setting) -> Result<i64, Fault> {
    match arguments {
        [Value::Time(time)] => Ok(time.0 / 1_000_000),
        [Value::DateTime(at)] => Ok(setting.zone.time_of(*at).0 / 1_000_000),
        _ => Err(Fault::internal()),
    }
}
