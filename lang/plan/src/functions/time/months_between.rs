//! `months_between`: the whole months from one date to another.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::MonthsBetween,
    name: "months_between",
    usage: &["months_between(from: date, to: date) -> int"],
    signature: |arguments| fixed(arguments, &[(DataType::Date, "a date"), (DataType::Date, "a date")], DataType::Int),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The whole months from one date to another",
        detail: "A month is over on the same day of the next one; where that month is too short, on the first day after it. Negative where the second date is before the first.",
        examples: &[
            ("months_between(2026-01-15, 2026-11-14)", "9"),
            ("months_between(2026-01-31, 2026-02-28)", "0"),
            ("months_between(2026-01-31, 2026-03-01)", "1"),
            ("months_between(2026-11-14, 2026-01-15)", "-9"),
        ],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Date(from), Value::Date(to)] if to < from => Ok(Value::Int(-whole_months(*to, *from))),
        [Value::Date(from), Value::Date(to)] => Ok(Value::Int(whole_months(*from, *to))),
        _ => Err(Fault::internal()),
    },
};

fn whole_months(from: Date, to: Date) -> i128 {
    let months = |date: Date| i128::from(date.year()) * 12 + i128::from(date.month());
    months(to) - months(from) - i128::from(to.day() < from.day())
}
