//! The filters that are sent to SQL Server, asked of the TDS test server and of the evaluator, row by row. The test server
//! has SQL Server's collations, code pages and blanks; it is not SQL Server.
//!
//! `WR_CASES` says how many predicates, `WR_SEED` with which seed it begins.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::wildcard_enum_match_arm,
    clippy::print_stdout,
    reason = "a test"
)]

use std::collections::{BTreeMap, BTreeSet};

use tiberius::{AuthMethod, Client, Config, EncryptionLevel, Query};
use tokio::net::TcpStream;
use tokio_util::compat::{Compat, TokioAsyncWriteCompatExt};
use wr_base::ids::{ColumnId, StepId, TableId};
use wr_base::row_type::Marks;
use wr_base::ty::{DataType, Type};
use wr_base::value::{DateTime, Decimal, Value, Zone};
use wr_one_meaning::predicate::Maker;
use wr_one_meaning::random::Random;
use wr_one_meaning::{data, pool};
use wr_plan::declaration::{Engine, Table, TableColumn};
use wr_plan::evaluate::{Context, evaluate};
use wr_plan::expr::Expr;
use wr_plan::functions::Setting;
use wr_plan::physical::{PushedFilter, QueryId, SourceQuery, Support};
use wr_plan::place::capabilities;
use wr_plan::sql::stored::{SqlServerColumn, SqlServerType, StoredType};
use wr_plan::sql::{Asked, Dialect, Live, Parameter, Request, Selection, SqlType, ask};
use wr_tds_server::{Cell, Options, TdsServer};

const PER_DATA_SET: usize = 150;
const ROWS: usize = 40;
const LATIN: &str = "SQL_Latin1_General_CP1_CI_AS";
const CYRILLIC: &str = "Cyrillic_General_CI_AS";
const BINARY: &str = "Latin1_General_BIN2";

struct Column {
    name: &'static str,
    stored: SqlServerColumn<'static>,
    ty: Type,
}

fn columns() -> Vec<Column> {
    let column = |name, data_type, sizes: (u8, u8, i16), collation, data, is_nullable| Column {
        name,
        stored: SqlServerColumn {
            data_type,
            precision: sizes.0,
            scale: sizes.1,
            max_length: sizes.2,
            collation,
            is_nullable,
        },
        ty: Type::new(data, is_nullable),
    };
    let decimal = |precision, scale| DataType::Decimal { precision, scale };
    vec![
        column("id", "int", (10, 0, 4), None, DataType::Int, false),
        column("tiny", "tinyint", (3, 0, 1), None, DataType::Int, true),
        column("n", "int", (10, 0, 4), None, DataType::Int, true),
        column("g", "bigint", (19, 0, 8), None, DataType::Int, false),
        column("whole", "decimal", (18, 0, 9), None, DataType::Int, true),
        column("s", "varchar", (0, 0, 10), Some(LATIN), DataType::Text, false),
        column("cyr", "varchar", (0, 0, 10), Some(CYRILLIC), DataType::Text, true),
        column("ns", "nvarchar", (0, 0, 20), Some(CYRILLIC), DataType::Text, true),
        column("c", "char", (0, 0, 6), Some(LATIN), DataType::Text, true),
        column("nc", "nchar", (0, 0, 12), Some(CYRILLIC), DataType::Text, false),
        column("bin", "nvarchar", (0, 0, 20), Some(BINARY), DataType::Text, false),
        column("d", "date", (10, 0, 3), None, DataType::Date, true),
        column("o", "datetimeoffset", (30, 3, 8), None, DataType::DateTime, false),
        column("fine", "datetimeoffset", (34, 7, 10), None, DataType::DateTime, true),
        column("wall", "datetime2", (27, 7, 8), None, DataType::DateTime, true),
        column("b", "bit", (1, 0, 1), None, DataType::Bool, false),
        column("nb", "bit", (1, 0, 1), None, DataType::Bool, true),
        column("u", "uniqueidentifier", (0, 0, 16), None, DataType::Uuid, true),
        column("v", "uniqueidentifier", (0, 0, 16), None, DataType::Uuid, false),
        column("m", "decimal", (10, 2, 9), None, decimal(10, 2), false),
        column("money", "money", (19, 4, 8), None, decimal(19, 4), true),
        column("great", "decimal", (38, 5, 17), None, decimal(38, 5), true),
    ]
}

fn stored(column: &Column) -> SqlServerType {
    SqlServerType::new(column.stored)
}

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Of six characters at most, without the blanks at the end that are no part of it.
fn is_fixed(text: &str) -> bool {
    !text.ends_with(' ') && text.chars().count() <= 6
}

