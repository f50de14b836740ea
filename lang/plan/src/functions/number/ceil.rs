//! `ceil`: the smallest whole number that is not smaller than the number.

use super::super::kernel::arithmetic::{floor_quotient, int_value, power_of_ten, whole_of_float};
use super::super::kernel::prelude::*;
use super::super::types::alike;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Ceil,
    name: "ceil",
    usage: &["ceil(x: number) -> int"],
    signature: |arguments| {
        count(arguments, 1, 1)?;
        let number = alike(arguments, (DataType::is_number, "a number"))?;
        Ok(Signature { arguments: vec![number], result: DataType::Int })
    },
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "The smallest whole number that is not smaller than the number",
        detail: "",
        examples: &[("ceil(-2.5)", "-2")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Int(value)] => Ok(Value::Int(*value)),
        [Value::Decimal(value) | Value::Percent(value)] => {
            let power = power_of_ten(value.scale).ok_or(Fault::internal())?;
            int_value(floor_quotient(-value.unscaled, power).and_then(i128::checked_neg))
        }
        [Value::Float(value)] => whole_of_float(value.ceil()),
        _ => Err(Fault::internal()),
    },
};
