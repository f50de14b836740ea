//! `floor`: the greatest number with so many digits behind the point that is not greater than the number.

use super::super::kernel::arithmetic::Rounding;
use super::super::kernel::prelude::*;
use super::round::{ROUND_SIGNATURE, round_by};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Floor,
    name: "floor",
    usage: &[
        "floor(x: number) -> int",
        "floor(x: decimal, digits: int) -> decimal",
        "floor(x: float, digits: int) -> float",
    ],
    signature: ROUND_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "The greatest number with so many digits behind the point that is not greater than the number",
        detail: "Without digits it is a whole number. The digits have to be written as a number: they are part of the type.",
        examples: &[("floor(-2.5)", "-3"), ("floor(1.239, 2)", "1.23"), ("floor(-1.231, 2)", "-1.24")],
    },
    evaluate: |arguments, result, _| round_by(arguments, result, Rounding::Down),
};
