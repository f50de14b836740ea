//! What the file of a function begins with.

pub(in crate::functions) use wr_base::diag::Code;
pub(in crate::functions) use wr_base::ty::DataType;
pub(in crate::functions) use wr_base::value::{Date, Decimal, Duration, Value};

pub(in crate::functions) use super::super::types::{
    Wanted, at_least, compared, compared_equal, count, decimal, decimal_of, fixed, numbers, scale_literal,
};
pub(in crate::functions) use super::super::{
    Argument, Doc, Fault, FnId, Function, Mismatch, Nulls, Setting, Signature,
};
