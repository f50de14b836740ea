//! The functions over the rows of a group.

use wr_base::diag::Code;
use wr_base::ty::{DataType, MAX_PRECISION};
use wr_base::value::{Decimal, Value};

use super::types::{count, is_comparable, is_ordered};
use super::{Argument, Mismatch, Signature};

/// A function over the rows of a group. A null argument is left out, whichever function it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AggregateId {
    /// `count()`: rows.
    Count,
    /// `count_if(c)`: rows for which it is true.
    CountIf,
    /// `count_distinct(x)`: different values.
    CountDistinct,
    Sum,
    Average,
    /// `median(x)`: the middle value, between two where there are two.
    Median,
    /// `quantile(x, 90%)`
    Quantile,
    Variance,
    VariancePopulation,
    StandardDeviation,
    StandardDeviationPopulation,
    Min,
    Max,
    /// `mode(x)`: the most frequent value.
    Mode,
    /// `first(x by y)`
    First,
    /// `last(x by y)`
    Last,
    /// `join_text(x, ", ")`, `join_text(x, ", " by y)`
    JoinText,
    JoinTextDistinct,
    Any,
    All,
}

/// Whether `by …` can stand behind the arguments, and says which of the rows come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ordered {
    Never,
    /// Without it, its values are in their own order.
    Perhaps,
    Always,
}

