//! Reading numbers from texts of the data: digits and a point, nothing else. What a runner types is read elsewhere.

/// `-0042`: digits with a sign before them. No blanks, no separators.
pub(in crate::functions) fn parse_int(text: &str) -> Option<i128> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    // The sign stays for the parser: 2^127 has a negative but no positive.
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// `-1.5e-3`. Not `inf`, not `nan`, no blanks; infinite where it is past the largest double.
pub(in crate::functions) fn parse_float(text: &str) -> Option<f64> {
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(exponent)),
        None => (text, None),
    };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = number.strip_prefix(['-', '+']).unwrap_or(number);
    let is_number = match unsigned.split_once('.') {
        Some((whole, fraction)) => all_digits(whole) && all_digits(fraction),
        None => all_digits(unsigned),
    };
    let is_exponent = exponent.is_none_or(|exponent| all_digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)));
    (is_number && is_exponent).then(|| text.parse().ok())?
}
