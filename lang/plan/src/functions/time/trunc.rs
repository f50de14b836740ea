//! `trunc`: the beginning of the hour, day, week, month … that a moment or a date is in.

use wr_base::value::{DateTime, Zone};

use super::super::kernel::prelude::*;

pub(in crate::functions) static FUNCTION: Function = Function {
    id: FnId::Trunc,
    name: "trunc",
    usage: &["trunc(x: datetime, unit: duration) -> datetime", "trunc(x: date, unit: duration) -> date"],
    signature: |arguments| {
        count(arguments, 2, 2)?;
        let [moved, unit] = arguments else { return Err(Mismatch::Together) };
        let is_date = moved.ty.data == DataType::Date;
        if !is_date && moved.ty.data != DataType::DateTime {
            return Err(Mismatch::Argument { at: 0, wanted: "a moment or a date" });
        }
        let found = if let Some(Value::Duration(unit)) = unit.constant { unit_of(*unit) } else { None };
        match found {
            None => Err(Mismatch::NotLiteral { at: 1, wanted: UNITS, why: WHY }),
            Some(Unit::Clock(_)) if is_date => Err(Mismatch::NotLiteral { at: 1, wanted: UNITS_OF_DATES, why: WHY }),
            Some(_) => Ok(Signature {
                arguments: vec![moved.ty.data.clone(), DataType::Duration],
                result: moved.ty.data.clone(),
            }),
        }
    },
    nulls: Nulls::Propagate,
    fails: &[Code::Overflow],
    doc: Doc {
        summary: "The beginning of the hour, day, week, month … that a moment or a date is in",
        detail: "The unit is written out: `15min`, `1h`, `6h` and whatever else divides a day; `1d`, `1w` (from Monday), `1mo`, `3mo`, `1y` and what else divides a year. Days and longer units begin at the first instant of a day in the report's zone. Units of the clock begin where the clock of the zone shows a multiple of them: the hour that a change of the clock repeats is two hours, and one that it leaves out is none.",
        examples: &[
            ("trunc(2026-11-09, 1mo)", "2026-11-01"),
            ("trunc(2026-11-12, 1w)", "2026-11-09"),
            ("trunc(2026-11-12, 3mo)", "2026-10-01"),
            ("trunc(2026-11-09T08:47, 15min)", "2026-11-09T05:45:00.000000Z"),
            ("trunc(2026-11-09T08:47, 1d)", "2026-11-08T21:00:00.000000Z"),
        ],
    },
    evaluate: |arguments, _, setting| {
        let [value, Value::Duration(unit)] = arguments else { return Err(Fault::internal()) };
        let unit = unit_of(*unit).ok_or(Fault::internal())?;
        match value {
            Value::Date(date) => start_of_unit(*date, unit).map(Value::Date).ok_or(Fault::overflow()),
            Value::DateTime(at) => start_of(*at, unit, setting.zone).map(Value::DateTime).ok_or(Fault::overflow()),
            Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Decimal(_)
            | Value::Float(_)
            | Value::Text(_)
            | Value::Time(_)
            | Value::Duration(_)
            | Value::Uuid(_)
            | Value::Percent(_)
            | Value::Range(..)
            | Value::Period(_)
            | Value::List(_) => Err(Fault::internal()),
        }
    },
};

const UNITS: &str = "a unit of the clock or the calendar here, written as `15min`, `1h`, `1d`, `1w`, `1mo`, `3mo` or `1y`";
const UNITS_OF_DATES: &str = "a unit of the calendar here, written as `1d`, `1w`, `1mo`, `3mo` or `1y`";
const WHY: &str = "units divide a day or a year, so that each begins at a full hour, at midnight, on a Monday or on a first";

const DAY: i64 = 86_400_000_000;

#[derive(Clone, Copy)]
enum Unit {
    /// So many microseconds, which divide a day.
    Clock(i64),
    Day,
    Week,
    /// So many months, which divide a year.
    Months(u32),
}

fn unit_of(unit: Duration) -> Option<Unit> {
    match (unit.months, unit.days, unit.micros) {
        (0, 0, micros) if micros > 0 && DAY % micros == 0 => Some(Unit::Clock(micros)),
        (0, 1, 0) => Some(Unit::Day),
        (0, 7, 0) => Some(Unit::Week),
        (months @ (1 | 2 | 3 | 4 | 6 | 12), 0, 0) => u32::try_from(months).ok().map(Unit::Months),
        _ => None,
    }
}

fn start_of_unit(date: Date, unit: Unit) -> Option<Date> {
    match unit {
        Unit::Clock(_) => None,
        Unit::Day => Some(date),
        Unit::Week => date.add_days(1 - i32::try_from(date.weekday()).ok()?),
        Unit::Months(months) => Date::from_ymd(date.year(), (date.month() - 1) / months * months + 1, 1),
    }
}

fn start_of(at: DateTime, unit: Unit, zone: Zone) -> Option<DateTime> {
    match unit {
        Unit::Clock(unit) => on_the_clock(at, unit, zone),
        Unit::Day | Unit::Week | Unit::Months(_) => zone.start_of(start_of_unit(zone.checked_date_of(at)?, unit)?),
    }
}

/// The latest instant, not after `at`, at which the clock showed a multiple of the unit, or jumped over one.
fn on_the_clock(at: DateTime, unit: i64, zone: Zone) -> Option<DateTime> {
    let mut last = at;
    loop {
        let offset = zone.offset_at(last);
        let found = DateTime::checked(last.0 - (last.0 + offset).rem_euclid(unit))?;
        if zone.offset_at(found) == offset {
            return Some(found);
        }
        let change = change_between(found, last, zone);
        let before = DateTime(change.0 - 1);
        // The clock jumped over the multiple: the unit begins with the jump.
        if found.0 + offset > before.0 + zone.offset_at(before) {
            return Some(change);
        }
        last = before;
    }
}

/// The first instant with the offset that `to` has, after which it stays so up to `to`. At `from` it is another.
fn change_between(from: DateTime, to: DateTime, zone: Zone) -> DateTime {
    let offset = zone.offset_at(to);
    let (mut before, mut after) = (from.0, to.0);
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        if zone.offset_at(DateTime(middle)) == offset { after = middle } else { before = middle }
    }
    DateTime(after)
}
