//! A table with a column of each type that ClickHouse stores, and random rows of it.

use std::fmt::Write as _;

use wr_base::ids::ColumnId;
use wr_base::row_type::Marks;
use wr_base::ty::{DataType, Type};
use wr_base::value::{Date, DateTime, Decimal, Value};
use wr_plan::declaration::{Engine, Table, TableColumn};
use wr_plan::sql::Live;
use wr_plan::sql::stored::{ClickHouseType, StoredType};

use crate::pool;
use crate::random::Random;

/// A column, as declared and as stored.
pub struct Column {
    pub name: &'static str,
    pub stored: &'static str,
    pub ty: Type,
    /// The type in which it is put in, and how that becomes the stored one.
    input: (&'static str, &'static str),
}

const fn decimal(precision: u8, scale: u8) -> DataType {
    DataType::Decimal { precision, scale }
}

/// The names of the enum: texts of the pool among them.
const NAMES: [&str; 6] = ["a", "A", "a ", "ж", "it's", "b\\c"];

/// All columns; the first is the number of the row.
#[must_use]
pub fn columns() -> Vec<Column> {
    let column = |name, stored, data, nullable, input, made| Column {
        name,
        stored,
        ty: Type::new(data, nullable),
        input: (input, made),
    };
    let plain = |name, stored, data: DataType| column(name, stored, data, stored_is_nullable(stored), stored, "{}");
    vec![
        plain("id", "UInt32", DataType::Int),
        plain("u8", "Nullable(UInt8)", DataType::Int),
        plain("i8", "Int8", DataType::Int),
        plain("i32", "Nullable(Int32)", DataType::Int),
        plain("i64", "Int64", DataType::Int),
        plain("u64", "UInt64", DataType::Int),
        plain("i128", "Nullable(Int128)", DataType::Int),
        plain("whole", "Decimal(18, 0)", DataType::Int),
        plain("s", "String", DataType::Text),
        plain("ns", "Nullable(String)", DataType::Text),
        plain("lc", "LowCardinality(Nullable(String))", DataType::Text),
        plain("fs", "FixedString(6)", DataType::Text),
        plain("e", r"Enum8('a' = 1, 'A' = -5, 'a ' = 3, 'ж' = 4, 'it\'s' = 2, 'b\\c' = 100)", DataType::Text),
        plain(
            "ne",
            r"Nullable(Enum16('a' = 1000, 'A' = -5, 'a ' = 3, 'ж' = 4, 'it\'s' = 2, 'b\\c' = 100))",
            DataType::Text,
        ),
        plain("ip", "IPv4", DataType::Text),
        column("d", "Date", DataType::Date, false, "UInt16", "CAST({} AS Date)"),
        column("d32", "Nullable(Date32)", DataType::Date, true, "Nullable(Int32)", "CAST({} AS Nullable(Date32))"),
        column("dt", "DateTime('Europe/Berlin')", DataType::DateTime, false, "UInt32", "CAST({} AS DateTime)"),
        column("d3", "DateTime64(3)", DataType::DateTime, false, "Int64", "fromUnixTimestamp64Milli({}, 'UTC')"),
        column(
            "d6",
            "Nullable(DateTime64(6, 'Asia/Tokyo'))",
            DataType::DateTime,
            true,
            "Nullable(Int64)",
            "fromUnixTimestamp64Micro({}, 'UTC')",
        ),
        column(
            "d9",
            "Nullable(DateTime64(9, 'America/New_York'))",
            DataType::DateTime,
            true,
            "Nullable(Int64)",
            "fromUnixTimestamp64Nano({}, 'UTC')",
        ),
        plain("b", "Bool", DataType::Bool),
        plain("nb", "Nullable(Bool)", DataType::Bool),
        plain("u", "Nullable(UUID)", DataType::Uuid),
        plain("v", "UUID", DataType::Uuid),
        plain("money", "Decimal(10, 2)", decimal(10, 2)),
        plain("wider", "Nullable(Decimal(9, 2))", decimal(12, 4)),
        plain("great", "Nullable(Decimal(38, 5))", decimal(38, 5)),
        plain("other", "Decimal(38, 5)", decimal(38, 5)),
    ]
}

/// The declared types of all columns.
#[must_use]
pub fn types() -> Vec<Type> {
    columns().into_iter().map(|column| column.ty).collect()
}

fn stored_is_nullable(stored: &str) -> bool {
    stored.contains("Nullable(")
}

/// The id that a column has in predicates.
#[must_use]
pub fn id(index: usize) -> ColumnId {
    ColumnId(u32::try_from(index).unwrap_or(0))
}

/// The declaration of the table.
#[must_use]
pub fn table(name: &str) -> Table {
    let declared = columns().into_iter().map(|column| TableColumn {
        name: column.name.to_owned(),
        ty: column.ty,
        marks: Marks::default(),
        doc: String::new(),
    });
    Table {
        connection: "wallet".into(),
        name: name.into(),
        engine: Engine::ClickHouse,
        columns: declared.collect(),
        key: Vec::new(),
        trusted: None,
        arguments: Vec::new(),
        query: None,
        file: None,
        doc: String::new(),
    }
}

