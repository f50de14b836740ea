//! `not`: the opposite of a condition.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Not,
    name: "not",
    usage: &["not x: bool -> bool"],
    signature: |arguments| fixed(arguments, &[(DataType::Bool, "a condition")], DataType::Bool),
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The opposite of a condition",
        detail: "Null stays null.",
        examples: &[("not 1 == 2", "true")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Bool(value)] => Ok(Value::Bool(!value)),
        _ => Err(Fault::internal()),
    },
};
