//! The reference interpreter and the engine give what Python computed for each function (tests/expected/functions.py).

use std::collections::BTreeMap;
use std::sync::Arc;

use wr_base::diag::Code;
use wr_base::loader::MemoryLoader;
use wr_base::value::{Value, Zone};
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

fn program(script: &str, locale: &str) -> CheckedProgram {
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
