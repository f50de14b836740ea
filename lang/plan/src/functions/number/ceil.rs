//! `ceil`: the smallest number with so many digits behind the point that is not smaller than the number.

use super::super::kernel::arithmetic::Rounding;
use super::super::kernel::prelude::*;
use super::round::{ROUND_SIGNATURE, round_by};

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Ceil,
    name: "ceil",
    usage: &[
        "ceil(x: number) -> int",
        "ceil(x: decimal, digits: int) -> decimal",
        "ceil(x: float, digits: int) -> float",
    ],
    signature: ROUND_SIGNATURE,
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "The smallest number with so many digits behind the point that is not smaller than the number",
        detail: "Without digits it is a whole number. The digits have to be written as a number: they are part of the type.",
        examples: &[("ceil(-2.5)", "-2"), ("ceil(1.231, 2)", "1.24")],
    },
    evaluate: |arguments, result, _| round_by(arguments, result, Rounding::Up),
};
