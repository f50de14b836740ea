//! `in` a range and a period: both ends included, a period of instants half-open (B12).

use wr_base::ty::DataType;
use wr_base::value::{Date, DateTime, Period, Value, Zone};

use super::super::tree::{Comparison, Predicate};
use super::{Left, Lowering};
use crate::expr::{Expr, ExprKind};
use crate::functions::FnId;

impl Lowering<'_> {
    pub(super) fn in_range(&mut self, value: &Expr, range: &Expr, truth: bool) -> Result<Predicate, Left> {
        let Some((from, to)) = ends(range) else { return Err("the range is not known yet") };
        let ends = [(Comparison::GreaterOrEqual, from), (Comparison::LessOrEqual, to)];
        self.between(value, ends, truth)
    }

    pub(super) fn in_period(&mut self, value: &Expr, period: &Expr, truth: bool) -> Result<Predicate, Left> {
        let Some(period) = known_period(period) else { return Err("the period is not known yet") };
        if value.ty.data == DataType::Date {
            let ends = [
                (Comparison::GreaterOrEqual, Some(Value::Date(period.first))),
                (Comparison::LessOrEqual, Some(Value::Date(period.last))),
            ];
            return self.between(value, ends, truth);
        }
        let (from, to) = instants(self.zone, period).ok_or("the clock was changed around a border of the period")?;
        let ends = [(Comparison::GreaterOrEqual, from), (Comparison::Less, to)]
            .map(|(comparison, at)| (comparison, at.map(Value::DateTime)));
        self.between(value, ends, truth)
    }

    fn between(
        &mut self,
        value: &Expr,
        ends: [(Comparison, Option<Value>); 2],
        truth: bool,
    ) -> Result<Predicate, Left> {
        if value.as_literal().is_some_and(Value::is_null) {
            return Ok(Predicate::Never);
        }
        let is_open = ends.iter().all(|(_, end)| end.is_none());
        let mut parts = Vec::new();
        for (comparison, end) in ends {
            let Some(end) = end else { continue };
            let comparison = if truth { comparison } else { comparison.opposite() };
            let end = Expr::literal(value.id, value.ty.data.clone(), end);
            parts.push(self.compare(value, comparison, &end)?);
        }
        if is_open {
            let value = self.value(value)?;
            return Ok(if truth { Predicate::IsNotNull(value) } else { Predicate::Never });
        }
        Ok(if truth { Predicate::all(parts) } else { Predicate::any(parts) })
    }
}

fn ends(range: &Expr) -> Option<(Option<Value>, Option<Value>)> {
    if let Some(Value::Range(from, to)) = range.as_literal() {
        return Some((from.as_deref().cloned(), to.as_deref().cloned()));
    }
    let (from, to) = written_ends(range)?;
    let end = |value: &Value| (!value.is_null()).then(|| value.clone());
    Some((end(from), end(to)))
}

fn known_period(period: &Expr) -> Option<Period> {
    if let Some(Value::Period(period)) = period.as_literal() {
        return Some(*period);
    }
    match written_ends(period)? {
        (Value::Date(first), Value::Date(last)) => Some(Period { first: *first, last: *last }),
        _ => None,
    }
}

/// Of `from..to` that no rule made a value of.
fn written_ends(range: &Expr) -> Option<(&Value, &Value)> {
    let ExprKind::Call { function: FnId::RangeOf, arguments } = &range.kind else { return None };
    let [from, to] = arguments.as_slice() else { return None };
    Some((from.as_literal()?, to.as_literal()?))
}

/// The instants at which a period begins and ends, where the days of all instants around them are on the right side.
/// An end that is none: there is no instant beyond it.
///
/// `None` where the clock goes back over a midnight: the day that an instant has does not grow with it then.
pub(in crate::sql) fn instants(zone: Zone, period: Period) -> Option<(Option<DateTime>, Option<DateTime>)> {
    let from = border(zone, period.first)?;
    let to = match period.last.add_days(1) {
        Some(next) => border(zone, next)?,
        None => None,
    };
    Some((from, to))
}

/// The first instant that is of a day or a later one.
fn border(zone: Zone, day: Date) -> Option<Option<DateTime>> {
    const AROUND: i64 = 26 * 3_600_000_000;
    const MINUTE: i64 = 60_000_000;
    if day <= Date::MIN {
        return Some(None);
    }
    let start = zone.start_of(day)?;
    let before = start.add_micros(-1)?;
    if zone.date_of(start) < day || zone.date_of(before) >= day {
        return None;
    }
    let (from, to) = (start.add_micros(-AROUND)?, start.add_micros(AROUND)?);
    if zone.offset_at(from) == zone.offset_at(start) && zone.offset_at(start) == zone.offset_at(to) {
        return Some(Some(start));
    }
    let mut at = from;
    while at <= to {
        if (zone.date_of(at) >= day) != (at >= start) {
            return None;
        }
        at = at.add_micros(MINUTE)?;
    }
    Some(Some(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn borders(zone: &str, first: &str, last: &str) -> Option<(Option<String>, Option<String>)> {
        let period = Period { first: date(first), last: date(last) };
        let text = |at: Option<DateTime>| at.map(|at| at.to_string());
        instants(Zone::parse(zone).unwrap(), period).map(|(from, to)| (text(from), text(to)))
    }

    #[test]
    fn a_period_is_from_the_first_instant_of_its_first_day_to_that_of_the_day_after_its_last() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            borders("Europe/Moscow", "2026-10-01", "2026-10-31"),
            Some((some("2026-09-30T21:00:00.000000Z"), some("2026-10-31T21:00:00.000000Z")))
        );
        // The clock goes forward at midnight.
        assert_eq!(
            borders("America/Sao_Paulo", "2018-11-04", "2018-11-04"),
            Some((some("2018-11-04T03:00:00.000000Z"), some("2018-11-05T02:00:00.000000Z")))
        );
        assert_eq!(borders("UTC", "0001-01-01", "9999-12-31"), Some((None, None)));
    }

    #[test]
    fn a_clock_that_goes_back_over_midnight_has_no_such_instant() {
        // 2006-10-29 00:01 became 2006-10-28 23:01: the 29th began twice.
        assert_eq!(borders("America/St_Johns", "2006-10-29", "2006-10-30"), None);
        assert!(borders("America/St_Johns", "2006-10-28", "2006-10-30").is_some());
    }
}
