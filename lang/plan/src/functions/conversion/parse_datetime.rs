//! `parse_datetime`: the moment in a text of a form.

use super::super::kernel::form::{check_form, read};
use super::super::kernel::instant::instant;
use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::ParseDatetime,
    name: "parse_datetime",
    usage: &["parse_datetime(x: text, form: text) -> datetime"],
    signature: FUNCTION_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow, Code::ConversionFailed],
    doc: Doc {
        summary: "The moment in a text of some form",
        detail: "As `parse_date`, and `hh` and `h` are the hour, `mm` and `m` the minute, `ss` and `s` the second, which may be left out. `T` stands for itself. The clock is that of the report's zone.",
        examples: &[("parse_datetime(\"09.11.2026 8:30\", \"DD.MM.YYYY h:mm\")", "2026-11-09T05:30:00.000000Z"), ("parse_datetime(\"20261109T083015\", \"YYYYMMDDThhmmss\")", "2026-11-09T05:30:15.000000Z")],
    },
    evaluate: |arguments, _, setting| match arguments {
        [Value::Text(text), Value::Text(form)] => {
            let (date, time) = read(text, form).ok_or_else(|| Fault::conversion(text))?;
            instant(setting.zone, date, time).map(Value::DateTime).ok_or(Fault::overflow())
        }
        _ => Err(Fault::internal()),
    },
};

pub(super) const FUNCTION_SIGNATURE: fn(&[Argument<'_>]) -> Result<Signature, Mismatch> = |arguments| {
    let wanted = [(DataType::Text, "a text"), (DataType::Text, "the form of a moment")];
    let signature = fixed(arguments, &wanted, DataType::DateTime)?;
    check_form(arguments, true).map(|()| signature)
};
