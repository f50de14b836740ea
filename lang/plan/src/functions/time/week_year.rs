//! `week_year`: the year that the week of a date belongs to, by ISO 8601.

use super::super::kernel::prelude::*;
use super::year::{date_of, signature};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::WeekYear,
    name: "week_year",
    usage: &["week_year(x: date) -> int", "week_year(x: datetime) -> int"],
    signature,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The year that the week of a date belongs to, by ISO 8601",
        detail: "Goes with `week`: `\"{week_year(x)}-W{week(x)}\"`. Of a moment: of its day in the report's zone.",
        examples: &[("week_year(2027-01-03)", "2026"), ("week_year(2026-11-09)", "2026")],
    },
    evaluate: |arguments, _, setting| Ok(Value::Int(date_of(arguments, setting)?.iso_week().0.into())),
};
