//! Expressions from their words to their values: the examples of the catalogue, and the table of types of expressions.

use wr_base::row_type::{Column, Marks, RowType};
use wr_base::span::FileId;
use wr_base::ty::{DataType, Type};
use wr_base::value::{DateTime, Value, Zone};
use wr_plan::declaration::Report;
use wr_plan::evaluate::{Context, evaluate};
use wr_plan::expr::Expr;
use wr_plan::functions::{FnId, Setting};
use wr_syntax::ast;

use super::{facts_of_condition, type_expr};
use crate::checker::{Checker, Place, Scope};

fn checker(zone: Zone) -> Checker {
    let report = Report {
        title: String::new(),
        doc: String::new(),
        zone,
        locale: "en".to_owned(),
        path: "script.wr".to_owned(),
        max_rows_read: None,
    };
    Checker::new(report, Place { file: FileId(0), base: 0 })
}

/// The expression that the words are, and what was said of it.
fn typed(words: &str, row: Option<&RowType>, zone: Zone) -> (Expr, Vec<String>) {
    let parsed = wr_syntax::parse(&format!("let $x = {words}\n"), FileId(0));
    assert_eq!(parsed.diagnostics, [], "{words}");
    let [ast::Statement { kind: ast::StatementKind::LetValue(statement), .. }] = parsed.file.statements.as_slice()
    else {
        panic!("{words} is no expression");
    };
    let mut checker = checker(zone);
    let scope = Scope { row, people: row.is_none(), ..Scope::values("an example") };
    let expr = type_expr(&mut checker, &scope, &statement.value);
    let said = checker.diagnostics.iter().map(|one| one.code.to_string()).collect();
    (expr, said)
}

/// The canonical text of its value, `null`, or the code of what is wrong with it.
fn value(words: &str) -> String {
    let zone = Zone::parse("Europe/Moscow").unwrap();
    let (expr, said) = typed(words, None, zone);
    if let Some(code) = said.first() {
        return code.clone();
    }
    let setting = Setting::new(DateTime(1_794_214_800_000_000), zone);
    match evaluate(&expr, &Context::values(setting, &|_| None)) {
        Ok(Value::Null) => "null".to_owned(),
        Ok(value) => value.canonical(),
        Err(failure) => failure.code.to_string(),
    }
}

