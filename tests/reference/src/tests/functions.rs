//! Functions and operators, one call at a time.

use std::collections::BTreeMap;

use wr_base::diag::Code;
use wr_base::ty::DataType;
use wr_base::ty::Type;
use wr_base::value::{Duration, Period, Value, Zone};
use wr_plan::expr::{AggregateCall, Expr, ExprKind, PeriodUnit, RelativePeriod, WhenBranch};
use wr_plan::functions::{AggregateId, FnId};

use super::{BOOL, FLOAT, INT, NO_ID, TEXT, date, decimal, decimal_type, instant, int, text};
use crate::aggregate::{self, Member};
use crate::expr::{World, constant};
use crate::functions;

fn world() -> World {
    let zone = Zone::parse("Europe/Berlin").unwrap();
    let now = instant("Europe/Berlin", "2026-11-23T12:00");
    World { now, today: zone.date_of(now), zone, is_russian: false, values: BTreeMap::new(), facts: BTreeMap::new() }
}

#[track_caller]
fn gives(function: FnId, arguments: &[Value], ty: DataType, expected: Value) {
    assert_eq!(functions::call(function, arguments, &ty, &world()), Ok(expected), "{function:?} {arguments:?}");
}

#[track_caller]
fn fails(function: FnId, arguments: &[Value], ty: DataType, expected: Code) {
    assert_eq!(functions::call(function, arguments, &ty, &world()), Err(expected), "{function:?} {arguments:?}");
}

#[test]
fn ints_overflow_at_their_borders_and_not_before() {
    gives(FnId::Add, &[int(i128::MAX - 1), int(1)], INT, int(i128::MAX));
    fails(FnId::Add, &[int(i128::MAX), int(1)], INT, Code::Overflow);
    gives(FnId::Subtract, &[int(i128::MIN + 1), int(1)], INT, int(i128::MIN));
    fails(FnId::Subtract, &[int(i128::MIN), int(1)], INT, Code::Overflow);
    fails(FnId::Negate, &[int(i128::MIN)], INT, Code::Overflow);
    fails(FnId::Abs, &[int(i128::MIN)], INT, Code::Overflow);
    fails(FnId::FloorDivide, &[int(i128::MIN), int(-1)], INT, Code::Overflow);
    gives(FnId::Modulo, &[int(i128::MIN), int(-1)], INT, int(0));
    gives(FnId::Multiply, &[int(1 << 63), int(1 << 63)], INT, int(1 << 126));
    fails(FnId::Multiply, &[int(1 << 64), int(1 << 63)], INT, Code::Overflow);
}

#[test]
fn whole_division_goes_down_and_is_unknown_for_zero() {
    for (x, y, quotient, rest) in [(7, 2, 3, 1), (-7, 2, -4, 1), (7, -2, -4, -1), (-7, -2, 3, -1), (6, 3, 2, 0)] {
        gives(FnId::FloorDivide, &[int(x), int(y)], INT, int(quotient));
        gives(FnId::Modulo, &[int(x), int(y)], INT, int(rest));
    }
    gives(FnId::FloorDivide, &[decimal("7.5"), decimal("0.5")], INT, int(15));
    gives(FnId::FloorDivide, &[int(1), int(0)], INT, Value::Null);
    gives(FnId::Modulo, &[decimal("-7.5"), decimal("2.0")], decimal_type(9, 1), decimal("0.5"));
    gives(FnId::Divide, &[Value::Float(1.0), Value::Float(0.0)], FLOAT, Value::Null);
    gives(FnId::Div, &[int(2), int(3), int(2)], decimal_type(38, 2), decimal("0.67"));
    gives(FnId::Div, &[int(-1), int(8), int(2)], decimal_type(38, 2), decimal("-0.13"));
}

