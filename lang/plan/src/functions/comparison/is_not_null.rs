//! `is not null`: whether there is a value.

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::IsNotNull,
    name: "is not null",
    usage: &["x is not null -> bool"],
    signature: |arguments| {
        count(arguments, 1, 1)?;
        Ok(Signature {
            arguments: arguments.iter().map(|argument| argument.ty.data.clone()).collect(),
            result: DataType::Bool,
        })
    },
    nulls: Nulls::Handle,
    fails: &[],
    doc: Doc { summary: "Whether there is a value", detail: "", examples: &[("1 / 0 is not null", "false")] },
    evaluate: |arguments, _, _| match arguments {
        [value] => Ok(Value::Bool(!value.is_null())),
        _ => Err(Fault::internal()),
    },
};
