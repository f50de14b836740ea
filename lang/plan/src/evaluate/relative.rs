//! Periods that are counted from the day of the run (B12).

use wr_base::value::{Date, Duration, Period};

use crate::expr::{PeriodUnit, RelativePeriod};
use crate::functions::Setting;

/// The days that `last month`, `past 28d` and their like mean on the day of the run; `None` before year 1.
#[must_use]
pub fn period_of(words: RelativePeriod, setting: &Setting) -> Option<Period> {
    let today = setting.today;
    match words {
        RelativePeriod::Today => Some(Period { first: today, last: today }),
        RelativePeriod::Yesterday => {
            let day = today.add_days(-1)?;
            Some(Period { first: day, last: day })
        }
        RelativePeriod::This { unit } => {
            let first = start_of_unit(today, unit)?;
            Some(Period { first, last: move_by(first, unit, 1)?.add_days(-1)? })
        }
        RelativePeriod::Last { count, unit } => {
            let present = start_of_unit(today, unit)?;
            let first = move_by(present, unit, i32::try_from(count).ok()?.checked_neg()?)?;
            Some(Period { first, last: present.add_days(-1)? })
        }
        RelativePeriod::Past { duration } => Some(Period { first: first_day(today, duration, setting)?, last: today }),
    }
}

fn start_of_unit(day: Date, unit: PeriodUnit) -> Option<Date> {
    match unit {
        PeriodUnit::Day => Some(day),
        PeriodUnit::Week => day.add_days(1 - i32::try_from(day.weekday()).ok()?),
        PeriodUnit::Month => Date::from_ymd(day.year(), day.month(), 1),
        PeriodUnit::Quarter => Date::from_ymd(day.year(), (day.month() - 1) / 3 * 3 + 1, 1),
        PeriodUnit::Year => Date::from_ymd(day.year(), 1, 1),
    }
}

fn move_by(day: Date, unit: PeriodUnit, count: i32) -> Option<Date> {
    match unit {
        PeriodUnit::Day => day.add_days(count),
        PeriodUnit::Week => day.add_days(count.checked_mul(7)?),
        PeriodUnit::Month => day.add_months(count),
        PeriodUnit::Quarter => day.add_months(count.checked_mul(3)?),
        PeriodUnit::Year => day.add_months(count.checked_mul(12)?),
    }
}

/// A period holds whole days: `past 28d` is 28 days before today and what there is of today, `past 36h` the days that
/// those hours touch.
fn first_day(today: Date, duration: Duration, setting: &Setting) -> Option<Date> {
    if duration.micros == 0 {
        let back = duration.negated()?;
        return today.add_months(back.months)?.add_days(back.days);
    }
    Some(setting.zone.date_of(setting.zone.add(setting.now, duration.negated()?)?))
}