#[test]
fn every_example_of_the_catalogue_gives_what_its_page_says() {
    let mut wrong = Vec::new();
    for id in FnId::ALL {
        for (words, expected) in id.function().doc.examples {
            let found = value(words);
            if found != *expected {
                wrong.push(format!("{words} gives {found}, its page says {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_function_that_can_be_shown_without_a_clock_has_an_example() {
    for id in FnId::ALL {
        assert!(*id == FnId::Now || !id.function().doc.examples.is_empty(), "{id:?}");
    }
}

/// Columns by their types' names: `int`, `int_` is the one that may be null.
fn row() -> RowType {
    let decimal = DataType::Decimal { precision: 12, scale: 2 };
    let types = [
        ("i", DataType::Int),
        ("d", decimal),
        ("f", DataType::Float),
        ("t", DataType::Text),
        ("b", DataType::Bool),
        ("day", DataType::Date),
        ("at", DataType::DateTime),
    ];
    let mut columns = Vec::new();
    for (name, data) in types {
        for (suffix, nullable) in [("", false), ("_", true)] {
            columns.push(Column {
                id: wr_base::ids::ColumnId(columns.len() as u32),
                qualifier: None,
                name: format!("{name}{suffix}"),
                ty: Type::new(data.clone(), nullable),
                marks: Marks::default(),
                origin: Vec::new(),
                shaped: None,
            });
        }
    }
    RowType { columns: columns.into(), ..RowType::default() }
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    let row = row();
    for (words, expected) in cases {
        let (expr, said) = typed(words, Some(&row), Zone::UTC);
        let found = if said.is_empty() { expr.ty.to_string() } else { said.join(" ") };
        assert_eq!(found, *expected, "{words}");
    }
}

#[test]
fn literals_have_the_types_of_their_digits() {
    check(&[
        ("10", "int"),
        ("-10", "int"),
        ("1.50", "decimal(3, 2)"),
        ("0.05", "decimal(2, 2)"),
        ("10%", "percent"),
        ("0.00001%", "WR0216"),
        ("\"a\"", "text"),
        ("\"a {i} {t_}\"", "text?"),
        ("true", "bool"),
        ("2026-11-09", "date"),
        ("2026-11-09T09:30", "datetime"),
        ("09:30", "time"),
        ("7d", "duration"),
        ("18..65", "range of int"),
        ("18..", "range of int"),
        ("1..2.5", "range of decimal(2, 1)"),
        ("2026-11-01..2026-11-09", "period"),
        ("2026-11-01..", "range of date"),
        ("last month", "period"),
        ("yesterday", "period"),
        ("[1, 2.5]", "list of decimal(2, 1)"),
        ("[1, \"a\"]", "WR0207"),
        ("[1, null]", "WR0210"),
        ("now", "datetime"),
        ("today", "date"),
        ("null", "null?"),
    ]);
}

#[test]
fn only_numbers_widen() {
    check(&[
        ("i + i", "int"),
        ("i + 1.5", "decimal(38, 1)"),
        ("d + 1", "decimal(13, 2)"),
        ("d + f", "float"),
        ("i / i", "float?"),
        ("i // i", "int?"),
        ("d // 2", "int?"),
        ("f // 2", "WR0201"),
        ("d * d", "decimal(24, 4)"),
        ("10% * i", "decimal(38, 6)"),
        ("10% * f", "float"),
        ("10% + 5%", "decimal(19, 6)"),
        ("10% <= d", "bool"),
        ("t + t", "WR0201"),
        ("t + 1", "WR0201"),
        ("i == t", "WR0202"),
        ("i == d", "bool"),
        ("day == at", "WR0203"),
        ("at in 2026-11-01..2026-11-09", "bool"),
        ("at in 2026-11-01..", "WR0203"),
        ("day in 2026-11-01..", "bool"),
        ("at - 7d", "datetime"),
        ("day - 3h", "WR0201"),
        ("day - day", "WR0201"),
        ("7d + 1mo", "duration"),
        ("b == true", "bool"),
        ("b < true", "WR0201"),
        ("t in [\"a\", \"b\"]", "bool"),
        ("i in 18..65", "bool"),
        ("i in [\"a\"]", "WR0202"),
        ("i in i", "WR0201"),
        ("not i", "WR0205"),
        ("i and b", "WR0211"),
        ("t == /a/", "WR0215"),
    ]);
}

#[test]
fn null_is_seen_in_the_types() {
    check(&[
        ("i_ + 1", "int?"),
        ("i_ == 1", "bool?"),
        ("i_ is 1", "bool"),
        ("i_ is null", "bool"),
        ("i_ == null", "WR0214"),
        ("i_ != 1", "WR0720"),
        ("i_ is not null and i_ != 1", "bool"),
        ("i_ ?? 0", "int"),
        ("i_ ?? d_", "decimal(38, 2)?"),
        ("int?(t)", "int?"),
        ("int(t)", "int"),
        ("when b_ then 1 else 2", "int"),
        ("when b then 1 else null", "int?"),
        ("when i_ is not null then i_ + 1 else 0", "int"),
        ("when b then 1 else \"a\"", "WR0207"),
        ("b_ and b", "bool?"),
        ("round(d_, 1)", "decimal(12, 1)?"),
        ("round(f)", "int"),
        ("least(i, d_)", "decimal(38, 2)?"),
    ]);
}

#[test]
fn units_zones_and_forms_are_written_out() {
    check(&[
        ("trunc(at, 1h)", "datetime"),
        ("trunc(day, 1mo)", "date"),
        ("trunc(day, 1h)", "WR0206"),
        ("trunc(at, 7min)", "WR0206"),
        ("trunc(at, 2d)", "WR0206"),
        ("trunc(at, i)", "WR0206"),
        ("trunc(i, 1h)", "WR0205"),
        ("date(at, \"Asia/Tokyo\")", "date"),
        ("date(at, t_)", "date?"),
        ("date(at, \"Mars\")", "WR0206"),
        ("date(t, \"Asia/Tokyo\")", "WR0205"),
        ("datetime(t, \"Asia/Tokyo\")", "datetime"),
        ("time(at)", "time"),
        ("parse_date?(t, \"DD.MM.YYYY\")", "date?"),
        ("parse_date(t, \"dd.mm.yyyy\")", "WR0206"),
        ("parse_date(t, t)", "WR0206"),
        ("parse_datetime(t, \"DD.MM.YYYY\")", "WR0206"),
        ("i * 1d", "duration"),
        ("day + i * 1d", "date"),
        ("at - 1h * i", "datetime"),
        ("f * 1d", "WR0201"),
        ("1d * 1d", "WR0201"),
        ("null_if(i, 0)", "int?"),
        ("null_if(t, 0)", "WR0207"),
        ("floor(d, 1)", "decimal(12, 1)"),
        ("floor(d, i)", "WR0206"),
        ("sqrt(i)", "float?"),
    ]);
}

#[test]
fn patterns_are_checked_with_the_script() {
    check(&[
        ("matches(t, /a+/)", "bool"),
        ("contains(t_, /a+/)", "bool?"),
        ("replace(t, /a/, t_)", "text?"),
        ("extract(t, /a/)", "text?"),
        ("extract(t, /(a)(b)/, 2)", "text?"),
        ("extract(t, /(a)(b)/)", "WR0206"),
        ("extract(t, /(a)(b)/, 3)", "WR0206"),
        ("extract(t, /a/, 1)", "WR0206"),
        ("extract(t, /a/, i)", "WR0206"),
        ("matches(t, \"a\")", "WR0206"),
        ("matches(t, t)", "WR0206"),
        ("matches(t, /[/)", "WR0403"),
        ("matches(i, /a/)", "WR0205"),
        ("matches(t, /a/, /b/)", "WR0215"),
        ("starts_with(t, /a/)", "WR0215"),
    ]);
}

#[test]
fn one_mistake_is_said_once() {
    check(&[
        ("nowhere + 1 == t and nowhere", "WR0101 WR0101"),
        ("lower(nowhere) == 1", "WR0101"),
        ("[nowhere, \"a\"]", "WR0101"),
        ("\"{nowhere}\" == 1", "WR0101"),
        ("nothing(nothing2(1))", "WR0104"),
        ("lower(i, t)", "WR0204"),
        ("lower(i)", "WR0205"),
        ("round(d, i)", "WR0206"),
        ("count()", "WR0110"),
        ("rows(t)", "WR0109"),
        ("$nobody", "WR0103"),
        ("u.city", "WR0102"),
        ("branch", "WR0108"),
        ("format_number(i, 2) == t", "WR0114"),
    ]);
}

#[test]
fn a_condition_proves_what_is_not_null_where_it_is_true() {
    let row = row();
    let cases: &[(&str, &[&str])] = &[
        ("i_ is not null", &["i_"]),
        ("not i_ is null", &["i_"]),
        ("i_ == 1 and t_ == \"a\"", &["i_", "t_"]),
        ("i_ == 1 or t_ == \"a\"", &[]),
        ("i_ == 1 or i_ > 5", &["i_"]),
        ("i_ in 1..5", &["i_"]),
        ("not (i_ in 1..5)", &["i_"]),
        ("i_ is 1", &["i_"]),
        ("i_ is not 1", &[]),
        ("i_ is null", &[]),
        ("lower(t_) == t_", &["t_"]),
        ("(i_ ?? 0) == 1", &[]),
        ("b_", &["b_"]),
        ("true", &[]),
    ];
    for (words, expected) in cases {
        let (expr, said) = typed(words, Some(&row), Zone::UTC);
        assert_eq!(said, Vec::<String>::new(), "{words}");
        let names: Vec<&str> =
            facts_of_condition(&expr).iter().map(|id| row.column(*id).unwrap().name.as_str()).collect();
        let nullable: Vec<&str> = names.into_iter().filter(|name| name.ends_with('_')).collect();
        assert_eq!(nullable, *expected, "{words}");
    }
}
