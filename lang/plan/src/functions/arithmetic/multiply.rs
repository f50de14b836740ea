//! `*`: the product of two numbers.

use super::super::kernel::arithmetic::{decimal_value, float_value, int_value};
use super::super::kernel::prelude::*;
use super::super::types::as_written;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Multiply,
    name: "*",
    usage: &["x: number * y: number -> number"],
    signature: |arguments| {
        let both = numbers(arguments)?;
        let [left, right] = arguments else { return Err(Mismatch::Together) };
        if both == DataType::Int || both == DataType::Float {
            return Ok(Signature { arguments: vec![both.clone(), both.clone()], result: both });
        }
        let (Some(left), Some(right)) = (decimal_of(&as_written(left)), decimal_of(&as_written(right))) else {
            return Err(Mismatch::Together);
        };
        let scale = left.1 + right.1;
        if scale > wr_base::ty::MAX_PRECISION {
            return Err(Mismatch::TooManyDigits);
        }
        Ok(Signature {
            arguments: vec![decimal(left.0 - left.1, left.1), decimal(right.0 - right.1, right.1)],
            result: decimal(left.0 - left.1 + right.0 - right.1, scale),
        })
    },
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "The product of two numbers",
        detail: "A product of decimals is exact: its digits behind the point are as many as those of both together. A percentage is a share: `10% * x` is a tenth of `x`.",
        examples: &[("6 * 7", "42"), ("1.25 * 0.5", "0.625"), ("10% * 250", "25")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Int(left), Value::Int(right)] => int_value(left.checked_mul(*right)),
        [Value::Decimal(left), Value::Decimal(right)] => {
            decimal_value(left.unscaled.checked_mul(right.unscaled), left.scale + right.scale)
        }
        [Value::Float(left), Value::Float(right)] => float_value(left * right),
        _ => Err(Fault::internal()),
    },
};
