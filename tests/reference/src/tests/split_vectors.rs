//! The hash and the borders against the vectors that Python computed.

use std::path::Path;

use wr_base::value::{Date, Decimal, Value};

use crate::{border, branch_of, hash};

/// RFC 4180 with quoted line ends; good enough for a file that we know.
fn read(name: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../expected").join(name);
    let content = std::fs::read_to_string(path).unwrap();
    let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = content.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            c => field.push(c),
        }
    }
    rows.remove(0);
    rows
}

fn key(kind: &str, value: &str) -> Value {
    match kind {
        "int" => Value::Int(value.parse().unwrap()),
        "text" => Value::text(value),
        "date" => Value::Date(Date::parse(value).unwrap()),
        "decimal" => Value::Decimal(Decimal::parse(value).unwrap()),
        "uuid" => Value::Uuid(u128::from_str_radix(&value.replace('-', ""), 16).unwrap()),
        other => panic!("{other}"),
    }
}

#[test]
fn the_hash_is_the_published_one() {
    let rows = read("split_vectors.csv");
    let share = |text: &str| border(&Value::Decimal(Decimal::parse(text).unwrap())).unwrap();
    assert!(rows.len() > 100);
    for row in rows {
        let [seed, seed_2, kind, value, canonical, kind_2, value_2, _, _, h, tenth, third] = &row[..] else { panic!() };
        let seed: Vec<Value> =
            [seed, seed_2].iter().filter(|part| !part.is_empty()).map(|part| Value::text(*part)).collect();
        let seed = if seed.is_empty() { vec![Value::text("")] } else { seed };
        let mut parts = vec![key(kind, value)];
        assert_eq!(parts[0].canonical(), *canonical);
        if !kind_2.is_empty() {
            parts.push(key(kind_2, value_2));
        }
        let number = hash(&seed, &parts).unwrap();
        assert_eq!(number.to_string(), *h, "{row:?}");
        let name = |names: &[&str], at: Option<usize>| names[at.unwrap()].to_owned();
        assert_eq!(name(&["control", "test"], branch_of(number, &[share("0.1"), share("1")])), *tenth);
        let thirds = [share("0.333"), share("0.666"), share("1")];
        assert_eq!(name(&["a", "b", "c"], branch_of(number, &thirds)), *third);
    }
}

#[test]
fn the_borders_are_the_published_ones() {
    for row in read("split_borders.csv") {
        let share = Value::Decimal(Decimal::parse(&row[0]).unwrap());
        assert_eq!(border(&share).unwrap().to_string(), row[1]);
    }
}

#[test]
fn a_text_that_holds_the_separator_has_no_hash() {
    assert_eq!(hash(&[Value::text("s")], &[Value::text("a\u{1f}b")]), None);
}

/// The parts of seed and key stand joined for the reader; as texts they are what is hashed.
#[test]
fn keys_are_drawn_by_the_published_numbers() {
    let rows = read("steps/sample_vectors.csv");
    assert!(rows.len() > 20);
    let parts = |text: &str| text.split(" + ").map(Value::text).collect::<Vec<_>>();
    for row in rows {
        let [seed, key, h] = &row[..] else { panic!("{row:?}") };
        assert_eq!(hash(&parts(seed), &parts(key)).unwrap().to_string(), *h, "{seed} {key}");
    }
}
