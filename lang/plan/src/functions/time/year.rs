//! `year`: the year of a date.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Year,
    name: "year",
    usage: &["year(x: date) -> int", "year(x: datetime) -> int"],
    signature,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The year of a date",
        detail: "Of a moment: of its day in the report's zone.",
        examples: &[("year(2026-11-09)", "2026")],
    },
    evaluate: |arguments, _, setting| Ok(Value::Int(date_of(arguments, setting)?.year().into())),
};

/// A date, or a moment, whose day in the report's zone is meant.
pub(super) fn signature(arguments: &[Argument<'_>]) -> Result<Signature, Mismatch> {
    count(arguments, 1, 1)?;
    match arguments {
        [argument] if matches!(argument.ty.data, DataType::Date | DataType::DateTime) => {
            Ok(Signature { arguments: vec![argument.ty.data.clone()], result: DataType::Int })
        }
        _ => Err(Mismatch::Argument { at: 0, wanted: "a date or a moment" }),
    }
}

pub(super) fn date_of(arguments: &[Value], setting: &Setting) -> Result<Date, Fault> {
    match arguments {
        [Value::Date(date)] => Ok(*date),
        [Value::DateTime(at)] => Ok(setting.zone.date_of(*at)),
        _ => Err(Fault::internal()),
    }
}
