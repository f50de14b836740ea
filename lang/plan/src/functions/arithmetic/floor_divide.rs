//! `//`: the quotient rounded down to a whole number.

use super::super::kernel::arithmetic::{floor_quotient, int_value};
use super::super::kernel::prelude::*;
use super::super::types::{PERCENT_SCALE, alike};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::FloorDivide,
    name: "//",
    usage: &["x: int // y: int -> int?", "x: decimal // y: decimal -> int?"],
    signature: |arguments| {
        count(arguments, 2, 2)?;
        let both = alike(arguments, EXACT)?;
        let both = if both == DataType::Percent { decimal(12, PERCENT_SCALE) } else { both };
        Ok(Signature { arguments: vec![both.clone(), both], result: DataType::Int })
    },
    nulls: Nulls::PropagateOrGive,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "The quotient rounded down to a whole number",
        detail: "Down means towards the smaller number: `-7 // 2` is -4. Null where the divisor is 0. Not for floats.",
        examples: &[("7 // 2", "3"), ("-7 // 2", "-4"), ("7.5 // 0.5", "15"), ("1 // 0", "null")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Int(_), Value::Int(0)] => Ok(Value::Null),
        [Value::Int(left), Value::Int(right)] => int_value(floor_quotient(*left, *right)),
        [Value::Decimal(_), Value::Decimal(Decimal { unscaled: 0, .. })] => Ok(Value::Null),
        [Value::Decimal(left), Value::Decimal(right)] => int_value(floor_quotient(left.unscaled, right.unscaled)),
        _ => Err(Fault::internal()),
    },
};

/// Where rounding down has one meaning.
pub(super) const EXACT: Wanted = (|ty| decimal_of(ty).is_some(), "a whole number or a decimal");
