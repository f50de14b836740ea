//! Exact decimals of at most 38 digits (B8).

/// `unscaled` / 10^`scale`; |unscaled| < 10^38, scale ≤ 38.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    pub unscaled: i128,
    pub scale: u8,
}

/// 10^38: one more than the largest unscaled value.
const LIMIT: i128 = 100_000_000_000_000_000_000_000_000_000_000_000_000;

/// 10^`exponent`, for exponents up to 38.
#[must_use]
pub(super) const fn power_of_ten(exponent: u8) -> Option<i128> {
    if exponent > 38 { None } else { Some(10_i128.pow(exponent as u32)) }
}

impl Decimal {
    /// `None` past 38 digits.
    #[must_use]
    pub const fn new(unscaled: i128, scale: u8) -> Option<Self> {
        if unscaled >= LIMIT || unscaled <= -LIMIT || scale > 38 { None } else { Some(Self { unscaled, scale }) }
    }

    #[must_use]
    pub const fn from_int(value: i128) -> Option<Self> {
        Self::new(value, 0)
    }

    /// Digits with at most one point, `-` before them. No exponents, no spaces.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() || (digits.contains('.') && fraction.is_empty()) {
            return None;
        }
        if !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut unscaled: i128 = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            unscaled = unscaled.checked_mul(10)?.checked_add(i128::from(byte - b'0'))?;
        }
        Self::new(if negative { -unscaled } else { unscaled }, u8::try_from(fraction.len()).ok()?)
    }

    /// The same number with another scale; `None` when digits would be lost or it grows past 38 digits.
    #[must_use]
    pub fn rescale(self, scale: u8) -> Option<Self> {
        if scale >= self.scale {
            Self::new(self.unscaled.checked_mul(power_of_ten(scale - self.scale)?)?, scale)
        } else {
            let divisor = power_of_ten(self.scale - scale)?;
            (self.unscaled % divisor == 0).then_some(Self { unscaled: self.unscaled / divisor, scale })
        }
    }

    /// Without trailing zeros behind the point.
    #[must_use]
    pub fn normalised(mut self) -> Self {
        while self.scale > 0 && self.unscaled % 10 == 0 {
            self.unscaled /= 10;
            self.scale -= 1;
        }
        self
    }

    /// A hundred times the number, for printing shares as percentages.
    #[must_use]
    pub fn times_hundred(self) -> Self {
        if self.scale >= 2 {
            Self { unscaled: self.unscaled, scale: self.scale - 2 }
        } else {
            let factor = if self.scale == 1 { 10 } else { 100 };
            Self { unscaled: self.unscaled.saturating_mul(factor), scale: 0 }
        }
    }

    /// Digits without trailing zeros: one text for equal numbers.
    #[must_use]
    pub fn canonical(self) -> String {
        self.normalised().to_string()
    }

    /// Compares the numbers, whatever their scales.
    #[must_use]
    pub fn compare(self, other: Self) -> std::cmp::Ordering {
        let (a, b) = (self.normalised(), other.normalised());
        let whole = |d: Self| d.unscaled.div_euclid(power_of_ten(d.scale).unwrap_or(1));
        let fraction = |d: Self| {
            d.unscaled.rem_euclid(power_of_ten(d.scale).unwrap_or(1)) * power_of_ten(38 - d.scale).unwrap_or(1)
        };
        whole(a).cmp(&whole(b)).then_with(|| fraction(a).cmp(&fraction(b)))
    }

    /// The nearest double.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }
}

/// All digits of the scale: `1.50`.
impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = self.unscaled.unsigned_abs().to_string();
        let scale = usize::from(self.scale);
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let sign = if self.unscaled < 0 { "-" } else { "" };
        if fraction.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{fraction}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn digits_survive_parsing_and_printing() {
        for text in ["0", "-1", "0.05", "-0.05", "12345678901234567890123456789012345678", "1.50"] {
            assert_eq!(decimal(text).to_string(), text);
        }
        for text in ["", ".", "1.", ".5", "1e5", " 1", "+1", "123456789012345678901234567890123456789"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn comparison_ignores_scale_and_does_not_overflow() {
        assert_eq!(decimal("1.50").compare(decimal("1.5")), Ordering::Equal);
        assert_eq!(decimal("-1.5").compare(decimal("-1.25")), Ordering::Less);
        let huge = decimal("99999999999999999999999999999999999999");
        let tiny = decimal("0.00000000000000000000000000000000000001");
        assert_eq!(huge.compare(tiny), Ordering::Greater);
        assert_eq!(decimal("-0.1").compare(tiny), Ordering::Less);
    }
}
