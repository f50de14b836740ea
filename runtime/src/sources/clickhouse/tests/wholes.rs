//! Random plans that a server could do at once, asked of a real engine and computed here: the rows and the failures are the
//! same, whatever the profile of the user says.
//!
//! `WR_CASES` says how many plans, `WR_SEED` with which seed it begins, `WR_CELLS=1` prints what was reached how often.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wr_base::ids::TableId;
use wr_base::value::{DateTime, Zone};
use wr_one_meaning::random::Random;
use wr_one_meaning::whole::{Case, case};
use wr_one_meaning::{data, settings};
use wr_plan::bind::Known;
use wr_plan::declaration::Engine;
use wr_plan::functions::{AggregateId, Setting};
use wr_plan::logical::builder::Builder;
use wr_plan::physical::print::print;
use wr_plan::physical::{PhysicalKind, PhysicalPlan};
use wr_plan::place::{Drivers, place};
use wr_plan::rules::{RuleSet, optimise};
use wr_plan::values::Values;

use super::super::ClickHouse as Server;
use super::*;
use crate::local::tests::rows_of;
use crate::local::{Computed, RunContext, compute};
use crate::progress::Silent;
use crate::sources::given::Given;
use crate::sources::{Source, Sources};

const USERS: usize = 24;
const PER_DATA_SET: usize = 40;
const ROWS: usize = 40;
/// So many plans are a long run: each cell is reached often.
const LONG: u64 = 20_000;

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn source(engine: &ClickHouse, user: &str) -> Arc<dyn Source> {
    let setting = ClickHouseSetting {
        user: Some(user.to_owned()),
        password: Some(Secret::new("pw")),
        ..ClickHouseSetting::at(engine.url())
    };
    Arc::new(Server::new("wallet", &setting))
}

fn physical(plan: &wr_plan::logical::LogicalPlan) -> PhysicalPlan {
    let values = Values::default();
    let optimised = optimise(plan.clone(), Known { values: &values, now: None }, &RuleSet::all());
    let mut drivers = Drivers::default();
    drivers.set("wallet", Engine::ClickHouse);
    place(&optimised, &drivers)
}

async fn computed(plan: &PhysicalPlan, source: Arc<dyn Source>, zone: Zone) -> Result<Computed, RunError> {
    let sources = Sources::of(BTreeMap::from([("wallet".to_owned(), source)]));
    let context = RunContext::new(Setting::new(DateTime(0), zone));
    compute(plan, &context, &sources, &Silent, &Cancel::default()).await
}

/// What a run gave: its rows, or its failure and where.
fn outcome(case: &Case, computed: &Result<Computed, RunError>) -> Result<Vec<String>, (Code, Option<StepId>)> {
    let computed = computed.as_ref().map_err(|error| (error.code, error.step))?;
    let mut rows = rows_of(&computed.frames[&case.relation]);
    if !case.is_ordered {
        rows.sort_unstable();
    }
    Ok(rows)
}

fn notes(computed: &Result<Computed, RunError>) -> Vec<String> {
    let steps = computed.iter().flat_map(|computed| &computed.waterfall);
    let notes = steps.filter_map(|step| step.note.as_ref());
    notes.flat_map(|note| note.split("; ")).map(ToOwned::to_owned).collect()
}

#[derive(Default)]
struct Tally {
    done: u64,
    rows: usize,
    failures: u64,
    apart: BTreeMap<String, u64>,
    not_offered: BTreeMap<String, u64>,
    cells: BTreeMap<String, u64>,
    stored: BTreeMap<String, u64>,
}

impl Tally {
    fn see(&mut self, case: &Case, notes: &[String]) -> bool {
        if let Some(why) = notes.iter().find_map(|note| note.strip_prefix("computed here: ")) {
            *self.apart.entry(why.to_owned()).or_default() += 1;
            return false;
        }
        if !notes.iter().any(|note| note == "done by wallet.t") {
            return false;
        }
        self.done += 1;
        let columns = data::columns();
        for (cell, index) in &case.reached {
            *self.cells.entry(cell.clone()).or_default() += 1;
            if let Some(index) = index {
                let stored = columns[*index].stored.split("('").next().unwrap_or_default();
                *self.stored.entry(format!("{cell} as {stored}")).or_default() += 1;
            }
        }
        true
    }
}

/// Keys of which every value can be read.
const JOINED: [&str; 4] = ["int", "bool", "date", "uuid"];