#[test]
fn decimals_are_exact_up_to_38_digits() {
    let nines = "99999999999999999999999999999999999999";
    gives(FnId::Add, &[decimal("0.10"), decimal("0.20")], decimal_type(4, 2), decimal("0.30"));
    fails(FnId::Add, &[decimal(nines), decimal("1")], decimal_type(38, 0), Code::Overflow);
    gives(FnId::Multiply, &[decimal("1.25"), decimal("0.5")], decimal_type(5, 3), decimal("0.625"));
    fails(FnId::Multiply, &[decimal(nines), decimal("10")], decimal_type(38, 0), Code::Overflow);
    fails(FnId::Convert, &[int(i128::MAX)], decimal_type(38, 0), Code::Overflow);
    gives(FnId::Round, &[decimal("1.245"), int(2)], decimal_type(5, 2), decimal("1.25"));
    gives(FnId::Round, &[decimal("-2.5")], INT, int(-3));
    gives(FnId::Floor, &[decimal("-2.5")], INT, int(-3));
    gives(FnId::Ceil, &[decimal("-2.5")], INT, int(-2));
}

#[test]
fn floats_never_become_infinite() {
    fails(FnId::Multiply, &[Value::Float(1e200), Value::Float(1e200)], FLOAT, Code::Overflow);
    gives(FnId::Convert, &[int((1 << 53) + 1)], FLOAT, Value::Float(9_007_199_254_740_992.0));
    gives(FnId::Convert, &[decimal("0.1")], FLOAT, Value::Float(0.1));
    gives(FnId::Round, &[Value::Float(2.675), int(2)], FLOAT, Value::Float(2.67));
    gives(FnId::Round, &[Value::Float(0.5)], INT, int(1));
    fails(FnId::Int, &[Value::Float(1e39)], INT, Code::Overflow);
    fails(FnId::Int, &[Value::Float(0.5)], INT, Code::ConversionFailed);
}

#[test]
fn texts_become_numbers_only_when_they_are_digits() {
    gives(FnId::Int, &[text("-0042")], INT, int(-42));
    gives(FnId::Int, &[text("-170141183460469231731687303715884105728")], INT, int(i128::MIN));
    fails(FnId::Int, &[text("170141183460469231731687303715884105728")], INT, Code::ConversionFailed);
    for words in ["", " 1", "1 ", "1.0", "1e3", "٣", "--1", "-"] {
        fails(FnId::Int, &[text(words)], INT, Code::ConversionFailed);
        gives(FnId::IntOrNull, &[text(words)], INT, Value::Null);
    }
    gives(FnId::Decimal, &[text("12.500"), int(2)], decimal_type(38, 2), decimal("12.50"));
    fails(FnId::Decimal, &[text("1.234"), int(2)], decimal_type(38, 2), Code::ConversionFailed);
    gives(FnId::Float, &[text("1.5e3")], FLOAT, Value::Float(1500.0));
    gives(FnId::Float, &[text("1e-400")], FLOAT, Value::Float(0.0));
    fails(FnId::Float, &[text("1e400")], FLOAT, Code::Overflow);
    gives(FnId::FloatOrNull, &[text("1e400")], FLOAT, Value::Null);
    fails(FnId::Float, &[text("nan")], FLOAT, Code::ConversionFailed);
    gives(FnId::DecimalOrNull, &[text("12,5"), int(2)], decimal_type(38, 2), Value::Null);
}

#[test]
fn nulls_are_not_known_and_only_is_looks_at_them() {
    gives(FnId::Equal, &[Value::Null, Value::Null], BOOL, Value::Null);
    gives(FnId::IsSame, &[Value::Null, Value::Null], BOOL, Value::Bool(true));
    gives(FnId::IsNotSame, &[Value::Null, int(1)], BOOL, Value::Bool(true));
    gives(FnId::Concat, &[text("a"), Value::Null], TEXT, Value::Null);
    gives(FnId::Least, &[int(1), Value::Null], INT, Value::Null);
    gives(FnId::InList, &[Value::Null, Value::List(vec![int(1)])], BOOL, Value::Null);
}

