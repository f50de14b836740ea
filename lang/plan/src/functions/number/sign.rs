//! `sign`: -1, 0 or 1.

use super::super::kernel::prelude::*;
use super::super::types::alike;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Sign,
    name: "sign",
    usage: &["sign(x: number) -> int"],
    signature: |arguments| {
        count(arguments, 1, 1)?;
        let number = alike(arguments, (DataType::is_number, "a number"))?;
        Ok(Signature { arguments: vec![number], result: DataType::Int })
    },
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "-1 for a number below zero, 1 for one above, 0 for zero",
        detail: "",
        examples: &[("sign(-2.5)", "-1"), ("sign(0)", "0"), ("sign(7)", "1")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Int(value)] => Ok(Value::Int(value.signum())),
        [Value::Decimal(value) | Value::Percent(value)] => Ok(Value::Int(value.unscaled.signum())),
        [Value::Float(value)] => Ok(Value::Int(i128::from(*value > 0.0) - i128::from(*value < 0.0))),
        _ => Err(Fault::internal()),
    },
};
