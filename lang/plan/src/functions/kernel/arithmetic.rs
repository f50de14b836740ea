//! Exact arithmetic of ints and decimals: what does not fit fails (B8).

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};
use wr_base::ty::DataType;
use wr_base::value::{Decimal, Value};

use super::super::Fault;

/// 10^`exponent` for exponents up to 38.
pub(in crate::functions) const fn power_of_ten(exponent: u8) -> Option<i128> {
    if exponent > 38 { None } else { Some(10_i128.pow(exponent as u32)) }
}

/// A decimal, unless it has grown past 38 digits.
pub(in crate::functions) fn decimal_value(unscaled: Option<i128>, scale: u8) -> Result<Value, Fault> {
    unscaled.and_then(|unscaled| Decimal::new(unscaled, scale)).map(Value::Decimal).ok_or(Fault::overflow())
}

pub(in crate::functions) fn int_value(value: Option<i128>) -> Result<Value, Fault> {
    value.map(Value::Int).ok_or(Fault::overflow())
}

/// A finite double; an infinite one has overflowed. There is no NaN in the language.
pub(in crate::functions) fn float_value(value: f64) -> Result<Value, Fault> {
    if value.is_finite() { Ok(Value::Float(value)) } else { Err(Fault::overflow()) }
}

/// The floor of a quotient; `None` past the borders. `divisor` is not zero.
pub(in crate::functions) fn floor_quotient(dividend: i128, divisor: i128) -> Option<i128> {
    let quotient = dividend.checked_div(divisor)?;
    let is_exact = quotient.wrapping_mul(divisor) == dividend;
    if is_exact || (dividend < 0) == (divisor < 0) { Some(quotient) } else { quotient.checked_sub(1) }
}

/// What the floor of the quotient leaves: it has the sign of the divisor, which is not zero.
pub(in crate::functions) const fn floor_remainder(dividend: i128, divisor: i128) -> i128 {
    let rest = dividend.wrapping_rem(divisor);
    if rest != 0 && (rest < 0) != (divisor < 0) { rest + divisor } else { rest }
}

/// Which whole number stands for one that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::functions) enum Rounding {
    /// The nearest; of two equally near the one farther from zero.
    HalfAway,
    /// The nearest; of two equally near the even one.
    HalfEven,
    ToZero,
    Down,
    Up,
}

impl Rounding {
    /// Whether it is the whole number behind the magnitude of a quotient, not the one before. `half`: how the rest
    /// compares with half of the divisor.
    fn goes_on(self, is_negative: bool, is_exact: bool, half: Ordering, is_odd: bool) -> bool {
        match self {
            Self::HalfAway => half.is_ge(),
            Self::HalfEven => half.is_gt() || half.is_eq() && is_odd,
            Self::ToZero => false,
            Self::Down => is_negative && !is_exact,
            Self::Up => !is_negative && !is_exact,
        }
    }
}

/// The whole number that stands for a quotient; `None` past 128 bits. `divisor` is not zero.
pub(in crate::functions) fn rounded_quotient(dividend: &BigInt, divisor: &BigInt, mode: Rounding) -> Option<i128> {
    i128::try_from(rounded_integer(dividend, divisor, mode)).ok()
}

/// As [`rounded_quotient`], however large it is.
pub(in crate::functions) fn rounded_integer(dividend: &BigInt, divisor: &BigInt, mode: Rounding) -> BigInt {
    let (quotient, rest) = (dividend.magnitude() / divisor.magnitude(), dividend.magnitude() % divisor.magnitude());
    let is_negative = (dividend.sign() == Sign::Minus) != (divisor.sign() == Sign::Minus);
    let is_exact = rest == BigUint::ZERO;
    let half = (rest * 2_u32).cmp(divisor.magnitude());
    let goes_on = mode.goes_on(is_negative, is_exact, half, quotient.bit(0));
    let magnitude = BigInt::from(quotient + u32::from(goes_on));
    if is_negative { -magnitude } else { magnitude }
}

/// A decimal at another scale.
pub(in crate::functions) fn rounded(value: Decimal, scale: u8, mode: Rounding) -> Option<Decimal> {
    if scale >= value.scale {
        return value.rescale(scale);
    }
    let divisor = power_of_ten(value.scale - scale)?.unsigned_abs();
    let (quotient, rest) = (value.unscaled.unsigned_abs() / divisor, value.unscaled.unsigned_abs() % divisor);
    let is_negative = value.unscaled < 0;
    // 38 digits twice are below 2^128.
    let goes_on = mode.goes_on(is_negative, rest == 0, (rest * 2).cmp(&divisor), quotient % 2 == 1);
    let magnitude = i128::try_from(quotient + u128::from(goes_on)).ok()?;
    Decimal::new(if is_negative { -magnitude } else { magnitude }, scale)
}

/// The decimal that stands for the exact value of a finite double.
pub(in crate::functions) fn decimal_of_float(value: f64, scale: u8, mode: Rounding) -> Option<Decimal> {
    let (dividend, divisor) = fraction_of_float(value)?;
    let dividend = dividend * BigInt::from(power_of_ten(scale)?);
    Decimal::new(rounded_quotient(&dividend, &divisor, mode)?, scale)
}

/// A finite double as the quotient of two whole numbers; the divisor is above zero.
pub(in crate::functions) fn fraction_of_float(value: f64) -> Option<(BigInt, BigInt)> {
    let bits = value.to_bits();
    let exponent = i32::try_from((bits >> 52) & 0x7ff).ok()?;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = if exponent == 0 { (fraction, -1074) } else { (fraction | (1 << 52), exponent - 1075) };
    let signed = if value.is_sign_negative() { -i128::from(mantissa) } else { i128::from(mantissa) };
    let power = BigInt::from(1) << exponent.unsigned_abs();
    Some(if exponent >= 0 { (BigInt::from(signed) * power, BigInt::from(1)) } else { (BigInt::from(signed), power) })
}

/// The scale of a decimal type; what has none is a mistake of ours.
pub(in crate::functions) fn scale_of(ty: &DataType) -> Result<u8, Fault> {
    if let DataType::Decimal { scale, .. } = ty { Ok(*scale) } else { Err(Fault::internal()) }
}

/// A double without a fraction as an int: exact, as every double of that size is.
pub(in crate::functions) fn whole_of_float(number: f64) -> Result<Value, Fault> {
    // 2^127 is a double, 2^127 − 1 is none.
    let border = 2_f64.powi(127);
    if number >= -border && number < border { Ok(Value::Int(number as i128)) } else { Err(Fault::overflow()) }
}
