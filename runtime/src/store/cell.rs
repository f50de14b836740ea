//! Values as SQLite keeps them, exactly, and back.
//!
//! | type | kept as |
//! | --- | --- |
//! | int | INTEGER; beyond 64 bits TEXT of its digits |
//! | decimal(p, s) | TEXT with all `s` digits |
//! | float | REAL; TEXT for not-a-number and negative zero, which SQLite has not |
//! | text, uuid | TEXT |
//! | bool | INTEGER 0 or 1 |
//! | date, datetime, time | TEXT, canonical |
//!
//! A value has one form, so equal values are equal cells: that is what the UNIQUE key needs. Columns have no affinity, so
//! that SQLite changes nothing. It never sorts or adds up for us.

use rusqlite::types::{Value as Cell, ValueRef};
use wr_base::ty::DataType;
use wr_base::value::{Date, DateTime, Decimal, Value};

/// The cell of a value. Values of types that no column can have are kept by their canonical text.
pub(super) fn to_cell(value: &Value, data: &DataType) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Bool(value) => Cell::Integer(i64::from(*value)),
        Value::Int(value) => i64::try_from(*value).map_or_else(|_| Cell::Text(value.to_string()), Cell::Integer),
        Value::Decimal(value) => Cell::Text(at_scale(*value, data).to_string()),
        Value::Float(value) if value.is_nan() => Cell::Text("NaN".to_owned()),
        Value::Float(value) if *value == 0.0 && value.is_sign_negative() => Cell::Text("-0".to_owned()),
        Value::Float(value) => Cell::Real(*value),
        Value::Text(value) => Cell::Text(value.clone()),
        Value::Date(_)
        | Value::DateTime(_)
        | Value::Time(_)
        | Value::Uuid(_)
        | Value::Duration(_)
        | Value::Percent(_)
        | Value::Range(..)
        | Value::Period(_)
        | Value::List(_) => Cell::Text(value.canonical()),
    }
}

/// The scale of the column; where that cannot be (it would lose digits), the value's own.
fn at_scale(value: Decimal, data: &DataType) -> Decimal {
    let DataType::Decimal { scale, .. } = data else { return value };
    value.rescale(*scale).unwrap_or(value)
}

/// The value of a cell; `None` when the cell is not of this type's form.
pub(super) fn from_cell(cell: ValueRef<'_>, data: &DataType) -> Option<Value> {
    let text = || match cell {
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok(),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => None,
    };
    if matches!(cell, ValueRef::Null) {
        return Some(Value::Null);
    }
    match data {
        DataType::Int => match cell {
            ValueRef::Integer(value) => Some(Value::Int(i128::from(value))),
            ValueRef::Null | ValueRef::Real(_) | ValueRef::Text(_) | ValueRef::Blob(_) => {
                text()?.parse().ok().map(Value::Int)
            }
        },
        DataType::Decimal { scale, .. } => Decimal::parse(text()?)?.rescale(*scale).map(Value::Decimal),
        DataType::Float => match cell {
            ValueRef::Real(value) => Some(Value::Float(value)),
            ValueRef::Null | ValueRef::Integer(_) | ValueRef::Text(_) | ValueRef::Blob(_) => {
                text()?.parse().ok().map(Value::Float)
            }
        },
        DataType::Bool => match cell {
            ValueRef::Integer(value) => Some(Value::Bool(value != 0)),
            ValueRef::Null | ValueRef::Real(_) | ValueRef::Text(_) | ValueRef::Blob(_) => None,
        },
        DataType::Text => Some(Value::text(text()?)),
        DataType::Uuid => u128::from_str_radix(&text()?.replace('-', ""), 16).ok().map(Value::Uuid),
        DataType::Date => Date::parse(text()?).map(Value::Date),
        DataType::DateTime => instant(text()?).map(Value::DateTime),
        DataType::Time => time(text()?).map(Value::Time),
        DataType::Duration
        | DataType::Percent
        | DataType::Range(_)
        | DataType::Period
        | DataType::List(_)
        | DataType::Shape
        | DataType::Null
        | DataType::Error => None,
    }
}

/// The inverse of the canonical text of an instant.
pub(crate) fn instant(text: &str) -> Option<DateTime> {
    let at = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.6fZ").ok()?;
    DateTime::checked(at.and_utc().timestamp_micros())
}

fn time(text: &str) -> Option<wr_base::value::Time> {
    use chrono::Timelike;
    let at = chrono::NaiveTime::parse_from_str(text, "%H:%M:%S%.f").ok()?;
    let micros = i64::from(at.num_seconds_from_midnight()) * 1_000_000 + i64::from(at.nanosecond() / 1000);
    Some(wr_base::value::Time(micros))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wr_base::value::Time;

    #[test]
    fn every_value_comes_back_as_it_was() {
        let decimal = DataType::Decimal { precision: 38, scale: 2 };
        let big = "123456789012345678901234567890123456.78";
        let cases = [
            (Value::Int(i128::MIN), DataType::Int),
            (Value::Int(i128::from(i64::MAX)), DataType::Int),
            (Value::Int(i128::from(i64::MAX) + 1), DataType::Int),
            (Value::Decimal(Decimal::parse(big).unwrap()), decimal.clone()),
            (Value::Decimal(Decimal::parse("-0.10").unwrap()), decimal),
            (Value::Float(0.1), DataType::Float),
            (Value::Float(f64::NEG_INFINITY), DataType::Float),
            (Value::Text("0042\0 'ё\n".into()), DataType::Text),
            (Value::Text(String::new()), DataType::Text),
            (Value::Bool(true), DataType::Bool),
            (Value::Date(Date::MIN), DataType::Date),
            (Value::DateTime(DateTime::MAX), DataType::DateTime),
            (Value::DateTime(DateTime::MIN), DataType::DateTime),
            (Value::Time(Time(1)), DataType::Time),
            (Value::Uuid(7), DataType::Uuid),
            (Value::Null, DataType::Int),
        ];
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t(x)").unwrap();
        for (value, data) in cases {
            connection.execute("DELETE FROM t", []).unwrap();
            connection.execute("INSERT INTO t VALUES (?)", [to_cell(&value, &data)]).unwrap();
            let back =
                connection.query_row("SELECT x FROM t", [], |row| Ok(from_cell(row.get_ref(0)?, &data))).unwrap();
            assert_eq!(back, Some(value), "{data}");
        }
    }

    #[test]
    fn a_float_that_sqlite_has_not_comes_back_too() {
        let back = |value: f64| match to_cell(&Value::Float(value), &DataType::Float) {
            Cell::Text(text) => from_cell(ValueRef::Text(text.as_bytes()), &DataType::Float),
            Cell::Null | Cell::Integer(_) | Cell::Real(_) | Cell::Blob(_) => None,
        };
        assert!(matches!(back(f64::NAN), Some(Value::Float(value)) if value.is_nan()));
        assert!(matches!(back(-0.0), Some(Value::Float(value)) if value.is_sign_negative()));
    }
}
