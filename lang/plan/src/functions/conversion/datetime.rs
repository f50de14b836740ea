//! `datetime`: the moment in a text, or the first instant of a day in the report's zone.

use super::super::kernel::instant::parse_instant;
use super::super::kernel::prelude::*;
use super::super::kernel::zone::{check_zone, in_zone};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::DateTime,
    name: "datetime",
    usage: &[
        "datetime(x: text) -> datetime",
        "datetime(x: date) -> datetime",
        "datetime(x: text, zone: text) -> datetime",
        "datetime(x: date, zone: text) -> datetime",
    ],
    signature: FUNCTION_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow, Code::ConversionFailed],
    doc: Doc {
        summary: "The moment in a text, or the first instant of a day in the report's zone",
        detail: "A text is `2026-11-09T08:00`, with a blank for the `T`, with seconds and up to six digits of them, and with `Z` or `+03:00` behind it, or without: then it is a wall clock in the report's zone, or in the zone that is given. Of two such moments, in the hour that a change of the clock repeats, it is the earlier one; in the hour that is left out it is the first moment after. Other forms are read by `parse_datetime`.",
        examples: &[
            ("datetime(\"2026-11-09T08:00:00+03:00\")", "2026-11-09T05:00:00.000000Z"),
            ("datetime(\"2026-11-09T08:00\", \"Asia/Tokyo\")", "2026-11-08T23:00:00.000000Z"),
            ("datetime(\"8 o'clock\")", "WR0802"),
        ],
    },
    evaluate: |arguments, result, setting| match arguments {
        [value] => convert(value, result, setting),
        [value, Value::Text(zone)] => convert(value, result, &in_zone(setting, zone)?),
        _ => Err(Fault::internal()),
    },
};

pub(super) const FUNCTION_SIGNATURE: fn(&[Argument<'_>]) -> Result<Signature, Mismatch> = |arguments| {
    count(arguments, 1, 2)?;
    check_zone(arguments, 1)?;
    match arguments {
        [argument, _] if matches!(argument.ty.data, DataType::Text | DataType::Date) => {
            Ok(Signature { arguments: vec![argument.ty.data.clone(), DataType::Text], result: DataType::DateTime })
        }
        [argument] if matches!(argument.ty.data, DataType::Text | DataType::DateTime | DataType::Date) => {
            Ok(Signature { arguments: vec![argument.ty.data.clone()], result: DataType::DateTime })
        }
        _ => Err(Mismatch::Argument { at: 0, wanted: "a text or a date" }),
    }
};

pub(super) fn convert(value: &Value, _: &DataType, setting: &Setting) -> Result<Value, Fault> {
    match value {
        Value::Text(text) => {
            parse_instant(text, setting.zone).map(Value::DateTime).ok_or_else(|| Fault::conversion(text))
        }
        Value::Date(date) => setting.zone.start_of(*date).map(Value::DateTime).ok_or(Fault::overflow()),
        Value::DateTime(at) => Ok(Value::DateTime(*at)),
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Decimal(_)
        | Value::Float(_)
        | Value::Time(_)
        | Value::Duration(_)
        | Value::Uuid(_)
        | Value::Percent(_)
        | Value::Range(..)
        | Value::Period(_)
        | Value::List(_) => Err(Fault::internal()),
    }
}
