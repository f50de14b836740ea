//! Exact numbers of up to 38 digits, and the form in which SQLite keeps them.
//!
//! The stored form has 38 digits before and 38 after the point, whatever the declared scale, so equal numbers are equal bytes
//! and the order of the bytes is the order of the numbers: SQLite can compare, group and index them with no help.

use num_bigint::BigInt;

use super::SqlType;
use crate::error::SqlError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) unscaled: i128,
    pub(crate) scale: u8,
}

/// What becomes of the digits that do not fit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digits {
    Round,
    Cut,
}

const MAX_DIGITS: usize = 38;
const STORED_BYTES: usize = MAX_DIGITS + 1;

pub(crate) fn power_of_ten(exponent: u32) -> BigInt {
    BigInt::from(10).pow(exponent)
}

/// A big whole number divided by a power of ten, half away from zero or towards zero.
fn shrink(value: &BigInt, by: u32, digits: Digits) -> BigInt {
    let divisor = power_of_ten(by);
    match digits {
        Digits::Cut => value / divisor,
        Digits::Round => {
            let half = &divisor / 2;
            if value.sign() == num_bigint::Sign::Minus { (value - half) / divisor } else { (value + half) / divisor }
        }
    }
}

/// `unscaled / 10^scale` as a number of the declared type.
pub(crate) fn fit(unscaled: &BigInt, scale: u32, to: &SqlType, digits: Digits) -> Result<Decimal, SqlError> {
    let target = u32::from(to.scale);
    let rescaled = if target >= scale {
        unscaled * power_of_ten(target - scale)
    } else {
        shrink(unscaled, scale - target, digits)
    };
    let limit = power_of_ten(u32::from(to.precision));
    if rescaled >= limit || rescaled <= -limit {
        return Err(SqlError::overflow("numeric").with_state(8));
    }
    let unscaled = i128::try_from(rescaled).map_err(|_| SqlError::overflow("numeric"))?;
    Ok(Decimal { unscaled, scale: to.scale })
}

impl Decimal {
    pub(crate) fn of(value: i64) -> Decimal {
        Decimal { unscaled: i128::from(value), scale: 0 }
    }

    pub(crate) fn big(self) -> BigInt {
        BigInt::from(self.unscaled)
    }

    pub(crate) fn rescale(self, to: &SqlType, digits: Digits) -> Result<Decimal, SqlError> {
        fit(&self.big(), u32::from(self.scale), to, digits)
    }

    pub(crate) fn to_f64(self) -> f64 {
        // By way of the text: the nearest double of the exact number.
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// The whole part, towards zero or to the nearest.
    pub(crate) fn whole(self, digits: Digits) -> BigInt {
        shrink(&self.big(), u32::from(self.scale), digits)
    }

    /// Reads `[+-]digits[.digits]`, with blanks around.
    pub(crate) fn parse(text: &str) -> Option<(BigInt, u32)> {
        let text = text.trim();
        let (is_negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) || all.len() > 400 {
            return None;
        }
        let value: BigInt = all.parse().ok()?;
        let scale = u32::try_from(fraction.len()).ok()?;
        Some((if is_negative { -value } else { value }, scale))
    }

    pub(crate) fn store(self) -> Vec<u8> {
        let scale = usize::from(self.scale);
        let digits = format!("{:0>width$}", self.unscaled.unsigned_abs(), width = scale);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let all = format!("{whole:0>MAX_DIGITS$}{fraction:0<MAX_DIGITS$}");
        let is_negative = self.unscaled < 0;
        let mut stored = Vec::with_capacity(STORED_BYTES);
        stored.push(if is_negative { 0x7f } else { 0x80 });
        for pair in all.as_bytes().chunks(2) {
            let byte = pair.iter().fold(0, |byte, digit| byte * 10 + (digit - b'0'));
            stored.push(if is_negative { !byte } else { byte });
        }
        stored
    }

    pub(crate) fn load(stored: &[u8], scale: u8) -> Option<Decimal> {
        let (sign, pairs) = stored.split_first()?;
        if stored.len() != STORED_BYTES {
            return None;
        }
        let is_negative = *sign == 0x7f;
        let mut digits = Vec::with_capacity(2 * MAX_DIGITS);
        for pair in pairs {
            let byte = if is_negative { !*pair } else { *pair };
            digits.push(byte / 10);
            digits.push(byte % 10);
        }
        let kept = digits.get(..MAX_DIGITS + usize::from(scale))?;
        let mut unscaled: i128 = 0;
        for digit in kept {
            unscaled = unscaled.checked_mul(10)?.checked_add(i128::from(*digit))?;
        }
        Some(Decimal { unscaled: if is_negative { -unscaled } else { unscaled }, scale })
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scale = usize::from(self.scale);
        let digits = format!("{:0>width$}", self.unscaled.unsigned_abs(), width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let sign = if self.unscaled < 0 { "-" } else { "" };
        let point = if scale > 0 { "." } else { "" };
        write!(formatter, "{sign}{whole}{point}{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_numbers_sort_as_numbers_do() {
        let numbers = ["-100", "-99.99", "-1", "-0.5", "0", "0.000001", "0.5", "1", "99.99", "100"];
        let stored: Vec<_> = numbers
            .iter()
            .map(|text| {
                let (value, scale) = Decimal::parse(text).unwrap();
                fit(&value, scale, &SqlType::decimal(38, 6), Digits::Round).unwrap()
            })
            .collect();
        for pair in stored.windows(2) {
            assert!(pair[0].store() < pair[1].store(), "{} {}", pair[0], pair[1]);
        }
        for number in stored {
            assert_eq!(Decimal::load(&number.store(), 6), Some(number));
        }
        let (largest, _) = Decimal::parse(&"9".repeat(38)).unwrap();
        let largest = fit(&largest, 0, &SqlType::decimal(38, 0), Digits::Round).unwrap();
        assert_eq!(Decimal::load(&largest.store(), 0), Some(largest));
        assert_eq!(largest.to_string(), "9".repeat(38));
    }

    #[test]
    fn rounding_is_half_away_from_zero() {
        let round = |text: &str| {
            let (value, scale) = Decimal::parse(text).unwrap();
            fit(&value, scale, &SqlType::decimal(5, 1), Digits::Round).unwrap().to_string()
        };
        assert_eq!(round("0.25"), "0.3");
        assert_eq!(round("-0.25"), "-0.3");
        assert_eq!(round("0.249"), "0.2");
    }
}
