//! What runners type and what it is taken for; what people are shown.

use wr_base::ids::{ExprId, ValueId};
use wr_base::ty::{DataType, Type};
use wr_base::value::{Date, DateTime, Decimal, Period, Value, Zone};

use super::*;
use crate::declaration::{Message, MessagePart, Options, Parameter, ParameterCheck, ParameterKind};
use crate::expr::{Expr, ExprKind};
use crate::functions::{FnId, Setting};

/// Monday, 2026-11-09, noon in Moscow.
fn setting() -> Setting {
    Setting::new(DateTime(1_794_214_800_000_000), Zone::parse("Europe/Moscow").unwrap())
}

fn parameter(kind: ParameterKind) -> Parameter {
    Parameter { label: "X".into(), help: String::new(), kind, default: None, pattern: None, checks: Vec::new() }
}

/// `!id` is the id of a problem.
fn read(kind: &ParameterKind, data: &DataType, text: &str, options: &[ChoiceOption]) -> String {
    let value = parse_value(&parameter(kind.clone()), &Type::required(data.clone()), text, options, &setting());
    value.map_or_else(|problem| format!("!{}", problem.id()), |value| value.canonical())
}

#[track_caller]
fn check(data: DataType, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(read(&ParameterKind::Plain, &data, text, &[]), *expected, "{data} from {text:?}");
    }
}

#[test]
fn the_day_of_these_tests() {
    assert_eq!(setting().today.to_string(), "2026-11-09");
}

#[test]
fn whole_numbers_may_be_grouped() {
    check(
        DataType::Int,
        &[
            (" 2_000_000 ", "2000000"),
            ("2 000\u{a0}000", "2000000"),
            ("1,234,567", "1234567"),
            ("1'234", "1234"),
            ("−5", "-5"),
            ("0042", "42"),
            ("-170141183460469231731687303715884105728", "-170141183460469231731687303715884105728"),
            ("170141183460469231731687303715884105728", "!too-large"),
            ("1,23", "!not-whole"),
            ("1.5", "!not-whole"),
            ("12,34,567", "!not-a-number"),
            ("1e3", "!not-a-number"),
            ("ten", "!not-a-number"),
            ("", "!value-missing"),
        ],
    );
}

#[test]
fn a_comma_in_a_decimal_is_taken_only_where_it_can_mean_one_thing() {
    check(
        DataType::Decimal { precision: 12, scale: 2 },
        &[
            ("1,5", "1.5"),
            ("1.5", "1.5"),
            ("1 234,56", "1234.56"),
            ("1,234.56", "1234.56"),
            ("1.234,56", "1234.56"),
            ("1.234.567", "1234567"),
            ("0,500", "0.5"),
            ("1.500", "1.5"),
            ("1,234", "!unclear-comma"),
            ("1.234", "!too-precise"),
            ("12345678901", "!too-large"),
            ("1,23.4", "!not-a-number"),
            ("1.", "!not-a-number"),
        ],
    );
}

#[test]
fn a_percentage_is_never_a_share() {
    check(
        DataType::Percent,
        &[
            ("10", "10%"),
            ("10%", "10%"),
            ("2,5 %", "2.5%"),
            ("1", "1%"),
            ("0.1", "0.1%"),
            ("0.00001", "!too-precise"),
            ("ten", "!not-a-percentage"),
        ],
    );
}

#[test]
fn days_and_moments() {
    check(
        DataType::Date,
        &[
            ("2026-11-09", "2026-11-09"),
            ("09.11.2026", "2026-11-09"),
            ("9.1.2026", "2026-01-09"),
            ("Yesterday", "2026-11-08"),
            ("2026-1-1", "!not-a-date"),
            ("11/09/2026", "!not-a-date"),
            ("31.02.2026", "!not-a-date"),
        ],
    );
    check(
        DataType::DateTime,
        &[
            ("2026-11-09 09:30", "2026-11-09T06:30:00.000000Z"),
            ("09.11.2026 09:30:15.5", "2026-11-09T06:30:15.500000Z"),
            ("2026-11-09T09:30Z", "2026-11-09T09:30:00.000000Z"),
            ("2026-11-09", "2026-11-08T21:00:00.000000Z"),
            ("9 o'clock", "!not-a-moment"),
        ],
    );
    check(DataType::Time, &[("09:30", "09:30:00"), ("24:00", "!not-a-time"), ("9:30", "!not-a-time")]);
    check(
        DataType::Duration,
        &[("7d", "7d"), ("1y 2mo", "1y 2mo"), ("3h15min", "3h 15min"), ("2 weeks", "14d"), ("soon", "!not-a-duration")],
    );
}

