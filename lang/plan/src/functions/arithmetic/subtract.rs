//! `-`: the difference of two numbers, or a moment moved by a duration.

use super::super::kernel::arithmetic::{decimal_value, float_value, int_value};
use super::super::kernel::instant::move_date;
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Subtract,
    name: "-",
    usage: &[
        "x: number - y: number -> number",
        "x: date - y: duration -> date",
        "x: datetime - y: duration -> datetime",
        "x: duration - y: duration -> duration",
    ],
    signature: |arguments| {
        count(arguments, 2, 2)?;
        if let Some(signature) = moved(arguments)? {
            return Ok(signature);
        }
        let both = numbers(arguments)?;
        let result = match decimal_of(&both) {
            Some((precision, scale)) if both != DataType::Int => decimal(precision - scale + 1, scale),
            _ => both.clone(),
        };
        // The sum of two percentages is one again only as a decimal: shares are not money.
        let both = if both == DataType::Percent { result.clone() } else { both };
        Ok(Signature { arguments: vec![both.clone(), both], result })
    },
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "The difference of two numbers, or a moment moved by a duration",
        detail: "As `+`. The days between two dates are `days_between(from, to)`.",
        examples: &[("10 - 2.5", "7.5"), ("2026-03-31 - 1mo", "2026-02-28")],
    },
    evaluate: |arguments, _, setting| match arguments {
        [Value::Int(left), Value::Int(right)] => int_value(left.checked_sub(*right)),
        [Value::Decimal(left), Value::Decimal(right)] => {
            decimal_value(left.unscaled.checked_sub(right.unscaled), left.scale)
        }
        [Value::Float(left), Value::Float(right)] => float_value(left - right),
        [Value::Date(date), Value::Duration(by)] => {
            by.negated().and_then(|by| move_date(*date, by)).map(Value::Date).ok_or(Fault::overflow())
        }
        [Value::DateTime(at), Value::Duration(by)] => {
            by.negated().and_then(|by| setting.zone.add(*at, by)).map(Value::DateTime).ok_or(Fault::overflow())
        }
        [Value::Duration(left), Value::Duration(right)] => right
            .negated()
            .and_then(|right| super::add::add_durations(*left, right))
            .map(Value::Duration)
            .ok_or(Fault::overflow()),
        _ => Err(Fault::internal()),
    },
};

/// As for a sum, but nothing can be taken from a duration except a duration.
fn moved(arguments: &[Argument<'_>]) -> Result<Option<Signature>, Mismatch> {
    match arguments {
        [left, right] if left.ty.data == DataType::Duration && right.ty.data != DataType::Duration => {
            Err(Mismatch::Argument { at: 1, wanted: "a duration" })
        }
        _ => super::add::moved(arguments),
    }
}
