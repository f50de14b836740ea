//! `parse_date`: the date in a text of a form.

use super::super::kernel::form::{check_form, read};
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::ParseDate,
    name: "parse_date",
    usage: &["parse_date(x: text, form: text) -> date"],
    signature: FUNCTION_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[Code::ConversionFailed],
    doc: Doc {
        summary: "The date in a text of some form",
        detail: "The form is written out: `YYYY` is the year, `MM` the month and `M` one without a zero before it, `DD` and `D` the day; signs that are no letters stand for themselves. Years of two digits are not guessed.",
        examples: &[("parse_date(\"09.11.2026\", \"DD.MM.YYYY\")", "2026-11-09"), ("parse_date(\"11/9/2026\", \"M/D/YYYY\")", "2026-11-09"), ("parse_date(\"9.11.26\", \"D.M.YYYY\")", "WR0802")],
    },
    evaluate: |arguments, _, _| match arguments {
        [Value::Text(text), Value::Text(form)] => {
            let (date, _) = read(text, form).ok_or_else(|| Fault::conversion(text))?;
            Ok(Value::Date(date))
        }
        _ => Err(Fault::internal()),
    },
};

pub(super) const FUNCTION_SIGNATURE: fn(&[Argument<'_>]) -> Result<Signature, Mismatch> = |arguments| {
    let wanted = [(DataType::Text, "a text"), (DataType::Text, "the form of a date")];
    let signature = fixed(arguments, &wanted, DataType::Date)?;
    check_form(arguments, false).map(|()| signature)
};
