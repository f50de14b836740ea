//! `format_date`: the date in words.

use super::super::kernel::locale::{clock, date_in_words};
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::FormatDate,
    name: "format_date",
    usage: &["format_date(x: date) -> text", "format_date(x: datetime) -> text"],
    signature: DAY_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The date in words",
        detail: "Of a moment: with what the clock shows in the report's zone. In the language of the report, so only in columns of outputs and in messages.",
        examples: &[("format_date(2026-11-09)", "9 November 2026"), ("format_date(2026-11-09T08:30)", "9 November 2026, 08:30")],
    },
    evaluate: |arguments, _, setting| match arguments {
        [Value::Date(date)] => Ok(Value::Text(date_in_words(*date, setting.locale))),
        [Value::DateTime(at)] => {
            let date = date_in_words(setting.zone.date_of(*at), setting.locale);
            Ok(Value::Text(format!("{date}, {}", clock(*at, setting.zone))))
        }
        _ => Err(Fault::internal()),
    },
};

/// A date, or a moment, whose day in the report's zone is meant.
pub(super) const DAY_SIGNATURE: fn(&[Argument<'_>]) -> Result<Signature, Mismatch> = |arguments| {
        count(arguments, 1, 1)?;
        match arguments {
            [argument] if matches!(argument.ty.data, DataType::Date | DataType::DateTime) => {
                Ok(Signature { arguments: vec![argument.ty.data.clone()], result: DataType::Text })
            }
            _ => Err(Mismatch::Argument { at: 0, wanted: "a date or a moment" }),
        }
    };

pub(super) fn day_of(arguments: &[Value], setting: &Setting) -> Result<Date, Fault> {
    match arguments {
        [Value::Date(date)] => Ok(*date),
        [Value::DateTime(at)] => Ok(setting.zone.date_of(*at)),
        _ => Err(Fault::internal()),
    }
}
