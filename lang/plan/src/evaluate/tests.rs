//! Three-valued logic, lazy sides, the order of failures; aggregates; the catalogue at the borders of its types.

use wr_base::diag::Code;
use wr_base::ids::{ExprId, ValueId};
use wr_base::ty::{DataType, MAX_PRECISION, Type};
use wr_base::value::{Date, DateTime, Decimal, Duration, Value, Zone};

use super::*;
use crate::expr::{AggregateCall, PeriodUnit, RelativePeriod, WhenBranch};
use crate::functions::{AggregateId, Argument, FnId};

/// Moscow, 2026-11-09.
fn setting() -> Setting {
    Setting::new(DateTime(1_794_214_800_000_000), Zone::parse("Europe/Moscow").unwrap())
}

fn truth(value: Value) -> Expr {
    Expr::new(ExprId(0), Type::optional(DataType::Bool), ExprKind::Literal(value))
}

/// Fails wherever it is evaluated; `id` tells which one it was.
fn failing(id: u32) -> Expr {
    let int = |kind| Expr::new(ExprId(id), Type::required(DataType::Int), kind);
    let arguments = vec![int(ExprKind::Literal(Value::Int(i128::MIN)))];
    let negated = int(ExprKind::Call { function: FnId::Negate, arguments });
    let arguments = vec![negated.clone(), negated];
    Expr::new(ExprId(id), Type::required(DataType::Bool), ExprKind::Call { function: FnId::Equal, arguments })
}

fn run(expr: &Expr) -> Result<Value, Failure> {
    evaluate(expr, &Context::values(setting(), &|_| None))
}

#[test]
fn and_and_or_are_three_valued() {
    let [yes, no, null] = [Value::Bool(true), Value::Bool(false), Value::Null];
    // left, right, and, or
    let table = [
        [&yes, &yes, &yes, &yes],
        [&yes, &no, &no, &yes],
        [&yes, &null, &null, &yes],
        [&no, &yes, &no, &yes],
        [&no, &no, &no, &no],
        [&no, &null, &no, &null],
        [&null, &yes, &null, &yes],
        [&null, &no, &no, &null],
        [&null, &null, &null, &null],
    ];
    for [left, right, and, or] in table {
        let sides = || (Box::new(truth(left.clone())), Box::new(truth(right.clone())));
        let (a, b) = sides();
        assert_eq!(run(&truth(Value::Null).with(ExprKind::And(a, b))).unwrap(), *and, "{left:?} and {right:?}");
        let (a, b) = sides();
        assert_eq!(run(&truth(Value::Null).with(ExprKind::Or(a, b))).unwrap(), *or, "{left:?} or {right:?}");
    }
}

impl Expr {
    fn with(self, kind: ExprKind) -> Self {
        Self { kind, ..self }
    }
}

#[test]
fn a_side_that_is_not_needed_cannot_fail() {
    let whole = truth(Value::Null);
    let side = |value| Box::new(truth(value));
    let never = || Box::new(failing(7));
    let cases = [
        ExprKind::And(side(Value::Bool(false)), never()),
        ExprKind::Or(side(Value::Bool(true)), never()),
        ExprKind::Coalesce(side(Value::Bool(true)), never()),
        ExprKind::When {
            branches: vec![
                WhenBranch { condition: truth(Value::Null), result: failing(7) },
                WhenBranch { condition: truth(Value::Bool(true)), result: truth(Value::Bool(true)) },
                WhenBranch { condition: failing(7), result: failing(7) },
            ],
            otherwise: never(),
        },
    ];
    for kind in cases {
        let shown = format!("{kind:?}");
        assert_ne!(
            run(&whole.clone().with(kind)),
            Err(Failure { expr: ExprId(7), code: Code::Overflow, detail: None }),
            "{shown}"
        );
    }
    // But null decides nothing, so the right side is looked at.
    for kind in [ExprKind::And(side(Value::Null), never()), ExprKind::Or(side(Value::Null), never())] {
        assert_eq!(run(&whole.clone().with(kind)).unwrap_err().expr, ExprId(7));
    }
}

#[test]
fn the_leftmost_failure_is_the_expressions() {
    let both = ExprKind::Call { function: FnId::NotEqual, arguments: vec![failing(1), failing(2)] };
    assert_eq!(run(&truth(Value::Null).with(both)).unwrap_err().expr, ExprId(1));
}

#[test]
fn a_value_that_nobody_knows_is_a_mistake_of_ours() {
    let value = truth(Value::Null).with(ExprKind::Value(ValueId(3)));
    assert_eq!(run(&value).unwrap_err().code, Code::Internal);
}

