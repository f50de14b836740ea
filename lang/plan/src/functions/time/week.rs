//! `week`: the week of a date by ISO 8601, 1 to 53.

use super::super::kernel::prelude::*;
use super::year::{date_of, signature};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Week,
    name: "week",
    usage: &["week(x: date) -> int", "week(x: datetime) -> int"],
    signature,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The week of a date by ISO 8601, 1 to 53",
        detail: "A week begins on Monday, and week 1 is the first with a Thursday in its year: January 1 can be in week 53 of the year before. The year that it belongs to is `week_year(x)`; the Monday itself is `trunc(x, 1w)`. Of a moment: of its day in the report's zone.",
        examples: &[("week(2026-11-09)", "46"), ("week(2027-01-03)", "53")],
    },
    evaluate: |arguments, _, setting| Ok(Value::Int(date_of(arguments, setting)?.iso_week().1.into())),
};
