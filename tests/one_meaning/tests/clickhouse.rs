//! The filters that are sent to ClickHouse, asked of a real engine and of the evaluator, row by row.
//!
//! `WR_CASES` says how many predicates, `WR_SEED` with which seed it begins.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use wr_base::ids::{Arena, StepId, TableId};
use wr_base::value::{DateTime, Value, Zone};
use wr_clickhouse_server::{ClickHouse, User};
use wr_one_meaning::cell::{self, Cells};
use wr_one_meaning::data;
use wr_one_meaning::predicate::Maker;
use wr_one_meaning::random::Random;
use wr_one_meaning::settings;
use wr_plan::declaration::Engine;
use wr_plan::evaluate::{Context, evaluate};
use wr_plan::expr::Expr;
use wr_plan::functions::Setting;
use wr_plan::physical::{PushedFilter, QueryId, SourceQuery, Support};
use wr_plan::place::capabilities;
use wr_plan::print::Words;
use wr_plan::sql::render::clickhouse::parameter_text;
use wr_plan::sql::settings::SAFE_SETTINGS;
use wr_plan::sql::{Asked, Dialect, Request, Selection, ask};

const USERS: usize = 24;
const PER_DATA_SET: usize = 150;
const ROWS: usize = 40;
/// So many predicates are a long run: each cell is reached often.
const LONG: u64 = 150_000;
const ZONES: &[&str] = &["UTC", "Europe/Berlin", "Asia/Tokyo", "America/Sao_Paulo"];

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn query(predicate: &Expr) -> SourceQuery {
    let (first, rest) = (vec![(data::id(0), 0)], (1..data::columns().len()));
    SourceQuery {
        id: QueryId(0),
        step: StepId(0),
        connection: "wallet".into(),
        table: TableId(0),
        columns: first,
        filter_columns: rest.map(|at| (data::id(at), u32::try_from(at).unwrap())).collect(),
        arguments: Vec::new(),
        filters: vec![PushedFilter {
            step: StepId(0),
            predicate: predicate.clone(),
            support: Support::Exact,
            placed_by: None,
        }],
        without_occasion: Vec::new(),
        keys: Vec::new(),
    }
}

fn asked(table: &str, predicate: &Expr, zone: Zone) -> Asked {
    let (query, table, live) = (query(predicate), data::table(table), data::live());
    let request = Request {
        dialect: Dialect::ClickHouse,
        query: &query,
        table: &table,
        zone,
        live: Some(&live),
        keys: &[],
        value_of: &|_| None,
    };
    ask(&request, &Selection::Columns)
}

/// The rows for which the evaluator says true.
fn expected(rows: &[Vec<Value>], predicate: &Expr, zone: Zone) -> BTreeSet<usize> {
    let setting = Setting::new(DateTime(0), zone);
    let holds = |row: &Vec<Value>| {
        let columns = |id: wr_base::ids::ColumnId| row.get(usize::try_from(id.0).ok()?).cloned();
        let context = Context { setting, values: &|_| None, columns: &columns, facts: &|_| None };
        evaluate(predicate, &context).expect("it cannot fail") == Value::Bool(true)
    };
    (0..rows.len()).filter(|at| holds(&rows[*at])).collect()
}

/// The rows that the engine gives; its words where it gives none.
fn answered(engine: &ClickHouse, user: &str, asked: &Asked) -> io::Result<Result<BTreeSet<usize>, String>> {
    let mut parameters = vec![("user".to_owned(), user.to_owned()), ("password".to_owned(), "pw".to_owned())];
    for parameter in &asked.statement.parameters {
        parameters.push((format!("param_{}", parameter.name), parameter_text(parameter).expect("it is known")));
    }
    let parameters: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (&**name, &**value)).collect();
    let reply = engine.ask(&parameters, asked.statement.text.as_bytes())?;
    let text = reply.text();
    if reply.status != 200 || text.contains("DB::Exception") {
        return Ok(Err(text));
    }
    let first = |line: &str| line.split('\t').next().unwrap_or_default().parse().map_err(|_| text.clone());
    Ok(text.lines().map(first).collect())
}

/// A predicate as a script would write it.
fn words(predicate: &Expr) -> String {
    let (tables, values, relations, facts) = (Arena::new(), Arena::new(), Arena::new(), Arena::new());
    let columns = data::columns().into_iter().enumerate().map(|(at, column)| (data::id(at), column.name.to_owned()));
    let words = Words {
        tables: &tables,
        values: &values,
        relations: &relations,
        facts: &facts,
        columns: columns.collect(),
        unnamed: BTreeMap::new(),
    };
    words.expr(predicate)
}

#[derive(Default)]
struct Tally {
    cases: u64,
    rows: u64,
    kept: u64,
    skipped: BTreeMap<&'static str, u64>,
    left: BTreeMap<&'static str, u64>,
    cells: Cells,
}

