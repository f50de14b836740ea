//! `floor`: the greatest whole number that is not greater than the number.

use super::super::kernel::arithmetic::{floor_quotient, int_value, power_of_ten, whole_of_float};
use super::super::kernel::prelude::*;
use super::super::types::alike;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Floor,
    name: "floor",
    usage: &["floor(x: number) -> int"],
    signature: |arguments| {
        count(arguments, 1, 1)?;
        let number = alike(arguments, (DataType::is_number, "a number"))?;
        Ok(Signature { arguments: vec![number], result: DataType::Int })
    },
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "The greatest whole number that is not greater than the number",
        detail: "",
        examples: &[("floor(-2.5)", "-3")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Int(value)] => Ok(Value::Int(*value)),
        [Value::Decimal(value) | Value::Percent(value)] => {
            let power = power_of_ten(value.scale).ok_or(Fault::internal())?;
            int_value(floor_quotient(value.unscaled, power))
        }
        [Value::Float(value)] => whole_of_float(value.floor()),
        _ => Err(Fault::internal()),
    },
};
