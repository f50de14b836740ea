//! Sums that do not overflow on the way, so that neither a sum nor its failure depends on the order of the rows.

use num_bigint::BigInt;

/// A sum of 128-bit integers: exact for any number of them that a machine can hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WideInt {
    /// The sum is `high` × 2^128 + `low`.
    high: i128,
    low: u128,
}

impl WideInt {
    pub const fn add(&mut self, value: i128) {
        let (low, carry) = self.low.overflowing_add(value.cast_unsigned());
        self.low = low;
        self.high += (value >> 127) + carry as i128;
    }

    /// The sum, where it is within 128 bits.
    #[must_use]
    pub fn to_i128(self) -> Option<i128> {
        let low = self.low.cast_signed();
        (self.high == low >> 127).then_some(low)
    }

    /// The double nearest to the sum divided by 10^`scale`.
    #[must_use]
    pub fn to_f64(self, scale: u8) -> f64 {
        let digits = (BigInt::from(self.high) << 128_u32) + BigInt::from(self.low);
        // Reading a decimal text rounds correctly; no arithmetic on doubles could promise that.
        format!("{digits}e-{scale}").parse().unwrap_or(f64::NAN)
    }
}

/// Limbs of 32 bits from 2^-1074 up; the topmost ones hold what carries there.
const LIMBS: usize = 68;

/// Additions after which a limb could overflow: each puts fewer than 2^32 into one.
const ADDITIONS_BETWEEN_CARRIES: u32 = 1 << 30;

/// An exact sum of doubles, rounded once at its end.
#[derive(Clone, Debug)]
pub struct FloatSum {
    limbs: [i64; LIMBS],
    additions: u32,
}

impl Default for FloatSum {
    fn default() -> Self {
        Self { limbs: [0; LIMBS], additions: 0 }
    }
}

impl FloatSum {
    /// Adds a finite number.
    pub fn add(&mut self, value: f64) {
        let bits = value.to_bits();
        let exponent = (bits >> 52) & 0x7ff;
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, position) =
            if exponent == 0 { (fraction, 0) } else { (fraction | (1 << 52), exponent as usize - 1) };
        let mut shifted = u128::from(mantissa) << (position % 32);
        for limb in self.limbs.iter_mut().skip(position / 32).take(3) {
            let part = (shifted & 0xffff_ffff) as i64;
            *limb += if value.is_sign_negative() { -part } else { part };
            shifted >>= 32;
        }
        self.additions += 1;
        if self.additions == ADDITIONS_BETWEEN_CARRIES {
            self.carry();
        }
    }

    fn carry(&mut self) {
        let mut carry = 0;
        let last = LIMBS - 1;
        for (at, limb) in self.limbs.iter_mut().enumerate() {
            *limb += carry;
            if at < last {
                carry = *limb >> 32;
                *limb &= 0xffff_ffff;
            }
        }
        self.additions = 0;
    }

    /// The double nearest to the sum (ties to even); infinite where it is past the largest one.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        let sum = self.limbs.iter().rev().fold(BigInt::ZERO, |sum, limb| (sum << 32_u32) + BigInt::from(*limb));
        let negative = sum.sign() == num_bigint::Sign::Minus;
        let magnitude = sum.magnitude();
        let drop = magnitude.bits().saturating_sub(64);
        let kept = magnitude >> drop;
        // What is dropped can only break ties, for which one bit is enough.
        let sticky = u64::from(&kept << drop != *magnitude);
        let kept = kept.iter_u64_digits().next().unwrap_or(0) | sticky;
        let exponent = i32::try_from(drop).unwrap_or(i32::MAX).saturating_sub(1074);
        // In two steps: 2^-1074 is no normal number, but with 64 bits in hand the first product is.
        let first = exponent.max(-1000);
        let result = kept as f64 * 2_f64.powi(first) * 2_f64.powi(exponent.saturating_sub(first));
        if negative { -result } else { result }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(values: &[f64]) -> f64 {
        let mut sum = FloatSum::default();
        for value in values {
            sum.add(*value);
        }
        sum.to_f64()
    }

    #[test]
    fn a_wide_sum_comes_back_from_beyond_the_border() {
        let mut sum = WideInt::default();
        for value in [i128::MAX, i128::MAX, i128::MIN, i128::MIN, 7] {
            sum.add(value);
        }
        assert_eq!(sum.to_i128(), Some(5));
        sum.add(i128::MIN);
        assert_eq!(sum.to_i128(), Some(i128::MIN + 5));
        sum.add(-6);
        assert_eq!(sum.to_i128(), None);
    }

    #[test]
    fn a_wide_sum_as_a_double_is_the_nearest_one() {
        let mut sum = WideInt::default();
        sum.add(i128::MAX);
        sum.add(i128::MAX);
        assert_eq!(sum.to_f64(0), 2_f64.powi(128));
        let mut small = WideInt::default();
        small.add(-15);
        assert_eq!(small.to_f64(1), -1.5);
    }

    #[test]
    fn a_sum_of_doubles_is_exact_until_it_is_rounded() {
        assert_eq!(sum(&[1e308, 1e308, -1e308]), 1e308);
        assert_eq!(sum(&[1e100, 1.0, -1e100]), 1.0);
        assert_eq!(sum(&[0.1; 10]), 1.0);
        assert_eq!(sum(&[f64::from_bits(1); 3]), f64::from_bits(3));
        assert_eq!(sum(&[-f64::MIN_POSITIVE, f64::from_bits(1)]), -(f64::MIN_POSITIVE - f64::from_bits(1)));
        assert_eq!(sum(&[f64::MAX, f64::MAX]), f64::INFINITY);
        assert_eq!(sum(&[]), 0.0);
        // Half a unit in the last place goes to the even neighbour, a hair more goes up.
        let half = 2_f64.powi(-53);
        assert_eq!(sum(&[1.0, half]), 1.0);
        assert_eq!(sum(&[1.0, half, 1e-300]), 1.0 + f64::EPSILON);
    }
}
