//! `in (period)`: whether a date or a moment is within a period.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::InPeriod,
    name: "in (period)",
    usage: &["x: date in y: period -> bool", "x: datetime in y: period -> bool"],
    signature: |arguments| match arguments {
        [value, period] => {
            if period.ty.data != DataType::Period {
                return Err(Mismatch::Argument { at: 1, wanted: "a period" });
            }
            if !matches!(value.ty.data, DataType::Date | DataType::DateTime) {
                return Err(Mismatch::Argument { at: 0, wanted: "a date or a moment" });
            }
            Ok(Signature { arguments: vec![value.ty.data.clone(), DataType::Period], result: DataType::Bool })
        }
        _ => Err(Mismatch::Count { least: 2, most: Some(2) }),
    },
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "Whether a date or a moment is within a period",
        detail: "A moment is within a period from the first instant of its first day to the first instant of the day after its last, in the report's zone.",
        examples: &[
            ("2026-10-31 in 2026-10-01..2026-10-31", "true"),
            ("2026-11-01T00:00 in 2026-10-01..2026-10-31", "false"),
        ],
    },
    evaluate: |arguments, _, setting| match arguments {
        [Value::Date(date), Value::Period(period)] => Ok(Value::Bool(period.first <= *date && *date <= period.last)),
        [Value::DateTime(at), Value::Period(period)] => {
            // Days, not instants: the day after 9999-12-31 has no instant, but a moment always has a day.
            let day = setting.zone.date_of(*at);
            Ok(Value::Bool(period.first <= day && day <= period.last))
        }
        _ => Err(Fault::internal()),
    },
};
