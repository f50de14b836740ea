//! Groups, and functions over the rows of a group (B8).
//!
//! Neither the value of an aggregate nor whether it fails depends on the order of the rows: sums are exact, and only the
//! end of a sum can overflow.

use std::cmp::Ordering;

use wr_base::diag::Code;
use wr_base::ty::DataType;
use wr_base::value::Value;
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

/// Of the values of the argument, one per row; nulls are left out everywhere but in `count()`, which has no argument.
pub(crate) fn of_group(function: AggregateId, values: Vec<Value>, result: &DataType) -> Result<Value, Code> {
    let rows = values.len();
    let mut values = values.into_iter().filter(|value| !value.is_null()).collect::<Vec<_>>();
    match function {
        AggregateId::Count => Ok(Value::Int(rows as i128)),
        AggregateId::CountIf => Ok(Value::Int(values.iter().filter(|value| is_true(value)).count() as i128)),
        AggregateId::CountDistinct => {
            values.sort_by(compare_cells);
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
    }
}

fn sum(values: &[Value]) -> Exact {
    values.iter().filter_map(number::exact).fold(number::whole(0), |sum, value| sum.plus(&value))
}
