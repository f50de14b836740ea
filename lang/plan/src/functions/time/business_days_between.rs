//! `business_days_between`: the days from Monday to Friday from one date to another.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::BusinessDaysBetween,
    name: "business_days_between",
    usage: &["business_days_between(from: date, to: date) -> int"],
    signature: |arguments| fixed(arguments, &[(DataType::Date, "a date"), (DataType::Date, "a date")], DataType::Int),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The days from Monday to Friday from one date to another",
        detail: "The first date counts, the second does not, so that the numbers of neighbouring spans add up. Holidays are not known: each Monday to Friday is a business day. Negative where the second date is before the first.",
        examples: &[
            ("business_days_between(2026-11-09, 2026-11-16)", "5"),
            ("business_days_between(2026-11-13, 2026-11-16)", "1"),
            ("business_days_between(2026-11-16, 2026-11-09)", "-5"),
        ],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Date(from), Value::Date(to)] => Ok(Value::Int((business_days_before(*to) - business_days_before(*from)).into())),
        _ => Err(Fault::internal()),
    },
};

/// The business days from Monday, 1969-12-29 up to, not including, a date.
fn business_days_before(date: Date) -> i64 {
    let days = i64::from(date.0) + 3;
    days.div_euclid(7) * 5 + days.rem_euclid(7).min(5)
}
