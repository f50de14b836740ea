//! The same programs with tables on servers: each table of a program lives in a folder, on a real ClickHouse as a user who may
//! only read, or on the TDS test server, and the reference interpreter says what comes of it.
//!
//! Tables are made once for [`PER_DATA_SET`] programs, at all three places; a program takes each from one of them. Everything
//! about a case follows from its seed: `WR_SEED=<its seed> WR_CASES=1` tries it alone.

mod clickhouse;
mod sqlserver;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Runtime;
use wr_base::value::{Value, Zone};
use wr_clickhouse_server::{ClickHouse, User};
use wr_one_meaning::random::Random;
use wr_one_meaning::settings;
use wr_plan::declaration::Engine;
use wr_plan::logical::NodeKind;
use wr_plan::place::Drivers;
use wr_plan::rules::RuleSet;
use wr_runtime::sources::clickhouse::{ClickHouse as ClickHouseSource, ClickHouseSetting};
use wr_runtime::sources::sqlserver::{SqlServer, SqlServerSetting};
use wr_runtime::sources::{Source, Sources};
use wr_secret::Secret;
use wr_sema::hir::CheckedProgram;
use wr_tds_server::{Options, TdsServer};

use super::engine::{self, Places};
use super::files;
use super::rng::Rng;
use super::schema::{TABLES, TableSpec};
use super::script::{Case, random_tables};
use super::shrink::shrink;
use super::{NOW, caught, differing_with, number, program};

const PER_DATA_SET: u64 = 100;
/// Users of the engine, each with a profile of its own.
const USERS: usize = 40;
const PASSWORD: &str = "pw";
/// What lives nowhere but in a folder.
const AT_HOME: &str = "amp.cohort";

type Rows = Vec<Vec<Value>>;

fn int(value: &Value) -> Option<i128> {
    if let Value::Int(int) = value { Some(*int) } else { None }
}

fn text(value: &Value) -> Option<&str> {
    if let Value::Text(text) = value { Some(text) } else { None }
}

/// Tables as they are at each place.
struct DataSet {
    /// By the connection: the rows that it can hold are not all the rows that there are.
    rows: BTreeMap<&'static str, BTreeMap<&'static str, Rows>>,
    click: BTreeMap<&'static str, clickhouse::Stored>,
    micro: BTreeMap<&'static str, Vec<String>>,
    /// What wall times mean on the SQL Server.
    zone: Zone,
}

const PLACES: [&str; 3] = ["db", "click", "micro"];

fn on_servers() -> impl Iterator<Item = &'static TableSpec> {
    TABLES.iter().filter(|table| table.name != AT_HOME)
}

impl DataSet {
    fn random(number: u64) -> Self {
        let mut rng = Rng::new(number ^ 0x5eed_0f7a_b1e5);
        let rows = random_tables(&mut rng, number.is_multiple_of(3));
        let zone = Zone::parse(rng.pick::<&str>(&["UTC", "Europe/Berlin", "America/Sao_Paulo"])).unwrap();
        let there = |nearest: fn(Value) -> Value| -> BTreeMap<&'static str, Rows> {
            let cells = |row: &Vec<Value>| row.iter().cloned().map(nearest).collect();
            rows.iter().map(|(name, rows)| (*name, rows.iter().map(cells).collect())).collect()
        };
        let (on_click, mut on_micro) = (there(clickhouse::nearest), there(sqlserver::nearest));
        let click = on_servers().map(|table| (table.name, clickhouse::stored(&mut rng, table, &on_click[table.name])));
        let click = click.collect();
        let micro = on_servers().map(|table| (table.name, sqlserver::stored(&mut rng, table, &on_micro[table.name])));
        let micro: BTreeMap<&'static str, Vec<String>> = micro.collect();
        for (name, rows) in &mut on_micro {
            if let Some(types) = micro.get(name) {
                *rows = sqlserver::as_read(zone, types, std::mem::take(rows));
            }
        }
        Self { rows: BTreeMap::from([("db", rows), ("click", on_click), ("micro", on_micro)]), click, micro, zone }
    }

    /// A program, with each of its tables somewhere.
    fn case(&self, seed: u64) -> Case {
        let mut rng = Rng::new(seed ^ 0x0091_ace5);
        let mut homes = BTreeMap::new();
        for table in on_servers() {
            homes.insert(table.name, *rng.pick(&PLACES));
        }
        let mut case = Case::over(seed, self.rows_at(&homes));
        case.homes = homes;
        if program(&case).is_some_and(|program| reads_times_of_click(&program)) {
            case.homes.insert("db.people", *rng.pick(&["db", "micro"]));
            case.rows = self.rows_at(&case.homes);
        }
        case
    }

    fn rows_at(&self, homes: &BTreeMap<&'static str, &'static str>) -> BTreeMap<&'static str, Rows> {
        let at = |name: &'static str| homes.get(name).copied().unwrap_or("db");
        TABLES.iter().map(|table| (table.name, self.rows[at(table.name)][table.name].clone())).collect()
    }
}

