//! What runners type, and what it is taken for.

use super::*;
use crate::declaration::Options;

fn setting() -> Setting {
    Setting::new(DateTime(1_795_424_400_000_000), Zone::parse("Europe/Moscow").unwrap())
}

fn parameter(kind: ParameterKind) -> Parameter {
    Parameter { label: "X".into(), help: String::new(), kind, default: None, pattern: None, checks: Vec::new() }
}

#[track_caller]
fn check(data: DataType, text: &str, expected: &str) {
    let got = parse_value(&parameter(ParameterKind::Plain), &Type::required(data), text, &[], &setting());
    let got = got.map_or_else(|problem| format!("! {}", problem.words()), |value| value.canonical());
    assert_eq!(got, expected, "{text}");
}

#[test]
fn numbers() {
    check(DataType::Int, " 2_000_000 ", "2000000");
    check(DataType::Int, "2 000", "2000");
    check(DataType::Int, "-170141183460469231731687303715884105728", "-170141183460469231731687303715884105728");
    check(DataType::Int, "1.5", "! `1.5` is not a whole number");
    check(DataType::Int, "1e3", "! `1e3` is not a whole number");
    check(DataType::Int, "", "! a value is needed");
    check(DataType::Decimal { precision: 5, scale: 2 }, "1,5", "1.5");
    check(DataType::Decimal { precision: 5, scale: 2 }, "1.555", "! `1.555` has more digits than can be kept exactly");
    check(DataType::Percent, "10", "10%");
    check(DataType::Percent, "33.3%", "33.3%");
    check(DataType::Percent, "ten", "! `ten` is not a percentage; write 10%");
}

#[test]
fn time() {
    check(DataType::Date, "09.11.2026", "2026-11-09");
    check(DataType::Date, "2026-1-1", "! `2026-1-1` is not a day; write 2026-11-09");
    check(DataType::DateTime, "2026-11-09 09:30", "2026-11-09T06:30:00.000000Z");
    check(DataType::Period, "2026-10", "2026-10-01..2026-10-31");
    check(DataType::Period, "2026", "2026-01-01..2026-12-31");
    check(DataType::Period, "2026-10-05", "2026-10-05..2026-10-05");
    check(DataType::Period, "2026-10-05..01.11.2026", "2026-10-05..2026-11-01");
    check(DataType::Period, "2026-11-05..2026-11-01", "! `2026-11-05..2026-11-01` ends before it begins");
    check(DataType::Bool, "Да", "true");
}

#[test]
fn ranges_and_lists() {
    check(DataType::Range(Box::new(DataType::Int)), "18..65", "18..65");
    check(DataType::Range(Box::new(DataType::Int)), "18..", "18..");
    check(DataType::Range(Box::new(DataType::Int)), "18", "18..18");
    check(DataType::Range(Box::new(DataType::Int)), "65..18", "! `65..18` ends before it begins");
    check(DataType::List(Box::new(DataType::Int)), "1, 2\n3;4", "1-2-3-4");
    check(DataType::List(Box::new(DataType::Int)), "1 2 3", "1-2-3");
    check(DataType::List(Box::new(DataType::Text)), "New York, Перт", "New York-Перт");
}

fn options() -> Vec<ChoiceOption> {
    [("f", "Women"), ("m", "Men")]
        .map(|(value, label)| ChoiceOption { value: Value::text(value), label: label.into() })
        .to_vec()
}

#[test]
fn a_choice_is_taken_by_value_or_label_and_never_guessed() {
    let choice = parameter(ParameterKind::Choice(Options::Fixed(Vec::new())));
    let read = |text: &str| parse_value(&choice, &Type::required(DataType::Text), text, &options(), &setting());
    assert_eq!(read("f"), Ok(Value::text("f")));
    assert_eq!(read("women"), Ok(Value::text("f")));
    let problem = read("Womem").unwrap_err();
    assert_eq!(problem.words(), "`Womem` is not among the options; did you mean Women?");
    let problem = read("x-rays").unwrap_err();
    assert_eq!(problem.words(), "`x-rays` is not among the options; choose from Women, Men");
}

#[test]
fn several_options_come_in_the_order_of_the_script() {
    let choices = parameter(ParameterKind::Choices(Options::Fixed(Vec::new())));
    let read = |text: &str| parse_value(&choices, &Type::required(DataType::Text), text, &options(), &setting());
    let both = Value::List(vec![Value::text("f"), Value::text("m")]);
    assert_eq!(read("Men,f"), Ok(both.clone()));
    assert_eq!(read("all"), Ok(both));
    assert_eq!(read(""), Ok(Value::List(Vec::new())));
    assert_eq!(read("f,f"), Err(Problem::Twice("f".into())));
}

#[test]
fn a_cohort_is_named_by_id_or_address() {
    let kind = ParameterKind::Cohort { connection: "amp".into() };
    let read =
        |text: &str| parse_value(&parameter(kind.clone()), &Type::required(DataType::Text), text, &[], &setting());
    assert_eq!(read("c7k2p9x1"), Ok(Value::text("c7k2p9x1")));
    assert_eq!(read("https://app.amplitude.com/analytics/acme/cohort/c7k2p9x1?source=x"), Ok(Value::text("c7k2p9x1")));
    assert_eq!(read("https://example.org/"), Err(Problem::NotACohort("https://example.org/".into())));
    assert_eq!(read("../secret"), Err(Problem::NotACohort("../secret".into())));
}
