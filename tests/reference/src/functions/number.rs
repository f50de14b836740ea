//! Exact numbers: big digits and a scale. Only where a value leaves as an int, a decimal or a float can it fail to fit (B8).

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};
use wr_base::diag::Code;
use wr_base::ty::DataType;
use wr_base::value::{Decimal, Value};
use wr_plan::functions::FnId;

/// `digits` / 10^`scale`, of any size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exact {
    pub(crate) digits: BigInt,
    pub(crate) scale: u32,
}

/// A number as what it is; a float is a binary fraction and so a decimal one, too.
pub(crate) fn exact(value: &Value) -> Option<Exact> {
    if let Value::Int(value) = value {
        return Some(Exact { digits: BigInt::from(*value), scale: 0 });
    }
    if let Value::Decimal(value) | Value::Percent(value) = value {
        return Some(Exact { digits: BigInt::from(value.unscaled), scale: u32::from(value.scale) });
    }
    if let Value::Float(value) = value {
        return exact_float(*value);
    }
    None
}

/// mantissa × 2^exponent; 2^-n is 5^n / 10^n.
fn exact_float(value: f64) -> Option<Exact> {
    let bits = value.to_bits();
    let (exponent, fraction) = (i32::try_from(bits >> 52 & 0x7ff).ok()?, bits & ((1 << 52) - 1));
    let (mantissa, exponent) = match exponent {
        0x7ff => return None,
        0 => (fraction, -1074),
        _ => (fraction | 1 << 52, exponent - 1075),
    };
    let mantissa = if value.is_sign_negative() { -BigInt::from(mantissa) } else { BigInt::from(mantissa) };
    let power = exponent.unsigned_abs();
    Some(if exponent >= 0 {
        Exact { digits: mantissa << power, scale: 0 }
    } else {
        Exact { digits: mantissa * BigInt::from(5).pow(power), scale: power }
    })
}

pub(crate) fn whole(number: usize) -> Exact {
    Exact { digits: BigInt::from(number), scale: 0 }
}

impl Exact {
    /// The digits at a scale that is at least this one's.
    fn at(&self, scale: u32) -> BigInt {
        &self.digits * ten_to(scale.saturating_sub(self.scale))
    }

    pub(crate) fn plus(&self, other: &Self) -> Self {
        let scale = self.scale.max(other.scale);
        Self { digits: self.at(scale) + other.at(scale), scale }
    }

    pub(crate) fn minus(&self, other: &Self) -> Self {
        let scale = self.scale.max(other.scale);
        Self { digits: self.at(scale) - other.at(scale), scale }
    }

    pub(crate) fn times(&self, other: &Self) -> Self {
        Self { digits: &self.digits * &other.digits, scale: self.scale + other.scale }
    }

    fn negated(&self) -> Self {
        Self { digits: -&self.digits, scale: self.scale }
    }

    /// The greatest number with so many digits behind the point that is not above it.
    fn floor_at(&self, scale: u32) -> Self {
        Self { digits: floor(&(&self.digits * ten_to(scale)), &ten_to(self.scale)), scale }
    }

    /// By each way to round that has a name.
    fn rounded_by(&self, function: FnId, scale: u32) -> Option<Self> {
        let (down, up) = (self.floor_at(scale), self.negated().floor_at(scale).negated());
        if function == FnId::Floor {
            return Some(down);
        }
        if function == FnId::Ceil {
            return Some(up);
        }
        if function == FnId::RoundToZero {
            return Some(if self.digits.sign() == Sign::Minus { up } else { down });
        }
        if function == FnId::RoundHalfEven {
            let is_even = &down.digits % 2 == BigInt::ZERO;
            return Some(match compare(&self.minus(&down), &up.minus(self)) {
                Ordering::Less => down,
                Ordering::Greater => up,
                Ordering::Equal => {
                    if is_even {
                        down
                    } else {
                        up
                    }
                }
            });
        }
        (function == FnId::Round).then(|| self.rounded(scale))
    }

    /// -1, 0 or 1, as this is greater than, equal to or less than the other.
    fn compared(&self, other: &Self) -> Self {
        Self { digits: BigInt::from(compare(other, self) as i8), scale: 0 }
    }

