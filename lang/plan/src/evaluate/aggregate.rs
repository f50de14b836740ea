//! Aggregates over the rows of a group. Neither a value nor a failure depends on the order of the rows: sums are kept
//! without limit and are checked, or rounded, once at their end.

mod chosen;
mod number;
mod ranked;
mod spread;

use std::cmp::Ordering;
use std::collections::BTreeSet;

use wr_base::ty::DataType;
use wr_base::value::{Decimal, Value};

use self::chosen::{Chosen, Joined, Tally};
use self::number::{Number, number_of};
use self::ranked::Ranked;
use self::spread::Spread;
use crate::expr::{AggregateCall, Expr, ExprKind};
use crate::functions::{AggregateId, Fault, FloatSum, WideInt, compare, share_of};

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
    /// What few functions keep.
    kept: Option<Box<Kept>>,
}

/// What is kept of the rows where a sum or a best value is not enough.
#[derive(Clone, Debug)]
enum Kept {
    Spread(Spread),
    Ranked(Ranked, Decimal),
    Tally(Tally),
    Chosen(Chosen),
    Joined(Joined),
}

impl Kept {
    fn of(call: &AggregateCall) -> Option<Self> {
        let is_last = call.function == AggregateId::Last;
        let descending = || call.order.iter().map(|key| key.descending != is_last).collect();
        let written = call.arguments.get(1).and_then(literal);
        match call.function {
            AggregateId::Variance
            | AggregateId::VariancePopulation
            | AggregateId::StandardDeviation
            | AggregateId::StandardDeviationPopulation => Some(Self::Spread(Spread::default())),
            AggregateId::Median => Some(Self::Ranked(Ranked::default(), Decimal::new(5, 1)?)),
            AggregateId::Quantile => Some(Self::Ranked(Ranked::default(), written.and_then(share_of)?)),
            AggregateId::Mode => Some(Self::Tally(Tally::default())),
            AggregateId::First | AggregateId::Last => Some(Self::Chosen(Chosen::new(descending()))),
            AggregateId::JoinText => Some(Self::Joined(Joined::new(written?.canonical(), descending()))),
            AggregateId::JoinTextDistinct => Some(Self::Joined(Joined::distinct(written?.canonical()))),
            AggregateId::Count
            | AggregateId::CountIf
            | AggregateId::CountDistinct
            | AggregateId::Sum
            | AggregateId::Average
            | AggregateId::Min
            | AggregateId::Max
            | AggregateId::Any
            | AggregateId::All => None,
        }
    }

    /// A value that is not null, and what the row is ordered by; `None` when it does not suit.
    fn add(&mut self, value: &Value, keys: &[Value]) -> Option<()> {
        match self {
            Self::Spread(spread) => spread.add(value)?,
            Self::Ranked(ranked, _) => ranked.add(value)?,
            Self::Tally(tally) => tally.add(value),
            Self::Chosen(chosen) => chosen.add(value, keys),
            Self::Joined(joined) => joined.add(value, keys),
        }
        Some(())
    }

    fn finish(&mut self, function: AggregateId) -> Result<Value, Fault> {
        let float = |value: Option<f64>| value.map_or(Ok(Value::Null), finite);
        match self {
            Self::Spread(spread) => {
                let of_population =
                    matches!(function, AggregateId::VariancePopulation | AggregateId::StandardDeviationPopulation);
                let is_root =
                    matches!(function, AggregateId::StandardDeviation | AggregateId::StandardDeviationPopulation);
                let variance = spread.variance(of_population);
                float(if is_root { variance.map(f64::sqrt) } else { variance })
            }
            Self::Ranked(ranked, share) => float(ranked.quantile(*share)),
            Self::Tally(tally) => Ok(tally.mode()),
            Self::Chosen(chosen) => Ok(chosen.value()),
            Self::Joined(joined) => joined.text(),
        }
    }
}

fn literal(expr: &Expr) -> Option<&Value> {
    if let ExprKind::Literal(value) = &expr.kind { Some(value) } else { None }
}