#[test]
fn periods_in_words_months_and_pairs_of_days() {
    check(
        DataType::Period,
        &[
            ("last month", "2026-10-01..2026-10-31"),
            ("Last  Week", "2026-11-02..2026-11-08"),
            ("this week", "2026-11-09..2026-11-15"),
            ("last 7 days", "2026-11-02..2026-11-08"),
            ("last 2 quarters", "2026-04-01..2026-09-30"),
            ("past 28d", "2026-10-12..2026-11-09"),
            ("today", "2026-11-09..2026-11-09"),
            ("2026-02", "2026-02-01..2026-02-28"),
            ("2026", "2026-01-01..2026-12-31"),
            ("9999-12", "9999-12-01..9999-12-31"),
            ("2026-10-05", "2026-10-05..2026-10-05"),
            ("2026-10-05..01.11.2026", "2026-10-05..2026-11-01"),
            ("01.10.2026 - 15.10.2026", "2026-10-01..2026-10-15"),
            ("2026-10-01 to 2026-10-15", "2026-10-01..2026-10-15"),
            ("2026-11-05..2026-11-01", "!reversed"),
            ("last 0 days", "!not-a-period"),
            ("2026-13", "!not-a-period"),
        ],
    );
}

#[test]
fn ranges_are_open_where_an_end_is_left_out() {
    check(
        DataType::Range(Box::new(DataType::Int)),
        &[
            ("18..65", "18..65"),
            ("18..", "18.."),
            ("..65", "..65"),
            ("18-65", "18..65"),
            ("18 – 65", "18..65"),
            ("-5..5", "-5..5"),
            ("18", "18..18"),
            ("65..18", "!reversed"),
            ("..", "!not-a-range"),
            ("18..x", "!not-a-number"),
        ],
    );
    check(
        DataType::Range(Box::new(DataType::Date)),
        &[("2026-11-01..", "2026-11-01.."), ("2026-11-01..x", "!not-a-date")],
    );
}

#[test]
fn pasted_lists() {
    check(
        DataType::List(Box::new(DataType::Int)),
        &[
            ("1, 2, 3", "1-2-3"),
            ("1 2 3", "1-2-3"),
            ("1\r\n2\r\n\r\n3\n", "1-2-3"),
            ("[1;2]", "1-2"),
            ("1,234;5", "1234-5"),
            ("1, x", "!not-a-number"),
            (",", "!nothing-chosen"),
        ],
    );
    check(DataType::List(Box::new(DataType::Text)), &[("New York, Перт", "New York-Перт"), ("\"a, b\";'c'", "a, b-c")]);
}

#[test]
fn yes_and_no_in_two_languages_and_ids() {
    check(DataType::Bool, &[("Да", "true"), ("no", "false"), ("maybe", "!not-yes-or-no")]);
    check(
        DataType::Uuid,
        &[
            ("01234567-89AB-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123-456789abcdef"),
            ("0123456789abcdef0123456789abcdef", "01234567-89ab-cdef-0123-456789abcdef"),
            ("0123456-789ab-cdef-0123-456789abcdef", "!not-a-uuid"),
        ],
    );
}

fn options() -> Vec<ChoiceOption> {
    [("f", "Women"), ("m", "Men"), ("x", "Not known, or else")]
        .map(|(value, label)| ChoiceOption { value: Value::text(value), label: label.into() })
        .to_vec()
}

#[test]
fn a_choice_is_taken_by_value_or_label_and_never_guessed() {
    let choice = ParameterKind::Choice(Options::Fixed(Vec::new()));
    for (text, expected) in
        [("f", "f"), ("women", "f"), (" M ", "m"), ("Womem", "!not-an-option"), ("", "!value-missing")]
    {
        assert_eq!(read(&choice, &DataType::Text, text, &options()), expected, "{text}");
    }
    let problem = parse_value(&parameter(choice), &Type::required(DataType::Text), "Womem", &options(), &setting());
    assert_eq!(problem.unwrap_err().words(), "\"Womem\" is not one of the options: perhaps Women");
}

#[test]
fn a_label_that_fits_two_options_is_refused() {
    let choice = ParameterKind::Choice(Options::Fixed(Vec::new()));
    let twins = [1, 2].map(|id| ChoiceOption { value: Value::Int(id), label: "Coffee".into() });
    assert_eq!(read(&choice, &DataType::Int, "coffee", &twins), "!several-options");
    assert_eq!(read(&choice, &DataType::Int, "2", &twins), "2");
}