/// ClickHouse has no type of column that is a time of day.
fn reads_times_of_click(program: &CheckedProgram) -> bool {
    let plan = wr_sema::lower(program);
    plan.nodes.iter().any(|(_, node)| {
        let NodeKind::Scan(scan) = &node.kind else { return false };
        let table = &plan.tables[scan.table];
        table.connection == "click" && scan.columns.iter().any(|(_, at)| table.columns[*at as usize].name == "wakes")
    })
}

/// What a worker asks: a database of its own on the engine, a SQL Server of its own.
struct Servers<'a> {
    engine: &'a ClickHouse,
    database: String,
    micro: TdsServer,
    runtime: Runtime,
    /// By the number of the user.
    readers: Mutex<BTreeMap<usize, Arc<dyn Source>>>,
    /// What is there now, by place and table.
    loaded: Mutex<BTreeMap<(&'static str, &'static str), Loaded>>,
}

/// The number of a data set, and its rows of a table.
type Loaded = (u64, Rows);

impl<'a> Servers<'a> {
    fn start(engine: &'a ClickHouse, worker: usize) -> Self {
        let database = format!("worker{worker}");
        engine.run(&format!("CREATE DATABASE {database}")).unwrap();
        let may_not = ["INSERT", "UPDATE", "DELETE", "CREATE TABLE"];
        let reader = wr_tds_server::User::new("reader", PASSWORD);
        let reader = may_not.into_iter().fold(reader, |user, action| user.deny(action, "*"));
        Self {
            engine,
            database,
            micro: TdsServer::start(Options { users: vec![reader], ..Options::default() }).unwrap(),
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
            readers: Mutex::default(),
            loaded: Mutex::default(),
        }
    }

    /// Brings the tables of a case to where it reads them, unless they are there.
    fn load(&self, number: u64, data: &DataSet, case: &Case) {
        let mut loaded = self.loaded.lock().unwrap();
        for table in on_servers() {
            let (home, rows) = (case.homes[table.name], &case.rows[table.name]);
            let there = loaded.get(&(home, table.name));
            if home == "db" || there.is_some_and(|(of, there)| *of == number && there == rows) {
                continue;
            }
            if home == "click" {
                clickhouse::fill(self.engine, &self.database, table, &data.click[table.name], rows);
            } else {
                sqlserver::fill(&self.micro, data.zone, table, &data.micro[table.name], rows);
            }
            loaded.insert((home, table.name), (number, rows.clone()));
        }
    }

    fn click(&self, user: usize) -> Arc<dyn Source> {
        let mut readers = self.readers.lock().unwrap();
        let made = readers.entry(user).or_insert_with(|| {
            let setting = ClickHouseSetting {
                user: Some(format!("reader{user}")),
                password: Some(Secret::new(PASSWORD)),
                database: Some(self.database.clone()),
                ..ClickHouseSetting::at(self.engine.url())
            };
            Arc::new(ClickHouseSource::new("click", &setting))
        });
        Arc::clone(made)
    }

    fn micro(&self, zone: Zone) -> Arc<dyn Source> {
        let setting = SqlServerSetting {
            database: Some("test".to_owned()),
            password: Some(Secret::new(PASSWORD)),
            zone: Some(zone),
            pause: Duration::from_millis(20),
            ..SqlServerSetting::at("127.0.0.1", self.micro.port(), "reader")
        };
        Arc::new(SqlServer::new("micro", &setting))
    }

