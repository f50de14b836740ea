//! Types and values of `+ - * / %`, by SQL Server's rules of precedence, precision and scale.

use num_bigint::BigInt;

use super::convert::{CAST, convert, finite, in_range};
use super::decimal::{Decimal, Digits, fit, power_of_ten};
use super::value::Value;
use super::{Kind, MAX, SqlType};
use crate::error::SqlError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Operation {
    pub(crate) fn code(self) -> i64 {
        match self {
            Operation::Add => 0,
            Operation::Subtract => 1,
            Operation::Multiply => 2,
            Operation::Divide => 3,
            Operation::Remainder => 4,
        }
    }

    pub(crate) fn from_code(code: i64) -> Operation {
        match code {
            0 => Operation::Add,
            1 => Operation::Subtract,
            2 => Operation::Multiply,
            3 => Operation::Divide,
            _ => Operation::Remainder,
        }
    }
}

/// The order in which one type gives way to another, lowest first.
fn precedence(kind: Kind) -> u8 {
    match kind {
        Kind::Binary => 0,
        Kind::VarBinary => 1,
        Kind::Char => 2,
        Kind::VarChar => 3,
        Kind::NChar => 4,
        Kind::NVarChar => 5,
        Kind::Guid => 6,
        Kind::RowVersion => 7,
        Kind::Bit => 8,
        Kind::TinyInt => 9,
        Kind::SmallInt => 10,
        Kind::Int => 11,
        Kind::BigInt => 12,
        Kind::SmallMoney => 13,
        Kind::Money => 14,
        Kind::Decimal => 15,
        Kind::Real => 16,
        Kind::Float => 17,
        Kind::Time => 18,
        Kind::Date => 19,
        Kind::SmallDateTime => 20,
        Kind::DateTime => 21,
        Kind::DateTime2 => 22,
        Kind::DateTimeOffset => 23,
        Kind::Xml => 24,
    }
}

/// The type in which two values meet: in a comparison, CASE, COALESCE, IN.
pub(crate) fn common(left: &SqlType, right: &SqlType) -> SqlType {
    let (high, low) = if precedence(left.kind) >= precedence(right.kind) { (*left, *right) } else { (*right, *left) };
    match high.kind {
        Kind::Decimal if low.is_exact() => {
            let (left, right) = (high.as_decimal(), low.as_decimal());
            let scale = left.scale.max(right.scale);
            let whole = (left.precision - left.scale).max(right.precision - right.scale);
            SqlType::decimal((whole + scale).min(38), scale.min(38 - whole.min(38)))
        }
        Kind::Char | Kind::VarChar | Kind::NChar | Kind::NVarChar if low.is_text() => {
            let kind = match (high.kind, low.kind) {
                (Kind::NChar, Kind::NChar) => Kind::NChar,
                (Kind::Char, Kind::Char) => Kind::Char,
                _ if high.is_unicode() || low.is_unicode() => Kind::NVarChar,
                _ => Kind::VarChar,
            };
            let length = high.length.max(low.length);
            let length = if length == MAX { MAX } else { length.min(if high.is_unicode() { 4000 } else { 8000 }) };
            SqlType { kind, length, ..high }
        }
        Kind::Binary | Kind::VarBinary if low.is_binary() => {
            SqlType::sized(Kind::VarBinary, high.length.max(low.length))
        }
        Kind::Time | Kind::DateTime2 | Kind::DateTimeOffset if low.is_moment() => {
            let low_scale = match low.kind {
                Kind::DateTime => 3,
                _ => low.scale,
            };
            SqlType { scale: high.scale.max(low_scale), ..high }
        }
        _ => high,
    }
}

