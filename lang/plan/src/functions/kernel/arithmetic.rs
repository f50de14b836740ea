//! Exact arithmetic of ints and decimals: what does not fit fails (B8).

use num_bigint::{BigInt, Sign};
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

/// The whole number nearest to a quotient, halves away from zero; `None` past 128 bits. `divisor` is not zero.
pub(in crate::functions) fn rounded_quotient(dividend: &BigInt, divisor: &BigInt) -> Option<i128> {
    let quotient = BigInt::from((dividend.magnitude() * 2_u32 + divisor.magnitude()) / (divisor.magnitude() * 2_u32));
    let is_negative = (dividend.sign() == Sign::Minus) != (divisor.sign() == Sign::Minus);
    i128::try_from(if is_negative { -quotient } else { quotient }).ok()
}

/// A decimal at another scale, halves away from zero.
pub(in crate::functions) fn rounded(value: Decimal, scale: u8) -> Option<Decimal> {
    if scale >= value.scale {
        return value.rescale(scale);
    }
    let divisor = power_of_ten(value.scale - scale)?;
    let unscaled = rounded_quotient(&BigInt::from(value.unscaled), &BigInt::from(divisor))?;
    Decimal::new(unscaled, scale)
}

/// The decimal nearest to a finite double, halves of its exact value away from zero.
pub(in crate::functions) fn decimal_of_float(value: f64, scale: u8) -> Option<Decimal> {
    let bits = value.to_bits();
    let exponent = i32::try_from((bits >> 52) & 0x7ff).ok()?;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = if exponent == 0 { (fraction, -1074) } else { (fraction | (1 << 52), exponent - 1075) };
    let signed = if value.is_sign_negative() { -i128::from(mantissa) } else { i128::from(mantissa) };
    let dividend = BigInt::from(signed) * BigInt::from(power_of_ten(scale)?);
    let unscaled = match u32::try_from(exponent) {
        Ok(up) => i128::try_from(dividend << up).ok()?,
        Err(_) => rounded_quotient(&dividend, &(BigInt::from(1) << exponent.unsigned_abs()))?,
    };
    Decimal::new(unscaled, scale)
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
