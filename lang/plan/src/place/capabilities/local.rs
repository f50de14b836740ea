//! A folder of tables: rows are read by the engine that also computes here, so what it is given means the same.
//!
//! Comparisons, lists, ranges and null tests are applied while a file is read; anything that computes a value first
//! is left to the steps, where a waterfall counts its rows.

use super::Answer;
use crate::functions::{Family, FnId};

const COMPUTES: &str = "it computes a value of each row first";

/// Whether a function may stand in a filter that is applied while a table is read.
pub(super) const fn function(function: FnId) -> Answer {
    match function.family() {
        Family::Comparison => Answer::EXACT,
        Family::Making if matches!(function, FnId::Not | FnId::RangeOf | FnId::ListOf) => Answer::EXACT,
        Family::Arithmetic
        | Family::Making
        | Family::Conditional
        | Family::Conversion
        | Family::Number
        | Family::Text
        | Family::Hash
        | Family::Time
        | Family::People => Answer::no(COMPUTES),
    }
}
