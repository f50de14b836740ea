//! `add_business_days`: so many days from Monday to Friday later.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::AddBusinessDays,
    name: "add_business_days",
    usage: &["add_business_days(x: date, count: int) -> date"],
    signature: |arguments| {
        fixed(arguments, &[(DataType::Date, "a date"), (DataType::Int, "a number of days")], DataType::Date)
    },
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "The date so many days from Monday to Friday after another",
        detail: "Before it, for a number below zero; for 0 the date itself, whatever day it is. Holidays are not known.",
        examples: &[
            ("add_business_days(2026-11-13, 1)", "2026-11-16"),
            ("add_business_days(2026-11-14, 1)", "2026-11-16"),
            ("add_business_days(2026-11-16, -1)", "2026-11-13"),
            ("add_business_days(2026-11-14, 0)", "2026-11-14"),
        ],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Date(date), Value::Int(count)] => moved(*date, *count).map(Value::Date).ok_or(Fault::overflow()),
        _ => Err(Fault::internal()),
    },
};

fn moved(date: Date, count: i128) -> Option<Date> {
    if count == 0 {
        return Some(date);
    }
    // Days since a Monday; a day of the weekend counts as the last day before the way begins.
    let days = i128::from(date.0) + 3;
    let (week, day) = (days.div_euclid(7), days.rem_euclid(7));
    let from = week * 5 + if count > 0 { day.min(4) } else { day.min(5) };
    let to = from.checked_add(count)?;
    let days = to.div_euclid(5).checked_mul(7)?.checked_add(to.rem_euclid(5))?;
    Date(0).add_days(i32::try_from(days.checked_sub(3)?).ok()?)
}
