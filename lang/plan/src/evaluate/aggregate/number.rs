//! Numbers of every type as what sums are made of.

use wr_base::value::Value;

use crate::functions::PERCENT_SCALE;

/// A number. All of one column have one scale.
pub(super) enum Number {
    /// `digits` / 10^`scale`.
    Exact {
        digits: i128,
        scale: u8,
    },
    Float(f64),
}

/// `None`: it is no number.
pub(super) fn number_of(value: &Value) -> Option<Number> {
    match value {
        Value::Int(digits) => Some(Number::Exact { digits: *digits, scale: 0 }),
        Value::Decimal(number) => Some(Number::Exact { digits: number.unscaled, scale: number.scale }),
        Value::Percent(number) => {
            let digits = number.rescale(PERCENT_SCALE).unwrap_or(*number).unscaled;
            Some(Number::Exact { digits, scale: PERCENT_SCALE })
        }
        Value::Float(number) => Some(Number::Float(*number)),
        Value::Null
        | Value::Bool(_)
        | Value::Text(_)
        | Value::Date(_)
        | Value::DateTime(_)
        | Value::Time(_)
        | Value::Duration(_)
        | Value::Uuid(_)
        | Value::Range(..)
        | Value::Period(_)
        | Value::List(_) => None,
    }
}
