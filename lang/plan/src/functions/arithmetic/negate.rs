//! `-x`: the number with the other sign.

use super::super::kernel::arithmetic::{decimal_value, int_value};
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Negate,
    name: "-x",
    usage: &["-x: number -> number", "-x: duration -> duration"],
    signature: |arguments| {
        count(arguments, 1, 1)?;
        match arguments {
            [argument] if argument.ty.data.is_number() || argument.ty.data == DataType::Duration => {
                Ok(Signature { arguments: vec![argument.ty.data.clone()], result: argument.ty.data.clone() })
            }
            _ => Err(Mismatch::Argument { at: 0, wanted: "a number or a duration" }),
        }
    },
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow],
    doc: Doc { summary: "The number with the other sign", detail: "", examples: &[("-(2 - 5)", "3")] },
    evaluate: |arguments, _, _| match arguments {
        [Value::Int(value)] => int_value(value.checked_neg()),
        [Value::Decimal(value)] => decimal_value(Some(-value.unscaled), value.scale),
        [Value::Percent(value)] => Ok(Value::Percent(Decimal { unscaled: -value.unscaled, scale: value.scale })),
        [Value::Float(value)] => Ok(Value::Float(-value)),
        [Value::Duration(value)] => value.negated().map(Value::Duration).ok_or(Fault::overflow()),
        _ => Err(Fault::internal()),
    },
};
