//! Random tables to tables of a ClickHouse engine: each column has a type that holds its values, by chance.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use wr_base::value::{Date, DateTime, Value};
use wr_clickhouse_server::ClickHouse;

use super::super::rng::Rng;
use super::super::schema::{ColumnSpec, Kind, TableSpec};
use super::super::script::bare;
use super::{int, text};

const SECOND: i64 = 1_000_000;

/// The value, or the nearest one that a column there can have.
pub(super) fn nearest(value: Value) -> Value {
    match value {
        // 1900-01-01 to 2299-12-31.
        Value::Date(date) => Value::Date(Date(date.0.clamp(-25_567, 120_529))),
        // As far as nanoseconds are counted.
        Value::DateTime(at) => Value::DateTime(DateTime(at.0.clamp(-2_208_988_800 * SECOND, 9_000_000_000 * SECOND))),
        other => other,
    }
}

/// No type of theirs is a time of day.
pub(super) fn has(column: &ColumnSpec) -> bool {
    column.kind != Kind::Time
}

/// How a table is kept, and the type of each of its columns.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) types: Vec<String>,
    engine: String,
    /// Read through a view, of which the server does not know how many rows it has.
    is_view: bool,
}

pub(super) fn stored(rng: &mut Rng, table: &TableSpec, rows: &[Vec<Value>]) -> Stored {
    let types = table.columns.iter().enumerate().map(|(at, column)| {
        let values: Vec<&Value> = rows.iter().map(|row| &row[at]).filter(|value| !value.is_null()).collect();
        let fitting = types(column, &values);
        let ty = rng.pick(&fitting).clone();
        let has_null = values.len() < rows.len();
        if !column.is_nullable() || !has_null && rng.percent(30) {
            return ty;
        }
        match ty.strip_prefix("LowCardinality(") {
            Some(inner) => format!("LowCardinality(Nullable({inner})"),
            None => format!("Nullable({ty})"),
        }
    });
    let types = types.collect();
    let sorted: Vec<&ColumnSpec> =
        table.columns.iter().filter(|column| has(column) && column.kind != Kind::Float).collect();
    let engine = match rng.below(4) {
        0 => "Memory".to_owned(),
        1 => "MergeTree ORDER BY tuple()".to_owned(),
        _ => {
            let by = rng.pick(&sorted).name;
            format!("MergeTree ORDER BY `{by}` SETTINGS index_granularity = 2, allow_nullable_key = 1")
        }
    };
    Stored { types, engine, is_view: rng.percent(40) }
}

/// All that hold these values.
fn types(column: &ColumnSpec, values: &[&Value]) -> Vec<String> {
    match column.kind {
        Kind::Int => {
            let ints: Vec<i128> = values.iter().filter_map(|value| int(value)).collect();
            let within = |least: i128, most: i128| ints.iter().all(|int| (least..=most).contains(int));
            let mut fitting = vec!["Int128".to_owned()];
            for bits in [8, 16, 32, 64_u32] {
                if within(-(1 << (bits - 1)), (1 << (bits - 1)) - 1) {
                    fitting.push(format!("Int{bits}"));
                }
                if within(0, (1 << bits) - 1) {
                    fitting.push(format!("UInt{bits}"));
                }
            }
            for digits in [9, 18, 38] {
                let most = 10_i128.pow(digits) - 1;
                if within(-most, most) {
                    fitting.push(format!("Decimal({digits}, 0)"));
                }
            }
            fitting
        }
        Kind::Text => {
            let texts: BTreeSet<&str> = values.iter().filter_map(|value| text(value)).collect();
            let mut fitting = ["String", "String", "LowCardinality(String)"].map(ToOwned::to_owned).to_vec();
            let longest = texts.iter().map(|text| text.len()).max().unwrap_or(0).max(1);
            fitting.push(format!("FixedString({longest})"));
            fitting.push(format!("LowCardinality(FixedString({}))", longest + 1));
            let names: Vec<String> =
                texts.iter().chain(&["of nobody"]).map(|text| format!("'{}'", escaped(text))).collect();
            fitting.push(format!("Enum8({})", names.join(", ")));
            fitting
        }
        Kind::Decimal => vec![column.ty.trim_end_matches('?').replace("decimal", "Decimal")],
        Kind::Float => {
            let narrow = values.iter().all(|value| matches!(value, Value::Float(f) if f64::from(*f as f32) == *f));
            if narrow { vec!["Float64".to_owned(), "Float32".to_owned()] } else { vec!["Float64".to_owned()] }
        }
        Kind::Bool => vec!["Bool".to_owned()],
        Kind::Uuid => vec!["UUID".to_owned()],
        Kind::Date => {
            let fits = |value: &&Value| matches!(value, Value::Date(date) if (0..=65_535).contains(&date.0));
            let narrow = values.iter().all(fits).then(|| "Date".to_owned());
            std::iter::once("Date32".to_owned()).chain(narrow).collect()
        }
        Kind::DateTime => {
            let each = |fits: &dyn Fn(i64) -> bool| {
                values.iter().all(|value| matches!(value, Value::DateTime(at) if fits(at.0)))
            };
            let mut fitting = vec![
                "DateTime64(6)".to_owned(),
                "DateTime64(6, 'Europe/Berlin')".to_owned(),
                "DateTime64(9, 'America/New_York')".to_owned(),
            ];
            if each(&|at| at % 1_000 == 0) {
                fitting.push("DateTime64(3, 'Asia/Tokyo')".to_owned());
            }
            if each(&|at| at % SECOND == 0 && (0..=4_294_967_295 * SECOND).contains(&at)) {
                fitting.extend(["DateTime", "DateTime('Europe/Berlin')"].map(ToOwned::to_owned));
            }
            fitting
        }
        Kind::Time => vec!["Nothing".to_owned()],
    }
}