/// The cells of the table that are exact for a type of the data.
fn exact() -> BTreeSet<String> {
    let of = |word: &str, types: &[&str]| types.iter().map(|ty| format!("{word} of {ty}")).collect::<Vec<_>>();
    let sorted = ["int", "text", "bool", "date", "datetime", "decimal"].map(|ty| format!("sorted by {ty}"));
    let ordered = ["int", "text", "date", "datetime", "decimal"];
    let all = ["int", "text", "bool", "date", "datetime", "uuid", "decimal"];
    let made = [
        of("key", &all),
        of("count_distinct", &all),
        of("min", &ordered),
        of("max", &ordered),
        of("sum", &["int"]),
        of("count", &["rows"]),
        of("count_if", &["bool"]),
        of("semi join", &JOINED),
        of("anti join", &JOINED),
        sorted.to_vec(),
    ];
    made.into_iter().flatten().collect()
}

#[tokio::test]
async fn what_a_server_does_at_once_is_what_is_computed_here() {
    let (seed, cases) = (number("WR_SEED", 1), number("WR_CASES", 250));
    let mut random = Random::new(seed);
    let profiles: Vec<_> = (0..USERS).map(|_| settings::profile(&mut random)).collect();
    let users: Vec<User> =
        profiles.iter().enumerate().map(|(at, profile)| User::new(&format!("reader{at}"), "pw", profile)).collect();
    let Some(engine) = ClickHouse::start(&users).unwrap() else { return };
    let sources: Vec<Arc<dyn Source>> = (0..USERS).map(|at| source(&engine, &format!("reader{at}"))).collect();
    let mut tally = Tally::default();
    while tally.done < cases {
        let count = if random.once_in(10) { 0 } else { ROWS };
        let rows = data::rows(&mut random, count);
        for statement in data::statements(&mut random, "t", &rows) {
            engine.run(&statement).unwrap_or_else(|error| panic!("{error}\n{statement}"));
        }
        let given: Arc<dyn Source> = Arc::new(Given(Arc::new(BTreeMap::from([(TableId(0), rows)]))));
        for _ in 0..PER_DATA_SET {
            let case = case(&mut random, &data::table("t"));
            let plan = physical(&case.plan);
            let user = random.below(USERS);
            let zone = Zone::parse(random.of::<&str>(&["UTC", "Europe/Berlin", "America/Sao_Paulo"])).unwrap();
            if plan.wholes.is_empty() {
                for reason in plan.reasons.iter().filter(|reason| reason.text.starts_with("computed here")) {
                    *tally.not_offered.entry(reason.text.clone()).or_default() += 1;
                }
                continue;
            }
            let there = computed(&plan, Arc::clone(&sources[user]), zone).await;
            let here = computed(&plan, Arc::clone(&given), zone).await;
            let (expected, found) = (outcome(&case, &here), outcome(&case, &there));
            assert_eq!(found, expected, "seed {seed}, profile {:?}\n{there:?}\n{}", profiles[user], print(&plan));
            let is_done = tally.see(&case, &notes(&there));
            tally.rows += expected.as_ref().map_or(0, Vec::len);
            tally.failures += u64::from(expected.is_err());
            assert!(is_done || expected.is_err() || !notes(&there).is_empty(), "{there:?}");
        }
        engine.run("DROP TABLE t").unwrap();
    }
    println!("{} plans done there, {} rows, {} failures", tally.done, tally.rows, tally.failures);
    println!("computed here: {:?}\nnot offered: {:?}", tally.apart, tally.not_offered);
    if std::env::var_os("WR_CELLS").is_some() {
        for (cell, count) in tally.cells.iter().chain(&tally.stored) {
            println!("{count:>8}  {cell}");
        }
    }
    // A cell that few plans reached says nothing: it would have to be `no`.
    let least = if cases >= LONG { 200 } else { 1 };
    let rare: Vec<String> =
        exact().into_iter().filter(|cell| tally.cells.get(cell).copied().unwrap_or(0) < least).collect();
    assert!(rare.is_empty(), "reached fewer than {least} times: {rare:?}");
}

/// A function over a column of a table with one, by that column if `is_key`.
fn over(column: (&str, &str), function: AggregateId, result: &str, is_key: bool) -> PhysicalPlan {
    let mut b = Builder::new();
    let table = b.table("wallet", "odd", &[column]);
    let scan = b.scan(table);
    let read = b.col(scan, column.0);
    let arguments = if function == AggregateId::Count { Vec::new() } else { vec![read.clone()] };
    let made = b.aggregated(function, result, arguments);
    let keys = if is_key { vec![("key", read)] } else { Vec::new() };
    let groups = b.aggregate(scan, keys, vec![("made", made)]);
    let relation = b.relation("made", groups);
    b.export(relation);
    let plan = physical(&b.plan);
    assert_eq!(plan.wholes.len(), 1, "{}", print(&plan));
    plan
}

/// The other way of a plan, alone.
fn apart(plan: &PhysicalPlan) -> PhysicalPlan {
    let mut plan = plan.clone();
    plan.wholes.clear();
    for stage in &mut plan.stages {
        if let PhysicalKind::Choose { otherwise, .. } = plan.nodes[stage.root].kind {
            stage.root = otherwise;
        }
    }
    plan
}