/// What the server says of it.
#[must_use]
pub fn live() -> Live {
    let stored =
        (0..).zip(columns()).map(|(at, column)| (at, StoredType::ClickHouse(ClickHouseType::parse(column.stored))));
    Live { columns: stored.collect(), ..Live::default() }
}

/// Rows of the table, as values of the language.
#[must_use]
pub fn rows(random: &mut Random, count: usize) -> Vec<Vec<Value>> {
    let columns = columns();
    (0..count)
        .map(|at| {
            let mut row = vec![Value::Int(i128::try_from(at).unwrap_or(0))];
            row.extend(columns.iter().skip(1).map(|column| cell(random, column)));
            row
        })
        .collect()
}

fn cell(random: &mut Random, column: &Column) -> Value {
    if column.ty.nullable && random.once_in(4) {
        return Value::Null;
    }
    let within = |random: &mut Random, from: i128, to: i128| loop {
        let int = pool::int(random);
        if int >= from && int <= to {
            return Value::Int(int);
        }
    };
    let instant = |random: &mut Random, from: i64, to: i64, unit: i64| loop {
        let at = pool::instant(random).0.div_euclid(unit) * unit;
        if at >= from && at <= to {
            return Value::DateTime(DateTime(at));
        }
    };
    const SECOND: i64 = 1_000_000;
    match column.name {
        "u8" => within(random, 0, 255),
        "i8" => within(random, -128, 127),
        "i32" => within(random, i128::from(i32::MIN), i128::from(i32::MAX)),
        "i64" => within(random, i128::from(i64::MIN), i128::from(i64::MAX)),
        "u64" => within(random, 0, i128::from(u64::MAX)),
        "whole" => within(random, -999_999_999_999_999_999, 999_999_999_999_999_999),
        "e" | "ne" => Value::text(*random.of(&NAMES)),
        "ip" => Value::text(*random.of(&["1.2.3.4", "0.0.0.0", "255.255.255.255"])),
        "fs" => loop {
            let text = *random.of(&pool::TEXTS);
            if text.len() <= 6 {
                return Value::text(text);
            }
        },
        "d" => loop {
            let date = pool::date(random);
            if date >= Date(0) && date <= Date(65_535) {
                return Value::Date(date);
            }
        },
        "d32" => loop {
            let date = pool::date(random);
            if date >= Date(-25_567) && date <= Date(120_529) {
                return Value::Date(date);
            }
        },
        "dt" => instant(random, 0, 4_294_967_295 * SECOND, SECOND),
        "d3" => instant(random, -2_208_988_800 * SECOND, 10_413_791_999 * SECOND, 1000),
        "d6" => instant(random, -2_208_988_800 * SECOND, 10_413_791_999 * SECOND, 1),
        "d9" => instant(random, -2_208_988_800 * SECOND, 9_000_000_000 * SECOND, 1),
        "wider" => {
            let Decimal { unscaled, .. } = pool::decimal(random, 9, 2);
            Value::Decimal(Decimal { unscaled: unscaled * 100, scale: 4 })
        }
        _ => pool::value(random, &column.ty.data),
    }
}

/// Statements that make the table and fill it: ordered by some columns, so that its index has a say.
#[must_use]
pub fn statements(random: &mut Random, name: &str, rows: &[Vec<Value>]) -> Vec<String> {
    let columns = columns();
    let declared: Vec<String> = columns.iter().map(|column| format!("`{}` {}", column.name, column.stored)).collect();
    let key = *random.of(&[
        "id", "s, i64", "d, e", "dt", "u64", "d3, b", "fs", "e", "money", "v", "lc", "d6", "great", "ip", "whole",
    ]);
    let create = format!(
        "CREATE TABLE {name} ({}) ENGINE = MergeTree ORDER BY ({key}) SETTINGS index_granularity = 4, allow_nullable_key = 1",
        declared.join(", ")
    );
    let input: Vec<String> = columns.iter().map(|column| format!("`{}` {}", column.name, column.input.0)).collect();
    let made: Vec<String> =
        columns.iter().map(|column| column.input.1.replace("{}", &format!("`{}`", column.name))).collect();
    let mut insert = format!(
        "INSERT INTO {name} SELECT {} FROM input({}) FORMAT TabSeparated\n",
        made.join(", "),
        quoted(&input.join(", "))
    );
    for row in rows {
        let cells: Vec<String> =
            row.iter().zip(&columns).map(|(value, column)| cell_text(random, value, column)).collect();
        let _ = writeln!(insert, "{}", cells.join("\t"));
    }
    vec![create, insert]
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// A cell as it is put in. What is finer than a microsecond is chance: it is no part of the value.
fn cell_text(random: &mut Random, value: &Value, column: &Column) -> String {
    match value {
        Value::Null => "\\N".to_owned(),
        Value::Text(text) => text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n"),
        Value::Date(date) => date.0.to_string(),
        Value::DateTime(at) => match column.name {
            "dt" => (at.0 / 1_000_000).to_string(),
            "d3" => at.0.div_euclid(1000).to_string(),
            "d6" => at.0.to_string(),
            _ => (at.0 * 1000 + random.of(&[0, 1, 999])).to_string(),
        },
        Value::Decimal(decimal) => decimal.canonical(),
        other => other.canonical(),
    }
}