/// In what a column is put in, and how that becomes a value of its type.
fn input(column: &ColumnSpec, stored: &str) -> (String, String) {
    let name = format!("`{}`", column.name);
    let (ty, made) = match column.kind {
        Kind::Int | Kind::Decimal => return (stored.to_owned(), name),
        Kind::Text => ("String", name),
        Kind::Float => ("Float64", name),
        Kind::Bool => ("Bool", name),
        Kind::Uuid => ("UUID", name),
        Kind::Date => ("Int32", format!("CAST({name} AS Nullable(Date32))")),
        Kind::DateTime => ("Int64", format!("fromUnixTimestamp64Micro({name}, 'UTC')")),
        Kind::Time => ("String", name),
    };
    (format!("Nullable({ty})"), made)
}

/// Makes a table of a database and fills it; one of the name goes.
pub(super) fn fill(engine: &ClickHouse, database: &str, table: &TableSpec, stored: &Stored, rows: &[Vec<Value>]) {
    let run = |statement: &str| engine.run(statement).unwrap_or_else(|error| panic!("{error}\n{statement}"));
    let name = format!("{database}.{}", bare(table.name));
    let kept = if stored.is_view { format!("{name}_kept") } else { name.clone() };
    let columns: Vec<(usize, &ColumnSpec)> =
        table.columns.iter().enumerate().filter(|(_, column)| has(column)).collect();
    let declared: Vec<String> =
        columns.iter().map(|(at, column)| format!("`{}` {}", column.name, stored.types[*at])).collect();
    run(&format!("DROP TABLE IF EXISTS {name}"));
    run(&format!("DROP TABLE IF EXISTS {kept}"));
    run(&format!("CREATE TABLE {kept} ({}) ENGINE = {}", declared.join(", "), stored.engine));
    if stored.is_view {
        run(&format!("CREATE VIEW {name} AS SELECT * FROM {kept}"));
    }
    if rows.is_empty() {
        return;
    }
    let inputs = columns.iter().map(|(at, column)| (column.name, input(column, &stored.types[*at])));
    let (structure, made): (Vec<String>, Vec<String>) =
        inputs.map(|(name, (ty, made))| (format!("`{name}` {ty}"), made)).unzip();
    let mut insert = format!(
        "INSERT INTO {kept} SELECT {} FROM input('{}') FORMAT TabSeparated\n",
        made.join(", "),
        structure.join(", ")
    );
    for row in rows {
        let cells: Vec<String> = columns.iter().map(|(at, _)| cell(&row[*at])).collect();
        let _ = writeln!(insert, "{}", cells.join("\t"));
    }
    run(&insert);
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "\\N".to_owned(),
        Value::Text(text) => escaped(text),
        Value::Date(date) => date.0.to_string(),
        Value::DateTime(at) => at.0.to_string(),
        Value::Float(float) => format!("{float:?}"),
        other => other.canonical(),
    }
}

/// As it stands in a cell, or between quotes.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\'', "\\'")
}
