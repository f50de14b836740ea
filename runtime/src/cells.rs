//! Cells of columns to exact values and back. Nothing is lost or rounded in either direction.

use polars::prelude::{
    BooleanChunked, Column, DataType as Storage, Float64Chunked, Int32Chunked, Int64Chunked, Int128Chunked, IntoColumn,
    IntoSeries, NewChunkedArray, PlSmallStr, PolarsError, Series, StringChunked, TimeUnit,
};
use wr_base::ids::ColumnId;
use wr_base::ty::{DataType, MAX_PRECISION};
pub use wr_base::value::parse_uuid;
use wr_base::value::{Date, DateTime, Decimal, Time, Value};

/// A column whose storage is not what its type says, or a value that is not of the column's type.
/// A mistake of ours, never of data: data are checked when they are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageFault {
    NoColumn(ColumnId),
    Storage { expected: String, found: String },
    Value { expected: String, found: String },
    TooManyRows,
    Engine(String),
}

impl std::fmt::Display for StorageFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoColumn(column) => write!(f, "there is no column {column:?} here"),
            Self::Storage { expected, found } => write!(f, "a column of {expected} is stored as {found}"),
            Self::Value { expected, found } => write!(f, "a column of {expected} was given {found}"),
            Self::TooManyRows => f.write_str("more than 4,294,967,295 rows"),
            Self::Engine(words) => f.write_str(words),
        }
    }
}

impl From<PolarsError> for StorageFault {
    fn from(error: PolarsError) -> Self {
        Self::Engine(error.to_string())
    }
}

/// The storage of a type, where columns can have it.
#[must_use]
pub fn storage(ty: &DataType) -> Option<Storage> {
    Some(match ty {
        DataType::Int => Storage::Int128,
        DataType::Decimal { scale, .. } => Storage::Decimal(usize::from(MAX_PRECISION), usize::from(*scale)),
        DataType::Float => Storage::Float64,
        DataType::Text | DataType::Uuid => Storage::String,
        DataType::Bool => Storage::Boolean,
        DataType::Date => Storage::Date,
        DataType::DateTime => Storage::Datetime(TimeUnit::Microseconds, None),
        DataType::Time => Storage::Time,
        DataType::Null => Storage::Null,
        DataType::Duration
        | DataType::Percent
        | DataType::Range(_)
        | DataType::Period
        | DataType::List(_)
        | DataType::Shape
        | DataType::Error => return None,
    })
}

/// The cells of one column. Cheap to make and to clone; shares the column's memory.
#[derive(Clone, Debug)]
pub enum Cells {
    Int(Int128Chunked),
    Decimal(Int128Chunked, u8),
    Float(Float64Chunked),
    Text(StringChunked),
    Uuid(StringChunked),
    Bool(BooleanChunked),
    Date(Int32Chunked),
    DateTime(Int64Chunked),
    /// Nanoseconds since midnight: polars knows no other unit.
    Time(Int64Chunked),
    Null(usize),
}

impl Cells {
    /// # Errors
    /// The storage is not that of the type.
    pub fn new(column: &Column, ty: &DataType) -> Result<Self, StorageFault> {
        Self::of_series(column.as_materialized_series(), ty)
    }

