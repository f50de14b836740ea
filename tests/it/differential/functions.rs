//! The reference interpreter and the engine give what Python computed for each function (tests/expected/functions.py).

use std::collections::BTreeMap;
use std::sync::Arc;

use wr_base::diag::Code;
use wr_base::loader::MemoryLoader;
use wr_base::value::{Decimal, Value, Zone};
use wr_plan::rules::RuleSet;
use wr_plan::values::Values;
use wr_reference::{Data, Settings};
use wr_runtime::sources::Source;
use wr_sema::hir::CheckedProgram;
use wr_sema::project::Project;

use super::memory::Memory;
use super::{NOW, ZONE, engine};
use crate::support::csv;
use crate::support::project::repository;

/// Expressions that are columns of one file.
const COLUMNS: usize = 60;

/// An expression and the canonical text of its value, `null`, or the code with which it fails.
struct Expected {
    expression: String,
    value: String,
}

impl Expected {
    fn fails(&self) -> bool {
        self.value.starts_with("WR")
    }
}

fn answers(family: &str) -> Vec<Vec<String>> {
    let path = repository().join(format!("tests/expected/functions/{family}.csv"));
    let rows = csv::parse(&std::fs::read_to_string(path).unwrap());
    rows.into_iter().skip(1).map(|row| row.into_iter().map(Option::unwrap_or_default).collect()).collect()
}

pub(super) fn program(script: &str, locale: &str) -> CheckedProgram {
    let project = Project { zone: Zone::parse(ZONE).unwrap(), locale: locale.to_owned(), ..Project::default() };
    let analysis = wr_sema::analyse(&MemoryLoader([("f.wr".to_owned(), script.to_owned())].into()), "f.wr", &project);
    let said: Vec<String> = analysis.diagnostics.iter().map(|one| format!("{} {}", one.code, one.headline)).collect();
    analysis.checked().unwrap_or_else(|| panic!("{}\n{script}", said.join("\n")))
}

/// The first row of the first file, or the code of the failure, of the reference and of the engine.
fn evaluated(program: &CheckedProgram, table: &'static str, rows: Vec<Vec<Value>>) -> Vec<Result<Vec<Value>, Code>> {
    let plain = program.program();
    let mut data = Data::default();
    for (id, _) in plain.tables.iter() {
        data.set(id, &[], rows.clone());
    }
    let settings = Settings { now: NOW, values: BTreeMap::new() };
    let first = |outcome: wr_reference::Outcome| outcome.files[0].sheets[0].rows[0].clone();
    let mut found = vec![wr_reference::evaluate(plain, &data, &settings).map(first).map_err(|failure| failure.code)];
    let rows = Arc::new([(table, rows)].into());
    let sources = engine::sources_of(|_| Arc::new(Memory(Arc::clone(&rows))) as Arc<dyn Source>, &["db"]);
    for rules in [RuleSet::all(), RuleSet::none()] {
        let outcome = engine::run(program, &Values::default(), NOW, &sources, &rules);
        found.push(outcome.map(first).map_err(|failed| failed.code));
    }
    found
}

/// The columns of one file, against what is expected of each; a failure alone.
fn compare(expected: &[Expected], locale: &str) -> Vec<String> {
    let columns: Vec<String> =
        expected.iter().enumerate().map(|(at, one)| format!("  {} as \"c{at}\",\n", one.expression)).collect();
    let script = format!(
        "report \"Functions\"\n\nsource db: clickhouse\n\ntable db.one key id {{ id: int }}\n\n\
         export db.one to csv \"one.csv\" {{\n{}}}\n",
        columns.concat()
    );
    let mut wrong = Vec::new();
    for (who, found) in ["reference", "all rules", "no rules"].iter().zip(evaluated(
        &program(&script, locale),
        "db.one",
        vec![vec![Value::Int(1)]],
    )) {
        for (at, one) in expected.iter().enumerate() {
            let found = match &found {
                Ok(row) => shown(&row[at]),
                Err(code) => code.to_string(),
            };
            if found != one.value {
                wrong.push(format!("{}: {who} gives {found:?}, Python {:?}", one.expression, one.value));
            }
        }
    }
    wrong
}

fn shown(value: &Value) -> String {
    if value.is_null() { "null".to_owned() } else { value.canonical() }
}

fn check(family: &str, locale: &str) {
    let rows = answers(family);
    let rows = rows.into_iter().map(|mut row| Expected { value: row.remove(1), expression: row.remove(0) });
    let (failing, plain): (Vec<Expected>, Vec<Expected>) = rows.partition(Expected::fails);
    let mut wrong: Vec<String> = plain.chunks(COLUMNS).flat_map(|chunk| compare(chunk, locale)).collect();
    wrong.extend(failing.chunks(1).flat_map(|one| compare(one, locale)));
    let shown: Vec<&String> = wrong.iter().take(40).collect();
    assert!(
        wrong.is_empty(),
        "{} differ\n{}",
        wrong.len(),
        shown.iter().map(|line| format!("{line}\n")).collect::<String>()
    );
}

