//! Random plans that a server could do at once, asked of the TDS test server and computed here.
//!
//! `WR_CASES` says how many plans, `WR_SEED` with which seed it begins.

use std::collections::BTreeMap;

use wr_base::value::DateTime;
use wr_one_meaning::pool;
use wr_one_meaning::random::Random;
use wr_one_meaning::whole::case;
use wr_plan::bind::Known;
use wr_plan::functions::Setting;
use wr_plan::physical::PhysicalPlan;
use wr_plan::physical::print::print;
use wr_plan::place::{Drivers, place};
use wr_plan::rules::{RuleSet, optimise};
use wr_plan::values::Values;
use wr_tds_server::Cell;

use super::*;
use crate::local::tests::rows_of;
use crate::local::{Computed, RunContext, compute};
use crate::progress::Silent;
use crate::sources::Sources;
use crate::sources::given::Given;

const PER_DATA_SET: usize = 40;
const ROWS: usize = 40;
/// So many plans are a long run: each cell is reached often.
const LONG: u64 = 20_000;

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// A name, its type on the server, and as it is declared.
fn columns() -> Vec<(&'static str, &'static str, Type)> {
    let decimal = |precision, scale| DataType::Decimal { precision, scale };
    vec![
        ("id", "int NOT NULL", Type::required(DataType::Int)),
        ("tiny", "tinyint NULL", Type::optional(DataType::Int)),
        ("n", "int NULL", Type::optional(DataType::Int)),
        ("g", "bigint NOT NULL", Type::required(DataType::Int)),
        ("whole", "decimal(18, 0) NULL", Type::optional(DataType::Int)),
        ("d", "date NULL", Type::optional(DataType::Date)),
        ("e", "date NOT NULL", Type::required(DataType::Date)),
        ("b", "bit NOT NULL", Type::required(DataType::Bool)),
        ("nb", "bit NULL", Type::optional(DataType::Bool)),
        ("u", "uniqueidentifier NULL", Type::optional(DataType::Uuid)),
        ("m", "decimal(10, 2) NOT NULL", Type::required(decimal(10, 2))),
        ("great", "decimal(38, 5) NULL", Type::optional(decimal(38, 5))),
        ("s", "nvarchar(20) NULL", Type::optional(DataType::Text)),
        ("at", "datetimeoffset(3) NOT NULL", Type::required(DataType::DateTime)),
    ]
}

fn cell(random: &mut Random, name: &str, ty: &Type) -> Value {
    if ty.nullable && random.once_in(4) {
        return Value::Null;
    }
    loop {
        let value = pool::value(random, &ty.data);
        let is_held = match (&value, name) {
            (Value::Int(int), "tiny") => (0..=255).contains(int),
            (Value::Int(int), "n") => i32::try_from(*int).is_ok(),
            (Value::Int(int), "g") => i64::try_from(*int).is_ok(),
            (Value::Int(int), _) => int.unsigned_abs() < 1_000_000_000_000_000_000,
            (Value::DateTime(at), _) => at.0 % 1000 == 0,
            _ => true,
        };
        if is_held {
            return value;
        }
    }
}

#[allow(clippy::wildcard_enum_match_arm, reason = "all other values are their texts")]
fn put_in(value: &Value) -> Cell {
    if value.is_null() {
        Cell::Null
    } else if let Value::Bool(value) = value {
        Cell::Integer(i64::from(*value))
    } else if let Value::DateTime(at) = value {
        Cell::Text(format!("{}+00:00", at.to_string().trim_end_matches("000Z")))
    } else {
        Cell::Text(value.canonical())
    }
}

async fn computed(plan: &PhysicalPlan, source: Arc<dyn Source>) -> Result<Computed, RunError> {
    let sources = Sources::of(BTreeMap::from([("crm".to_owned(), source)]));
    let context = RunContext::new(Setting::new(DateTime(0), Zone::UTC));
    compute(plan, &context, &sources, &Silent, &Cancel::default()).await
}