/// All that is known of an aggregate but its meaning, which is in [`evaluate_aggregate`](crate::evaluate::evaluate_aggregate).
pub struct Aggregate {
    pub id: AggregateId,
    pub name: &'static str,
    pub usage: &'static [&'static str],
    pub signature: fn(&[Argument<'_>]) -> Result<Signature, Mismatch>,
    pub ordered: Ordered,
    /// Of no rows, and of nulls only, it is null. (The others are 0, false, true.)
    pub is_null_of_nothing: bool,
    pub fails: &'static [Code],
    pub summary: &'static str,
    pub detail: &'static str,
}

fn one(
    arguments: &[Argument<'_>],
    suits: fn(&DataType) -> bool,
    wanted: &'static str,
    result: fn(&DataType) -> DataType,
) -> Result<Signature, Mismatch> {
    count(arguments, 1, 1)?;
    let Some(argument) = arguments.first().filter(|argument| suits(&argument.ty.data)) else {
        return Err(Mismatch::Argument { at: 0, wanted });
    };
    Ok(Signature { arguments: vec![argument.ty.data.clone()], result: result(&argument.ty.data) })
}

fn condition(arguments: &[Argument<'_>], result: fn(&DataType) -> DataType) -> Result<Signature, Mismatch> {
    one(arguments, |ty| *ty == DataType::Bool, "a condition", result)
}

fn summed(ty: &DataType) -> DataType {
    match super::decimal_of(ty) {
        Some((_, scale)) if *ty != DataType::Int => DataType::Decimal { precision: MAX_PRECISION, scale },
        _ => ty.clone(),
    }
}

/// A number of each row to a float.
fn measured(arguments: &[Argument<'_>]) -> Result<Signature, Mismatch> {
    one(arguments, DataType::is_number, "a number", |_| DataType::Float)
}

fn quantile(arguments: &[Argument<'_>]) -> Result<Signature, Mismatch> {
    count(arguments, 2, 2)?;
    let measured = measured(arguments.get(..1).unwrap_or_default())?;
    let share = arguments.get(1).filter(|share| share.constant.and_then(share_of).is_some());
    let Some(share) = share else {
        return Err(Mismatch::NotLiteral {
            at: 1,
            wanted: "a share from 0 to 1 here, written as a number or a percentage",
            why: "nine tenths are `0.9` or `90%`; the share is the same for all groups",
        });
    };
    let arguments = measured.arguments.into_iter().chain([share.ty.data.clone()]).collect();
    Ok(Signature { arguments, result: measured.result })
}

/// A share from 0 to 1 that is written as a number or a percentage, as a decimal.
#[must_use]
pub fn share_of(value: &Value) -> Option<Decimal> {
    let share = match value {
        Value::Int(share) => Decimal::new(*share, 0)?,
        Value::Decimal(share) | Value::Percent(share) => *share,
        Value::Null
        | Value::Bool(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::Date(_)
        | Value::DateTime(_)
        | Value::Time(_)
        | Value::Duration(_)
        | Value::Uuid(_)
        | Value::Range(..)
        | Value::Period(_)
        | Value::List(_) => return None,
    };
    let one = Decimal::new(1, 0)?;
    (share.unscaled >= 0 && share.compare(one).is_le()).then_some(share)
}

fn joined(arguments: &[Argument<'_>]) -> Result<Signature, Mismatch> {
    count(arguments, 2, 2)?;
    let texts = one(arguments.get(..1).unwrap_or_default(), |ty| *ty == DataType::Text, "a text", DataType::clone)?;
    match arguments.get(1).and_then(|separator| separator.constant) {
        Some(Value::Text(_)) => Ok(Signature { arguments: vec![DataType::Text, DataType::Text], ..texts }),
        _ => Err(Mismatch::NotLiteral {
            at: 1,
            wanted: "a separator here, written as a text such as `\", \"`",
            why: "it is the same between all texts",
        }),
    }
}

static AGGREGATES: [Aggregate; 20] = [
    Aggregate {
        id: AggregateId::Count,
        name: "count",
        usage: &["count() -> int"],
        signature: |arguments| {
            count(arguments, 0, 0)?;
            Ok(Signature { arguments: Vec::new(), result: DataType::Int })
        },
        ordered: Ordered::Never,
        is_null_of_nothing: false,
        fails: &[],
        summary: "The number of rows",
        detail: "Of no rows it is 0. To count the rows that have a value, write `count_if(x is not null)`.",
    },
    Aggregate {
        id: AggregateId::CountIf,
        name: "count_if",
        usage: &["count_if(condition: bool) -> int"],
        signature: |arguments| condition(arguments, |_| DataType::Int),
        ordered: Ordered::Never,
        is_null_of_nothing: false,
        fails: &[],
        summary: "The number of rows for which a condition is true",
        detail: "Rows for which it is null are not counted.",
    },
    Aggregate {
        id: AggregateId::CountDistinct,
        name: "count_distinct",
        usage: &["count_distinct(x) -> int"],
        signature: |arguments| one(arguments, is_comparable, "a value that can be compared", |_| DataType::Int),
        ordered: Ordered::Never,
        is_null_of_nothing: false,
        fails: &[],
        summary: "The number of different values",
        detail: "Exact. Null is no value and is not counted. Texts differ when a byte of them differs.",
    },
    Aggregate {
        id: AggregateId::Sum,
        name: "sum",
        usage: &["sum(x: number) -> number"],
        signature: |arguments| one(arguments, DataType::is_number, "a number", summed),
        ordered: Ordered::Never,
        is_null_of_nothing: false,
        fails: &[Code::Overflow],
        summary: "The sum",
        detail: "Of nothing it is 0. It is computed exactly, without limit on the way, so that neither the sum nor its \
                 overflow depends on the order of the rows; a sum of floats is rounded once, at its end.",
    },
    Aggregate {
        id: AggregateId::Average,
        name: "avg",
        usage: &["avg(x: number) -> float?"],
        signature: |arguments| one(arguments, DataType::is_number, "a number", |_| DataType::Float),
        ordered: Ordered::Never,
        is_null_of_nothing: true,
        fails: &[Code::Overflow],
        summary: "The average",
        detail: "The nearest float to the exact sum, divided by the number of values. Of nothing it is null.",
    },
    Aggregate {
        id: AggregateId::Median,
        name: "median",
        usage: &["median(x: number) -> float?"],
        signature: measured,
        ordered: Ordered::Never,
        is_null_of_nothing: true,
        fails: &[],
        summary: "The middle value; halfway between the two in the middle where the number of values is even",
        detail: "The nearest float to the exact number. Of nothing it is null.",
    },
    Aggregate {
        id: AggregateId::Quantile,
        name: "quantile",
        usage: &["quantile(x: number, share) -> float?"],
        signature: quantile,
        ordered: Ordered::Never,
        is_null_of_nothing: true,
        fails: &[],
        summary: "The value below which a share of the values is: `quantile(x, 0.9)`, `quantile(x, 90%)`",
        detail: "With n values in order, it is at the place share × (n − 1), counted from 0; between two places it lies in \
                 proportion, as `PERCENTILE_CONT` has it. The nearest float to the exact number. The share is written as a \
                 number from 0 to 1 or as a percentage. Of nothing it is null.",
    },
    Aggregate {
        id: AggregateId::Variance,
        name: "variance",
        usage: &["variance(x: number) -> float?"],
        signature: measured,
        ordered: Ordered::Never,
        is_null_of_nothing: true,
        fails: &[Code::Overflow],
        summary: "The variance of a sample: the squared distances from the average, divided by n − 1",
        detail: "Computed exactly and rounded once, at its end. Of fewer than two values it is null.",
    },
    Aggregate {
        id: AggregateId::VariancePopulation,
        name: "variance_population",
        usage: &["variance_population(x: number) -> float?"],
        signature: measured,
        ordered: Ordered::Never,
        is_null_of_nothing: true,
        fails: &[Code::Overflow],
        summary: "The variance of all that there is: the squared distances from the average, divided by n",
        detail: "Computed exactly and rounded once, at its end. Of nothing it is null.",
    },
    Aggregate {
        id: AggregateId::StandardDeviation,
        name: "stddev",
        usage: &["stddev(x: number) -> float?"],
        signature: measured,
        ordered: Ordered::Never,
        is_null_of_nothing: true,
        fails: &[Code::Overflow],
        summary: "The standard deviation of a sample: the square root of `variance(x)`",
        detail: "Of fewer than two values it is null.",
    },
    Aggregate {
        id: AggregateId::StandardDeviationPopulation,
        name: "stddev_population",
        usage: &["stddev_population(x: number) -> float?"],
        signature: measured,
        ordered: Ordered::Never,
        is_null_of_nothing: true,
        fails: &[Code::Overflow],
        summary: "The standard deviation of all that there is: the square root of `variance_population(x)`",
        detail: "Of nothing it is null.",
    },
    Aggregate {
        id: AggregateId::Min,
        name: "min",
        usage: &["min(x: T) -> T?"],
        signature: |arguments| one(arguments, is_ordered, "a value that has an order", DataType::clone),
        ordered: Ordered::Never,
        is_null_of_nothing: true,
        fails: &[],
        summary: "The smallest value",
        detail: "Of nothing it is null. Texts are ordered by their bytes.",
    },
    Aggregate {
        id: AggregateId::Max,
        name: "max",
        usage: &["max(x: T) -> T?"],
        signature: |arguments| one(arguments, is_ordered, "a value that has an order", DataType::clone),
        ordered: Ordered::Never,
        is_null_of_nothing: true,
        fails: &[],
        summary: "The greatest value",
        detail: "Of nothing it is null. Texts are ordered by their bytes.",
    },
    Aggregate {
        id: AggregateId::Mode,
        name: "mode",
        usage: &["mode(x: T) -> T?"],
        signature: |arguments| one(arguments, is_comparable, "a value that can be compared", DataType::clone),
        ordered: Ordered::Never,
        is_null_of_nothing: true,
        fails: &[],
        summary: "The most frequent value; the smallest of them where several are",
        detail: "Of nothing it is null. False is smaller than true.",
    },
    Aggregate {
        id: AggregateId::First,
        name: "first",
        usage: &["first(x: T by y) -> T?"],
        signature: |arguments| one(arguments, is_comparable, "a value that can be compared", DataType::clone),
        ordered: Ordered::Always,
        is_null_of_nothing: true,
        fails: &[],
        summary: "The value of the first row that has one, in the order of y: `first(city by updated_at desc)`",
        detail: "`by` takes several keys, each perhaps with `desc`, as a `sort` does. Rows without a y come last either way. Of \
                 rows with equal y it is the smallest value. Of nothing it is null. In a `window`, `first(x)` without `by` \
                 is that of the window's own order, null or not.",
    },
    Aggregate {
        id: AggregateId::Last,
        name: "last",
        usage: &["last(x: T by y) -> T?"],
        signature: |arguments| one(arguments, is_comparable, "a value that can be compared", DataType::clone),
        ordered: Ordered::Always,
        is_null_of_nothing: true,
        fails: &[],
        summary: "The value of the last row that has one, in the order of y: `last(status by changed_at)`",
        detail: "As `first` with each `desc` turned round: `last(x by y)` is `first(x by y desc)`. So rows without a y are taken \
                 only where no row has one, and of rows with equal y it is the smallest value.",
    },
    Aggregate {
        id: AggregateId::JoinText,
        name: "join_text",
        usage: &["join_text(x: text, separator: text) -> text?", "join_text(x: text, separator: text by y) -> text?"],
        signature: joined,
        ordered: Ordered::Perhaps,
        is_null_of_nothing: true,
        fails: &[Code::Overflow],
        summary: "All texts in one, with a separator between them: `join_text(city, \", \")`",
        detail: "They stand in the order of their bytes; with `by`, in that of y, rows without a y last, and texts with equal y in \
                 that of their bytes. Of nothing it is null. More than a million characters end the run.",
    },
    Aggregate {
        id: AggregateId::JoinTextDistinct,
        name: "join_text_distinct",
        usage: &["join_text_distinct(x: text, separator: text) -> text?"],
        signature: joined,
        ordered: Ordered::Never,
        is_null_of_nothing: true,
        fails: &[Code::Overflow],
        summary: "All different texts in one, with a separator between them",
        detail: "They stand in the order of their bytes. Of nothing it is null. More than a million characters end the run.",
    },
    Aggregate {
        id: AggregateId::Any,
        name: "any",
        usage: &["any(condition: bool) -> bool"],
        signature: |arguments| condition(arguments, DataType::clone),
        ordered: Ordered::Never,
        is_null_of_nothing: false,
        fails: &[],
        summary: "Whether a condition is true for one row at least",
        detail: "Of nothing it is false.",
    },
    Aggregate {
        id: AggregateId::All,
        name: "all",
        usage: &["all(condition: bool) -> bool"],
        signature: |arguments| condition(arguments, DataType::clone),
        ordered: Ordered::Never,
        is_null_of_nothing: false,
        fails: &[],
        summary: "Whether a condition is false for no row",
        detail: "Of nothing it is true; rows for which the condition is null are left out.",
    },
];

impl AggregateId {
    pub const ALL: &[Self] = &[
        Self::Count,
        Self::CountIf,
        Self::CountDistinct,
        Self::Sum,
        Self::Average,
        Self::Median,
        Self::Quantile,
        Self::Variance,
        Self::VariancePopulation,
        Self::StandardDeviation,
        Self::StandardDeviationPopulation,
        Self::Min,
        Self::Max,
        Self::Mode,
        Self::First,
        Self::Last,
        Self::JoinText,
        Self::JoinTextDistinct,
        Self::Any,
        Self::All,
    ];

    #[must_use]
    pub fn aggregate(self) -> &'static Aggregate {
        let [
            count,
            count_if,
            count_distinct,
            sum,
            average,
            median,
            quantile,
            variance,
            variance_population,
            standard_deviation,
            standard_deviation_population,
            min,
            max,
            mode,
            first,
            last,
            join_text,
            join_text_distinct,
            any,
            all,
        ] = &AGGREGATES;
        match self {
            Self::Count => count,
            Self::CountIf => count_if,
            Self::CountDistinct => count_distinct,
            Self::Sum => sum,
            Self::Average => average,
            Self::Median => median,
            Self::Quantile => quantile,
            Self::Variance => variance,
            Self::VariancePopulation => variance_population,
            Self::StandardDeviation => standard_deviation,
            Self::StandardDeviationPopulation => standard_deviation_population,
            Self::Min => min,
            Self::Max => max,
            Self::Mode => mode,
            Self::First => first,
            Self::Last => last,
            Self::JoinText => join_text,
            Self::JoinTextDistinct => join_text_distinct,
            Self::Any => any,
            Self::All => all,
        }
    }

    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|id| id.aggregate().name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_aggregate_has_its_own_record() {
        for id in AggregateId::ALL {
            assert_eq!(id.aggregate().id, *id);
            assert_eq!(AggregateId::by_name(id.aggregate().name), Some(*id));
        }
    }
}
