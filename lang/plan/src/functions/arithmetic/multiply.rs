//! `*`: the product of two numbers.

use super::super::kernel::arithmetic::{decimal_value, float_value, int_value};
use super::super::kernel::prelude::*;
use super::super::types::as_written;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Multiply,
    name: "*",
    usage: &["x: number * y: number -> number", "x: int * y: duration -> duration", "x: duration * y: int -> duration"],
    signature: |arguments| {
        count(arguments, 2, 2)?;
        if let Some(signature) = several_times(arguments)? {
            return Ok(signature);
        }
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
        summary: "The product of two numbers, or a duration several times",
        detail: "A product of decimals is exact: its digits behind the point are as many as those of both together. A percentage is a share: `10% * x` is a tenth of `x`. A number of days from the data moves a date: `x + n * 1d`.",
        examples: &[("6 * 7", "42"), ("1.25 * 0.5", "0.625"), ("10% * 250", "25"), ("2026-01-31 + 2 * 1mo", "2026-03-31")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Int(left), Value::Int(right)] => int_value(left.checked_mul(*right)),
        [Value::Decimal(left), Value::Decimal(right)] => {
            decimal_value(left.unscaled.checked_mul(right.unscaled), left.scale + right.scale)
        }
        [Value::Float(left), Value::Float(right)] => float_value(left * right),
        [Value::Duration(duration), Value::Int(times)] | [Value::Int(times), Value::Duration(duration)] => {
            repeated(*duration, *times).map(Value::Duration).ok_or(Fault::overflow())
        }
        _ => Err(Fault::internal()),
    },
};

/// A duration and a whole number; `None`: two numbers.
fn several_times(arguments: &[Argument<'_>]) -> Result<Option<Signature>, Mismatch> {
    let types = arguments.iter().map(|argument| argument.ty.data.clone()).collect::<Vec<_>>();
    let Some(duration) = types.iter().position(|ty| *ty == DataType::Duration) else { return Ok(None) };
    let other = 1 - duration;
    if types.get(other) != Some(&DataType::Int) {
        return Err(Mismatch::Argument { at: other, wanted: "a whole number" });
    }
    Ok(Some(Signature { arguments: types, result: DataType::Duration }))
}

fn repeated(duration: Duration, times: i128) -> Option<Duration> {
    let of = |part: i128| part.checked_mul(times);
    Some(Duration {
        months: i32::try_from(of(duration.months.into())?).ok()?,
        days: i32::try_from(of(duration.days.into())?).ok()?,
        micros: i64::try_from(of(duration.micros.into())?).ok()?,
    })
}