    /// # Errors
    /// The storage is not that of the type.
    pub fn of_series(series: &Series, ty: &DataType) -> Result<Self, StorageFault> {
        let wrong = || StorageFault::Storage { expected: ty.to_string(), found: series.dtype().to_string() };
        // One chunk: access by row is then one step.
        let series = if series.n_chunks() > 1 { series.rechunk() } else { series.clone() };
        if storage(ty).as_ref() != Some(series.dtype()) {
            return Err(wrong());
        }
        Ok(match ty {
            DataType::Int => Self::Int(series.i128()?.clone()),
            DataType::Decimal { scale, .. } => Self::Decimal(series.decimal()?.physical().clone(), *scale),
            DataType::Float => Self::Float(series.f64()?.clone()),
            DataType::Text => Self::Text(series.str()?.clone()),
            DataType::Uuid => Self::Uuid(series.str()?.clone()),
            DataType::Bool => Self::Bool(series.bool()?.clone()),
            DataType::Date => Self::Date(series.date()?.physical().clone()),
            DataType::DateTime => Self::DateTime(series.datetime()?.physical().clone()),
            DataType::Time => Self::Time(series.time()?.physical().clone()),
            DataType::Null => Self::Null(series.len()),
            DataType::Duration
            | DataType::Percent
            | DataType::Range(_)
            | DataType::Period
            | DataType::List(_)
            | DataType::Shape
            | DataType::Error => return Err(wrong()),
        })
    }

    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Int(cells) | Self::Decimal(cells, _) => cells.len(),
            Self::Float(cells) => cells.len(),
            Self::Text(cells) | Self::Uuid(cells) => cells.len(),
            Self::Bool(cells) => cells.len(),
            Self::Date(cells) => cells.len(),
            Self::DateTime(cells) | Self::Time(cells) => cells.len(),
            Self::Null(rows) => *rows,
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value in a row; null past the end.
    #[must_use]
    pub fn get(&self, row: usize) -> Value {
        let value = match self {
            Self::Int(cells) => cells.get(row).map(Value::Int),
            Self::Decimal(cells, scale) => {
                cells.get(row).map(|unscaled| Value::Decimal(Decimal { unscaled, scale: *scale }))
            }
            Self::Float(cells) => cells.get(row).map(Value::Float),
            Self::Text(cells) => cells.get(row).map(Value::text),
            Self::Uuid(cells) => cells.get(row).and_then(parse_uuid).map(Value::Uuid),
            Self::Bool(cells) => cells.get(row).map(Value::Bool),
            Self::Date(cells) => cells.get(row).map(|days| Value::Date(Date(days))),
            Self::DateTime(cells) => cells.get(row).map(|micros| Value::DateTime(DateTime(micros))),
            Self::Time(cells) => cells.get(row).map(|nanos| Value::Time(Time(nanos / NANOS_PER_MICRO))),
            Self::Null(_) => None,
        };
        value.unwrap_or(Value::Null)
    }
}

const NANOS_PER_MICRO: i64 = 1_000;

/// A column of a type, made of values.
///
/// # Errors
/// A value is not of the type, or has more decimal places than the column.
pub fn column_from_values(
    name: PlSmallStr,
    ty: &DataType,
    values: impl IntoIterator<Item = Value>,
) -> Result<Column, StorageFault> {
    macro_rules! collect {
        ($chunked:ty, $value:ident => $convert:expr) => {{
            let cells = values
                .into_iter()
                .map(|$value| if $value.is_null() { Ok(None) } else { $convert.map(Some) })
                .collect::<Result<Vec<_>, StorageFault>>()?;
            <$chunked>::from_iter_options(name, cells.into_iter())
        }};
    }
    macro_rules! only {
        ($value:ident, $pattern:pat => $result:expr) => {
            if let $pattern = $value { Ok($result) } else { Err(not_of_type(ty, &$value)) }
        };
    }
    let series = match ty {
        DataType::Int => collect!(Int128Chunked, value => only!(value, Value::Int(int) => int)).into_series(),
        DataType::Decimal { scale, .. } => collect!(Int128Chunked, value => {
            let fitted = if let Value::Decimal(decimal) = &value { decimal.rescale(*scale) } else { None };
            fitted.map(|decimal| decimal.unscaled).ok_or_else(|| not_of_type(ty, &value))
        })
        .into_decimal_unchecked(usize::from(MAX_PRECISION), usize::from(*scale))
        .into_series(),
        DataType::Float => collect!(Float64Chunked, value => only!(value, Value::Float(float) => float)).into_series(),
        DataType::Text => collect!(StringChunked, value => only!(value, Value::Text(text) => text)).into_series(),
        DataType::Uuid => {
            collect!(StringChunked, value => only!(value, Value::Uuid(_) => value.canonical())).into_series()
        }
        DataType::Bool => collect!(BooleanChunked, value => only!(value, Value::Bool(bool) => bool)).into_series(),
        DataType::Date => {
            collect!(Int32Chunked, value => only!(value, Value::Date(date) => date.0)).into_date().into_series()
        }
        DataType::DateTime => collect!(Int64Chunked, value => only!(value, Value::DateTime(at) => at.0))
            .into_datetime(TimeUnit::Microseconds, None)
            .into_series(),
        DataType::Time => collect!(Int64Chunked, value => only!(value, Value::Time(time) => time.0 * NANOS_PER_MICRO))
            .into_time()
            .into_series(),
        DataType::Null => {
            let rows = values
                .into_iter()
                .try_fold(0, |rows, value| if value.is_null() { Ok(rows + 1) } else { Err(not_of_type(ty, &value)) })?;
            Series::new_null(name, rows)
        }
        DataType::Duration
        | DataType::Percent
        | DataType::Range(_)
        | DataType::Period
        | DataType::List(_)
        | DataType::Shape
        | DataType::Error => {
            return Err(StorageFault::Storage { expected: ty.to_string(), found: "nothing".to_owned() });
        }
    };
    Ok(series.into_column())
}

