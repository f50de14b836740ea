//! Sums that do not overflow on the way, so that neither a sum nor its failure depends on the order of the rows.

use num_bigint::{BigInt, BigUint, Sign};

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

    pub(crate) fn to_big(self) -> BigInt {
        (BigInt::from(self.high) << 128_u32) + BigInt::from(self.low)
    }

    /// The double nearest to the sum divided by 10^`scale`.
    #[must_use]
    pub fn to_f64(self, scale: u8) -> f64 {
        let digits = self.to_big();
        // Reading a decimal text rounds correctly; no arithmetic on doubles could promise that.
        format!("{digits}e-{scale}").parse().unwrap_or(f64::NAN)
    }
}

/// Limbs of 32 bits from 2^-1074 up; the topmost ones hold what carries there.
const LIMBS: usize = 68;

/// The same from 2^-2148 up, for squares.
const SQUARE_LIMBS: usize = 136;

/// Additions after which a limb could overflow: each puts fewer than 2^32 into one.
const ADDITIONS_BETWEEN_CARRIES: u32 = 1 << 30;

/// A sum of binary fractions, exact as far down as its first limb.
#[derive(Clone, Debug)]
struct Limbs<const COUNT: usize> {
    limbs: [i64; COUNT],
    additions: u32,
}

impl<const COUNT: usize> Default for Limbs<COUNT> {
    fn default() -> Self {
        Self { limbs: [0; COUNT], additions: 0 }
    }
}

impl<const COUNT: usize> Limbs<COUNT> {
    /// Adds `digits` × 2^`position`, or takes it away.
    fn add(&mut self, digits: u64, position: usize, is_negative: bool) {
        let mut shifted = u128::from(digits) << (position % 32);
        for limb in self.limbs.iter_mut().skip(position / 32).take(3) {
            let part = (shifted & 0xffff_ffff) as i64;
            *limb += if is_negative { -part } else { part };
            shifted >>= 32;
        }
        self.additions += 1;
        if self.additions == ADDITIONS_BETWEEN_CARRIES {
            self.carry();
        }
    }

    fn carry(&mut self) {
        let mut carry = 0;
        let last = COUNT - 1;
        for (at, limb) in self.limbs.iter_mut().enumerate() {
            *limb += carry;
            if at < last {
                carry = *limb >> 32;
                *limb &= 0xffff_ffff;
            }
        }
        self.additions = 0;
    }

    /// The sum in units of the lowest place.
    fn to_big(&self) -> BigInt {
        self.limbs.iter().rev().fold(BigInt::ZERO, |sum, limb| (sum << 32_u32) + BigInt::from(*limb))
    }
}

/// A finite double is its first part × 2^(its second part − 1074), but for the sign.
const fn digits_of(value: f64) -> (u64, usize) {
    let bits = value.to_bits();
    let (exponent, fraction) = ((bits >> 52) & 0x7ff, bits & ((1 << 52) - 1));
    if exponent == 0 { (fraction, 0) } else { (fraction | (1 << 52), exponent as usize - 1) }
}

/// A finite double in units of 2^-1074.
pub(crate) fn float_to_big(value: f64) -> BigInt {
    let (digits, position) = digits_of(value);
    let magnitude = BigInt::from(digits) << position;
    if value.is_sign_negative() { -magnitude } else { magnitude }
}

/// An exact sum of doubles, rounded once at its end.
#[derive(Clone, Debug, Default)]
pub struct FloatSum(Limbs<LIMBS>);

impl FloatSum {
    /// Adds a finite number.
    pub fn add(&mut self, value: f64) {
        let (digits, position) = digits_of(value);
        self.0.add(digits, position, value.is_sign_negative());
    }

    /// The sum in units of 2^-1074.
    pub(crate) fn to_big(&self) -> BigInt {
        self.0.to_big()
    }

    /// The double nearest to the sum (ties to even); infinite where it is past the largest one.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        nearest_float(&self.to_big(), &(BigInt::from(1) << 1074_u32))
    }
}

/// An exact sum of the squares of doubles.
#[derive(Clone, Debug, Default)]
pub(crate) struct SquareSum(Limbs<SQUARE_LIMBS>);