#[test]
fn texts_are_compared_by_their_bytes() {
    gives(FnId::Less, &[text("2"), text("10")], BOOL, Value::Bool(false));
    gives(FnId::Less, &[text("Я"), text("а")], BOOL, Value::Bool(true));
    gives(FnId::Equal, &[text("a"), text("a ")], BOOL, Value::Bool(false));
    gives(FnId::SameText, &[text("Москва"), text("МОСКВА")], BOOL, Value::Bool(true));
    gives(FnId::Contains, &[text("ёж"), text("")], BOOL, Value::Bool(true));
    gives(FnId::Replace, &[text("aaa"), text("aa"), text("b")], TEXT, text("ba"));
    gives(FnId::Replace, &[text("aaa"), text(""), text("b")], TEXT, text("aaa"));
    gives(FnId::Trim, &[text("\u{a0} a b\n")], TEXT, text("a b"));
    gives(FnId::Length, &[text("И\u{306}ж")], INT, int(3));
    gives(FnId::Upper, &[text("straße")], TEXT, text("STRASSE"));
}

#[test]
fn days_are_of_the_calendar_and_hours_are_exact() {
    let noon = Value::DateTime(instant("Europe/Berlin", "2026-03-28T12:00"));
    let day = Value::Duration(Duration { days: 1, ..Duration::default() });
    let hours = Value::Duration(Duration { micros: 24 * 3_600_000_000, ..Duration::default() });
    let next = |wall| Value::DateTime(instant("Europe/Berlin", wall));
    gives(FnId::Add, &[noon.clone(), day.clone()], DataType::DateTime, next("2026-03-29T12:00"));
    gives(FnId::Add, &[noon, hours.clone()], DataType::DateTime, next("2026-03-29T13:00"));
    let month = Value::Duration(Duration { months: 1, ..Duration::default() });
    gives(FnId::Subtract, &[date("2026-03-31"), month], DataType::Date, date("2026-02-28"));
    fails(FnId::Add, &[date("9999-12-31"), day], DataType::Date, Code::Overflow);
    fails(FnId::Add, &[date("2026-11-01"), hours], DataType::Date, Code::Overflow);
}

#[test]
fn periods_hold_both_of_their_days() {
    let october = Value::Period(Period {
        first: wr_base::value::Date::from_ymd(2026, 10, 1).unwrap(),
        last: wr_base::value::Date::from_ymd(2026, 10, 31).unwrap(),
    });
    for (wall, inside) in [
        ("2026-10-01T00:00", true),
        ("2026-09-30T23:59", false),
        ("2026-10-31T23:59", true),
        ("2026-11-01T00:00", false),
    ] {
        let at = Value::DateTime(instant("Europe/Berlin", wall));
        gives(FnId::InPeriod, &[at, october.clone()], BOOL, Value::Bool(inside));
    }
    gives(FnId::InPeriod, &[date("2026-10-31"), october], BOOL, Value::Bool(true));
    let ages = Value::Range(Some(Box::new(int(18))), None);
    gives(FnId::InRange, &[int(18), ages.clone()], BOOL, Value::Bool(true));
    gives(FnId::InRange, &[int(17), ages], BOOL, Value::Bool(false));
}

#[test]
fn ages_grow_on_birthdays() {
    for (born, day, age) in [
        ("1990-11-10", "2026-11-09", 35),
        ("1990-11-09", "2026-11-09", 36),
        ("2004-02-29", "2025-02-28", 20),
        ("2004-02-29", "2025-03-01", 21),
    ] {
        gives(FnId::YearsBetween, &[date(born), date(day)], INT, int(age));
    }
}

#[test]
fn periods_are_counted_from_today() {
    let unit = |count, unit| RelativePeriod::Last { count, unit };
    for (period, expected) in [
        (unit(1, PeriodUnit::Month), "2026-10-01..2026-10-31"),
        (unit(7, PeriodUnit::Day), "2026-11-16..2026-11-22"),
        (unit(2, PeriodUnit::Quarter), "2026-04-01..2026-09-30"),
        (RelativePeriod::This { unit: PeriodUnit::Week }, "2026-11-23..2026-11-29"),
        (RelativePeriod::Past { duration: Duration { days: 28, ..Duration::default() } }, "2026-10-26..2026-11-23"),
        (RelativePeriod::Yesterday, "2026-11-22..2026-11-22"),
    ] {
        let value = functions::time::relative_period(period, world().today).unwrap();
        assert_eq!(value.canonical(), expected);
    }
}