#[tokio::test]
async fn what_a_server_does_at_once_is_what_is_computed_here() {
    let (seed, cases) = (number("WR_SEED", 1), number("WR_CASES", 250));
    let mut random = Random::new(seed);
    let server = server();
    let source: Arc<dyn Source> = Arc::new(SqlServer::new("crm", &setting(&server)));
    let declared: Vec<(&str, Type)> = columns().into_iter().map(|(name, _, ty)| (name, ty)).collect();
    let table = super::declared("dbo.t", &declared);
    let (mut done, mut rows_compared, mut failures) = (0, 0, 0);
    let mut cells: BTreeMap<String, u64> = BTreeMap::new();
    let (mut apart, mut not_offered): (BTreeMap<String, u64>, BTreeMap<String, u64>) = Default::default();
    while done < cases {
        let words: Vec<String> = columns().iter().map(|(name, words, _)| format!("[{name}] {words}")).collect();
        server.execute(&format!("CREATE TABLE [dbo].[t] ({})", words.join(", "))).unwrap();
        let count = if random.once_in(10) { 0 } else { ROWS };
        let rows: Vec<Vec<Value>> = (0..count)
            .map(|at| {
                let rest = declared.iter().skip(1).map(|(name, ty)| cell(&mut random, name, ty));
                std::iter::once(Value::Int(i128::try_from(at).unwrap())).chain(rest).collect()
            })
            .collect();
        let names: Vec<&str> = declared.iter().map(|(name, _)| *name).collect();
        let put: Vec<Vec<Cell>> = rows.iter().map(|row| row.iter().map(put_in).collect()).collect();
        server.insert_rows("dbo.t", &names, put).unwrap();
        let given: Arc<dyn Source> = Arc::new(Given(Arc::new(BTreeMap::from([(TableId(0), rows)]))));
        for _ in 0..PER_DATA_SET {
            let case = case(&mut random, &table);
            let values = Values::default();
            let optimised = optimise(case.plan.clone(), Known { values: &values, now: None }, &RuleSet::all());
            let mut drivers = Drivers::default();
            drivers.set("crm", Engine::SqlServer);
            let plan = place(&optimised, &drivers);
            if plan.wholes.is_empty() {
                for reason in plan.reasons.iter().filter(|reason| reason.text.starts_with("computed here")) {
                    *not_offered.entry(reason.text.clone()).or_default() += 1;
                }
                continue;
            }
            let there = computed(&plan, Arc::clone(&source)).await;
            let here = computed(&plan, Arc::clone(&given)).await;
            let outcome = |computed: &Result<Computed, RunError>| {
                let computed = computed.as_ref().map_err(|error| (error.code, error.step))?;
                let mut rows = rows_of(&computed.frames[&case.relation]);
                if !case.is_ordered {
                    rows.sort_unstable();
                }
                Ok::<_, (Code, Option<StepId>)>(rows)
            };
            let expected = outcome(&here);
            assert_eq!(outcome(&there), expected, "seed {seed}\n{there:?}\n{}", print(&plan));
            let Ok(expected) = expected else {
                failures += 1;
                continue;
            };
            rows_compared += expected.len();
            let notes = there.iter().flat_map(|computed| &computed.waterfall).filter_map(|step| step.note.as_ref());
            let notes: Vec<&str> = notes.flat_map(|note| note.split("; ")).collect();
            match notes.iter().find_map(|note| note.strip_prefix("computed here: ")) {
                Some(why) => *apart.entry(why.to_owned()).or_default() += 1,
                None => {
                    assert!(notes.contains(&"done by crm.dbo.t"), "{notes:?}");
                    done += 1;
                    for (reached, _) in &case.reached {
                        *cells.entry(reached.clone()).or_default() += 1;
                    }
                }
            }
        }
        server.execute("DROP TABLE [dbo].[t]").unwrap();
    }
    println!(
        "{done} plans done there, {rows_compared} rows, {failures} failures\ncomputed here: {apart:?}\nnot offered: {not_offered:?}"
    );
    let least = if cases >= LONG { 200 } else { 1 };
    let exact = [
        "count of rows",
        "count_if of bool",
        "count_distinct of int",
        "count_distinct of bool",
        "count_distinct of date",
        "count_distinct of uuid",
        "count_distinct of decimal",
        "min of int",
        "min of date",
        "min of decimal",
        "max of int",
        "max of date",
        "max of decimal",
        "sum of int",
        "key of int",
        "key of bool",
        "key of date",
        "key of uuid",
        "key of decimal",
        "sorted by int",
        "sorted by bool",
        "sorted by date",
        "sorted by decimal",
    ];
    let rare: Vec<&str> = exact.into_iter().filter(|cell| cells.get(*cell).copied().unwrap_or(0) < least).collect();
    assert!(rare.is_empty(), "reached fewer than {least} times: {rare:?}\n{cells:?}");
}
