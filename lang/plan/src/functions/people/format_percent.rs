//! `format_percent`: the share as a percentage, with so many digits behind the point.

use super::super::kernel::locale::fixed;
use super::super::kernel::prelude::*;
use super::format_number::{digits_of, number_and_digits};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::FormatPercent,
    name: "format_percent",
    usage: &["format_percent(x: number, digits: int) -> text"],
    signature: |arguments| {
        count(arguments, 2, 2)?;
        number_and_digits(arguments)
    },
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The share as a percentage, with so many digits behind the point",
        detail: "A share of 1 is 100%. Halves are rounded away from zero. In the language of the report, so only in columns of outputs and in messages.",
        examples: &[("format_percent(0.125, 1)", "12.5%"), ("format_percent(2 / 3, 0)", "67%"), ("format_percent(10%, 1)", "10.0%")],
    },
    evaluate: |arguments, _, setting| match arguments {
        [value, Value::Int(digits)] => fixed(value, 2, digits_of(*digits)?, setting.locale)
            .map(|text| Value::Text(format!("{text}%")))
            .ok_or(Fault::internal()),
        _ => Err(Fault::internal()),
    },
};
