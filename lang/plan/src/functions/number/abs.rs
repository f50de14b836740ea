//! `abs`: the number without its sign.

use super::super::kernel::arithmetic::{decimal_value, int_value};
use super::super::kernel::prelude::*;
use super::super::types::alike;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Abs,
    name: "abs",
    usage: &["abs(x: number) -> number"],
    signature: |arguments| {
        count(arguments, 1, 1)?;
        let ty = alike(arguments, (DataType::is_number, "a number"))?;
        Ok(Signature { arguments: vec![ty.clone()], result: ty })
    },
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow],
    doc: Doc { summary: "The number without its sign", detail: "", examples: &[("abs(-2.5)", "2.5")] },
    evaluate: |arguments, _, _| match arguments {
        [Value::Int(value)] => int_value(value.checked_abs()),
        [Value::Decimal(value)] => decimal_value(Some(value.unscaled.abs()), value.scale),
        [Value::Percent(value)] => Ok(Value::Percent(Decimal { unscaled: value.unscaled.abs(), scale: value.scale })),
        [Value::Float(value)] => Ok(Value::Float(value.abs())),
        _ => Err(Fault::internal()),
    },
};
