//! `now`: the moment of the run.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Now,
    name: "now",
    usage: &["now -> datetime"],
    signature: |arguments| fixed(arguments, &[], DataType::DateTime),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The moment of the run",
        detail: "Fixed once for a whole run; `--as-of` sets it.",
        examples: &[],
    },
    evaluate: |_, _, setting| Ok(Value::DateTime(setting.now)),
};