fn decimal(text: &str) -> Value {
    Value::Decimal(Decimal::parse(text).unwrap())
}

/// What a function gives for values of these types: the canonical text, `null`, or the code of its failure.
fn call(function: FnId, arguments: &[(DataType, Value)]) -> String {
    let types: Vec<Type> = arguments.iter().map(|(ty, value)| Type::new(ty.clone(), value.is_null())).collect();
    let known: Vec<Argument<'_>> =
        types.iter().zip(arguments).map(|(ty, (_, value))| Argument { ty, constant: Some(value) }).collect();
    let signature = (function.function().signature)(&known).unwrap();
    let widened: Result<Vec<Value>, _> = arguments
        .iter()
        .zip(&signature.arguments)
        .map(|((_, value), ty)| FnId::Convert.call(std::slice::from_ref(value), ty, &setting()))
        .collect();
    match widened.and_then(|values| function.call(&values, &signature.result, &setting())) {
        Ok(value) if value.is_null() => "null".to_owned(),
        Ok(value) => value.canonical(),
        Err(fault) => fault.code.to_string(),
    }
}

const MAX: &str = "170141183460469231731687303715884105727";
const MIN: &str = "-170141183460469231731687303715884105728";

#[test]
fn whole_numbers_stop_at_their_borders() {
    let int = |value: i128| (DataType::Int, Value::Int(value));
    let cases = [
        (FnId::Add, i128::MAX, 0, MAX),
        (FnId::Add, i128::MAX, 1, "WR0801"),
        (FnId::Add, i128::MIN, -1, "WR0801"),
        (FnId::Subtract, i128::MIN, 1, "WR0801"),
        (FnId::Subtract, 0, i128::MIN, "WR0801"),
        (FnId::Subtract, -1, i128::MIN, MAX),
        (FnId::Multiply, i128::MIN, 1, MIN),
        (FnId::Multiply, i128::MIN, -1, "WR0801"),
        (FnId::Multiply, i128::MAX, 2, "WR0801"),
        (FnId::FloorDivide, i128::MIN, -1, "WR0801"),
        (FnId::FloorDivide, i128::MIN, 2, "-85070591730234615865843651857942052864"),
        (FnId::FloorDivide, -7, 2, "-4"),
        (FnId::FloorDivide, 7, -2, "-4"),
        (FnId::FloorDivide, -8, 2, "-4"),
        (FnId::FloorDivide, 1, 0, "null"),
        (FnId::Modulo, i128::MIN, -1, "0"),
        (FnId::Modulo, -7, 2, "1"),
        (FnId::Modulo, 7, -2, "-1"),
        (FnId::Modulo, 7, 0, "null"),
        (FnId::Divide, 1, 0, "null"),
        (FnId::Divide, 0, 0, "null"),
        (FnId::Divide, 7, 2, "3.5"),
        (FnId::Least, i128::MIN, i128::MAX, MIN),
    ];
    for (function, left, right, expected) in cases {
        assert_eq!(call(function, &[int(left), int(right)]), expected, "{function:?}({left}, {right})");
    }
    assert_eq!(call(FnId::Negate, &[int(i128::MIN)]), "WR0801");
    assert_eq!(call(FnId::Abs, &[int(i128::MIN)]), "WR0801");
    assert_eq!(call(FnId::Abs, &[int(-5)]), "5");
}

/// A decimal of the widest type with its scale.
fn wide(text: &str) -> (DataType, Value) {
    let value = Decimal::parse(text).unwrap();
    (DataType::Decimal { precision: MAX_PRECISION, scale: value.scale }, Value::Decimal(value))
}

#[test]
fn decimals_stop_at_38_digits() {
    let most = "99999999999999999999999999999999999999";
    let cases = [
        (FnId::Add, most, "0", most),
        (FnId::Add, most, "1", "WR0801"),
        (FnId::Add, most, "0.1", "WR0801"),
        (FnId::Subtract, "-99999999999999999999999999999999999999", "1", "WR0801"),
        (FnId::Add, "0.1", "0.25", "0.35"),
        (FnId::Multiply, most, "1", most),
        (FnId::Multiply, most, "1.0", "WR0801"),
        (FnId::Multiply, "1.25", "-0.5", "-0.625"),
        (FnId::Multiply, "0.0000000000000000001", "0.0000000000000000001", "0.00000000000000000000000000000000000001"),
        (FnId::FloorDivide, "-7.5", "0.5", "-15"),
        (FnId::FloorDivide, "-7.6", "0.5", "-16"),
        (FnId::Modulo, "-7.5", "2", "0.5"),
        (FnId::Divide, "1.5", "0.0", "null"),
        (FnId::Equal, "1.50", "1.5", "true"),
        (FnId::Less, "-0.1", "0.01", "true"),
    ];
    for (function, left, right, expected) in cases {
        assert_eq!(call(function, &[wide(left), wide(right)]), expected, "{function:?}({left}, {right})");
    }
}

