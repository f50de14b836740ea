//! `today`: the day of the run in the report's zone.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Today,
    name: "today",
    usage: &["today -> date"],
    signature: |arguments| fixed(arguments, &[], DataType::Date),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The day of the run in the report's zone",
        detail: "Fixed once for a whole run; `--as-of` sets it.",
        examples: &[("date(now) == today", "true")],
    },
    evaluate: |_, _, setting| Ok(Value::Date(setting.today)),
};