/// One predicate. What is wrong with it, if anything.
fn compare(
    engine: &ClickHouse,
    user: &str,
    table: &str,
    rows: &[Vec<Value>],
    predicate: &Expr,
    zone: Zone,
    tally: &mut Tally,
) -> io::Result<Option<String>> {
    let answer = capabilities::filter(Engine::ClickHouse, predicate);
    if answer.support != Support::Exact {
        *tally.skipped.entry(answer.why).or_default() += 1;
        return Ok(None);
    }
    let asked = asked(table, predicate, zone);
    let expected = expected(rows, predicate, zone);
    let found = answered(engine, user, &asked)?;
    let is_right = match (&found, asked.left.first()) {
        (Ok(found), None) => *found == expected,
        // What is left to the reader may give more, never less.
        (Ok(found), Some(_)) => found.is_superset(&expected),
        (Err(_), _) => false,
    };
    if let Some(left) = asked.left.first() {
        *tally.left.entry(left.why).or_default() += 1;
    } else {
        tally.cases += 1;
        tally.rows += u64::try_from(rows.len()).unwrap();
        tally.kept += u64::try_from(expected.len()).unwrap();
        tally.cells.see(predicate);
    }
    if is_right {
        return Ok(None);
    }
    let values: Vec<String> = asked
        .statement
        .parameters
        .iter()
        .map(|parameter| format!("{} {} = {:?}", parameter.name, parameter.type_words, parameter_text(parameter)))
        .collect();
    let difference = match &found {
        Ok(found) => {
            let at = found.symmetric_difference(&expected).next().copied().unwrap_or(0);
            let whose = if found.contains(&at) { "the engine's" } else { "the evaluator's" };
            let columns = data::columns();
            let read = predicate.columns();
            let cells: Vec<String> = read
                .iter()
                .map(|id| usize::try_from(id.0).unwrap())
                .map(|column| format!("{} = {:?}", columns[column].name, rows[at][column]))
                .collect();
            format!("row {at} is only {whose}: {}", cells.join(", "))
        }
        Err(words) => words.clone(),
    };
    Ok(Some(format!(
        "{}\n{}\nzone {zone}\n{difference}\n{}",
        asked.statement.text,
        values.join("\n"),
        words(predicate)
    )))
}

#[test]
fn what_a_connection_insists_on_is_what_a_server_has_unless_somebody_changed_it() {
    let Some(engine) = ClickHouse::start(&[]).expect("the engine starts") else {
        println!("left out: no ClickHouse engine is installed (tests/run installs it)");
        return;
    };
    for setting in SAFE_SETTINGS {
        let found = engine.run(&format!("SELECT value FROM system.settings WHERE name = '{}'", setting.name));
        assert_eq!(found.expect("an answer").trim_end_matches('\n'), setting.value, "{}", setting.name);
    }
}

#[test]
fn the_engine_filters_as_the_evaluator_does() {
    let (seed, cases) = (number("WR_SEED", 1), number("WR_CASES", 3_000));
    let mut random = Random::new(seed);
    let profiles: Vec<_> = (0..USERS).map(|_| settings::profile(&mut random)).collect();
    let users: Vec<User> =
        profiles.iter().enumerate().map(|(at, profile)| User::new(&format!("reader{at}"), "pw", profile)).collect();
    let Some(engine) = ClickHouse::start(&users).expect("the engine starts") else {
        println!("left out: no ClickHouse engine is installed (tests/run installs it)");
        return;
    };
    engine.run("CREATE DATABASE IF NOT EXISTS one").expect("a database");
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    let mut data_set = 0;
    while tally.cases < cases && wrong.len() < 3 {
        data_set += 1;
        let table = format!("one.t{data_set}");
        let count = if random.once_in(20) { 0 } else { ROWS };
        let rows = data::rows(&mut random, count);
        for statement in data::statements(&mut random, &table, &rows) {
            engine.run(&statement).unwrap_or_else(|error| panic!("{error}\n{statement}"));
        }
        for _ in 0..PER_DATA_SET {
            let user = random.below(USERS);
            let zone = Zone::parse(random.of::<&str>(ZONES)).expect("a zone");
            let depth = random.below(4);
            let predicate = Maker::new(&mut random, data::types()).condition(depth);
            let name = format!("reader{user}");
            let found = compare(&engine, &name, &table, &rows, &predicate, zone, &mut tally).expect("an answer");
            if let Some(words) = found {
                wrong.push(format!("seed {seed}, profile {:?}\n{words}", profiles[user]));
                if wrong.len() >= 3 {
                    break;
                }
            }
        }
        engine.run(&format!("DROP TABLE {table}")).expect("it is dropped");
    }
    println!("{} predicates, {} rows, {} of them kept, {data_set} data sets", tally.cases, tally.rows, tally.kept);
    println!("skipped: {:?}\nleft to the reader: {:?}", tally.skipped, tally.left);
    if std::env::var_os("WR_CELLS").is_some() {
        for (cell, count) in tally.cells.by_type.iter().chain(&tally.cells.by_stored) {
            println!("{count:>8}  {cell}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    // A cell that few cases reached says nothing: it would have to be `no`.
    let least = if cases >= LONG { 200 } else { 1 };
    let rare: Vec<String> =
        cell::exact().into_iter().filter(|cell| tally.cells.by_type.get(cell).copied().unwrap_or(0) < least).collect();
    assert!(rare.is_empty(), "reached fewer than {least} times: {rare:?}");
}
