//! Aggregates over the rows of a group. Neither a value nor a failure depends on the order of the rows: sums are kept
//! without limit and are checked, or rounded, once at their end.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use wr_base::ty::DataType;
use wr_base::value::{Decimal, Value};

use crate::functions::{AggregateId, Fault, FloatSum, PERCENT_SCALE, WideInt, compare};

/// One aggregate of one group on its way: values go in, one comes out.
#[derive(Clone, Debug)]
pub struct Accumulator {
    function: AggregateId,
    result: DataType,
    /// Rows or values that counted.
    count: u64,
    ints: WideInt,
    /// Behind the point of what `ints` sums.
    scale: u8,
    floats: Option<Box<FloatSum>>,
    /// Canonical texts: two values of one type are equal when these are.
    distinct: BTreeSet<String>,
    best: Value,
    seen: bool,
    broken: bool,
}

impl Accumulator {
    /// `result` is the type that the aggregate's signature gives.
    #[must_use]
    pub fn new(function: AggregateId, result: DataType) -> Self {
        Self {
            function,
            result,
            count: 0,
            ints: WideInt::default(),
            scale: 0,
            floats: None,
            distinct: BTreeSet::new(),
            best: Value::Null,
            seen: false,
            broken: false,
        }
    }

    /// The argument's value in one row; for `count()` whatever is at hand.
    pub fn add(&mut self, value: &Value) {
        if self.function == AggregateId::Count {
            self.count += 1;
            return;
        }
        if value.is_null() {
            return;
        }
        self.count += 1;
        match self.function {
            AggregateId::Count => {}
            AggregateId::CountIf | AggregateId::Any => {
                self.seen |= *value == Value::Bool(true);
                self.count -= u64::from(*value != Value::Bool(true));
            }
            AggregateId::All => self.seen |= *value == Value::Bool(false),
            AggregateId::CountDistinct => {
                self.distinct.insert(value.canonical());
            }
            AggregateId::Sum | AggregateId::Average => self.add_number(value),
            AggregateId::Min => self.keep(value, Ordering::Less),
            AggregateId::Max => self.keep(value, Ordering::Greater),
        }
    }

    fn add_number(&mut self, value: &Value) {
        match value {
            Value::Int(number) => self.ints.add(*number),
            Value::Decimal(number) => {
                self.scale = number.scale;
                self.ints.add(number.unscaled);
            }
            Value::Percent(number) => {
                self.scale = PERCENT_SCALE;
                self.ints.add(number.rescale(PERCENT_SCALE).unwrap_or(*number).unscaled);
            }
            Value::Float(number) => self.floats.get_or_insert_default().add(*number),
            Value::Null
            | Value::Bool(_)
            | Value::Text(_)
            | Value::Date(_)
            | Value::DateTime(_)
            | Value::Time(_)
            | Value::Duration(_)
            | Value::Uuid(_)
            | Value::Range(..)
            | Value::Period(_)
            | Value::List(_) => self.broken = true,
        }
    }

    fn keep(&mut self, value: &Value, better: Ordering) {
        if self.best.is_null() || compare(value, &self.best) == Some(better) {
            self.best = value.clone();
        }
    }

    /// The aggregate of what was added.
    ///
    /// # Errors
    /// A sum or an average past what its type can hold.
    pub fn finish(self) -> Result<Value, Fault> {
        if self.broken {
            return Err(Fault::internal());
        }
        match self.function {
            AggregateId::Count | AggregateId::CountIf => Ok(Value::Int(self.count.into())),
            AggregateId::CountDistinct => Ok(Value::Int(self.distinct.len() as i128)),
            AggregateId::Any => Ok(Value::Bool(self.seen)),
            AggregateId::All => Ok(Value::Bool(!self.seen)),
            AggregateId::Min | AggregateId::Max => Ok(self.best),
            AggregateId::Sum => self.sum(),
            AggregateId::Average if self.count == 0 => Ok(Value::Null),
            AggregateId::Average => {
                let sum = match &self.floats {
                    Some(floats) => floats.to_f64(),
                    None => self.ints.to_f64(self.scale),
                };
                finite(sum / self.count as f64)
            }
        }
    }

    fn sum(&self) -> Result<Value, Fault> {
        match &self.result {
            DataType::Int => self.ints.to_i128().map(Value::Int).ok_or(Fault::overflow()),
            DataType::Decimal { scale, .. } => {
                // Of nothing, no scale was seen; all values of a column have the same.
                let sum = self.ints.to_i128().and_then(|unscaled| Decimal::new(unscaled, self.scale));
                sum.and_then(|sum| sum.rescale(*scale)).map(Value::Decimal).ok_or(Fault::overflow())
            }
            DataType::Float => finite(self.floats.as_ref().map_or(0.0, |floats| floats.to_f64())),
            DataType::Text
            | DataType::Bool
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
            | DataType::Error => Err(Fault::internal()),
        }
    }
}

fn finite(value: f64) -> Result<Value, Fault> {
    if value.is_finite() { Ok(Value::Float(value)) } else { Err(Fault::overflow()) }
}

/// The value of an aggregate over the values of its argument, one per row of the group (for `count()`: anything).
///
/// # Errors
/// Overflow. The caller knows the expression.
pub fn evaluate_aggregate(
    function: AggregateId,
    result: &DataType,
    values: impl IntoIterator<Item = Value>,
) -> Result<Value, Fault> {
    let mut accumulator = Accumulator::new(function, result.clone());
    for value in values {
        accumulator.add(&value);
    }
    accumulator.finish()
}
