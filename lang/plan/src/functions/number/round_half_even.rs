//! `round_half_even`: the nearest number with so many digits behind the point, halves to the even digit.

use super::super::kernel::arithmetic::Rounding;
use super::super::kernel::prelude::*;
use super::round::{ROUND_SIGNATURE, round_by};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::RoundHalfEven,
    name: "round_half_even",
    usage: &[
        "round_half_even(x: number) -> int",
        "round_half_even(x: decimal, digits: int) -> decimal",
        "round_half_even(x: float, digits: int) -> float",
    ],
    signature: ROUND_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "The nearest number with so many digits behind the point, halves to the even digit",
        detail: "The rounding of banks: halves do not add up in one direction. Without digits it is a whole number. The digits have to be written as a number: they are part of the type.",
        examples: &[("round_half_even(2.5)", "2"), ("round_half_even(3.5)", "4"), ("round_half_even(1.245, 2)", "1.24")],
    },
    evaluate: |arguments, result, _| round_by(arguments, result, Rounding::HalfEven),
};
