//! Which types go together (B8, B17): what two types widen to, what can be compared, and the signatures that many
//! functions share.

use wr_base::ty::{DataType, MAX_PRECISION};
use wr_base::value::Value;

use super::{Argument, Mismatch, Signature};

/// A percentage is exact to this many digits behind the point of its fraction: `0.0001%` is the smallest step.
pub const PERCENT_SCALE: u8 = 6;

/// All digits that a percentage has where it is a decimal.
const PERCENT_PRECISION: u8 = 18;

/// Precision and scale of a number as a decimal; floats are none.
#[must_use]
pub const fn decimal_of(ty: &DataType) -> Option<(u8, u8)> {
    match ty {
        DataType::Int => Some((MAX_PRECISION, 0)),
        DataType::Decimal { precision, scale } => Some((*precision, *scale)),
        DataType::Percent => Some((PERCENT_PRECISION, PERCENT_SCALE)),
        DataType::Float
        | DataType::Text
        | DataType::Bool
        | DataType::Date
        | DataType::DateTime
        | DataType::Time
        | DataType::Duration
        | DataType::Uuid
        | DataType::Range(_)
        | DataType::Period
        | DataType::List(_)
        | DataType::Shape
        | DataType::Null
        | DataType::Error => None,
    }
}

/// A decimal type with these digits before and behind the point, cut to the widest; values past it fail (B8).
pub(super) fn decimal(whole: u8, scale: u8) -> DataType {
    DataType::Decimal { precision: whole.saturating_add(scale).clamp(1, MAX_PRECISION), scale }
}

/// The one type that both widen to: int → decimal → float, percent → decimal → float, null → anything.
#[must_use]
pub fn common_type(left: &DataType, right: &DataType) -> Option<DataType> {
    if left == right {
        return Some(left.clone());
    }
    match (left, right) {
        (DataType::Error, _) | (_, DataType::Error) => Some(DataType::Error),
        (DataType::Null, other) | (other, DataType::Null) => Some(other.clone()),
        (DataType::Range(left), DataType::Range(right)) => {
            common_type(left, right).map(|of| DataType::Range(Box::new(of)))
        }
        (DataType::List(left), DataType::List(right)) => {
            common_type(left, right).map(|of| DataType::List(Box::new(of)))
        }
        (DataType::Float, other) | (other, DataType::Float) => other.is_number().then_some(DataType::Float),
        (left, right) => {
            let (left, right) = (decimal_of(left)?, decimal_of(right)?);
            let whole = (left.0 - left.1).max(right.0 - right.1);
            Some(decimal(whole, left.1.max(right.1)))
        }
    }
}

