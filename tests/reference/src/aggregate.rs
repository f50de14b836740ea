//! Groups, and functions over the rows of a group (B8).
//!
//! Neither the value of an aggregate nor whether it fails depends on the order of the rows: sums are exact, and only the
//! end of a sum can overflow.

use std::cmp::Ordering;

use num_bigint::BigInt;
use wr_base::diag::Code;
use wr_base::ty::DataType;
use wr_base::value::Value;
use wr_plan::expr::{AggregateCall, ExprKind};
use wr_plan::functions::AggregateId;
use wr_plan::logical::Item;

use crate::expr::{Context, Fault, Faults, Row, World, evaluate, is_true};
use crate::functions::number::{self, Exact};
use crate::order::{compare, compare_cells, compare_rows};

/// One row per group, nulls being a group of their own; without keys one row, whether or not there are any.
pub(crate) fn group(rows: Vec<Row>, keys: &[Item], aggregates: &[&Item], world: &World) -> Result<Vec<Row>, Fault> {
    let mut faults = Faults::default();
    let mut keyed: Vec<(Vec<Value>, Row)> = rows
        .into_iter()
        .map(|row| {
            let value = |key: &Item| faults.take(evaluate(&key.expr, &Context::row(world, &row)));
            (keys.iter().map(value).collect(), row)
        })
        .collect();
    keyed.sort_by(|(a, _), (b, _)| compare_rows(a, b));

    let mut groups: Vec<(Vec<Value>, Vec<Row>)> = Vec::new();
    for (key, row) in keyed {
        match groups.last_mut() {
            Some((last, members)) if compare_rows(last, &key) == Ordering::Equal => members.push(row),
            Some(_) | None => groups.push((key, vec![row])),
        }
    }
    if keys.is_empty() && groups.is_empty() {
        groups.push((Vec::new(), Vec::new()));
    }

    let mut result = Vec::new();
    for (key, members) in groups {
        let mut row: Row = keys.iter().map(|item| item.column).zip(key).collect();
        let context = Context { world, row: &row, group: &members };
        let value = |item: &&Item| (item.column, faults.take(evaluate(&item.expr, &context)));
        let values = aggregates.iter().map(value).collect::<Vec<_>>();
        row.extend(values);
        result.push(row);
    }
    faults.result().map(|()| result)
}

/// What a function sees of one row.
pub(crate) struct Member {
    /// The first argument's; for `count()`, which has none, anything but null.
    pub(crate) value: Value,
    /// By what the rows are ordered.
    pub(crate) keys: Vec<Value>,
}

/// Over the rows of a group. Those whose value is null are left out.
pub(crate) fn of_group(call: &AggregateCall, members: Vec<Member>, result: &DataType) -> Result<Value, Code> {
    let mut members = members.into_iter().filter(|member| !member.value.is_null()).collect::<Vec<_>>();
    let is_last = call.function == AggregateId::Last;
    let descending = call.order.iter().map(|key| key.descending != is_last).collect::<Vec<_>>();
    members.sort_by(|a, b| in_order(a, b, &descending));
    let mut values = members.into_iter().map(|member| member.value).collect::<Vec<_>>();
    match call.function {
        AggregateId::Count => Ok(Value::Int(values.len() as i128)),
        AggregateId::CountIf => Ok(Value::Int(values.iter().filter(|value| is_true(value)).count() as i128)),
        AggregateId::CountDistinct => {
            values.dedup_by(|a, b| compare(a, b) == Ordering::Equal);
            Ok(Value::Int(values.len() as i128))
        }
        AggregateId::Sum => number::to_value(&sum(&values), result),
        AggregateId::Average if values.is_empty() => Ok(Value::Null),
        AggregateId::Average => number::float(sum(&values).to_float() / values.len() as f64),
        AggregateId::Min => Ok(values.into_iter().min_by(compare).unwrap_or(Value::Null)),
        AggregateId::Max => Ok(values.into_iter().max_by(compare).unwrap_or(Value::Null)),
        AggregateId::Any => Ok(Value::Bool(values.iter().any(is_true))),
        AggregateId::All => Ok(Value::Bool(values.iter().all(is_true))),
        AggregateId::Median => Ok(quantile(&values, &Exact { digits: BigInt::from(5), scale: 1 })),
        AggregateId::Quantile => {
            let share = written(call).and_then(number::exact).ok_or(Code::Internal)?;
            Ok(quantile(&values, &share))
        }
        AggregateId::Variance => float_or_null(variance(&values, 1)),
        AggregateId::VariancePopulation => float_or_null(variance(&values, 0)),
        AggregateId::StandardDeviation => deviation(&values, 1),
        AggregateId::StandardDeviationPopulation => deviation(&values, 0),
        AggregateId::Mode => Ok(mode(&values)),
        AggregateId::First | AggregateId::Last => Ok(values.into_iter().next().unwrap_or(Value::Null)),
        AggregateId::JoinText => joined(call, &values),
        AggregateId::JoinTextDistinct => {
            values.dedup_by(|a, b| compare(a, b) == Ordering::Equal);
            joined(call, &values)
        }
    }
}