/// The type of `left operation right`; `None` where SQL Server knows none, or this server does not.
pub(crate) fn result_type(operation: Operation, left: &SqlType, right: &SqlType) -> Option<SqlType> {
    if left.is_text() && right.is_text() {
        if operation != Operation::Add {
            return None;
        }
        let joined = common(left, right);
        let kind = if joined.is_unicode() { Kind::NVarChar } else { Kind::VarChar };
        let limit = if joined.is_unicode() { 4000 } else { 8000 };
        let length = if left.length == MAX || right.length == MAX {
            MAX
        } else {
            left.length.saturating_add(right.length).min(limit)
        };
        return Some(SqlType { kind, length, ..joined });
    }
    // A text beside a number becomes that number's type.
    let (left, right) = match (left.is_text(), right.is_text()) {
        (true, false) => (right, right),
        (false, true) => (left, left),
        _ => (left, right),
    };
    if !left.is_numeric() || !right.is_numeric() {
        return None;
    }
    let high = common(left, right);
    match high.kind {
        Kind::Bit => None,
        Kind::Decimal => Some(decimal_type(operation, &left.as_decimal(), &right.as_decimal())),
        Kind::Real | Kind::Float if operation == Operation::Remainder => None,
        _ => Some(SqlType::plain(high.kind)),
    }
}

/// The table of precision and scale, and what is given up beyond 38 digits.
fn decimal_type(operation: Operation, left: &SqlType, right: &SqlType) -> SqlType {
    let (p1, s1) = (i32::from(left.precision), i32::from(left.scale));
    let (p2, s2) = (i32::from(right.precision), i32::from(right.scale));
    let (precision, scale) = match operation {
        Operation::Add | Operation::Subtract => {
            let scale = s1.max(s2);
            ((p1 - s1).max(p2 - s2) + 1 + scale, scale)
        }
        Operation::Multiply => (p1 + p2 + 1, s1 + s2),
        Operation::Divide => {
            let scale = (s1 + p2 + 1).max(6);
            (p1 - s1 + s2 + scale, scale)
        }
        Operation::Remainder => {
            let scale = s1.max(s2);
            ((p1 - s1).min(p2 - s2) + scale, scale)
        }
    };
    if precision <= 38 {
        return SqlType::decimal(precision as u8, scale as u8);
    }
    let whole = precision - scale;
    let scale = match operation {
        // Digits before the point are kept first, down to a scale of 6.
        Operation::Multiply | Operation::Divide if whole > 32 => scale.min(6),
        Operation::Multiply | Operation::Divide => scale.min(38 - whole),
        _ => scale.min(38 - (whole - 1).min(38)),
    };
    SqlType::decimal(38, scale as u8)
}

pub(crate) fn apply(
    operation: Operation,
    left: (Value, SqlType),
    right: (Value, SqlType),
    result: &SqlType,
) -> Result<Value, SqlError> {
    if left.0 == Value::Null || right.0 == Value::Null {
        return Ok(Value::Null);
    }
    if result.is_text() {
        return concatenate(left, right, result);
    }
    if result.kind == Kind::Decimal {
        let (left_type, right_type) = (left.1, right.1);
        let (left, right) = (exact(left, &right_type)?, exact(right, &left_type)?);
        return decimal(operation, left, right, result).map(Value::Decimal);
    }
    let left = convert(left.0, &left.1, result, CAST)?;
    let right = convert(right.0, &right.1, result, CAST)?;
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => {
            let (left, right) = (BigInt::from(left), BigInt::from(right));
            let zero = BigInt::from(0);
            let value = match operation {
                Operation::Add => left + right,
                Operation::Subtract => left - right,
                Operation::Multiply => left * right,
                Operation::Divide | Operation::Remainder if right == zero => return Err(SqlError::divide_by_zero()),
                Operation::Divide => left / right,
                Operation::Remainder => left % right,
            };
            in_range(&value, result).map(Value::Integer)
        }
        (Value::Float(left), Value::Float(right)) => {
            let value = match operation {
                Operation::Add => left + right,
                Operation::Subtract => left - right,
                Operation::Multiply => left * right,
                Operation::Divide if right == 0.0 => return Err(SqlError::divide_by_zero()),
                Operation::Divide => left / right,
                Operation::Remainder => return Err(SqlError::unknown("the remainder of approximate numbers")),
            };
            finite(value, result)
        }
        // Money: four digits, cut after a division.
        (Value::Decimal(left), Value::Decimal(right)) => {
            let value = decimal(operation, left, right, &SqlType::decimal(38, 4))?;
            convert(Value::Decimal(value), &SqlType::decimal(38, 4), result, CAST)
        }
        _ => Err(SqlError::unknown(format_args!("arithmetic of {result}"))),
    }
}

