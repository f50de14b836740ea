//! Dates, instants, periods (B12). A day begins at its first existing instant in the report's zone.

use wr_base::diag::Code;
use wr_base::value::{Date, DateTime, Duration, Period, Value};
use wr_plan::expr::{PeriodUnit, RelativePeriod};
use wr_plan::functions::FnId;

use crate::expr::World;

/// `+`, `-` where a duration takes part; `None` for numbers.
pub(crate) fn arithmetic(function: FnId, arguments: &[Value], world: &World) -> Option<Result<Value, Code>> {
    let duration = |value: &Value| if let Value::Duration(duration) = value { Some(*duration) } else { None };
    if let (FnId::Negate, [value]) = (function, arguments) {
        return Some(duration(value)?.negated().map(Value::Duration).ok_or(Code::Overflow));
    }
    let [moved, by] = arguments else { return None };
    let mut by = duration(by)?;
    if function == FnId::Subtract {
        match by.negated() {
            Some(back) => by = back,
            None => return Some(Err(Code::Overflow)),
        }
    }
    let result = if let Value::Date(date) = moved {
        move_date(*date, by).map(Value::Date)
    } else if let Value::DateTime(at) = moved {
        world.zone.add(*at, by).map(Value::DateTime)
    } else {
        sum(duration(moved)?, by).map(Value::Duration)
    };
    Some(result.ok_or(Code::Overflow))
}

/// Hours make no date.
fn move_date(date: Date, by: Duration) -> Option<Date> {
    if by.micros == 0 { date.add_months(by.months)?.add_days(by.days) } else { None }
}

fn sum(a: Duration, b: Duration) -> Option<Duration> {
    Some(Duration {
        months: a.months.checked_add(b.months)?,
        days: a.days.checked_add(b.days)?,
        micros: a.micros.checked_add(b.micros)?,
    })
}

pub(crate) fn call(function: FnId, arguments: &[Value], world: &World) -> Result<Value, Code> {
    let whole = |number: i128| Ok(Value::Int(number));
    match (function, arguments) {
        (FnId::Now, []) => Ok(Value::DateTime(world.now)),
        (FnId::Today, []) => Ok(Value::Date(world.today)),
        (FnId::Start, [Value::Period(period)]) => Ok(Value::Date(period.first)),
        (FnId::End, [Value::Period(period)]) => Ok(Value::Date(period.last)),
        (FnId::InPeriod, [Value::Date(date), Value::Period(period)]) => {
            Ok(Value::Bool(period.first <= *date && *date <= period.last))
        }
        (FnId::InPeriod, [Value::DateTime(at), Value::Period(period)]) => {
            let (from, to) = instants(*period, world).ok_or(Code::Overflow)?;
            Ok(Value::Bool(from <= *at && *at < to))
        }
        (FnId::YearsBetween, [Value::Date(from), Value::Date(to)]) if to < from => whole(-years(*to, *from)),
        (FnId::YearsBetween, [Value::Date(from), Value::Date(to)]) => whole(years(*from, *to)),
        (FnId::DaysBetween, [Value::Date(from), Value::Date(to)]) => whole(i128::from(to.0) - i128::from(from.0)),
        (FnId::Year, [day]) => whole(i128::from(day_of(day, world)?.year())),
        (FnId::Month, [day]) => whole(i128::from(day_of(day, world)?.month())),
        (FnId::Day, [day]) => whole(i128::from(day_of(day, world)?.day())),
        (FnId::Weekday, [day]) => whole(i128::from(day_of(day, world)?.weekday())),
        _ => Err(Code::Internal),
    }
}

fn day_of(value: &Value, world: &World) -> Result<Date, Code> {
    if let Value::DateTime(at) = value {
        return Ok(world.zone.date_of(*at));
    }
    if let Value::Date(date) = value { Ok(*date) } else { Err(Code::Internal) }
}

/// From the first instant of the first day to the first instant after the last, half-open.
fn instants(period: Period, world: &World) -> Option<(DateTime, DateTime)> {
    Some((world.zone.start_of(period.first)?, world.zone.start_of(period.last.add_days(1)?)?))
}

/// Birthdays after `from` up to `to`, which is not before it.
fn years(from: Date, to: Date) -> i128 {
    let is_before_birthday = (to.month(), to.day()) < (from.month(), from.day());
    i128::from(to.year() - from.year()) - i128::from(is_before_birthday)
}

/// Whole units counted from today; `None` past the calendar's ends.
pub(crate) fn relative_period(period: RelativePeriod, today: Date) -> Option<Value> {
    let (first, last) = match period {
        RelativePeriod::Today => (today, today),
        RelativePeriod::Yesterday => (today.add_days(-1)?, today.add_days(-1)?),
        RelativePeriod::This { unit } => {
            (first_day(today, unit)?, units_later(first_day(today, unit)?, 1, unit)?.add_days(-1)?)
        }
        RelativePeriod::Last { count, unit } => {
            let now = first_day(today, unit)?;
            (units_later(now, -i32::try_from(count).ok()?, unit)?, now.add_days(-1)?)
        }
        RelativePeriod::Past { duration } => (move_date(today, duration.negated()?)?, today),
    };
    Some(Value::Period(Period { first, last }))
}

/// The first day of the unit that a day is in. A week begins on Monday.
fn first_day(day: Date, unit: PeriodUnit) -> Option<Date> {
    match unit {
        PeriodUnit::Day => Some(day),
        PeriodUnit::Week => day.add_days(1 - i32::try_from(day.weekday()).ok()?),
        PeriodUnit::Month => Date::from_ymd(day.year(), day.month(), 1),
        PeriodUnit::Quarter => Date::from_ymd(day.year(), (day.month() - 1) / 3 * 3 + 1, 1),
        PeriodUnit::Year => Date::from_ymd(day.year(), 1, 1),
    }
}

fn units_later(day: Date, count: i32, unit: PeriodUnit) -> Option<Date> {
    match unit {
        PeriodUnit::Day => day.add_days(count),
        PeriodUnit::Week => day.add_days(count.checked_mul(7)?),
        PeriodUnit::Month => day.add_months(count),
        PeriodUnit::Quarter => day.add_months(count.checked_mul(3)?),
        PeriodUnit::Year => day.add_months(count.checked_mul(12)?),
    }
}