/// By the keys, nulls last either way, then by the value itself.
fn in_order(a: &Member, b: &Member, descending: &[bool]) -> Ordering {
    for ((a, b), descending) in a.keys.iter().zip(&b.keys).zip(descending) {
        let order = match (a.is_null(), b.is_null()) {
            (false, false) if *descending => compare(b, a),
            (_, _) => compare_cells(a, b),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    compare(&a.value, &b.value)
}

/// The second argument, which is a literal.
fn written(call: &AggregateCall) -> Option<&Value> {
    match call.arguments.get(1).map(|argument| &argument.kind) {
        Some(ExprKind::Literal(value)) => Some(value),
        _ => None,
    }
}

fn sum(values: &[Value]) -> Exact {
    values.iter().filter_map(number::exact).fold(number::whole(0), |sum, value| sum.plus(&value))
}

/// Of values in their order, the one at share × (count − 1); between two of them in proportion.
fn quantile(values: &[Value], share: &Exact) -> Value {
    let numbers: Vec<Exact> = values.iter().filter_map(number::exact).collect();
    if numbers.is_empty() {
        return Value::Null;
    }
    let place = number::whole(numbers.len() - 1).times(share);
    let is_at_or_below = |at: &usize| number::compare(&number::whole(*at), &place).is_le();
    let below = (0..numbers.len()).take_while(is_at_or_below).last().unwrap_or(0);
    let low = &numbers[below];
    let high = numbers.get(below + 1).unwrap_or(low);
    let between = place.minus(&number::whole(below)).times(&high.minus(low));
    Value::Float(low.plus(&between).to_float())
}

/// The squared distances from the average, divided by the count less `fewer`. With n numbers of the sum s, the distance of
/// x from the average is (n × x − s) / n.
fn variance(values: &[Value], fewer: usize) -> Option<f64> {
    let count = values.len();
    if count <= fewer {
        return None;
    }
    let sum = sum(values);
    let mut squares = number::whole(0);
    for value in values.iter().filter_map(number::exact) {
        let distance = number::whole(count).times(&value).minus(&sum);
        squares = squares.plus(&distance.times(&distance));
    }
    let divisor = number::whole(count).times(&number::whole(count)).times(&number::whole(count - fewer));
    Some(squares.float_quotient(&divisor))
}

fn deviation(values: &[Value], fewer: usize) -> Result<Value, Code> {
    let Some(variance) = variance(values, fewer) else { return Ok(Value::Null) };
    let variance = number::exact(&Value::Float(variance)).ok_or(Code::Overflow)?;
    number::float(variance.root())
}

fn float_or_null(value: Option<f64>) -> Result<Value, Code> {
    value.map_or(Ok(Value::Null), number::float)
}

/// Of values in their order, the one that is there most often; the first of several.
fn mode(values: &[Value]) -> Value {
    let often = |value: &Value| values.iter().filter(|other| compare(other, value).is_eq()).count();
    let most = values.iter().map(often).max().unwrap_or(0);
    values.iter().find(|value| often(value) == most).cloned().unwrap_or(Value::Null)
}

/// A million characters at most.
fn joined(call: &AggregateCall, values: &[Value]) -> Result<Value, Code> {
    if values.is_empty() {
        return Ok(Value::Null);
    }
    let separator = written(call).map(Value::canonical).ok_or(Code::Internal)?;
    let text = values.iter().map(Value::canonical).collect::<Vec<_>>().join(&separator);
    if text.chars().count() > 1_000_000 { Err(Code::Overflow) } else { Ok(Value::Text(text)) }
}
