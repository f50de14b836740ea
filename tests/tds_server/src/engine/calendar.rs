//! DATEADD, DATEDIFF and DATEPART.

use chrono::{Datelike, Months};

use crate::error::{Ends, SqlError};
use crate::types::convert::in_range;
use crate::types::moment::{LAST_DAY, TICKS_PER_DAY, TICKS_PER_MINUTE, TICKS_PER_SECOND, date_of, round_ticks};
use crate::types::value::Value;
use crate::types::{Kind, SqlType};

/// Local ticks since 0001, and the minutes of an offset.
fn ticks_of(value: &Value) -> Result<(i64, i16), SqlError> {
    match value {
        Value::Date(day) => Ok((day * TICKS_PER_DAY, 0)),
        Value::Time(ticks) => Ok((crate::types::moment::DAY_1900 * TICKS_PER_DAY + ticks, 0)),
        Value::Moment(ticks) => Ok((*ticks, 0)),
        Value::Offset(utc, minutes) => Ok((utc + i64::from(*minutes) * TICKS_PER_MINUTE, *minutes)),
        _ => Err(SqlError::unknown("a date that is none")),
    }
}

fn ticks_per(part: &str) -> Option<i64> {
    Some(match part {
        "week" => 7 * TICKS_PER_DAY,
        "day" | "dayofyear" | "weekday" => TICKS_PER_DAY,
        "hour" => 60 * TICKS_PER_MINUTE,
        "minute" => TICKS_PER_MINUTE,
        "second" => TICKS_PER_SECOND,
        "millisecond" => 10_000,
        "microsecond" => 10,
        _ => return None,
    })
}

fn unsupported(part: &str, sql_type: &SqlType) -> SqlError {
    SqlError::new(
        9810,
        16,
        Ends::Batch,
        format!("The datepart {part} is not supported by the date function for data type {}.", sql_type.name()),
    )
}

pub(crate) fn add(part: &str, count: i64, value: &Value, sql_type: &SqlType) -> Result<Value, SqlError> {
    let is_of_time = matches!(part, "hour" | "minute" | "second" | "millisecond" | "microsecond" | "nanosecond");
    if (sql_type.kind == Kind::Date && is_of_time) || (sql_type.kind == Kind::Time && !is_of_time) {
        return Err(unsupported(part, sql_type));
    }
    let overflow = || {
        SqlError::new(
            517,
            16,
            Ends::Statement,
            format!("Adding a value to a '{}' column caused an overflow.", sql_type.name()),
        )
    };
    let (ticks, minutes) = ticks_of(value)?;
    let added = match part {
        "year" | "quarter" | "month" => {
            let months = count
                * match part {
                    "year" => 12,
                    "quarter" => 3,
                    _ => 1,
                };
            let date = date_of(ticks.div_euclid(TICKS_PER_DAY));
            let size = Months::new(u32::try_from(months.abs()).map_err(|_| overflow())?);
            let moved = if months < 0 { date.checked_sub_months(size) } else { date.checked_add_months(size) };
            let day = i64::from(moved.ok_or_else(overflow)?.num_days_from_ce()) - 1;
            day * TICKS_PER_DAY + ticks.rem_euclid(TICKS_PER_DAY)
        }
        "nanosecond" => ticks + (count + if count < 0 { -50 } else { 50 }) / 100,
        _ => {
            let unit = ticks_per(part).ok_or_else(|| unsupported(part, sql_type))?;
            count.checked_mul(unit).and_then(|moved| ticks.checked_add(moved)).ok_or_else(overflow)?
        }
    };
    match value {
        Value::Time(_) => Ok(Value::Time(added.rem_euclid(TICKS_PER_DAY))),
        _ if !(0..(LAST_DAY + 1) * TICKS_PER_DAY).contains(&added) => Err(overflow()),
        Value::Date(_) => Ok(Value::Date(added.div_euclid(TICKS_PER_DAY))),
        Value::Offset(..) => {
            Ok(Value::Offset(round_ticks(added, sql_type)? - i64::from(minutes) * TICKS_PER_MINUTE, minutes))
        }
        _ => round_ticks(added, sql_type).map(Value::Moment).map_err(|_| overflow()),
    }
}

