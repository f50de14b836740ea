//! `date`: the date in a text, or the day of a moment in the report's zone.

use super::super::kernel::prelude::*;
use super::super::kernel::zone::{check_zone, in_zone};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Date,
    name: "date",
    usage: &["date(x: text) -> date", "date(x: datetime) -> date", "date(x: datetime, zone: text) -> date"],
    signature: FUNCTION_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[Code::ConversionFailed],
    doc: Doc {
        summary: "The date in a text, or the day of a moment in the report's zone",
        detail: "A text is `2026-11-09` and nothing else; other forms are read by `parse_date`. With a zone it is the day there.",
        examples: &[
            ("date(\"2026-11-09\")", "2026-11-09"),
            ("date(2026-11-09T23:59)", "2026-11-09"),
            ("date(2026-11-09T23:59, \"Asia/Tokyo\")", "2026-11-10"),
            ("date(\"09.11.2026\")", "WR0802"),
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
        [argument] if matches!(argument.ty.data, DataType::Text | DataType::DateTime | DataType::Date) => {
            Ok(Signature { arguments: vec![argument.ty.data.clone()], result: DataType::Date })
        }
        [argument, _] if argument.ty.data == DataType::DateTime => {
            Ok(Signature { arguments: vec![DataType::DateTime, DataType::Text], result: DataType::Date })
        }
        [_, _] => Err(Mismatch::Argument { at: 0, wanted: "a moment" }),
        _ => Err(Mismatch::Argument { at: 0, wanted: "a text or a moment" }),
    }
};

pub(super) fn convert(value: &Value, _: &DataType, setting: &Setting) -> Result<Value, Fault> {
    match value {
        Value::Text(text) => Date::parse(text).map(Value::Date).ok_or_else(|| Fault::conversion(text)),
        Value::DateTime(at) => Ok(Value::Date(setting.zone.date_of(*at))),
        Value::Date(date) => Ok(Value::Date(*date)),
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
