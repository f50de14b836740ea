//! `+`: the sum of two numbers, or a moment moved by a duration.

use super::super::kernel::arithmetic::{decimal_value, float_value, int_value};
use super::super::kernel::instant::move_date;
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Add,
    name: "+",
    usage: &[
        "x: number + y: number -> number",
        "x: date + y: duration -> date",
        "x: datetime + y: duration -> datetime",
        "x: duration + y: duration -> duration",
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
        summary: "The sum of two numbers, or a moment moved by a duration",
        detail: "Decimals are added exactly. Months and days of a duration are counted on the calendar of the report's zone, hours exactly; a month that is too short ends on its last day. Texts are not added: write `\"{a}{b}\"`.",
        examples: &[("0.1 + 0.2", "0.3"), ("2026-01-31 + 1mo", "2026-02-28")],
    },
    evaluate: |arguments, _, setting| match arguments {
        [Value::Int(left), Value::Int(right)] => int_value(left.checked_add(*right)),
        [Value::Decimal(left), Value::Decimal(right)] => {
            decimal_value(left.unscaled.checked_add(right.unscaled), left.scale)
        }
        [Value::Float(left), Value::Float(right)] => float_value(left + right),
        [Value::Date(date), Value::Duration(by)] | [Value::Duration(by), Value::Date(date)] => {
            move_date(*date, *by).map(Value::Date).ok_or(Fault::overflow())
        }
        [Value::DateTime(at), Value::Duration(by)] | [Value::Duration(by), Value::DateTime(at)] => {
            setting.zone.add(*at, *by).map(Value::DateTime).ok_or(Fault::overflow())
        }
        [Value::Duration(left), Value::Duration(right)] => {
            add_durations(*left, *right).map(Value::Duration).ok_or(Fault::overflow())
        }
        _ => Err(Fault::internal()),
    },
};

/// Dates and instants with durations, durations with durations.
pub(super) fn moved(arguments: &[Argument<'_>]) -> Result<Option<Signature>, Mismatch> {
    let [left, right] = arguments else { return Ok(None) };
    let types = vec![left.ty.data.clone(), right.ty.data.clone()];
    let result = match (&left.ty.data, &right.ty.data) {
        (DataType::Duration, DataType::Duration) => DataType::Duration,
        (DataType::DateTime, DataType::Duration) | (DataType::Duration, DataType::DateTime) => DataType::DateTime,
        (DataType::Date, DataType::Duration) | (DataType::Duration, DataType::Date) => {
            let hours = |argument: &Argument<'_>| matches!(argument.constant, Some(Value::Duration(duration)) if duration.micros != 0);
            if let Some(at) = arguments.iter().position(hours) {
                return Err(Mismatch::Argument { at, wanted: "a duration of whole days" });
            }
            DataType::Date
        }
        _ => return Ok(None),
    };
    Ok(Some(Signature { arguments: types, result }))
}

pub(super) fn add_durations(left: Duration, right: Duration) -> Option<Duration> {
    Some(Duration {
        months: left.months.checked_add(right.months)?,
        days: left.days.checked_add(right.days)?,
        micros: left.micros.checked_add(right.micros)?,
    })
}
