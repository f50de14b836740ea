//! Dates, instants, periods (B12). A day begins at its first existing instant in the report's zone.

use wr_base::diag::Code;
use wr_base::value::{Date, DateTime, Duration, Period, Value};
use wr_plan::expr::{PeriodUnit, RelativePeriod};
use wr_plan::functions::FnId;

use crate::expr::World;
use crate::functions::clock;

/// `+`, `-` where a duration takes part; `None` for numbers.
pub(crate) fn arithmetic(function: FnId, arguments: &[Value], world: &World) -> Option<Result<Value, Code>> {
    let duration = |value: &Value| if let Value::Duration(duration) = value { Some(*duration) } else { None };
    if let (FnId::Negate, [value]) = (function, arguments) {
        return Some(duration(value)?.negated().map(Value::Duration).ok_or(Code::Overflow));
    }
    if let (FnId::Multiply, [x, y]) = (function, arguments) {
        let (Value::Int(times), by) = (if duration(x).is_some() { (y, duration(x)?) } else { (x, duration(y)?) })
        else {
            return Some(Err(Code::Internal));
        };
        return Some(times_over(by, *times).map(Value::Duration).ok_or(Code::Overflow));
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

/// Each of its parts so often.
fn times_over(by: Duration, times: i128) -> Option<Duration> {
    let of = |part: i64| i128::from(part).checked_mul(times);
    Some(Duration {
        months: of(by.months.into())?.try_into().ok()?,
        days: of(by.days.into())?.try_into().ok()?,
        micros: of(by.micros)?.try_into().ok()?,
    })
}

pub(crate) fn call(function: FnId, arguments: &[Value], world: &World) -> Result<Value, Code> {
    let whole = |number: i128| Ok(Value::Int(number));
    if let Some(result) = clock::call(function, arguments, world) {
        return result;
    }
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
        (FnId::Quarter, [day]) => whole((i128::from(day_of(day, world)?.month()) + 2) / 3),
        (FnId::DayOfYear, [day]) => whole(day_of_year(day_of(day, world)?)),
        (FnId::WeekYear, [day]) => whole(i128::from(thursday(day_of(day, world)?).year())),
        (FnId::Week, [day]) => whole((day_of_year(thursday(day_of(day, world)?)) - 1) / 7 + 1),
        (FnId::MonthsBetween, [Value::Date(from), Value::Date(to)]) if to < from => whole(-months(*to, *from)),
        (FnId::MonthsBetween, [Value::Date(from), Value::Date(to)]) => whole(months(*from, *to)),
        (FnId::BusinessDaysBetween, [Value::Date(from), Value::Date(to)]) if to < from => {
            whole(-business_days(*to, *from))
        }
        (FnId::BusinessDaysBetween, [Value::Date(from), Value::Date(to)]) => whole(business_days(*from, *to)),
        (FnId::AddBusinessDays, [Value::Date(day), Value::Int(count)]) => {
            business_days_later(*day, *count).map(Value::Date).ok_or(Code::Overflow)
        }
        (FnId::Trunc, [Value::Date(day), Value::Duration(unit)]) => {
            first_of(*day, *unit).map(Value::Date).ok_or(Code::Internal)
        }
        (FnId::Trunc, [Value::DateTime(at), Value::Duration(Duration { months: 0, days: 0, micros })]) => {
            clock::beginning(*at, *micros, world.zone).map(Value::DateTime).ok_or(Code::Overflow)
        }
        (FnId::Trunc, [Value::DateTime(at), Value::Duration(unit)]) => {
            let day = world.zone.checked_date_of(*at).ok_or(Code::Overflow)?;
            let first = first_of(day, *unit).ok_or(Code::Internal)?;
            world.zone.start_of(first).map(Value::DateTime).ok_or(Code::Overflow)
        }
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

fn day_of_year(day: Date) -> i128 {
    let before = Date::from_ymd(day.year(), 1, 1).map_or(0, |first| first.0 - 1);
    i128::from(day.0 - before)
}

/// The Thursday of the same week, from Monday to Sunday: it says to which year the week belongs.
fn thursday(day: Date) -> Date {
    Date(day.0 + 4 - i32::try_from(day.weekday()).unwrap_or(4))
}

/// Months that are over up to `to`, which is not before `from`: each ends on the day of `from`, or, where its month is too
/// short, on the first day behind it.
fn months(from: Date, to: Date) -> i128 {
    let number = |day: Date| day.year() * 12 + i32::try_from(day.month()).unwrap_or(0) - 1;
    let count = number(to) - number(from);
    let (year, month) = (number(to).div_euclid(12), number(to).rem_euclid(12) as u32 + 1);
    let is_over = Date::from_ymd(year, month, from.day()).is_some_and(|end| end <= to);
    i128::from(count) - i128::from(!is_over)
}

fn is_business_day(day: Date) -> bool {
    day.weekday() <= 5
}

/// Whole weeks have five, the days that are left are looked at.
fn business_days(from: Date, to: Date) -> i128 {
    let weeks = (to.0 - from.0) / 7;
    let rest = from.0 + weeks * 7..to.0;
    i128::from(weeks) * 5 + rest.filter(|day| is_business_day(Date(*day))).count() as i128
}

/// Day by day. There are fewer than four million days.
fn business_days_later(from: Date, count: i128) -> Option<Date> {
    let mut left = count.checked_abs().filter(|count| *count < 4_000_000)?;
    let mut day = from;
    while left > 0 {
        day = day.add_days(if count > 0 { 1 } else { -1 })?;
        left -= i128::from(is_business_day(day));
    }
    Some(day)
}

/// The first day of the week, or of so many months of the year.
fn first_of(day: Date, unit: Duration) -> Option<Date> {
    match unit {
        Duration { months: 0, days: 1, micros: 0 } => Some(day),
        Duration { months: 0, days: 7, micros: 0 } => first_day(day, PeriodUnit::Week),
        Duration { months, days: 0, micros: 0 } if months > 0 => {
            let month = i32::try_from(day.month()).ok()? - 1;
            Date::from_ymd(day.year(), u32::try_from(month - month % months + 1).ok()?, 1)
        }
        _ => None,
    }
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
