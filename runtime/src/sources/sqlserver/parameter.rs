//! A value that goes beside a statement, as the driver sends it. The statement casts each to the type that it is compared in.

use tiberius::numeric::Numeric;
use tiberius::time::{Date as WireDate, DateTime2, DateTimeOffset, Time as WireTime};
use tiberius::{ColumnData, Query, Uuid};
use wr_base::value::{DateTime, Decimal, Value};
use wr_plan::sql::{Parameter, SqlType, Statement};

/// Days from 0001-01-01 to 1970-01-01.
pub(super) const DAYS_BEFORE_1970: i32 = 719_162;

pub(crate) const MICROS_PER_DAY: i64 = 86_400_000_000;

/// `None`: a value is not known, or none that is ever sent.
pub(crate) fn query(statement: &Statement) -> Option<Query<'static>> {
    let mut query = Query::new(statement.text.clone());
    for parameter in &statement.parameters {
        query.bind(sent(parameter)?);
    }
    Some(query)
}

fn sent(parameter: &Parameter) -> Option<ColumnData<'static>> {
    cell(parameter.value.as_ref()?, parameter.ty == SqlType::WallTime)
}

/// A value as the driver sends it; an instant as the clock on the wall, where that is what it stands for already. `None`: no
/// value of this type is ever sent.
pub(crate) fn cell(value: &Value, is_wall: bool) -> Option<ColumnData<'static>> {
    Some(match value {
        // Of any type, once it is cast.
        Value::Null => ColumnData::String(None),
        Value::Bool(value) => ColumnData::Bit(Some(*value)),
        Value::Int(value) => match i64::try_from(*value) {
            Ok(value) => ColumnData::I64(Some(value)),
            Err(_) => decimal(Decimal::from_int(*value)?),
        },
        Value::Decimal(value) | Value::Percent(value) => decimal(*value),
        Value::Float(value) => ColumnData::F64(Some(*value)),
        Value::Text(text) => ColumnData::String(Some(text.clone().into())),
        Value::Date(date) => ColumnData::Date(Some(days(date.0)?)),
        Value::DateTime(at) if is_wall => ColumnData::DateTime2(Some(clock(*at)?)),
        Value::DateTime(at) => ColumnData::DateTimeOffset(Some(DateTimeOffset::new(clock(*at)?, 0))),
        Value::Time(time) => ColumnData::Time(Some(ticks(time.0)?)),
        Value::Uuid(value) => ColumnData::Guid(Some(Uuid::from_u128(*value))),
        Value::Duration(_) | Value::Range(..) | Value::Period(_) | Value::List(_) => return None,
    })
}

fn decimal(value: Decimal) -> ColumnData<'static> {
    // A decimal has at most 38 digits behind the point: more would be a panic of the driver.
    ColumnData::Numeric(Some(Numeric::new_with_scale(value.unscaled, value.scale)))
}

/// `None`: a day that no `date` of the server is.
pub(super) fn days(since_1970: i32) -> Option<WireDate> {
    const LAST: u32 = 3_652_058;
    let days = u32::try_from(since_1970.checked_add(DAYS_BEFORE_1970)?).ok()?;
    (days <= LAST).then(|| WireDate::new(days))
}

/// In ticks of 100 ns.
fn ticks(micros: i64) -> Option<WireTime> {
    Some(WireTime::new(u64::try_from(micros).ok()?.checked_mul(10)?, 7))
}

fn clock(at: DateTime) -> Option<DateTime2> {
    let day = i32::try_from(at.0.div_euclid(MICROS_PER_DAY)).ok()?;
    Some(DateTime2::new(days(day)?, ticks(at.0.rem_euclid(MICROS_PER_DAY))?))
}
