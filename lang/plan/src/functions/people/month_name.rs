//! `month_name`: the name of the month of a date.

use super::super::kernel::locale::named;
use super::super::kernel::prelude::*;
use super::format_date::{DAY_SIGNATURE, day_of};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::MonthName,
    name: "month_name",
    usage: &["month_name(x: date) -> text", "month_name(x: datetime) -> text"],
    signature: DAY_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The name of the month of a date",
        detail: "Of a moment: of its day in the report's zone. In the language of the report, so only in columns of outputs and in messages. To sort by it, sort by `month(x)`.",
        examples: &[("month_name(2026-11-09)", "November")],
    },
    evaluate: |arguments, _, setting| {
        let names = &setting.locale.words().months;
        Ok(Value::text(named(names, day_of(arguments, setting)?.month())))
    },
};