/// The one type that all widen to, with no more digits than literals need.
#[must_use]
pub fn common_of(arguments: &[Argument<'_>]) -> Option<DataType> {
    let common = |of: fn(&Argument<'_>) -> DataType| {
        arguments.iter().try_fold(DataType::Null, |all, argument| common_type(&all, &of(argument)))
    };
    let all = common(|argument| argument.ty.data.clone())?;
    // `fee * 2` needs room for one digit, not for 38.
    if matches!(all, DataType::Decimal { .. }) { common(as_written) } else { Some(all) }
}

/// Whether `==` is defined.
#[must_use]
pub const fn is_comparable(ty: &DataType) -> bool {
    match ty {
        DataType::Bool => true,
        DataType::Int
        | DataType::Decimal { .. }
        | DataType::Float
        | DataType::Text
        | DataType::Date
        | DataType::DateTime
        | DataType::Time
        | DataType::Duration
        | DataType::Uuid
        | DataType::Percent
        | DataType::Range(_)
        | DataType::Period
        | DataType::List(_)
        | DataType::Shape
        | DataType::Null
        | DataType::Error => is_ordered(ty),
    }
}

/// Whether `<` is defined, and with it `min`, `max`, ranges.
#[must_use]
pub const fn is_ordered(ty: &DataType) -> bool {
    match ty {
        DataType::Int
        | DataType::Decimal { .. }
        | DataType::Float
        | DataType::Percent
        | DataType::Text
        | DataType::Date
        | DataType::DateTime
        | DataType::Time
        | DataType::Uuid => true,
        // A month is no fixed number of days, so durations have no order; a bool's would be a riddle to readers.
        DataType::Bool
        | DataType::Duration
        | DataType::Range(_)
        | DataType::Period
        | DataType::List(_)
        | DataType::Shape
        | DataType::Null
        | DataType::Error => false,
    }
}

/// One kind of argument, with its words.
pub(super) type Wanted = (fn(&DataType) -> bool, &'static str);

/// Fails unless there are so many arguments.
pub(super) fn count(arguments: &[Argument<'_>], least: usize, most: usize) -> Result<(), Mismatch> {
    if arguments.len() < least || arguments.len() > most {
        return Err(Mismatch::Count { least, most: Some(most) });
    }
    Ok(())
}

/// Arguments of exactly these types.
pub(super) fn fixed(
    arguments: &[Argument<'_>],
    wanted: &[(DataType, &'static str)],
    result: DataType,
) -> Result<Signature, Mismatch> {
    at_least(arguments, wanted.len(), wanted, result)
}

/// Arguments of exactly these types, of which those behind the first `least` may be left out.
pub(super) fn at_least(
    arguments: &[Argument<'_>],
    least: usize,
    wanted: &[(DataType, &'static str)],
    result: DataType,
) -> Result<Signature, Mismatch> {
    count(arguments, least, wanted.len())?;
    for (at, (argument, (ty, words))) in arguments.iter().zip(wanted).enumerate() {
        if argument.ty.data != *ty {
            return Err(Mismatch::Argument { at, wanted: words });
        }
    }
    Ok(Signature { arguments: wanted.iter().take(arguments.len()).map(|(ty, _)| ty.clone()).collect(), result })
}

/// One kind of arguments, all of one type after widening, which is given back.
pub(super) fn alike(arguments: &[Argument<'_>], (suits, wanted): Wanted) -> Result<DataType, Mismatch> {
    if let Some(at) = arguments.iter().position(|argument| !suits(&argument.ty.data)) {
        return Err(Mismatch::Argument { at, wanted });
    }
    common_of(arguments).ok_or(Mismatch::Together)
}

/// An int that is written as a number, as a decimal of its digits; all else as it is.
pub(super) fn as_written(argument: &Argument<'_>) -> DataType {
    match (argument.constant, &argument.ty.data) {
        (Some(Value::Int(number)), DataType::Int) => {
            let digits = number.unsigned_abs().checked_ilog10().map_or(1, |power| power as u8 + 1);
            decimal(digits, 0)
        }
        (_, other) => other.clone(),
    }
}

/// Two numbers of one type after widening, which is also the result's.
pub(super) fn numbers(arguments: &[Argument<'_>]) -> Result<DataType, Mismatch> {
    count(arguments, 2, 2)?;
    alike(arguments, (DataType::is_number, "a number"))
}

fn comparison(arguments: &[Argument<'_>], wanted: Wanted) -> Result<Signature, Mismatch> {
    count(arguments, 2, 2)?;
    let all = alike(arguments, wanted)?;
    Ok(Signature { arguments: vec![all.clone(), all], result: DataType::Bool })
}

/// Two values that `==` can compare.
pub(super) fn compared_equal(arguments: &[Argument<'_>]) -> Result<Signature, Mismatch> {
    comparison(arguments, (is_comparable, "a value that can be compared"))
}

/// Two values that `<` can compare.
pub(super) fn compared(arguments: &[Argument<'_>]) -> Result<Signature, Mismatch> {
    comparison(arguments, (is_ordered, "a value that has an order"))
}

/// The number of digits behind the point, which has to be a literal.
pub(super) fn scale_literal(arguments: &[Argument<'_>], at: usize) -> Result<u8, Mismatch> {
    const NOT_SO: fn(usize) -> Mismatch = |at| Mismatch::NotLiteral {
        at,
        wanted: "a whole number from 0 to 38 here, written as a number",
        why: "it decides how many digits the column has, which cannot differ from row to row",
    };
    match arguments.get(at).and_then(|argument| argument.constant) {
        Some(Value::Int(scale)) => u8::try_from(*scale).ok().filter(|scale| *scale <= MAX_PRECISION).ok_or(NOT_SO(at)),
        _ => Err(NOT_SO(at)),
    }
}
