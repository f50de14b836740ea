//! `mod`: what `//` leaves.

use super::super::kernel::arithmetic::floor_remainder;
use super::super::kernel::prelude::*;
use super::super::types::{PERCENT_SCALE, alike};
use super::floor_divide::EXACT;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Modulo,
    name: "mod",
    usage: &["x: int mod y: int -> int?", "x: decimal mod y: decimal -> decimal?"],
    signature: |arguments| {
        count(arguments, 2, 2)?;
        let both = alike(arguments, EXACT)?;
        let both = if both == DataType::Percent { decimal(12, PERCENT_SCALE) } else { both };
        Ok(Signature { arguments: vec![both.clone(), both.clone()], result: both })
    },
    nulls: Nulls::PropagateOrGive,
    fails: &[],
    doc: Doc {
        summary: "What `//` leaves",
        detail: "It has the sign of the divisor: `-7 mod 2` is 1. Null where the divisor is 0.",
        examples: &[("7 mod 2", "1"), ("-7 mod 2", "1"), ("7.5 mod 2", "1.5")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Int(_), Value::Int(0)] => Ok(Value::Null),
        [Value::Int(left), Value::Int(right)] => Ok(Value::Int(floor_remainder(*left, *right))),
        [Value::Decimal(_), Value::Decimal(Decimal { unscaled: 0, .. })] => Ok(Value::Null),
        [Value::Decimal(left), Value::Decimal(right)] => {
            Ok(Value::Decimal(Decimal { unscaled: floor_remainder(left.unscaled, right.unscaled), scale: left.scale }))
        }
        _ => Err(Fault::internal()),
    },
};