/// How many borders of the part lie between two moments.
pub(crate) fn difference(
    part: &str,
    from: &(Value, SqlType),
    to: &(Value, SqlType),
    result: &SqlType,
) -> Result<Value, SqlError> {
    // Moments with an offset are compared in UTC.
    let utc = |value: &Value| ticks_of(value).map(|(ticks, minutes)| ticks - i64::from(minutes) * TICKS_PER_MINUTE);
    let (from, to) = (utc(&from.0)?, utc(&to.0)?);
    let months = |ticks: i64| {
        let date = date_of(ticks.div_euclid(TICKS_PER_DAY));
        (i64::from(date.year()), i64::from(date.month0()))
    };
    let ((from_year, from_month), (to_year, to_month)) = (months(from), months(to));
    let count = match part {
        "year" => i128::from(to_year - from_year),
        "quarter" => i128::from((to_year * 4 + to_month / 3) - (from_year * 4 + from_month / 3)),
        "month" => i128::from((to_year * 12 + to_month) - (from_year * 12 + from_month)),
        // Weeks begin on Sunday, whatever DATEFIRST says; 0001-01-01 was a Monday.
        "week" => {
            let week = |ticks: i64| (ticks.div_euclid(TICKS_PER_DAY) + 1).div_euclid(7);
            i128::from(week(to) - week(from))
        }
        "nanosecond" => (i128::from(to) - i128::from(from)) * 100,
        _ => {
            let unit = ticks_per(part).ok_or_else(|| SqlError::unknown(format_args!("DATEDIFF of {part}")))?;
            i128::from(to.div_euclid(unit)) - i128::from(from.div_euclid(unit))
        }
    };
    in_range(&num_bigint::BigInt::from(count), result).map(Value::Integer).map_err(|_| {
        SqlError::new(535, 16, Ends::Statement, "The datediff function resulted in an overflow. The number of dateparts separating two date/time instances is too large. Try to use datediff with a less precise datepart.")
    })
}

pub(crate) fn part(part: &str, value: &Value, sql_type: &SqlType) -> Result<Value, SqlError> {
    let (ticks, _) = ticks_of(value)?;
    let date = date_of(ticks.div_euclid(TICKS_PER_DAY));
    let in_day = ticks.rem_euclid(TICKS_PER_DAY);
    // A three hundredth of a second is told to the nearest millisecond.
    let in_day = if sql_type.kind == Kind::DateTime { (in_day + 5_000) / 10_000 * 10_000 } else { in_day };
    let is_of_time = matches!(part, "hour" | "minute" | "second" | "millisecond" | "microsecond" | "nanosecond");
    if (sql_type.kind == Kind::Date && is_of_time) || (sql_type.kind == Kind::Time && !is_of_time) {
        return Err(unsupported(part, sql_type));
    }
    let seconds = in_day / TICKS_PER_SECOND;
    Ok(Value::Integer(match part {
        "year" => i64::from(date.year()),
        "quarter" => i64::from(date.month0() / 3 + 1),
        "month" => i64::from(date.month()),
        "day" => i64::from(date.day()),
        "dayofyear" => i64::from(date.ordinal()),
        // As with DATEFIRST 7, the default of us_english.
        "weekday" => i64::from(date.weekday().num_days_from_sunday() + 1),
        "iso_week" => i64::from(date.iso_week().week()),
        "hour" => seconds / 3600,
        "minute" => seconds / 60 % 60,
        "second" => seconds % 60,
        "millisecond" => in_day % TICKS_PER_SECOND / 10_000,
        "microsecond" => in_day % TICKS_PER_SECOND / 10,
        "nanosecond" => in_day % TICKS_PER_SECOND * 100,
        _ => return Err(SqlError::unknown(format_args!("DATEPART of {part}"))),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::moment::day_of;

    #[test]
    fn months_end_where_the_month_ends() {
        let date = |year, month, day| Value::Date(day_of(year, month, day).unwrap());
        let sql_type = SqlType::plain(Kind::Date);
        assert_eq!(add("month", 1, &date(2026, 1, 31), &sql_type).unwrap(), date(2026, 2, 28));
        assert_eq!(add("year", -1, &date(2024, 2, 29), &sql_type).unwrap(), date(2023, 2, 28));
        assert_eq!(add("hour", 1, &date(2024, 2, 29), &sql_type).unwrap_err().number, 9810);
        assert_eq!(add("day", 1, &date(9999, 12, 31), &sql_type).unwrap_err().number, 517);
    }

    #[test]
    fn a_difference_counts_borders() {
        let date = |year, month, day| (Value::Date(day_of(year, month, day).unwrap()), SqlType::plain(Kind::Date));
        let count = |part, from, to| difference(part, &from, &to, &SqlType::plain(Kind::BigInt)).unwrap();
        assert_eq!(count("year", date(2025, 12, 31), date(2026, 1, 1)), Value::Integer(1));
        assert_eq!(count("month", date(2026, 1, 31), date(2026, 2, 1)), Value::Integer(1));
        // Saturday to Sunday.
        assert_eq!(count("week", date(2026, 11, 28), date(2026, 11, 29)), Value::Integer(1));
        assert_eq!(count("week", date(2026, 11, 29), date(2026, 12, 5)), Value::Integer(0));
    }
}