/// A value that the column can hold.
fn cell(random: &mut Random, column: &Column) -> Value {
    if column.ty.nullable && random.once_in(4) {
        return Value::Null;
    }
    loop {
        let value = match column.name {
            "money" => Value::Decimal(pool::decimal(random, 14, 4)),
            _ => pool::value(random, &column.ty.data),
        };
        let is_held = match (&value, column.name) {
            (Value::Int(int), "tiny") => (0..=255).contains(int),
            (Value::Int(int), "n") => i32::try_from(*int).is_ok(),
            (Value::Int(int), "g") => i64::try_from(*int).is_ok(),
            (Value::Int(int), _) => int.unsigned_abs() < 1_000_000_000_000_000_000,
            (Value::Text(text), "s" | "c") => {
                text.chars().all(|sign| sign < '\u{100}') && (column.name == "s" || is_fixed(text))
            }
            (Value::Text(text), "cyr") => {
                text.chars().all(|sign| sign < '\u{80}' || ('а'..='я').contains(&sign) || ('А'..='Я').contains(&sign))
            }
            (Value::Text(text), "nc") => is_fixed(text),
            (Value::DateTime(at), "o") => at.0 % 1000 == 0,
            _ => true,
        };
        if is_held {
            return value;
        }
    }
}

/// As it is put in. What is finer than a microsecond is chance.
fn cell_of(random: &mut Random, value: &Value, column: &Column) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Bool(value) => Cell::Integer(i64::from(*value)),
        Value::Decimal(decimal) => Cell::Text(decimal_text(*decimal)),
        Value::DateTime(at) => {
            let text = at.to_string().trim_end_matches('Z').to_owned();
            match column.name {
                "fine" => Cell::Text(format!("{text}{}+00:00", random.of(&[0, 1, 9]))),
                "wall" => Cell::Text(text),
                _ => Cell::Text(shifted(*at, 3)),
            }
        }
        other => Cell::Text(other.canonical()),
    }
}

/// By a clock that many hours before UTC, with its offset; by that of UTC where the other has no such year.
fn shifted(at: DateTime, hours: i64) -> String {
    let wall = DateTime::checked(at.0 + hours * 3_600_000_000);
    let text = wall.unwrap_or(at).to_string();
    let offset = if wall.is_some() { format!("+{hours:02}:00") } else { "+00:00".to_owned() };
    format!("{}{offset}", text.trim_end_matches("000Z"))
}

fn decimal_text(decimal: Decimal) -> String {
    let text = decimal.canonical();
    if text.is_empty() { "0".to_owned() } else { text }
}

type Connection = Client<Compat<TcpStream>>;

async fn connect(server: &TdsServer) -> Connection {
    let mut config = Config::new();
    config.host("127.0.0.1");
    config.port(server.port());
    config.database("test");
    config.authentication(AuthMethod::sql_server("sa", "Test_password_1"));
    config.encryption(EncryptionLevel::Required);
    config.trust_cert_ca(server.authority_file().display());
    let stream = TcpStream::connect(config.get_addr()).await.unwrap();
    stream.set_nodelay(true).unwrap();
    Client::connect(config, stream.compat_write()).await.unwrap()
}

fn table(name: &str) -> Table {
    let declared = columns().into_iter().map(|column| TableColumn {
        name: column.name.to_owned(),
        ty: column.ty,
        marks: Marks::default(),
        doc: String::new(),
    });
    Table {
        connection: "crm".into(),
        name: name.into(),
        engine: Engine::SqlServer,
        columns: declared.collect(),
        key: Vec::new(),
        trusted: None,
        arguments: Vec::new(),
        query: None,
        file: None,
        doc: String::new(),
    }
}

fn asked(name: &str, predicate: &Expr) -> Asked {
    let count = columns().len();
    let query = SourceQuery {
        id: QueryId(0),
        step: StepId(0),
        connection: "crm".into(),
        table: TableId(0),
        columns: vec![(data::id(0), 0)],
        filter_columns: (1..count).map(|at| (data::id(at), u32::try_from(at).unwrap())).collect(),
        arguments: Vec::new(),
        filters: vec![PushedFilter {
            step: StepId(0),
            predicate: predicate.clone(),
            support: Support::Exact,
            placed_by: None,
        }],
        without_occasion: Vec::new(),
        keys: Vec::new(),
    };
    let types = (0..).zip(columns()).map(|(at, column)| (at, StoredType::SqlServer(stored(&column))));
    let live = Live { columns: types.collect(), replaces_rows: false, wall_zone: Some(Zone::UTC) };
    let request = Request {
        dialect: Dialect::Transact,
        query: &query,
        table: &table(name),
        zone: Zone::parse("Europe/Berlin").unwrap(),
        live: Some(&live),
        keys: &[],
        value_of: &|_| None,
    };
    ask(&request, &Selection::Columns)
}

