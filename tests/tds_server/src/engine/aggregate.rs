//! SUM and AVG: the types of their results, their overflow, and what they make of nothing.

use num_bigint::BigInt;
use rusqlite::Connection;
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::{Value as Stored, ValueRef};

use crate::error::SqlError;
use crate::types::convert::{finite, in_range};
use crate::types::decimal::{Decimal, Digits, fit};
use crate::types::value::Value;
use crate::types::{Kind, SqlType};

#[derive(Clone, Copy)]
enum Numbers {
    Whole(SqlType),
    /// Sums keep their scale, which the form of a stored number has in full; the average has one of its own.
    Exact {
        result: SqlType,
        stored_scale: u8,
    },
    Float,
}

#[derive(Clone, Copy)]
struct Total {
    numbers: Numbers,
    is_average: bool,
}

#[derive(Default)]
struct State {
    count: i64,
    exact: BigInt,
    float: f64,
}

/// The scale of sums inside: as many digits as the stored form has after the point.
const INNER_SCALE: u8 = 38;

/// All 76 digits of a stored number.
fn digits_of(stored: &[u8]) -> Option<BigInt> {
    let (sign, pairs) = stored.split_first()?;
    let is_negative = *sign == 0x7f;
    let digits: Vec<u8> = pairs.iter().map(|pair| if is_negative { !*pair } else { *pair }).collect();
    let value = BigInt::from_radix_be(num_bigint::Sign::Plus, &digits, 100)?;
    Some(if is_negative { -value } else { value })
}

impl Aggregate<State, Stored> for Total {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<State> {
        Ok(State::default())
    }

    fn step(&self, context: &mut Context<'_>, state: &mut State) -> rusqlite::Result<()> {
        match context.get_raw(0) {
            ValueRef::Null => return Ok(()),
            ValueRef::Integer(value) => state.exact += value,
            ValueRef::Real(value) => state.float += value,
            ValueRef::Blob(bytes) => {
                state.exact += digits_of(bytes).ok_or_else(|| SqlError::internal("a number without digits"))?
            }
            ValueRef::Text(_) => return Err(SqlError::internal("a sum of texts").into()),
        }
        state.count += 1;
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, state: Option<State>) -> rusqlite::Result<Stored> {
        let Some(state) = state.filter(|state| state.count > 0) else { return Ok(Stored::Null) };
        let value = match self.numbers {
            Numbers::Whole(result) => {
                let total = if self.is_average { state.exact / state.count } else { state.exact };
                Value::Integer(in_range(&total, &result)?)
            }
            Numbers::Float => {
                let total = if self.is_average { state.float / state.count as f64 } else { state.float };
                finite(total, &SqlType::plain(Kind::Float))?
            }
            Numbers::Exact { result, stored_scale } => {
                let total = if self.is_average { state.exact / state.count } else { state.exact };
                let digits = if self.is_average { Digits::Cut } else { Digits::Round };
                let shape = SqlType::decimal(38, result.scale);
                let total: Decimal = fit(&total, u32::from(stored_scale), &shape, digits)
                    .map_err(|_| SqlError::overflow(if result.is_money() { "money" } else { "numeric" }))?;
                Value::Decimal(total)
            }
        };
        Ok(value.store())
    }
}

pub(crate) fn register(connection: &Connection) -> Result<(), SqlError> {
    let exact = |scale: u8| Numbers::Exact { result: SqlType::decimal(38, scale), stored_scale: INNER_SCALE };
    let mut all: Vec<(String, Numbers, bool)> = Vec::new();
    for (name, is_average) in [("sum", false), ("avg", true)] {
        all.push((format!("tds_{name}_int"), Numbers::Whole(SqlType::plain(Kind::Int)), is_average));
        all.push((format!("tds_{name}_bigint"), Numbers::Whole(SqlType::plain(Kind::BigInt)), is_average));
        all.push((format!("tds_{name}_float"), Numbers::Float, is_average));
        all.push((format!("tds_{name}_money"), exact(4), is_average));
    }
    for scale in 0..=38 {
        all.push((format!("tds_sum_decimal_{scale}"), exact(scale), false));
        all.push((format!("tds_avg_decimal_{scale}"), exact(scale), true));
    }
    for (name, numbers, is_average) in all {
        let total = Total { numbers, is_average };
        connection.create_aggregate_function(name.as_str(), 1, FunctionFlags::SQLITE_UTF8, total)?;
    }
    Ok(())
}