fn rows_and_notes(computed: Result<Computed, RunError>) -> Result<(Vec<String>, Vec<String>), Code> {
    let notes = notes(&computed);
    let computed = computed.map_err(|error| error.code)?;
    let mut rows: Vec<String> = computed.frames.values().flat_map(rows_of).collect();
    rows.sort_unstable();
    Ok((rows, notes))
}

fn has(column: &str) -> String {
    format!("DROP TABLE IF EXISTS odd; CREATE TABLE odd (x {column}) ENGINE = Memory")
}

/// An engine with one user, whose profile says this.
fn engine_with(profile: &[(&str, &str)]) -> Option<ClickHouse> {
    ClickHouse::start(&[User::new("reader", "pw", profile)]).unwrap()
}

#[tokio::test]
async fn what_no_column_can_hold_fails_where_it_is_counted() {
    let Some(engine) = engine_with(&[("readonly", "1")]) else { return };
    let reader = source(&engine, "reader");
    let (distinct, min) = (AggregateId::CountDistinct, AggregateId::Min);
    let beyond = "fromUnixTimestamp64Micro(9223372036854775807, 'UTC')";
    let cases = [
        ("String", "unhex('ff')", over(("x", "text"), distinct, "int", false)),
        ("Nullable(String)", "unhex('ff')", over(("x", "text?"), distinct, "int", false)),
        ("LowCardinality(String)", "unhex('ff')", over(("x", "text"), AggregateId::Max, "text?", false)),
        ("String", "unhex('ff')", over(("x", "text"), AggregateId::Count, "int", true)),
        ("DateTime64(6, 'UTC')", beyond, over(("x", "datetime"), min, "datetime?", false)),
        ("DateTime64(6, 'UTC')", beyond, over(("x", "datetime"), distinct, "int", false)),
    ];
    for (ty, value, plan) in cases {
        let usual = if ty.contains("String") { "'a'" } else { "toDateTime64('2026-11-27 10:00:00', 6, 'UTC')" };
        for statement in has(ty).split("; ") {
            engine.run(statement).unwrap();
        }
        engine.run(&format!("INSERT INTO odd SELECT {usual}")).unwrap();
        let (rows, notes) = rows_and_notes(computed(&plan, Arc::clone(&reader), Zone::UTC).await).unwrap();
        assert!(rows.len() == 1 && notes.iter().any(|note| note == "done by wallet.odd"), "{ty}: {rows:?} {notes:?}");
        engine.run(&format!("INSERT INTO odd SELECT {value}")).unwrap();
        let failed = computed(&plan, Arc::clone(&reader), Zone::UTC).await.unwrap_err();
        // As where each row is read.
        let read = computed(&apart(&plan), Arc::clone(&reader), Zone::UTC).await.unwrap_err();
        assert_eq!((failed.code, failed.step), (read.code, read.step), "{ty}: {failed:?}\n{read:?}");
        if value != beyond {
            assert_eq!(failed.code, Code::ServerValue, "{ty}: {failed:?}");
        }
    }
}

#[tokio::test]
async fn a_server_that_would_not_do_it_is_asked_for_the_rows() {
    let Some(engine) = engine_with(&[("readonly", "1"), ("max_rows_to_group_by", "2")]) else { return };
    for statement in has("UInt8").split("; ") {
        engine.run(statement).unwrap();
    }
    engine.run("INSERT INTO odd SELECT number % 5 FROM numbers(10)").unwrap();
    let plan = over(("x", "int"), AggregateId::Count, "int", true);
    let answer = rows_and_notes(computed(&plan, source(&engine, "reader"), Zone::UTC).await).unwrap();
    assert_eq!(answer.0, ["0|2", "1|2", "2|2", "3|2", "4|2"]);
    assert!(answer.1.contains(&"computed here: the server would not do it".to_owned()), "{:?}", answer.1);
}

#[tokio::test]
async fn steps_that_a_server_did_have_no_number_and_say_so() {
    let Some(engine) = engine_with(&[("readonly", "1")]) else { return };
    for statement in has("UInt8").split("; ") {
        engine.run(statement).unwrap();
    }
    engine.run("INSERT INTO odd SELECT number % 3 FROM numbers(3)").unwrap();
    let plan = over(("x", "int"), AggregateId::Count, "int", true);
    let computed = computed(&plan, source(&engine, "reader"), Zone::UTC).await.unwrap();
    let steps: Vec<_> = computed.waterfall.iter().map(|step| (step.rows, step.note.as_deref())).collect();
    assert_eq!(steps, [(None, Some("counted together with a later step")), (Some(3), Some("done by wallet.odd"))]);
}
