//! `format_number`: the number with its digits in groups of three.

use super::super::kernel::locale::{fixed, number};
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::FormatNumber,
    name: "format_number",
    usage: &["format_number(x: number) -> text", "format_number(x: number, digits: int) -> text"],
    signature: |arguments| {
        count(arguments, 1, 2)?;
        number_and_digits(arguments)
    },
    nulls: Nulls::Propagate,
    fails: &[],
    doc: Doc {
        summary: "The number with its digits in groups of three",
        detail: "From five digits on: `1500`, `15,000`. With so many digits behind the point as are written, halves away from zero; without a number of digits as many as it has, of a float four at most. In the language of the report, so only in columns of outputs and in messages.",
        examples: &[("format_number(1234567.891, 2)", "1,234,567.89"), ("format_number(1500)", "1500"), ("format_number(-0.5, 0)", "−1")],
    },
    evaluate: |arguments, _, setting| {
        let text = match arguments {
            [value] => number(value, setting.locale),
            [value, Value::Int(digits)] => fixed(value, 0, digits_of(*digits)?, setting.locale),
            _ => None,
        };
        text.map(Value::Text).ok_or(Fault::internal())
    },
};

/// A number of any kind, and perhaps how many digits stand behind its point.
pub(super) fn number_and_digits(arguments: &[Argument<'_>]) -> Result<Signature, Mismatch> {
    let Some(number) = arguments.first().filter(|argument| argument.ty.data.is_number()) else {
        return Err(Mismatch::Argument { at: 0, wanted: "a number" });
    };
    if arguments.len() > 1 {
        scale_literal(arguments, 1)?;
    }
    let digits = arguments.get(1).map(|_| DataType::Int);
    Ok(Signature { arguments: [number.ty.data.clone()].into_iter().chain(digits).collect(), result: DataType::Text })
}

pub(super) fn digits_of(digits: i128) -> Result<u8, Fault> {
    u8::try_from(digits).map_err(|_| Fault::internal())
}