impl Accumulator {
    /// `result` is the type that the aggregate's signature gives.
    #[must_use]
    pub fn new(call: &AggregateCall, result: DataType) -> Self {
        Self {
            function: call.function,
            result,
            count: 0,
            ints: WideInt::default(),
            scale: 0,
            floats: None,
            distinct: BTreeSet::new(),
            best: Value::Null,
            seen: false,
            broken: false,
            kept: Kept::of(call).map(Box::new),
        }
    }

    /// What the call reads of one row, in the order of [`AggregateCall::read`].
    pub fn add(&mut self, row: &[Value]) {
        if self.function == AggregateId::Count {
            self.count += 1;
            return;
        }
        let Some((value, keys)) = row.split_first() else {
            self.broken = true;
            return;
        };
        if value.is_null() {
            return;
        }
        self.count += 1;
        if let Some(kept) = &mut self.kept {
            self.broken |= kept.add(value, keys).is_none();
            return;
        }
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
            AggregateId::Median
            | AggregateId::Quantile
            | AggregateId::Variance
            | AggregateId::VariancePopulation
            | AggregateId::StandardDeviation
            | AggregateId::StandardDeviationPopulation
            | AggregateId::Mode
            | AggregateId::First
            | AggregateId::Last
            | AggregateId::JoinText
            | AggregateId::JoinTextDistinct => self.broken = true,
        }
    }

    fn add_number(&mut self, value: &Value) {
        match number_of(value) {
            Some(Number::Exact { digits, scale }) => {
                self.scale = scale;
                self.ints.add(digits);
            }
            Some(Number::Float(number)) => self.floats.get_or_insert_default().add(number),
            None => self.broken = true,
        }
    }

    fn keep(&mut self, value: &Value, better: Ordering) {
        if self.best.is_null() || compare(value, &self.best) == Some(better) {
            self.best = value.clone();
        }
    }

    /// The aggregate of what was added so far.
    ///
    /// # Errors
    /// A number past what its type can hold; a text longer than any is made.
    pub fn finish(&mut self) -> Result<Value, Fault> {
        if self.broken {
            return Err(Fault::internal());
        }
        if let Some(kept) = &mut self.kept {
            return kept.finish(self.function);
        }
        match self.function {
            AggregateId::Count | AggregateId::CountIf => Ok(Value::Int(self.count.into())),
            AggregateId::CountDistinct => Ok(Value::Int(self.distinct.len() as i128)),
            AggregateId::Any => Ok(Value::Bool(self.seen)),
            AggregateId::All => Ok(Value::Bool(!self.seen)),
            AggregateId::Min | AggregateId::Max => Ok(self.best.clone()),
            AggregateId::Sum => self.sum(),
            AggregateId::Average if self.count == 0 => Ok(Value::Null),
            AggregateId::Average => {
                let sum = match &self.floats {
                    Some(floats) => floats.to_f64(),
                    None => self.ints.to_f64(self.scale),
                };
                finite(sum / self.count as f64)
            }
            // A literal that they need is not there.
            AggregateId::Median
            | AggregateId::Quantile
            | AggregateId::Variance
            | AggregateId::VariancePopulation
            | AggregateId::StandardDeviation
            | AggregateId::StandardDeviationPopulation
            | AggregateId::Mode
            | AggregateId::First
            | AggregateId::Last
            | AggregateId::JoinText
            | AggregateId::JoinTextDistinct => Err(Fault::internal()),
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

/// The value of an aggregate over what it reads of the rows of a group (see [`AggregateCall::read`]).
///
/// # Errors
/// As of [`Accumulator::finish`]. The caller knows the expression.
pub fn evaluate_aggregate(
    call: &AggregateCall,
    result: &DataType,
    rows: impl IntoIterator<Item = Vec<Value>>,
) -> Result<Value, Fault> {
    let mut accumulator = Accumulator::new(call, result.clone());
    for row in rows {
        accumulator.add(&row);
    }
    accumulator.finish()
}
