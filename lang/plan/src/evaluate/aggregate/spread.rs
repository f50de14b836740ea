//! How far numbers lie from their average: `variance` and `stddev`. Exact until the end, where they are rounded once.

use num_bigint::BigInt;
use wr_base::value::Value;

use super::number::{Number, number_of};
use crate::functions::{FloatSum, SquareSum, WideInt, nearest_float};

/// The numbers of one group on their way: how many, their sum, the sum of their squares.
#[derive(Clone, Debug, Default)]
pub(super) struct Spread {
    count: u64,
    sum: WideInt,
    squares: WideInt,
    /// Squares that 128 bits do not hold.
    large_squares: BigInt,
    /// Digits behind the point of what `sum` adds.
    scale: u8,
    floats: Option<Box<(FloatSum, SquareSum)>>,
}

impl Spread {
    /// Adds a number; `None` when it is none.
    pub(super) fn add(&mut self, value: &Value) -> Option<()> {
        match number_of(value)? {
            Number::Exact { digits, scale } => {
                self.scale = scale;
                self.sum.add(digits);
                match digits.checked_mul(digits) {
                    Some(square) => self.squares.add(square),
                    None => self.large_squares += BigInt::from(digits) * digits,
                }
            }
            Number::Float(float) => {
                let (sum, squares) = &mut **self.floats.get_or_insert_default();
                sum.add(float);
                squares.add(float);
            }
        }
        self.count += 1;
        Some(())
    }

    /// The squared distances from the average, divided by one less than the count, or by the count for a whole
    /// population. `None` when that is nothing.
    pub(super) fn variance(&self, of_population: bool) -> Option<f64> {
        let divisor = if of_population { self.count } else { self.count.saturating_sub(1) };
        if divisor == 0 {
            return None;
        }
        let (sum, squares, unit) = match &self.floats {
            Some(floats) => (floats.0.to_big(), floats.1.to_big(), BigInt::from(1) << 2148_u32),
            None => {
                let squares = self.squares.to_big() + &self.large_squares;
                (self.sum.to_big(), squares, BigInt::from(10).pow(2 * u32::from(self.scale)))
            }
        };
        let numerator = squares * self.count - &sum * &sum;
        Some(nearest_float(&numerator, &(unit * self.count * divisor)))
    }
}
