//! The functions over the rows of a group.

use wr_base::diag::Code;
use wr_base::ty::{DataType, MAX_PRECISION};

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
    Min,
    Max,
    Any,
    All,
}

/// All that is known of an aggregate but its meaning, which is in [`evaluate_aggregate`](crate::evaluate::evaluate_aggregate).
pub struct Aggregate {
    pub id: AggregateId,
    pub name: &'static str,
    pub usage: &'static str,
    pub signature: fn(&[Argument<'_>]) -> Result<Signature, Mismatch>,
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

static AGGREGATES: [Aggregate; 9] = [
    Aggregate {
        id: AggregateId::Count,
        name: "count",
        usage: "count() -> int",
        signature: |arguments| {
            count(arguments, 0, 0)?;
            Ok(Signature { arguments: Vec::new(), result: DataType::Int })
        },
        is_null_of_nothing: false,
        fails: &[],
        summary: "The number of rows",
        detail: "Of no rows it is 0. To count the rows that have a value, write `count_if(x is not null)`.",
    },
    Aggregate {
        id: AggregateId::CountIf,
        name: "count_if",
        usage: "count_if(condition: bool) -> int",
        signature: |arguments| condition(arguments, |_| DataType::Int),
        is_null_of_nothing: false,
        fails: &[],
        summary: "The number of rows for which a condition is true",
        detail: "Rows for which it is null are not counted.",
    },
    Aggregate {
        id: AggregateId::CountDistinct,
        name: "count_distinct",
        usage: "count_distinct(x) -> int",
        signature: |arguments| one(arguments, is_comparable, "a value that can be compared", |_| DataType::Int),
        is_null_of_nothing: false,
        fails: &[],
        summary: "The number of different values",
        detail: "Exact. Null is no value and is not counted. Texts differ when a byte of them differs.",
    },
    Aggregate {
        id: AggregateId::Sum,
        name: "sum",
        usage: "sum(x: number) -> number",
        signature: |arguments| one(arguments, DataType::is_number, "a number", summed),
        is_null_of_nothing: false,
        fails: &[Code::Overflow],
        summary: "The sum",
        detail: "Of nothing it is 0. It is computed exactly, without limit on the way, so that neither the sum nor its \
                 overflow depends on the order of the rows; a sum of floats is rounded once, at its end.",
    },
    Aggregate {
        id: AggregateId::Average,
        name: "avg",
        usage: "avg(x: number) -> float?",
        signature: |arguments| one(arguments, DataType::is_number, "a number", |_| DataType::Float),
        is_null_of_nothing: true,
        fails: &[Code::Overflow],
        summary: "The average",
        detail: "The nearest float to the exact sum, divided by the number of values. Of nothing it is null.",
    },
    Aggregate {
        id: AggregateId::Min,
        name: "min",
        usage: "min(x: T) -> T?",
        signature: |arguments| one(arguments, is_ordered, "a value that has an order", DataType::clone),
        is_null_of_nothing: true,
        fails: &[],
        summary: "The smallest value",
        detail: "Of nothing it is null. Texts are ordered by their bytes.",
    },
    Aggregate {
        id: AggregateId::Max,
        name: "max",
        usage: "max(x: T) -> T?",
        signature: |arguments| one(arguments, is_ordered, "a value that has an order", DataType::clone),
        is_null_of_nothing: true,
        fails: &[],
        summary: "The greatest value",
        detail: "Of nothing it is null. Texts are ordered by their bytes.",
    },
    Aggregate {
        id: AggregateId::Any,
        name: "any",
        usage: "any(condition: bool) -> bool",
        signature: |arguments| condition(arguments, DataType::clone),
        is_null_of_nothing: false,
        fails: &[],
        summary: "Whether a condition is true for one row at least",
        detail: "Of nothing it is false.",
    },
    Aggregate {
        id: AggregateId::All,
        name: "all",
        usage: "all(condition: bool) -> bool",
        signature: |arguments| condition(arguments, DataType::clone),
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
        Self::Min,
        Self::Max,
        Self::Any,
        Self::All,
    ];

    #[must_use]
    pub fn aggregate(self) -> &'static Aggregate {
        let [count, count_if, count_distinct, sum, average, min, max, any, all] = &AGGREGATES;
        match self {
            Self::Count => count,
            Self::CountIf => count_if,
            Self::CountDistinct => count_distinct,
            Self::Sum => sum,
            Self::Average => average,
            Self::Min => min,
            Self::Max => max,
            Self::Any => any,
            Self::All => all,
        }
    }

    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|id| id.aggregate().name == name)
    }
}