#[test]
fn several_options_come_in_the_order_of_the_script() {
    let choices = ParameterKind::Choices(Options::Fixed(Vec::new()));
    let list = DataType::List(Box::new(DataType::Text));
    for (text, expected) in [
        ("Men,f", "f-m"),
        ("all", "f-m-x"),
        ("Not known, or else", "x"),
        ("f; Not known, or else", "f-x"),
        ("f,z", "!not-an-option"),
    ] {
        assert_eq!(read(&choices, &list, text, &options()), expected, "{text}");
    }
}

#[test]
fn a_cohort_is_named_by_id_or_address() {
    let kind = ParameterKind::Cohort { connection: "amp".into() };
    for (text, expected) in [
        ("c7k2p9x1", "c7k2p9x1"),
        ("https://app.amplitude.com/analytics/acme/cohort/c7k2p9x1?source=x", "c7k2p9x1"),
        ("analytics.amplitude.com/acme/cohort/c7k2p9x1/", "c7k2p9x1"),
        ("https://amplitude.com.example.org/cohort/c7k2p9x1", "!not-a-cohort"),
        ("https://example.org/", "!not-a-cohort"),
        ("../secret", "!not-a-cohort"),
    ] {
        assert_eq!(read(&kind, &DataType::Text, text, &[]), expected, "{text}");
    }
}

/// `$p < 100`, said in the author's words.
fn below_a_hundred() -> ParameterCheck {
    let int = |kind| Expr::new(ExprId(0), Type::required(DataType::Int), kind);
    let p = || int(ExprKind::Value(ValueId(7)));
    let arguments = vec![p(), int(ExprKind::Literal(Value::Int(100)))];
    let condition = ExprKind::Call { function: FnId::Less, arguments };
    let parts = vec![MessagePart::Hole(p()), MessagePart::Text(" is too much".into())];
    ParameterCheck {
        condition: Expr::new(ExprId(0), Type::required(DataType::Bool), condition),
        message: Message { parts },
    }
}

#[test]
fn a_value_is_refused_in_the_words_of_the_author() {
    let one = Parameter { checks: vec![below_a_hundred()], ..parameter(ParameterKind::Plain) };
    let check = |value| check_value(&one, ValueId(7), &Value::Int(value), &|_| None, setting(), "en");
    assert_eq!(check(99), Ok(()));
    assert_eq!(check(20_000), Err(Problem::NotAllowed { message: Some("20,000 is too much".into()) }));
}

#[test]
fn a_pattern_has_to_match_the_whole_text() {
    let one = Parameter { pattern: Some("[A-Z]{2}|x".into()), ..parameter(ParameterKind::Plain) };
    let check =
        |text| check_value(&one, ValueId(0), &Value::text(text), &|_| None, setting(), "en").map_err(|p| p.id());
    assert_eq!(check("SP"), Ok(()));
    for text in ["SP1", "aSP", "SP\n", "xx"] {
        assert_eq!(check(text), Err("not-the-form"), "{text:?}");
    }
}

#[test]
fn numbers_and_days_follow_the_locale() {
    let date = |text| Date::parse(text).unwrap();
    let decimal = |text| Decimal::parse(text).unwrap();
    let period = Period { first: date("2026-10-01"), last: date("2026-10-31") };
    let range = |from: Option<i128>, to: Option<i128>| {
        Value::Range(from.map(|v| Box::new(Value::Int(v))), to.map(|v| Box::new(Value::Int(v))))
    };
    let cases = [
        (Value::Int(1_234_567), "1,234,567", "1\u{a0}234\u{a0}567"),
        (Value::Int(-10_000), "−10,000", "−10\u{a0}000"),
        (Value::Int(2026), "2026", "2026"),
        (Value::Decimal(decimal("12345.50")), "12,345.50", "12\u{a0}345,50"),
        (Value::Percent(decimal("0.335000")), "33.5%", "33,5%"),
        (Value::Float(1.0 / 3.0), "0.3333", "0,3333"),
        (Value::Period(period), "2026-10-01 – 2026-10-31", "01.10.2026 – 31.10.2026"),
        (Value::DateTime(DateTime(1_794_214_800_000_000)), "2026-11-09 12:00", "09.11.2026 12:00"),
        (Value::Bool(true), "yes", "да"),
        (range(Some(18), Some(65)), "18–65", "18–65"),
        (range(Some(18), None), "from 18", "от 18"),
        (Value::Null, "–", "–"),
    ];
    for (value, english, russian) in cases {
        assert_eq!(human(&value, "en", setting().zone), english);
        assert_eq!(human(&value, "ru", setting().zone), russian);
    }
}
