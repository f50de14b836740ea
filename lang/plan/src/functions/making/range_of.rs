//! `..`: a range, both ends included.

use wr_base::value::Period;

use super::super::kernel::prelude::*;
use super::super::types::{alike, is_ordered};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::RangeOf,
    name: "..",
    usage: &[
        "from: T..to: T -> range of T",
        "from: T.. -> range of T",
        "..to: T -> range of T",
        "from: date..to: date -> period",
    ],
    signature: |arguments| {
        count(arguments, 2, 2)?;
        let suits = |ty: &DataType| is_ordered(ty) || *ty == DataType::Null;
        let of = alike(arguments, (suits, "a value that has an order"))?;
        let is_nullable = |argument: &Argument<'_>| argument.ty.nullable && argument.ty.data != DataType::Null;
        if let Some(at) = arguments.iter().position(is_nullable) {
            return Err(Mismatch::Argument { at, wanted: "an end that is never null" });
        }
        let is_open = arguments.iter().any(|argument| argument.ty.data == DataType::Null);
        let result =
            if of == DataType::Date && !is_open { DataType::Period } else { DataType::Range(Box::new(of.clone())) };
        Ok(Signature { arguments: vec![of.clone(), of], result })
    },
    nulls: Nulls::Handle,
    fails: &[],
    doc: Doc {
        summary: "A range, both ends included",
        detail: "An end that is left out is open. Two dates make a period.",
        examples: &[("18..65", "18..65"), ("2026-10-01..2026-10-31", "2026-10-01..2026-10-31")],
    },
    evaluate: |arguments, result, _| match (arguments, result) {
        ([Value::Date(first), Value::Date(last)], DataType::Period) => {
            Ok(Value::Period(Period { first: *first, last: *last }))
        }
        ([from, to], DataType::Range(_)) => {
            let end = |value: &Value| (!value.is_null()).then(|| Box::new(value.clone()));
            Ok(Value::Range(end(from), end(to)))
        }
        _ => Err(Fault::internal()),
    },
};
