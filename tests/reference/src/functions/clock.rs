//! What clocks show, exact time between moments, and seconds since 1970.

use chrono::Timelike;
use wr_base::diag::Code;
use wr_base::value::{DateTime, Time, Value, Zone};
use wr_plan::functions::FnId;

use crate::expr::World;

const SECOND: i64 = 1_000_000;

/// `None`: another function.
pub(crate) fn call(function: FnId, arguments: &[Value], world: &World) -> Option<Result<Value, Code>> {
    let whole = |number: i128| Some(Ok(Value::Int(number)));
    match (function, arguments) {
        (FnId::Hour, [x]) => whole(i128::from(seconds(x, world.zone)? / 3600)),
        (FnId::Minute, [x]) => whole(i128::from(seconds(x, world.zone)? % 3600 / 60)),
        (FnId::Second, [x]) => whole(i128::from(seconds(x, world.zone)? % 60)),
        (FnId::HoursBetween, [Value::DateTime(from), Value::DateTime(to)]) => whole(between(*from, *to, 3600)),
        (FnId::MinutesBetween, [Value::DateTime(from), Value::DateTime(to)]) => whole(between(*from, *to, 60)),
        (FnId::SecondsBetween, [Value::DateTime(from), Value::DateTime(to)]) => whole(between(*from, *to, 1)),
        (FnId::UnixSeconds, [Value::DateTime(at)]) => whole(i128::from(at.0.div_euclid(SECOND))),
        (FnId::UnixMillis, [Value::DateTime(at)]) => whole(i128::from(at.0.div_euclid(1000))),
        (FnId::FromUnixSeconds, [Value::Int(seconds)]) => Some(since_1970(*seconds, 1_000_000)),
        (FnId::FromUnixMillis, [Value::Int(millis)]) => Some(since_1970(*millis, 1000)),
        _ => None,
    }
}

/// The time of day that the clock shows.
pub(crate) fn shown(at: DateTime, zone: Zone) -> Time {
    let wall = zone.wall_clock(at);
    Time(i64::from(wall.num_seconds_from_midnight()) * SECOND + i64::from(wall.nanosecond() / 1000))
}

fn seconds(value: &Value, zone: Zone) -> Option<i64> {
    if let Value::DateTime(at) = value {
        return Some(shown(*at, zone).0 / SECOND);
    }
    if let Value::Time(time) = value { Some(time.0 / SECOND) } else { None }
}

/// Whole units of so many seconds; backwards as many as forwards.
fn between(from: DateTime, to: DateTime, unit: i128) -> i128 {
    let (from, to) = (i128::from(from.0), i128::from(to.0));
    let count = (to - from).abs().div_euclid(unit * i128::from(SECOND));
    if to < from { -count } else { count }
}

fn since_1970(count: i128, micros: i128) -> Result<Value, Code> {
    let at = count.checked_mul(micros).and_then(|at| i64::try_from(at).ok());
    at.and_then(DateTime::checked).map(Value::DateTime).ok_or(Code::Overflow)
}

/// A time in which the clock differs from UTC by one amount, both ends included.
struct Span {
    from: i64,
    to: i64,
    offset: i64,
}

/// The latest moment, not after `at`, at which the clock showed a multiple of the unit since midnight, or jumped over one.
pub(crate) fn beginning(at: DateTime, unit: i64, zone: Zone) -> Option<DateTime> {
    let mut to = at.0;
    // No day is longer than 26 hours.
    while to > at.0 - 26 * 3600 * SECOND {
        let span = span_before(to, zone);
        let found = (span.to + span.offset).div_euclid(unit) * unit - span.offset;
        if found >= span.from {
            return DateTime::checked(found);
        }
        let before = span.from - 1;
        let last_shown = before + offset(before, zone);
        let is_jumped_over = (last_shown + 1..span.from + span.offset).contains(&(found + span.offset));
        if is_jumped_over {
            return DateTime::checked(span.from);
        }
        to = before;
    }
    None
}

/// The span that `to` ends; it may have begun long before.
fn span_before(to: i64, zone: Zone) -> Span {
    let offset_here = offset(to, zone);
    let is_same = |at: &i64| offset(*at, zone) == offset_here;
    let quarters = (0..=27 * 4).map(|count| to - count * 900 * SECOND);
    let from = quarters.take_while(is_same).last().unwrap_or(to);
    // The change is at a whole second of the quarter of an hour before.
    let whole = from.div_euclid(SECOND) * SECOND;
    let seconds = (0..=900).map(|count| whole - count * SECOND);
    let from = seconds.take_while(is_same).last().unwrap_or(from);
    Span { from, to, offset: offset_here }
}

fn offset(at: i64, zone: Zone) -> i64 {
    zone.wall_clock(DateTime(at)).and_utc().timestamp_micros() - at
}
