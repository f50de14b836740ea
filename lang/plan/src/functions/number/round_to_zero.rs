//! `round_to_zero`: the number without the digits behind so many.

use super::super::kernel::arithmetic::Rounding;
use super::super::kernel::prelude::*;
use super::round::{ROUND_SIGNATURE, round_by};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::RoundToZero,
    name: "round_to_zero",
    usage: &[
        "round_to_zero(x: number) -> int",
        "round_to_zero(x: decimal, digits: int) -> decimal",
        "round_to_zero(x: float, digits: int) -> float",
    ],
    signature: ROUND_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "The number without the digits behind so many",
        detail: "Without digits it is a whole number. The digits have to be written as a number: they are part of the type.",
        examples: &[("round_to_zero(2.9)", "2"), ("round_to_zero(-2.9)", "-2"), ("round_to_zero(-1.239, 2)", "-1.23")],
    },
    evaluate: |arguments, result, _| round_by(arguments, result, Rounding::ToZero),
};