    /// The double nearest to the square root. Forty digits more than the number has tell it from what lies between doubles.
    pub(crate) fn root(&self) -> f64 {
        let scale = self.scale + self.scale % 2;
        let square = self.at(scale) * ten_to(80);
        let root = square.sqrt();
        let more = if &root * &root == square { "" } else { "1" };
        format!("{root}{more}e-{}", scale / 2 + 40 + more.len() as u32).parse().unwrap_or(f64::NAN)
    }

    fn is_zero(&self) -> bool {
        self.digits == BigInt::ZERO
    }

    /// The greatest whole number that is not above self / other. `other` is not zero.
    pub(crate) fn floor_quotient(&self, other: &Self) -> Self {
        let scale = self.scale.max(other.scale);
        Self { digits: floor(&self.at(scale), &other.at(scale)), scale: 0 }
    }

    /// self / other at a scale, halves away from zero. `other` is not zero.
    pub(crate) fn rounded_quotient(&self, other: &Self, scale: u32) -> Self {
        let common = self.scale.max(other.scale);
        let (dividend, divisor) = (self.at(common) * ten_to(scale), other.at(common));
        let is_negative = (dividend.sign() == Sign::Minus) != (divisor.sign() == Sign::Minus);
        let (dividend, divisor) = (magnitude(&dividend), magnitude(&divisor));
        // floor(quotient + 1/2), of the magnitude.
        let digits: BigInt = (dividend * 2 + &divisor) / (divisor * 2);
        Self { digits: if is_negative { -digits } else { digits }, scale }
    }

    /// The double nearest to self / other. What lies halfway between two doubles has no more digits than are kept here, and
    /// one more tells that something was left. Neither is below zero, and `other` is not zero.
    pub(crate) fn float_quotient(&self, other: &Self) -> f64 {
        const DIGITS: u32 = 1_100;
        let scale = self.scale.max(other.scale);
        let (dividend, divisor) = (self.at(scale) * ten_to(DIGITS), other.at(scale));
        let quotient = floor(&dividend, &divisor);
        let rest = if &quotient * &divisor == dividend { 0 } else { 1 };
        format!("{quotient}{rest}e-{}", DIGITS + 1).parse().unwrap_or(f64::NAN)
    }

    pub(crate) fn rounded(&self, scale: u32) -> Self {
        self.rounded_quotient(&whole(1), scale)
    }

    /// The nearest double; infinite past the largest.
    pub(crate) fn to_float(&self) -> f64 {
        // Reading digits is the one operation on doubles that is exact by contract.
        format!("{}e-{}", self.digits, self.scale).parse().unwrap_or(f64::NAN)
    }
}

fn magnitude(value: &BigInt) -> BigInt {
    if value.sign() == Sign::Minus { -value } else { value.clone() }
}

fn ten_to(power: u32) -> BigInt {
    BigInt::from(10).pow(power)
}

/// floor(dividend / divisor); the division of big integers goes towards zero.
fn floor(dividend: &BigInt, divisor: &BigInt) -> BigInt {
    let (quotient, rest) = (dividend / divisor, dividend % divisor);
    let is_below = rest != BigInt::ZERO && (rest.sign() == Sign::Minus) != (divisor.sign() == Sign::Minus);
    if is_below { quotient - 1 } else { quotient }
}

pub(crate) fn compare(a: &Exact, b: &Exact) -> Ordering {
    let scale = a.scale.max(b.scale);
    a.at(scale).cmp(&b.at(scale))
}

/// An exact number as a value of a type. Digits behind the point that the type cannot hold were not promised to fit.
pub(crate) fn to_value(number: &Exact, ty: &DataType) -> Result<Value, Code> {
    if let DataType::Decimal { scale, .. } = ty {
        return decimal(number, u32::from(*scale)).map(Value::Decimal);
    }
    if *ty == DataType::Float {
        return float(number.to_float());
    }
    if *ty == DataType::Percent {
        return decimal(number, number.scale).map(Value::Percent);
    }
    let digits = at_scale(number, 0)?;
    i128::try_from(digits).map(Value::Int).map_err(|_| Code::Overflow)
}