#[test]
fn a_wider_int_than_any_decimal_fails_where_it_has_to_widen() {
    let int = (DataType::Int, Value::Int(i128::MAX));
    assert_eq!(call(FnId::Add, &[int, wide("0.5")]), "WR0801");
}

#[test]
fn floats_have_no_infinity_and_no_nan() {
    let float = |value: f64| (DataType::Float, Value::Float(value));
    let cases = [
        (FnId::Add, f64::MAX, f64::MAX, "WR0801"),
        (FnId::Multiply, 1e200, 1e200, "WR0801"),
        (FnId::Divide, 1e300, 1e-300, "WR0801"),
        (FnId::Divide, 0.0, 0.0, "null"),
        (FnId::Divide, 1.0, -0.0, "null"),
        (FnId::Equal, 0.0, -0.0, "true"),
        (FnId::Add, 0.1, 0.2, "0.30000000000000004"),
    ];
    for (function, left, right, expected) in cases {
        assert_eq!(call(function, &[float(left), float(right)]), expected, "{function:?}({left}, {right})");
    }
}

#[test]
fn conversions_take_the_whole_text_or_nothing() {
    let text = |value: &str| (DataType::Text, Value::text(value));
    for (given, expected) in [
        ("42", "42"),
        ("-42", "-42"),
        ("+42", "42"),
        ("0042", "42"),
        (MIN, MIN),
        ("170141183460469231731687303715884105728", "null"),
        ("", "null"),
        ("-", "null"),
        (" 42", "null"),
        ("4_2", "null"),
        ("4.0", "null"),
        ("٤٢", "null"),
        ("test-7", "null"),
    ] {
        assert_eq!(call(FnId::IntOrNull, &[text(given)]), expected, "{given:?}");
        let strict = if expected == "null" { "WR0802" } else { expected };
        assert_eq!(call(FnId::Int, &[text(given)]), strict, "{given:?}");
    }
    for (given, expected) in [
        ("1.5e3", "1500"),
        ("-0", "0"),
        ("1e400", "null"),
        ("inf", "null"),
        ("nan", "null"),
        ("1.", "null"),
        (".5", "null"),
        ("0x10", "null"),
    ] {
        assert_eq!(call(FnId::FloatOrNull, &[text(given)]), expected, "{given:?}");
    }
    for (given, expected) in [
        ("2026-11-09T08:00", "2026-11-09T05:00:00.000000Z"),
        ("2026-11-09 08:00:00.5", "2026-11-09T05:00:00.500000Z"),
        ("2026-11-09T08:00:00Z", "2026-11-09T08:00:00.000000Z"),
        ("2026-11-09T08:00-05:30", "2026-11-09T13:30:00.000000Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ("9999-12-31T23:59-01:00", "null"),
        ("2026-11-09", "null"),
        ("2026-11-09T8:00", "null"),
        ("2026-11-09T08:00:00.1234567", "null"),
        ("2026-11-09Ё08:00", "null"),
    ] {
        assert_eq!(call(FnId::DateTimeOrNull, &[text(given)]), expected, "{given:?}");
    }
}

#[test]
fn floats_become_ints_only_where_nothing_is_lost() {
    let int = |value: f64| call(FnId::Int, &[(DataType::Float, Value::Float(value))]);
    assert_eq!(int(3.0), "3");
    assert_eq!(int(3.5), "WR0802");
    assert_eq!(int(-(2_f64.powi(127))), MIN);
    assert_eq!(int(2_f64.powi(127)), "WR0801");
}

#[test]
fn halves_are_rounded_away_from_zero() {
    let digits = |count: i128| (DataType::Int, Value::Int(count));
    let float = |value: f64| (DataType::Float, Value::Float(value));
    for (given, count, expected) in
        [("2.5", 0, "3"), ("-2.5", 0, "-3"), ("1.245", 2, "1.25"), ("-1.245", 2, "-1.25"), ("1.2", 5, "1.2")]
    {
        assert_eq!(call(FnId::Round, &[wide(given), digits(count)]), expected, "round({given}, {count})");
    }
    // 1.005 is a little less than itself as a double.
    for (given, count, expected) in [
        (2.5, 0, "3"),
        (0.125, 2, "0.13"),
        (1.005, 2, "1"),
        (
            1e300,
            2,
            "1000000000000000052504760255204420248704468581108159154915854115111802457988908195786371375080447854045104307820160106270012131123280",
        ),
    ] {
        if given < 1e100 {
            assert_eq!(call(FnId::Round, &[float(given), digits(count)]), expected, "round({given}, {count})");
        } else {
            assert_eq!(call(FnId::Round, &[float(given), digits(count)]).parse::<f64>(), Ok(given));
        }
    }
    for (left, right, count, expected) in
        [("1", "3", 4, "0.3333"), ("2", "3", 4, "0.6667"), ("-1", "8", 2, "-0.13"), ("1", "0", 2, "null")]
    {
        assert_eq!(
            call(FnId::Div, &[wide(left), wide(right), digits(count)]),
            expected,
            "div({left}, {right}, {count})"
        );
    }
    let most = "99999999999999999999999999999999999999";
    assert_eq!(call(FnId::Div, &[wide(most), wide("0.1"), digits(0)]), "WR0801");
    assert_eq!(call(FnId::Div, &[wide(most), wide(most), digits(37)]), "1");
}

#[test]
fn months_and_days_are_the_zones_and_hours_are_exact() {
    let at = |text: &str| {
        let text = call(FnId::DateTime, &[(DataType::Text, Value::text(text))]);
        let (day, clock) = (Date::parse(&text[..10]), crate::functions::parse_clock(&text[11..26]));
        let instant = crate::functions::instant(Zone::UTC, day.unwrap(), clock.unwrap());
        (DataType::DateTime, Value::DateTime(instant.unwrap()))
    };
    let duration = |months, days, hours: i64| {
        (DataType::Duration, Value::Duration(Duration { months, days, micros: hours * 3_600_000_000 }))
    };
    // Moscow moved its clocks from 01:59 to 01:00 on 2014-10-26: that day had 25 hours.
    let before = at("2014-10-25T12:00");
    assert_eq!(call(FnId::Add, &[before.clone(), duration(0, 1, 0)]), "2014-10-26T09:00:00.000000Z");
    assert_eq!(call(FnId::Add, &[before, duration(0, 0, 24)]), "2014-10-26T08:00:00.000000Z");
    let date = |text: &str| (DataType::Date, Value::Date(Date::parse(text).unwrap()));
    for (given, months, days, expected) in [
        ("2026-01-31", 1, 0, "2026-02-28"),
        ("2024-02-29", 12, 0, "2025-02-28"),
        ("2026-03-01", 0, -1, "2026-02-28"),
        ("9999-12-31", 0, 1, "WR0801"),
        ("0001-01-01", -1, 0, "WR0801"),
    ] {
        assert_eq!(call(FnId::Add, &[date(given), duration(months, days, 0)]), expected, "{given}");
    }
}

#[test]
fn a_moment_belongs_to_the_period_of_its_day_in_the_zone() {
    let period =
        wr_base::value::Period { first: Date::parse("2026-10-01").unwrap(), last: Date::parse("2026-10-31").unwrap() };
    let period = (DataType::Period, Value::Period(period));
    for (text, expected) in [
        ("2026-09-30T20:59:59.999999Z", "false"),
        ("2026-09-30T21:00:00Z", "true"),
        ("2026-10-31T20:59:59.999999Z", "true"),
        ("2026-10-31T21:00:00Z", "false"),
    ] {
        let at = FnId::DateTime.call(&[Value::text(text)], &DataType::DateTime, &setting()).unwrap();
        assert_eq!(call(FnId::InPeriod, &[(DataType::DateTime, at), period.clone()]), expected, "{text}");
    }
}

#[test]
fn relative_periods_are_whole_and_counted_from_today() {
    let last = |count, unit| RelativePeriod::Last { count, unit };
    let cases = [
        (last(1, PeriodUnit::Month), "2026-10-01..2026-10-31"),
        (last(1, PeriodUnit::Week), "2026-11-02..2026-11-08"),
        (last(7, PeriodUnit::Day), "2026-11-02..2026-11-08"),
        (last(1, PeriodUnit::Quarter), "2026-07-01..2026-09-30"),
        (last(1, PeriodUnit::Year), "2025-01-01..2025-12-31"),
        (RelativePeriod::This { unit: PeriodUnit::Quarter }, "2026-10-01..2026-12-31"),
        (RelativePeriod::This { unit: PeriodUnit::Day }, "2026-11-09..2026-11-09"),
        (RelativePeriod::Past { duration: Duration { days: 28, ..Duration::default() } }, "2026-10-12..2026-11-09"),
        (RelativePeriod::Yesterday, "2026-11-08..2026-11-08"),
        (RelativePeriod::Today, "2026-11-09..2026-11-09"),
    ];
    for (words, expected) in cases {
        assert_eq!(period_of(words, &setting()).unwrap().to_string(), expected, "{words:?}");
    }
    assert_eq!(period_of(last(3000, PeriodUnit::Year), &setting()), None);
}

#[track_caller]
fn aggregate(function: AggregateId, result: DataType, values: &[Value], expected: &str) {
    let call = AggregateCall::new(function, Vec::new());
    let rows = |values: Vec<Value>| values.into_iter().map(|value| vec![value]).collect::<Vec<_>>();
    let shown = |values: Vec<Value>| match evaluate_aggregate(&call, &result, rows(values)) {
        Ok(value) if value.is_null() => "null".to_owned(),
        Ok(value) => value.canonical(),
        Err(fault) => fault.code.to_string(),
    };
    assert_eq!(shown(values.to_vec()), expected);
    assert_eq!(shown(values.iter().rev().cloned().collect()), expected, "from behind");
}

#[test]
fn aggregates_of_nothing_and_of_nulls() {
    for (function, result, expected) in [
        (AggregateId::Count, DataType::Int, "0"),
        (AggregateId::CountIf, DataType::Int, "0"),
        (AggregateId::CountDistinct, DataType::Int, "0"),
        (AggregateId::Sum, DataType::Int, "0"),
        (AggregateId::Sum, DataType::Float, "0"),
        (AggregateId::Sum, DataType::Decimal { precision: 38, scale: 2 }, "0"),
        (AggregateId::Average, DataType::Float, "null"),
        (AggregateId::Min, DataType::Text, "null"),
        (AggregateId::Max, DataType::Text, "null"),
        (AggregateId::Any, DataType::Bool, "false"),
        (AggregateId::All, DataType::Bool, "true"),
    ] {
        aggregate(function, result.clone(), &[], expected);
        let of_nulls = if function == AggregateId::Count { "2" } else { expected };
        aggregate(function, result, &[Value::Null, Value::Null], of_nulls);
    }
}

#[test]
fn neither_a_sum_nor_its_failure_depends_on_the_order() {
    let ints = |values: &[i128]| values.iter().copied().map(Value::Int).collect::<Vec<_>>();
    aggregate(AggregateId::Sum, DataType::Int, &ints(&[i128::MAX, 1, -1]), MAX);
    aggregate(AggregateId::Sum, DataType::Int, &ints(&[i128::MAX, 1]), "WR0801");
    aggregate(
        AggregateId::Average,
        DataType::Float,
        &ints(&[i128::MAX, i128::MAX, 1, -1, 0, 0]),
        "56713727820156410000000000000000000000",
    );
    let floats = [1e308, 1e308, -1e308].map(Value::Float);
    aggregate(AggregateId::Average, DataType::Float, &floats, &Value::Float(1e308 / 3.0).canonical());
    let tenths: Vec<Value> = vec![Value::Float(0.1); 10];
    aggregate(AggregateId::Sum, DataType::Float, &tenths, "1");
    let most = decimal("999999999999999999999999999999999999.99");
    let cent = |text| [most.clone(), decimal(text), decimal("-0.01")];
    aggregate(
        AggregateId::Sum,
        DataType::Decimal { precision: 38, scale: 2 },
        &cent("0.01"),
        "999999999999999999999999999999999999.99",
    );
    aggregate(AggregateId::Sum, DataType::Decimal { precision: 38, scale: 2 }, &cent("0.02"), "WR0801");
}

#[test]
fn aggregates_leave_nulls_out() {
    let [yes, no, null] = [Value::Bool(true), Value::Bool(false), Value::Null];
    let mixed = [yes, null.clone(), no, null];
    aggregate(AggregateId::Count, DataType::Int, &mixed, "4");
    aggregate(AggregateId::CountIf, DataType::Int, &mixed, "1");
    aggregate(AggregateId::CountDistinct, DataType::Int, &mixed, "2");
    aggregate(AggregateId::Any, DataType::Bool, &mixed, "true");
    aggregate(AggregateId::All, DataType::Bool, &mixed, "false");
    let texts = ["б", "Б", "a"].map(Value::text);
    aggregate(AggregateId::Min, DataType::Text, &texts, "a");
    aggregate(AggregateId::Max, DataType::Text, &texts, "б");
    aggregate(AggregateId::CountDistinct, DataType::Int, &texts, "3");
    aggregate(AggregateId::Average, DataType::Float, &[decimal("1.5"), Value::Null, decimal("2.0")], "1.75");
}