impl SquareSum {
    /// Adds the square of a finite number.
    pub(crate) fn add(&mut self, value: f64) {
        let (digits, position) = digits_of(value);
        let square = u128::from(digits) * u128::from(digits);
        self.0.add(square as u64, 2 * position, false);
        self.0.add((square >> 64) as u64, 2 * position + 64, false);
    }

    /// The sum in units of 2^-2148.
    pub(crate) fn to_big(&self) -> BigInt {
        self.0.to_big()
    }
}

/// The double nearest to a fraction (ties to even); infinite past the largest one. The denominator is above zero.
pub(crate) fn nearest_float(numerator: &BigInt, denominator: &BigInt) -> f64 {
    let (dividend, divisor) = (numerator.magnitude(), denominator.magnitude());
    if dividend.bits() == 0 {
        return 0.0;
    }
    // 2^power is the greatest one that is not above the fraction.
    let difference = dividend.bits() as i64 - divisor.bits() as i64;
    let (left, right) = scaled(dividend, divisor, -difference);
    let power = if left >= right { difference } else { difference - 1 };
    // The place of the last digit that a double keeps there.
    let place = (power - 52).max(-1074);
    let (left, right) = scaled(dividend, divisor, -place);
    let mut digits = &left / &right;
    let rest: BigUint = left - &digits * &right;
    let above_half = (rest << 1_u32).cmp(&right);
    if above_half.is_gt() || above_half.is_eq() && digits.bit(0) {
        digits += 1_u32;
    }
    let digits = digits.iter_u64_digits().next().unwrap_or(0) as f64;
    let place = i32::try_from(place).unwrap_or(i32::MAX);
    // In two steps: 2^-1074 is no normal number, but the first product is.
    let first = place.max(-1000);
    let result = digits * 2_f64.powi(first) * 2_f64.powi(place.saturating_sub(first));
    if numerator.sign() == Sign::Minus { -result } else { result }
}

/// The two sides of a fraction times 2^`power`.
fn scaled(dividend: &BigUint, divisor: &BigUint, power: i64) -> (BigUint, BigUint) {
    if power >= 0 { (dividend << power, divisor.clone()) } else { (dividend.clone(), divisor << -power) }
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
    #[test]
    fn a_sum_of_squares_is_exact_at_both_ends() {
        let big = |values: &[f64]| {
            let mut sum = SquareSum::default();
            values.iter().for_each(|value| sum.add(*value));
            sum.to_big()
        };
        assert_eq!(big(&[f64::from_bits(1), -f64::from_bits(1)]), BigInt::from(2));
        assert_eq!(big(&[-3.0]), BigInt::from(9) << 2148_u32);
        let largest = float_to_big(f64::MAX);
        assert_eq!(big(&[f64::MAX; 5]), &largest * &largest * 5);
    }

    #[test]
    fn a_fraction_is_rounded_once() {
        let near = |numerator: i64, denominator: i64| nearest_float(&numerator.into(), &denominator.into());
        assert_eq!(near(1, 3), 1.0 / 3.0);
        assert_eq!(near(-2, 3), -2.0 / 3.0);
        assert_eq!(near(0, 7), 0.0);
        // Halves go to the even neighbour: 2^53 + 1 and 2^53 + 3.
        assert_eq!(near((1 << 53) + 1, 1), 9_007_199_254_740_992.0);
        assert_eq!(near((1 << 53) + 3, 1), 9_007_199_254_740_996.0);
        let power = |power: u32| BigInt::from(1) << power;
        // Below the smallest double there is its half, which goes to zero, and what is above that.
        assert_eq!(nearest_float(&1.into(), &power(1075)), 0.0);
        assert_eq!(nearest_float(&3.into(), &power(1076)), f64::from_bits(1));
        assert_eq!(nearest_float(&3.into(), &power(1075)), f64::from_bits(2));
        assert_eq!(nearest_float(&power(1024), &1.into()), f64::INFINITY);
        assert_eq!(nearest_float(&(power(1024) - power(970) - 1), &1.into()), f64::MAX);
        assert_eq!(nearest_float(&(power(1024) - power(970)), &1.into()), f64::INFINITY);
    }
}