fn bind(query: &mut Query<'_>, parameter: &Parameter) {
    match (parameter.value.as_ref().unwrap(), &parameter.ty) {
        (Value::Int(int), SqlType::Int64) => query.bind(i64::try_from(*int).unwrap()),
        (Value::Bool(value), _) => query.bind(*value),
        (Value::Decimal(decimal), _) => query.bind(decimal_text(*decimal)),
        (Value::DateTime(at), SqlType::WallTime) => query.bind(at.to_string().trim_end_matches('Z').to_owned()),
        (Value::DateTime(at), _) => query.bind(format!("{}+00:00", at.to_string().trim_end_matches('Z'))),
        (other, _) => query.bind(other.canonical()),
    }
}

async fn answered(client: &mut Connection, asked: &Asked) -> Result<BTreeSet<usize>, String> {
    let mut query = Query::new(asked.statement.text.clone());
    for parameter in &asked.statement.parameters {
        bind(&mut query, parameter);
    }
    let rows = async { query.query(client).await?.into_first_result().await };
    let rows = rows.await.map_err(|error| error.to_string())?;
    Ok(rows.iter().map(|row| usize::try_from(row.get::<i32, _>(0).unwrap()).unwrap()).collect())
}

fn expected(rows: &[Vec<Value>], predicate: &Expr) -> BTreeSet<usize> {
    let setting = Setting::new(DateTime(0), Zone::parse("Europe/Berlin").unwrap());
    let holds = |row: &Vec<Value>| {
        let columns = |id: ColumnId| row.get(usize::try_from(id.0).ok()?).cloned();
        let context = Context { setting, values: &|_| None, columns: &columns, facts: &|_| None };
        evaluate(predicate, &context).expect("it cannot fail") == Value::Bool(true)
    };
    (0..rows.len()).filter(|at| holds(&rows[*at])).collect()
}

async fn run() {
    let (seed, cases) = (number("WR_SEED", 1), number("WR_CASES", 1_500));
    let mut random = Random::new(seed);
    let server = TdsServer::start(Options::default()).unwrap();
    let mut client = connect(&server).await;
    let (mut compared, mut kept) = (0, 0);
    let mut left: BTreeMap<&str, u64> = BTreeMap::new();
    let mut skipped: BTreeMap<&str, u64> = BTreeMap::new();
    let mut data_set = 0;
    while compared < cases {
        data_set += 1;
        let name = format!("dbo.t{data_set}");
        let declared: Vec<String> = columns()
            .iter()
            .map(|column| {
                let collation = column.stored.collation.map(|name| format!(" COLLATE {name}")).unwrap_or_default();
                let null = if column.ty.nullable { "NULL" } else { "NOT NULL" };
                format!("[{}] {}{collation} {null}", column.name, stored(column).words)
            })
            .collect();
        server.execute(&format!("CREATE TABLE [dbo].[t{data_set}] ({})", declared.join(", "))).unwrap();
        let rows: Vec<Vec<Value>> = (0..ROWS)
            .map(|at| {
                let rest = columns().into_iter().skip(1).map(|column| cell(&mut random, &column));
                std::iter::once(Value::Int(i128::try_from(at).unwrap())).chain(rest.collect::<Vec<_>>()).collect()
            })
            .collect();
        let cells: Vec<Vec<Cell>> = rows
            .iter()
            .map(|row| row.iter().zip(columns()).map(|(value, column)| cell_of(&mut random, value, &column)).collect())
            .collect();
        let names: Vec<&str> = columns().iter().map(|column| column.name).collect();
        server.insert_rows(&name, &names, cells).unwrap();
        for _ in 0..PER_DATA_SET {
            let depth = random.below(4);
            let types = columns().into_iter().map(|column| column.ty).collect();
            let predicate = Maker::new(&mut random, types).condition(depth);
            let answer = capabilities::filter(Engine::SqlServer, &predicate);
            if answer.support != Support::Exact {
                *skipped.entry(answer.why).or_default() += 1;
                continue;
            }
            let asked = asked(&name, &predicate);
            let expected = expected(&rows, &predicate);
            let found = answered(&mut client, &asked).await;
            let values: Vec<_> = asked.statement.parameters.iter().map(|parameter| &parameter.value).collect();
            let shown = format!("{}\n{values:?}\n{predicate:?}", asked.statement.text);
            let found = found.unwrap_or_else(|words| panic!("{words}\n{shown}"));
            match asked.left.first() {
                None => {
                    let differs = found.symmetric_difference(&expected).next();
                    let row = differs.map(|at| (found.contains(at), names.iter().zip(&rows[*at]).collect::<Vec<_>>()));
                    assert_eq!(row, None, "seed {seed}\n{shown}");
                    compared += 1;
                    kept += expected.len();
                }
                Some(filter) => {
                    assert!(found.is_superset(&expected), "seed {seed}\n{shown}");
                    *left.entry(filter.why).or_default() += 1;
                }
            }
        }
        server.execute(&format!("DROP TABLE [dbo].[t{data_set}]")).unwrap();
    }
    println!("{compared} predicates, {kept} rows kept, {data_set} data sets\nskipped: {skipped:?}\nleft: {left:?}");
}

#[test]
fn the_test_server_filters_as_the_evaluator_does() {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run());
}