/// At most 38 digits (B8).
fn decimal(number: &Exact, scale: u32) -> Result<Decimal, Code> {
    let unscaled = i128::try_from(at_scale(number, scale)?).map_err(|_| Code::Overflow)?;
    let scale = u8::try_from(scale).map_err(|_| Code::Overflow)?;
    Decimal::new(unscaled, scale).ok_or(Code::Overflow)
}

/// The digits at a scale, if none are lost.
fn at_scale(number: &Exact, scale: u32) -> Result<BigInt, Code> {
    if number.scale <= scale {
        return Ok(number.at(scale));
    }
    let divisor = ten_to(number.scale - scale);
    if &number.digits % &divisor == BigInt::ZERO { Ok(&number.digits / divisor) } else { Err(Code::Overflow) }
}

/// There is neither an infinite float nor one that is no number: such a result has overflowed.
pub(crate) fn float(value: f64) -> Result<Value, Code> {
    if value.is_finite() { Ok(Value::Float(value)) } else { Err(Code::Overflow) }
}

/// Operators and functions of numbers. Both sides of an operator are of one type but for `*` and `div`.
pub(crate) fn call(function: FnId, arguments: &[Value], result: &DataType) -> Result<Value, Code> {
    if let [Value::Float(left), rest @ ..] = arguments {
        return floats(function, *left, rest, result);
    }
    let numbers = arguments.iter().map(exact).collect::<Option<Vec<_>>>().ok_or(Code::Internal)?;
    let number = match (function, &numbers[..]) {
        (FnId::Negate, [x]) => x.negated(),
        (FnId::Abs, [x]) => Exact { digits: magnitude(&x.digits), scale: x.scale },
        (FnId::Add, [x, y]) => x.plus(y),
        (FnId::Subtract, [x, y]) => x.minus(y),
        (FnId::Multiply, [x, y]) => x.times(y),
        // Dividing by zero is no failure, but its result is not known.
        (FnId::FloorDivide | FnId::Modulo, [_, y]) | (FnId::Div, [_, y, _]) if y.is_zero() => return Ok(Value::Null),
        (FnId::FloorDivide, [x, y]) => x.floor_quotient(y),
        (FnId::Modulo, [x, y]) => x.minus(&x.floor_quotient(y).times(y)),
        (FnId::Div, [x, y, _]) => x.rounded_quotient(y, scale_of(result)),
        (FnId::Sign, [x]) => whole(0).compared(x),
        // Digits that a number does not have are not added.
        (_, [x] | [x, _]) => x.rounded_by(function, scale_of(result)).ok_or(Code::Internal)?,
        _ => return Err(Code::Internal),
    };
    to_value(&number, result)
}

pub(crate) fn scale_of(ty: &DataType) -> u32 {
    if let DataType::Decimal { scale, .. } = ty { u32::from(*scale) } else { 0 }
}

/// Doubles are computed as IEEE 754 says; a result that is infinite has overflowed.
fn floats(function: FnId, x: f64, rest: &[Value], result: &DataType) -> Result<Value, Code> {
    let number = exact_float(x).ok_or(Code::Internal)?;
    match (function, rest) {
        (FnId::Add, [Value::Float(y)]) => float(x + y),
        (FnId::Subtract, [Value::Float(y)]) => float(x - y),
        (FnId::Multiply, [Value::Float(y)]) => float(x * y),
        (FnId::Divide, [Value::Float(y)]) if *y == 0.0 => Ok(Value::Null),
        (FnId::Divide, [Value::Float(y)]) => float(x / y),
        (FnId::Negate, []) => float(-x),
        (FnId::Abs, []) => float(x.abs()),
        (FnId::Sign, []) => to_value(&whole(0).compared(&number), result),
        (FnId::Sqrt, []) if x < 0.0 => Ok(Value::Null),
        (FnId::Sqrt, []) => float(number.root()),
        (_, []) => to_value(&number.rounded_by(function, 0).ok_or(Code::Internal)?, result),
        // The nearest double to the decimal that stands for what the double exactly is.
        (_, [Value::Int(digits)]) => {
            let digits = u32::try_from(*digits).map_err(|_| Code::Internal)?;
            float(number.rounded_by(function, digits).ok_or(Code::Internal)?.to_float())
        }
        _ => Err(Code::Internal),
    }
}