fn of_values(function: AggregateId, values: Vec<Value>, result: &DataType) -> Result<Value, Code> {
    let members = values.into_iter().map(|value| Member { value, keys: Vec::new() });
    aggregate::of_group(&AggregateCall::new(function, Vec::new()), members.collect(), result)
}

#[test]
fn sums_overflow_only_in_the_end_and_nothing_sums_to_zero() {
    let values = vec![int(i128::MAX), int(1), int(-2)];
    assert_eq!(of_values(AggregateId::Sum, values, &INT), Ok(int(i128::MAX - 1)));
    assert_eq!(of_values(AggregateId::Sum, vec![int(i128::MAX), int(1)], &INT), Err(Code::Overflow));
    assert_eq!(of_values(AggregateId::Sum, vec![Value::Null], &decimal_type(38, 2)), Ok(decimal("0.00")));
    let tenths = vec![Value::Float(0.1); 10];
    assert_eq!(of_values(AggregateId::Sum, tenths, &FLOAT), Ok(Value::Float(1.0)));
    assert_eq!(of_values(AggregateId::Average, vec![int(1), Value::Null, int(2)], &FLOAT), Ok(Value::Float(1.5)));
    for function in [AggregateId::Average, AggregateId::Min, AggregateId::Max] {
        assert_eq!(of_values(function, vec![Value::Null], &INT), Ok(Value::Null));
    }
    assert_eq!(of_values(AggregateId::Count, vec![Value::Bool(true); 2], &INT), Ok(int(2)));
    let repeated = vec![decimal("1.0"), decimal("1.0"), Value::Null];
    assert_eq!(of_values(AggregateId::CountDistinct, repeated, &INT), Ok(int(1)));
}

#[test]
fn the_right_side_is_evaluated_only_where_it_is_needed() {
    let literal = |data: DataType, value| Expr::new(NO_ID, Type::optional(data), ExprKind::Literal(value));
    let boom = || {
        let arguments = vec![literal(TEXT, text("x"))];
        Expr::new(NO_ID, Type::optional(INT), ExprKind::Call { function: FnId::Int, arguments })
    };
    let asks = || {
        let arguments = vec![boom()];
        Expr::new(NO_ID, Type::optional(BOOL), ExprKind::Call { function: FnId::IsNull, arguments })
    };
    let is = |value: Option<bool>| Box::new(literal(BOOL, value.map_or(Value::Null, Value::Bool)));
    let value = |kind| constant(&Expr::new(NO_ID, Type::optional(BOOL), kind), &world()).map_err(|fault| fault.code);
    assert_eq!(value(ExprKind::And(is(Some(false)), Box::new(asks()))), Ok(Value::Bool(false)));
    assert_eq!(value(ExprKind::And(is(None), Box::new(asks()))), Err(Code::ConversionFailed));
    assert_eq!(value(ExprKind::And(is(None), is(Some(false)))), Ok(Value::Bool(false)));
    assert_eq!(value(ExprKind::And(is(None), is(Some(true)))), Ok(Value::Null));
    assert_eq!(value(ExprKind::Or(is(Some(true)), Box::new(asks()))), Ok(Value::Bool(true)));
    assert_eq!(value(ExprKind::Or(is(None), is(Some(true)))), Ok(Value::Bool(true)));
    assert_eq!(value(ExprKind::Or(is(None), is(Some(false)))), Ok(Value::Null));
    assert_eq!(value(ExprKind::Coalesce(Box::new(literal(INT, int(1))), Box::new(boom()))), Ok(int(1)));
    let branches = vec![WhenBranch { condition: *is(None), result: boom() }];
    let otherwise = Box::new(literal(INT, int(2)));
    assert_eq!(value(ExprKind::When { branches, otherwise }), Ok(int(2)));
}
