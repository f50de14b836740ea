//! `time`: the time of day in a text, or what the clock shows at a moment.

use super::super::kernel::instant::parse_clock;
use super::super::kernel::prelude::*;
use super::super::kernel::zone::{check_zone, in_zone};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Time,
    name: "time",
    usage: &["time(x: text) -> time", "time(x: datetime) -> time", "time(x: datetime, zone: text) -> time"],
    signature: FUNCTION_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[Code::ConversionFailed],
    doc: Doc {
        summary: "The time of day in a text, or what the clock of the report's zone shows at a moment",
        detail: "A text is `09:30` or `09:30:15`, with up to six digits of a second. With a zone it is what the clock shows there.",
        examples: &[
            ("time(\"09:30\")", "09:30:00"),
            ("time(2026-11-09T23:59)", "23:59:00"),
            ("time(2026-11-09T23:59, \"Asia/Tokyo\")", "05:59:00"),
            ("time(\"9:30\")", "WR0802"),
        ],
    },
    evaluate: |arguments, _, setting| match arguments {
        [Value::Text(text)] => parse_clock(text).map(Value::Time).ok_or_else(|| Fault::conversion(text)),
        [Value::DateTime(at)] => Ok(Value::Time(setting.zone.time_of(*at))),
        [Value::DateTime(at), Value::Text(zone)] => Ok(Value::Time(in_zone(setting, zone)?.zone.time_of(*at))),
        _ => Err(Fault::internal()),
    },
};

pub(super) const FUNCTION_SIGNATURE: fn(&[Argument<'_>]) -> Result<Signature, Mismatch> = |arguments| {
    count(arguments, 1, 2)?;
    check_zone(arguments, 1)?;
    let types = arguments.iter().map(|argument| argument.ty.data.clone()).collect();
    match arguments {
        [argument] if matches!(argument.ty.data, DataType::Text | DataType::DateTime) => {
            Ok(Signature { arguments: types, result: DataType::Time })
        }
        [argument, _] if argument.ty.data == DataType::DateTime => {
            Ok(Signature { arguments: types, result: DataType::Time })
        }
        [_, _] => Err(Mismatch::Argument { at: 0, wanted: "a moment" }),
        _ => Err(Mismatch::Argument { at: 0, wanted: "a text or a moment" }),
    }
};