    fn differs(&self, seed: u64, data: &DataSet, case: &Case, tally: Option<&Mutex<Tally>>) -> Option<String> {
        // Smaller programs read other columns.
        if reads_times_of_click(&program(case)?) {
            return None;
        }
        self.load(seed / PER_DATA_SET, data, case);
        let mut drivers = Drivers::default();
        for (connection, engine) in
            [("db", Engine::Local), ("amp", Engine::Local), ("click", Engine::ClickHouse), ("micro", Engine::SqlServer)]
        {
            drivers.set(connection, engine);
        }
        let user = usize::try_from(seed).unwrap() % USERS;
        caught(|| {
            files::with_folders(case, |folder| {
                let sources = Sources::of(BTreeMap::from([
                    ("db".to_owned(), folder("db")),
                    ("amp".to_owned(), folder("amp")),
                    ("click".to_owned(), self.click(user)),
                    ("micro".to_owned(), self.micro(data.zone)),
                ]));
                let places = Places { drivers: drivers.clone(), sources: &sources, runtime: &self.runtime };
                differing_with(case, rule_sets(seed), |program, values, rules| {
                    let (answer, notes) = engine::run_at(program, values, NOW, &places, rules);
                    if let Some(tally) = tally {
                        tally.lock().unwrap().see(answer.is_err(), &notes);
                    }
                    answer
                })
            })
        })
    }
}

/// All rules; for every third case also others.
fn rule_sets(seed: u64) -> Vec<(String, RuleSet)> {
    let mut sets = engine::rule_sets();
    let other = usize::try_from(seed / 3).unwrap() % (sets.len() - 1) + 1;
    let other = sets.swap_remove(other);
    sets.truncate(1);
    if seed.is_multiple_of(3) {
        sets.push(other);
    }
    sets
}

/// What the cases were like.
#[derive(Debug, Default)]
struct Tally {
    runs: u64,
    failures: u64,
    keys_sent: u64,
    wholes: u64,
    rejected: u64,
}

impl Tally {
    fn see(&mut self, is_failure: bool, notes: &[String]) {
        self.runs += 1;
        self.failures += u64::from(is_failure);
        self.keys_sent += u64::from(notes.iter().any(|note| note.contains("were asked for")));
        self.wholes += u64::from(notes.iter().any(|note| note.contains("done by")));
    }
}

#[test]
fn programs_over_servers_and_folders_give_what_the_reference_gives() {
    let (first, count) = (number("WR_SEED", 0), number("WR_CASES", 200));
    let users: Vec<User> = (0..USERS)
        .map(|at| User::new(&format!("reader{at}"), PASSWORD, &settings::profile(&mut Random::new(at as u64))))
        .collect();
    let Some(engine) = ClickHouse::start(&users).unwrap() else { return };
    let next_data_set = AtomicU64::new(first / PER_DATA_SET);
    let (tally, found) = (Mutex::new(Tally::default()), Mutex::new(Vec::new()));
    let is_enough = || found.lock().unwrap().len() as u64 >= number("WR_FOUND", 1);
    std::thread::scope(|scope| {
        for worker in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            let (engine, next_data_set, tally, found, is_enough) =
                (&engine, &next_data_set, &tally, &found, &is_enough);
            scope.spawn(move || {
                let servers = Servers::start(engine, worker);
                loop {
                    let data_set = next_data_set.fetch_add(1, Ordering::Relaxed);
                    let from = (data_set * PER_DATA_SET).max(first);
                    if from >= first + count || is_enough() {
                        return;
                    }
                    let data = DataSet::random(data_set);
                    for seed in from..((data_set + 1) * PER_DATA_SET).min(first + count) {
                        let case = data.case(seed);
                        if program(&case).is_none() {
                            tally.lock().unwrap().rejected += 1;
                        } else if servers.differs(seed, &data, &case, Some(tally)).is_some() {
                            let small = shrink(&case, &|case| servers.differs(seed, &data, case, None).is_some());
                            let words = servers.differs(seed, &data, &small, None).unwrap_or_default();
                            let at: Vec<String> = small.homes.iter().map(|(name, at)| format!("{name} {at}")).collect();
                            let words = format!("seed {seed}: {}\n\n{}\n{words}", at.join(", "), small.described());
                            // The other cases may take long.
                            println!("{words}\n");
                            found.lock().unwrap().push(words);
                        }
                        if is_enough() {
                            return;
                        }
                    }
                }
            });
        }
    });
    let (found, tally) = (found.into_inner().unwrap(), tally.into_inner().unwrap());
    println!("{tally:?}");
    assert!(found.is_empty(), "{} of the cases differ\n\n{}", found.len(), found.join("\n\n----\n\n"));
    assert!(tally.rejected * 20 <= count, "{} of {count} random programs are refused by the checker", tally.rejected);
    // What hardly any case does, the cases say nothing of.
    if count >= 200 {
        let often = |seen: u64| seen * 50 >= tally.runs;
        assert!(often(tally.failures) && often(tally.keys_sent) && often(tally.wholes), "{tally:?}");
    }
}