fn exact(value: (Value, SqlType), other: &SqlType) -> Result<Decimal, SqlError> {
    match value.0 {
        Value::Integer(value) => Ok(Decimal::of(value)),
        Value::Decimal(value) => Ok(value),
        Value::Text(_) => match convert(value.0, &value.1, &other.as_decimal(), CAST)? {
            Value::Decimal(value) => Ok(value),
            _ => Err(SqlError::unknown("arithmetic of texts")),
        },
        _ => Err(SqlError::unknown(format_args!("exact arithmetic of {}", value.1))),
    }
}

fn decimal(operation: Operation, left: Decimal, right: Decimal, result: &SqlType) -> Result<Decimal, SqlError> {
    let (scale_left, scale_right) = (u32::from(left.scale), u32::from(right.scale));
    let scale = scale_left.max(scale_right);
    let aligned = |value: Decimal, own: u32| value.big() * power_of_ten(scale - own);
    let zero = BigInt::from(0);
    match operation {
        Operation::Add => fit(&(aligned(left, scale_left) + aligned(right, scale_right)), scale, result, Digits::Round),
        Operation::Subtract => {
            fit(&(aligned(left, scale_left) - aligned(right, scale_right)), scale, result, Digits::Round)
        }
        Operation::Multiply => fit(&(left.big() * right.big()), scale_left + scale_right, result, Digits::Round),
        _ if right.unscaled == 0 => Err(SqlError::divide_by_zero()),
        Operation::Divide => {
            let target = u32::from(result.scale);
            let shifted = aligned(left, scale_left) * power_of_ten(target);
            fit(&(shifted / aligned(right, scale_right)), target, result, Digits::Cut)
        }
        Operation::Remainder => {
            let remainder = aligned(left, scale_left) % aligned(right, scale_right);
            if remainder == zero {
                Ok(Decimal { unscaled: 0, scale: result.scale })
            } else {
                fit(&remainder, scale, result, Digits::Cut)
            }
        }
    }
}

fn concatenate(left: (Value, SqlType), right: (Value, SqlType), result: &SqlType) -> Result<Value, SqlError> {
    match (left.0, right.0) {
        (Value::Text(left), Value::Text(right)) => {
            super::text::fit_text(left + &right, result, super::text::Overlong::Cut).map(Value::Text)
        }
        _ => Err(SqlError::unknown("this concatenation")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precision_and_scale_follow_the_documented_table() {
        let decimal = SqlType::decimal;
        let cases = [
            // The examples of docs/t-sql/data-types/precision-scale-and-length-transact-sql.md.
            (Operation::Multiply, decimal(38, 10), decimal(38, 10), decimal(38, 6)),
            (Operation::Divide, decimal(2, 1), decimal(2, 1), decimal(8, 6)),
            (Operation::Add, decimal(5, 2), decimal(8, 4), decimal(9, 4)),
            (Operation::Divide, decimal(38, 0), SqlType::plain(Kind::Int), decimal(38, 6)),
            (Operation::Multiply, decimal(20, 5), decimal(10, 2), decimal(31, 7)),
        ];
        for (operation, left, right, result) in cases {
            assert_eq!(result_type(operation, &left, &right), Some(result), "{left} {operation:?} {right}");
        }
        let (int, float) = (SqlType::plain(Kind::Int), SqlType::plain(Kind::Float));
        assert_eq!(result_type(Operation::Divide, &int, &int), Some(int));
        assert_eq!(result_type(Operation::Divide, &int, &float), Some(float));
    }

    #[test]
    fn division_of_decimals_is_cut_and_products_are_rounded() {
        let two = Decimal { unscaled: 20, scale: 1 };
        let three = Decimal { unscaled: 30, scale: 1 };
        assert_eq!(decimal(Operation::Divide, two, three, &SqlType::decimal(8, 6)).unwrap().to_string(), "0.666666");
        let product = decimal(Operation::Multiply, two, Decimal { unscaled: 25, scale: 2 }, &SqlType::decimal(38, 0));
        assert_eq!(product.unwrap().to_string(), "1");
    }
}
