//! `day_of_year`: the day of the year of a date, 1 to 366.

use super::super::kernel::prelude::*;
use super::year::{date_of, signature};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::DayOfYear,
    name: "day_of_year",
    usage: &["day_of_year(x: date) -> int", "day_of_year(x: datetime) -> int"],
    signature,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The day of the year of a date, 1 to 366",
        detail: "Of a moment: of its day in the report's zone.",
        examples: &[("day_of_year(2026-02-01)", "32")],
    },
    evaluate: |arguments, _, setting| Ok(Value::Int(date_of(arguments, setting)?.day_of_year().into())),
};
