//! Comparisons, ranges, lists, and what nulls do.

use std::cmp::Ordering;

use wr_base::diag::Code;
use wr_base::ty::DataType;
use wr_base::value::{Period, Value};
use wr_plan::functions::FnId;

use crate::order::{compare, compare_cells};

/// Functions that look at nulls themselves; for all others a null argument gives null.
pub(crate) const fn takes_nulls(function: FnId) -> bool {
    matches!(
        function,
        FnId::IsNull | FnId::IsNotNull | FnId::IsSame | FnId::IsNotSame | FnId::RangeOf | FnId::ListOf | FnId::NullIf
    )
}

pub(crate) fn call(function: FnId, arguments: &[Value], result: &DataType) -> Result<Value, Code> {
    match (function, arguments) {
        (FnId::Not, [Value::Bool(value)]) => Ok(Value::Bool(!value)),
        (FnId::IsNull, [value]) => Ok(Value::Bool(value.is_null())),
        (FnId::IsNotNull, [value]) => Ok(Value::Bool(!value.is_null())),
        (FnId::IsSame, [a, b]) => Ok(Value::Bool(compare_cells(a, b).is_eq())),
        (FnId::IsNotSame, [a, b]) => Ok(Value::Bool(compare_cells(a, b).is_ne())),
        (FnId::Equal, [a, b]) => Ok(Value::Bool(compare(a, b).is_eq())),
        (FnId::NotEqual, [a, b]) => Ok(Value::Bool(compare(a, b).is_ne())),
        (FnId::Less, [a, b]) => Ok(Value::Bool(compare(a, b).is_lt())),
        (FnId::LessOrEqual, [a, b]) => Ok(Value::Bool(compare(a, b).is_le())),
        (FnId::Greater, [a, b]) => Ok(Value::Bool(compare(a, b).is_gt())),
        (FnId::GreaterOrEqual, [a, b]) => Ok(Value::Bool(compare(a, b).is_ge())),
        (FnId::InList, [value, Value::List(items)]) => {
            Ok(Value::Bool(items.iter().any(|item| compare(item, value).is_eq())))
        }
        (FnId::InRange, [value, Value::Range(from, to)]) => {
            let is_above = from.as_ref().is_none_or(|from| compare(from, value).is_le());
            let is_below = to.as_ref().is_none_or(|to| compare(value, to).is_le());
            Ok(Value::Bool(is_above && is_below))
        }
        (FnId::RangeOf, [Value::Date(first), Value::Date(last)]) if *result == DataType::Period => {
            Ok(Value::Period(Period { first: *first, last: *last }))
        }
        (FnId::RangeOf, [from, to]) => {
            let end = |value: &Value| (!value.is_null()).then(|| Box::new(value.clone()));
            Ok(Value::Range(end(from), end(to)))
        }
        (FnId::ListOf, items) => Ok(Value::List(items.to_vec())),
        // Null is equal to null, so what is null stays null; else only a value can be equal to a value.
        (FnId::NullIf, [x, y]) => Ok(if compare_cells(x, y).is_eq() { Value::Null } else { x.clone() }),
        (FnId::Least, values) => best(values, Ordering::Less),
        (FnId::Greatest, values) => best(values, Ordering::Greater),
        _ => Err(Code::Internal),
    }
}

/// The first of the values that none of the others goes before.
fn best(values: &[Value], wins: Ordering) -> Result<Value, Code> {
    let better = |best: Value, value: &Value| if compare(value, &best) == wins { value.clone() } else { best };
    let (first, rest) = values.split_first().ok_or(Code::Internal)?;
    Ok(rest.iter().fold(first.clone(), better))
}
