//! `weekday_name`: the name of the day of the week of a date.

use super::super::kernel::locale::named;
use super::super::kernel::prelude::*;
use super::format_date::{DAY_SIGNATURE, day_of};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::WeekdayName,
    name: "weekday_name",
    usage: &["weekday_name(x: date) -> text", "weekday_name(x: datetime) -> text"],
    signature: DAY_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The name of the day of the week of a date",
        detail: "Of a moment: of its day in the report's zone. In the language of the report, so only in columns of outputs and in messages. To sort by it, sort by `weekday(x)`.",
        examples: &[("weekday_name(2026-11-09)", "Monday")],
    },
    evaluate: |arguments, _, setting| {
        let names = &setting.locale.words().weekdays;
        Ok(Value::text(named(names, day_of(arguments, setting)?.weekday())))
    },
};
