//! `years_between`: the whole years from one date to another: an age.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::YearsBetween,
    name: "years_between",
    usage: &["years_between(from: date, to: date) -> int"],
    signature: |arguments| fixed(arguments, &[(DataType::Date, "a date"), (DataType::Date, "a date")], DataType::Int),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The whole years from one date to another: an age",
        detail: "Who was born on February 29 is a year older on March 1 of a common year. Negative where the second date is before the first.",
        examples: &[
            ("years_between(1990-11-10, 2026-11-09)", "35"),
            ("years_between(2004-02-29, 2025-02-28)", "20"),
            ("years_between(2026-11-09, 2025-11-09)", "-1"),
        ],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Date(from), Value::Date(to)] if to < from => Ok(Value::Int(-whole_years(*to, *from))),
        [Value::Date(from), Value::Date(to)] => Ok(Value::Int(whole_years(*from, *to))),
        _ => Err(Fault::internal()),
    },
};

fn whole_years(from: Date, to: Date) -> i128 {
    let is_before_birthday = (to.month(), to.day()) < (from.month(), from.day());
    i128::from(to.year()) - i128::from(from.year()) - i128::from(is_before_birthday)
}