/// Says the kind of the value, not the value: this is a mistake of ours and may be logged.
fn not_of_type(ty: &DataType, value: &Value) -> StorageFault {
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "a bool",
        Value::Int(_) => "an int",
        Value::Decimal(_) => "a decimal that does not fit",
        Value::Float(_) => "a float",
        Value::Text(_) => "a text",
        Value::Date(_) => "a date",
        Value::DateTime(_) => "a datetime",
        Value::Time(_) => "a time",
        Value::Duration(_) => "a duration",
        Value::Uuid(_) => "a uuid",
        Value::Percent(_) => "a percent",
        Value::Range(..) => "a range",
        Value::Period(_) => "a period",
        Value::List(_) => "a list",
    };
    StorageFault::Value { expected: ty.to_string(), found: found.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Value {
        Value::Decimal(Decimal::parse(text).unwrap())
    }

    #[test]
    fn every_type_survives_the_way_into_a_column_and_back() {
        let cases = [
            (DataType::Int, vec![Value::Int(i128::MAX), Value::Null, Value::Int(i128::MIN), Value::Int(0)]),
            (
                DataType::Decimal { precision: 38, scale: 2 },
                vec![decimal("999999999999999999999999999999999999.99"), Value::Null, decimal("-0.01")],
            ),
            (DataType::Float, vec![Value::Float(0.1), Value::Null, Value::Float(f64::MIN_POSITIVE)]),
            (DataType::Text, vec![Value::text(""), Value::Null, Value::text("0042 ёж\u{1f}")]),
            (DataType::Uuid, vec![Value::Uuid(u128::MAX), Value::Null, Value::Uuid(0)]),
            (DataType::Bool, vec![Value::Bool(true), Value::Null, Value::Bool(false)]),
            (DataType::Date, vec![Value::Date(Date::MIN), Value::Null, Value::Date(Date::MAX)]),
            (DataType::DateTime, vec![Value::DateTime(DateTime::MIN), Value::Null, Value::DateTime(DateTime::MAX)]),
            (DataType::Time, vec![Value::Time(Time(0)), Value::Null, Value::Time(Time(86_399_999_999))]),
            (DataType::Null, vec![Value::Null, Value::Null]),
        ];
        for (ty, values) in cases {
            let column = column_from_values("c0".into(), &ty, values.clone()).unwrap();
            let cells = Cells::new(&column, &ty).unwrap();
            let back: Vec<Value> = (0..cells.len()).map(|row| cells.get(row)).collect();
            assert_eq!(back, values, "{ty}");
        }
    }

    #[test]
    fn a_decimal_takes_the_scale_of_its_column_or_is_refused() {
        let ty = DataType::Decimal { precision: 38, scale: 2 };
        let column = column_from_values("c0".into(), &ty, [decimal("1.5")]).unwrap();
        assert_eq!(Cells::new(&column, &ty).unwrap().get(0), decimal("1.50"));
        assert!(matches!(column_from_values("c0".into(), &ty, [decimal("1.555")]), Err(StorageFault::Value { .. })));
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        let fault = column_from_values("c0".into(), &DataType::Int, [Value::Float(1.0)]).unwrap_err();
        assert_eq!(fault.to_string(), "a column of int was given a float");
        let ints = column_from_values("c0".into(), &DataType::Int, [Value::Int(1)]).unwrap();
        assert!(matches!(Cells::new(&ints, &DataType::Text), Err(StorageFault::Storage { .. })));
    }
}