/// Aggregates of one column of values, and what is expected of each.
struct OfRows {
    ty: String,
    x: String,
    y: String,
    expected: Vec<Expected>,
}

fn of_rows() -> Vec<OfRows> {
    let mut all: Vec<OfRows> = Vec::new();
    for row in answers("aggregate") {
        let [expression, ty, x, y, value] = row.try_into().unwrap();
        let one = Expected { expression, value };
        // A failure hides what the other columns would be.
        let is_next = all.last().is_some_and(|last| {
            (&last.ty, &last.x, &last.y) == (&ty, &x, &y) && !one.fails() && !last.expected[0].fails()
        });
        if is_next {
            all.last_mut().unwrap().expected.push(one);
        } else {
            all.push(OfRows { ty, x, y, expected: vec![one] });
        }
    }
    all
}

impl OfRows {
    /// Each value of `x` with its `y`, which is null where none is written.
    fn rows(&self) -> Vec<Vec<Value>> {
        let ys: Vec<&str> = self.y.split(' ').collect();
        let xs = self.x.split(' ').filter(|x| !x.is_empty()).enumerate();
        let row = |(at, x): (usize, &str)| {
            let y = ys.get(at).and_then(|y| y.parse().ok()).map_or(Value::Null, Value::Int);
            vec![Value::Int(at as i128), self.value(x), y]
        };
        xs.map(row).collect()
    }

    fn value(&self, word: &str) -> Value {
        match (word, self.ty.as_str()) {
            ("null", _) => Value::Null,
            (word, "int") => Value::Int(word.parse().unwrap()),
            (word, "float") => Value::Float(word.parse().unwrap()),
            (word, "text") => Value::text(word),
            (word, decimal) => {
                let scale: u8 = decimal.trim_end_matches(')').rsplit(' ').next().unwrap().parse().unwrap();
                Value::Decimal(Decimal::parse(word).unwrap().rescale(scale).unwrap())
            }
        }
    }

    /// A script that ends with this step.
    fn program(&self, step: &str) -> CheckedProgram {
        let items: Vec<String> =
            self.expected.iter().enumerate().map(|(at, one)| format!("c{at} = {}", one.expression)).collect();
        let columns: Vec<String> = (0..items.len()).map(|at| format!("c{at}")).collect();
        let script = format!(
            "report \"Aggregates\"\n\nsource db: clickhouse\n\n\
             table db.many key id {{ id: int, x: {}?, y: int? }}\n\n\
             let found = from db.many {step} {{ {} }}\n\nexport found to csv \"found.csv\" {{ {} }}\n",
            self.ty,
            items.join(", "),
            columns.join(", ")
        );
        program(&script, "en")
    }
}

#[test]
fn aggregates_are_what_python_computed() {
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for of in of_rows() {
        // Of all rows, of a group, and of a window: each gives the same.
        for step in ["aggregate", "group by id = 0", "window"] {
            let rows = of.rows();
            if rows.is_empty() && step != "aggregate" {
                continue;
            }
            let found = evaluated(&of.program(step), "db.many", rows);
            for (who, found) in ["reference", "all rules", "no rules"].iter().zip(found) {
                for (at, one) in of.expected.iter().enumerate() {
                    let found = match &found {
                        Ok(row) => shown(&row[at]),
                        Err(code) => code.to_string(),
                    };
                    compared += 1;
                    if found != one.value {
                        let of = format!("{} of {} [{}] by [{}]", one.expression, of.ty, of.x, of.y);
                        wrong.push(format!("{step}: {of}: {who} gives {found}, Python {}\n", one.value));
                    }
                }
            }
        }
    }
    assert!(compared > 1_000, "{compared} compared");
    assert!(wrong.is_empty(), "{} of {compared} differ\n{}", wrong.len(), wrong[..wrong.len().min(40)].concat());
}

#[test]
fn texts_are_what_python_computed() {
    check("text", "en");
}

#[test]
fn numbers_and_nulls_are_what_python_computed() {
    check("number", "en");
}

#[test]
fn days_and_their_forms_are_what_python_computed() {
    check("date", "en");
}

#[test]
fn moments_and_clocks_are_what_python_computed() {
    check("moment", "en");
}

#[test]
fn hashes_are_what_python_computed() {
    check("hash", "en");
}

#[test]
fn people_read_what_python_wrote() {
    check("people", "en");
    check("people_ru", "ru");
}

#[test]
fn patterns_find_what_python_found() {
    check("pattern", "en");
}
