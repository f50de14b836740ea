//! Numbers in their order: `median` and `quantile`. The place between two numbers is exact; the result is rounded once.

use std::cmp::Ordering;

use num_bigint::BigInt;
use wr_base::value::{Decimal, Value};

use super::number::{Number, number_of};
use crate::functions::{float_to_big, nearest_float};

/// The numbers of one group.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranked {
    exact: Vec<i128>,
    /// Digits behind the point of these.
    scale: u8,
    floats: Vec<f64>,
}

impl Ranked {
    /// Adds a number; `None` when it is none.
    pub(super) fn add(&mut self, value: &Value) -> Option<()> {
        match number_of(value)? {
            Number::Exact { digits, scale } => {
                self.scale = scale;
                self.exact.push(digits);
            }
            Number::Float(float) => self.floats.push(float),
        }
        Some(())
    }

    /// The number at share × (count − 1), counted from 0; `None` when there are none. They stay in order, so asking again
    /// after a few more is cheap.
    pub(super) fn quantile(&mut self, share: Decimal) -> Option<f64> {
        self.exact.sort();
        self.floats.sort_by(|a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal));
        let count = self.exact.len().max(self.floats.len());
        let whole = BigInt::from(10).pow(u32::from(share.scale));
        let place = BigInt::from(count.checked_sub(1)?) * share.unscaled;
        let (below, rest) = (usize::try_from(&place / &whole).ok()?, place % &whole);
        let (low, unit) = self.at(below)?;
        let high = self.at(below + 1).map_or_else(|| low.clone(), |(high, _)| high);
        let numerator = &low * &whole + (high - &low) * rest;
        Some(nearest_float(&numerator, &(unit * whole)))
    }

    /// A number, as a fraction.
    fn at(&self, place: usize) -> Option<(BigInt, BigInt)> {
        match self.exact.get(place) {
            Some(digits) => Some((BigInt::from(*digits), BigInt::from(10).pow(u32::from(self.scale)))),
            None => self.floats.get(place).map(|float| (float_to_big(*float), BigInt::from(1) << 1074_u32)),
        }
    }
}
