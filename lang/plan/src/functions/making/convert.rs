//! `(widening)`: a number of a wider type, where one is needed.

use super::super::kernel::arithmetic::{decimal_value, power_of_ten};
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Convert,
    name: "(widening)",
    usage: &["int -> decimal -> float", "percent -> decimal -> float"],
    signature: |arguments| match arguments {
        // What it widens to is said by the expression that it stands in, not by its argument.
        [argument] => Ok(Signature { arguments: vec![argument.ty.data.clone()], result: argument.ty.data.clone() }),
        _ => Err(Mismatch::Count { least: 1, most: Some(1) }),
    },
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "A number of a wider type, where one is needed",
        detail: "It is never written: `price * 2` widens the 2. Nothing but numbers widens; whatever loses digits has to be said in so many words.",
        examples: &[("1 + 0.5", "1.5")],
    },
    evaluate: |arguments, result, _| match arguments {
        [value] => widen(value, result),
        _ => Err(Fault::internal()),
    },
};

/// The decimal, where it has no more digits than the type.
fn within(unscaled: Option<i128>, to: &DataType) -> Result<Value, Fault> {
    let DataType::Decimal { precision, scale } = to else { return Err(Fault::internal()) };
    let limit = power_of_ten(*precision).ok_or(Fault::internal())?;
    decimal_value(unscaled.filter(|unscaled| unscaled.unsigned_abs() < limit.unsigned_abs()), *scale)
}

fn widen(value: &Value, to: &DataType) -> Result<Value, Fault> {
    match (value, to) {
        (Value::Int(value), DataType::Decimal { scale, .. }) => {
            within(power_of_ten(*scale).and_then(|power| value.checked_mul(power)), to)
        }
        (Value::Decimal(value) | Value::Percent(value), DataType::Decimal { scale, .. }) => {
            within(value.rescale(*scale).map(|value| value.unscaled), to)
        }
        (Value::Int(value), DataType::Float) => Ok(Value::Float(*value as f64)),
        (Value::Decimal(value) | Value::Percent(value), DataType::Float) => Ok(Value::Float(value.to_f64())),
        (Value::Range(from, to), DataType::Range(of)) => {
            let end = |end: &Option<Box<Value>>| match end {
                Some(end) => widen(end, of).map(|end| Some(Box::new(end))),
                None => Ok(None),
            };
            Ok(Value::Range(end(from)?, end(to)?))
        }
        (Value::List(items), DataType::List(of)) => {
            items.iter().map(|item| widen(item, of)).collect::<Result<_, _>>().map(Value::List)
        }
        _ => Ok(value.clone()),
    }
}
