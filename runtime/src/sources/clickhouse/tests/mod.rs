//! Against the real engine: what its columns hold comes out exactly, and what does not come whole does not come at all.

mod cut;
mod keys;
mod wholes;

use std::sync::OnceLock;

use futures_util::StreamExt;
use wr_base::diag::Code;
use wr_base::ids::{ColumnId, StepId};
use wr_base::ty::{DataType, Type};
use wr_base::value::Value;
use wr_clickhouse_server::{ClickHouse, User};
use wr_plan::sql::stored::{ClickHouseType, StoredType};
use wr_secret::Secret;

use super::client::{Client, Question};
use super::decode::AnswerColumn;
use super::reading::{Wanted, read};
use super::setting::ClickHouseSetting;
use crate::cancel::Cancel;
use crate::cells::Cells;
use crate::error::RunError;
use crate::sources::errors::Place;

/// One engine for all tests of this module; it goes with the process.
fn engine() -> Option<&'static ClickHouse> {
    static ENGINE: OnceLock<Option<ClickHouse>> = OnceLock::new();
    let users = [
        User::new("reader", "Canary-Pa55", &[("readonly", "1")]),
        User::new("asker", "Canary-Pa55", &[("readonly", "2")]),
        User::new("hurried", "Canary-Pa55", &[("readonly", "1"), ("max_execution_time", "1")]),
    ];
    ENGINE.get_or_init(|| ClickHouse::start(&users).unwrap()).as_ref()
}

fn place() -> Place {
    Place { step: StepId(3), connection: "wallet".to_owned(), table: "cards".to_owned() }
}

fn client(engine: &ClickHouse, user: &str) -> Client {
    let setting = ClickHouseSetting {
        user: Some(user.to_owned()),
        password: Some(Secret::new("Canary-Pa55")),
        ..ClickHouseSetting::at(engine.url())
    };
    Client::new("wallet", &setting)
}

fn question(text: &str) -> Question {
    Question { text: text.to_owned(), ..Question::default() }
}

fn column(name: &str, stored: &str, ty: Option<Type>) -> AnswerColumn {
    let stored = ClickHouseType::parse(stored);
    let natural = StoredType::ClickHouse(stored.clone()).natural_type().unwrap();
    AnswerColumn { name: name.to_owned(), ty: ty.unwrap_or(natural), stored }
}

/// All rows of a statement, column by column.
async fn rows(client: &Client, text: &str, columns: &[AnswerColumn]) -> Result<Vec<Vec<Value>>, RunError> {
    let wanted = (0..).zip(columns).enumerate();
    let wanted = wanted.map(|(at, (id, column))| Wanted { at, id: ColumnId(id), column: column.clone() }).collect();
    let mut answer = read(client, &question(text), wanted, None, place(), Cancel::default()).await?;
    let mut rows = vec![Vec::new(); columns.len()];
    while let Some(batch) = answer.batches.next().await {
        let batch = batch?;
        for ((values, column), declared) in rows.iter_mut().zip(batch.data.columns()).zip(columns) {
            let cells = Cells::new(column, &declared.ty.data).unwrap();
            values.extend((0..cells.len()).map(|row| cells.get(row)));
        }
    }
    Ok(rows)
}

/// A type, an expression of it, and the canonical text of its value.
const TYPES: &[(&str, &str, &str)] = &[
    ("UInt8", "255", "255"),
    ("UInt64", "18446744073709551615", "18446744073709551615"),
    ("Int8", "-128", "-128"),
    ("Int64", "-9223372036854775808", "-9223372036854775808"),
    ("Int128", "'-170141183460469231731687303715884105728'", "-170141183460469231731687303715884105728"),
    ("Int128", "'170141183460469231731687303715884105727'", "170141183460469231731687303715884105727"),
    ("Float32", "0.5", "0.5"),
    ("Float64", "-1.5e-5", "-0.000015"),
    ("Decimal(9, 2)", "'1234567.89'", "1234567.89"),
    ("Decimal(18, 4)", "'-0.0001'", "-0.0001"),
    ("Decimal(38, 10)", "'9999999999999999999999999999.9999999999'", "9999999999999999999999999999.9999999999"),
    ("String", "'ёж İ  '", "ёж İ  "),
    ("FixedString(5)", "'ab'", "ab"),
    ("LowCardinality(String)", "'x'", "x"),
    ("LowCardinality(Nullable(String))", "'x'", "x"),
    ("UUID", "'61f0c404-5cb3-11e7-907b-a6006ad3dba0'", "61f0c404-5cb3-11e7-907b-a6006ad3dba0"),
    ("IPv4", "'116.253.40.133'", "116.253.40.133"),
    ("IPv6", "'2a02:aa08:e000:3100::2'", "2a02:aa08:e000:3100::2"),
    ("Date", "'2149-06-06'", "2149-06-06"),
    ("Date32", "'1900-01-01'", "1900-01-01"),
    ("DateTime", "4294967295", "2106-02-07T06:28:15.000000Z"),
    ("DateTime('Europe/Moscow')", "'2026-11-27 10:00:00'", "2026-11-27T07:00:00.000000Z"),
    ("DateTime64(0, 'UTC')", "'2026-11-27 10:00:00'", "2026-11-27T10:00:00.000000Z"),
    ("DateTime64(3, 'America/New_York')", "'2026-11-01 01:30:00.250'", ""),
    ("DateTime64(6)", "'2026-11-27 10:00:00.000001'", ""),
    ("DateTime64(9, 'UTC')", "'2026-11-27 10:00:00.123456000'", ""),
    ("Enum8('a\\'b' = -1, 'c' = 2)", "'a\\'b'", "a'b"),
    ("Enum16('x' = 1000)", "'x'", "x"),
    ("Bool", "true", "true"),
];

#[tokio::test]
async fn every_type_comes_out_exactly_whatever_the_user_may_set() {
    let Some(engine) = engine() else { return };
    for user in ["default", "asker", "reader"] {
        let mut client = client(engine, user);
        if user == "default" {
            client = Client::new("wallet", &ClickHouseSetting::at(engine.url()));
        }
        for (ty, value, expected) in TYPES {
            let select = format!("SELECT CAST({value} AS {ty}) AS v");
            let got = rows(&client, &select, &[column("v", ty, None)]).await;
            let got = got.unwrap_or_else(|error| panic!("{user}: {ty}: {error:?}"));
            let text = got[0][0].canonical();
            if expected.is_empty() {
                // As the engine itself counts it.
                let micros =
                    engine.run(&format!("SELECT toUnixTimestamp64Micro(toDateTime64(CAST({value} AS {ty}), 6))"));
                let Value::DateTime(at) = &got[0][0] else { panic!("{ty} is no datetime") };
                assert_eq!(at.0.to_string(), micros.unwrap().trim(), "{user}: {ty}");
            } else {
                assert_eq!(&text, expected, "{user}: {ty}");
            }
            if !ty.starts_with("LowCardinality") {
                let nullable = format!("Nullable({ty})");
                let select = format!("SELECT CAST(NULL AS {nullable}) AS v");
                let got = rows(&client, &select, &[column("v", &nullable, None)]).await.unwrap();
                assert_eq!(got, [[Value::Null]], "{user}: {nullable}");
            }
        }
    }
}

#[tokio::test]
async fn an_answer_without_rows_is_no_failure() {
    let Some(engine) = engine() else { return };
    let columns = [column("n", "UInt64", None)];
    assert_eq!(rows(&client(engine, "reader"), "SELECT number AS n FROM numbers(0)", &columns).await.unwrap(), [[]]);
}

#[tokio::test]
async fn a_long_answer_comes_whole() {
    let Some(engine) = engine() else { return };
    let columns = [column("n", "UInt64", None), column("s", "String", None)];
    let got =
        rows(&client(engine, "asker"), "SELECT number AS n, toString(n) AS s FROM numbers(300000)", &columns).await;
    let got = got.unwrap();
    assert_eq!((got[0].len(), got[1][299_999].canonical()), (300_000, "299999".to_owned()));
}

#[tokio::test]
async fn a_failure_in_the_middle_is_no_short_answer() {
    let Some(engine) = engine() else { return };
    let late = "SELECT number AS n, throwIf(number = 2000000, 'too late') AS s FROM numbers(3000000) SETTINGS max_block_size = 1000";
    let columns = [column("n", "UInt64", None), column("s", "UInt8", None)];
    for packed in [true, false] {
        let setting = ClickHouseSetting { is_packed: packed, ..ClickHouseSetting::at(engine.url()) };
        let error = rows(&Client::new("wallet", &setting), late, &columns).await.unwrap_err();
        assert_eq!((error.code, error.step), (Code::ServerRefused, Some(StepId(3))), "{error:?}");
        assert!(error.detail[0].contains("too late"), "{error:?}");
    }
}

#[tokio::test]
async fn the_servers_refusals_are_told_apart() {
    let Some(engine) = engine() else { return };
    let columns = [column("n", "UInt64", None)];
    let wrong = ClickHouseSetting {
        user: Some("reader".to_owned()),
        password: Some(Secret::new("Canary-Wr0ng")),
        ..ClickHouseSetting::at(engine.url())
    };
    let nobody = ClickHouseSetting::at("http://127.0.0.1:1");
    let cases = [
        (client(engine, "reader"), "SELECT n FROM nowhere", Code::ServerTableMissing),
        (client(engine, "reader"), "SELECT m AS n FROM numbers(1)", Code::ServerRefused),
        (client(engine, "reader"), "CREATE TABLE t (n UInt64) ENGINE = Memory", Code::NotAllowedThere),
        (client(engine, "hurried"), "SELECT count() AS n FROM numbers(100000000000)", Code::ServerLimit),
        (Client::new("wallet", &wrong), "SELECT 1 AS n", Code::LoginRefused),
        (Client::new("wallet", &nobody), "SELECT 1 AS n", Code::ServerUnreachable),
    ];
    for (client, text, code) in cases {
        let error = rows(&client, text, &columns).await.unwrap_err();
        assert_eq!(error.code, code, "{text}: {error:?}");
        assert!(!format!("{error:?}").contains("Canary"), "a secret in {error:?}");
    }
}

#[tokio::test]
async fn a_value_that_no_declared_type_holds_is_said_not_bent() {
    let Some(engine) = engine() else { return };
    let client = client(engine, "reader");
    let int = Some(Type::required(DataType::Int));
    let cases = [
        ("SELECT CAST(NULL AS Nullable(UInt8)) AS v", column("v", "Nullable(UInt8)", int)),
        ("SELECT unhex('ff') AS v", column("v", "String", None)),
        ("SELECT nan AS v", column("v", "Float64", None)),
        (
            "SELECT toDecimal64(123.45, 2) AS v",
            column("v", "Decimal(18, 2)", Some(Type::required(DataType::Decimal { precision: 4, scale: 2 }))),
        ),
    ];
    for (text, column) in cases {
        let error = rows(&client, text, &[column]).await.unwrap_err();
        assert_eq!(error.code, Code::ServerValue, "{text}: {error:?}");
    }
}

#[tokio::test]
async fn a_stopped_run_stops_its_query_on_the_server() {
    let Some(engine) = engine() else { return };
    let client = client(engine, "reader");
    let cancel = Cancel::default();
    let wanted = vec![Wanted { at: 0, id: ColumnId(0), column: column("n", "UInt64", None) }];
    let endless = question("SELECT number AS n FROM system.numbers");
    let mut answer = read(&client, &endless, wanted, None, place(), cancel.clone()).await.unwrap();
    assert!(answer.batches.next().await.unwrap().unwrap().data.height() > 0);
    cancel.cancel();
    let last = loop {
        match answer.batches.next().await {
            Some(Ok(_)) => {}
            Some(Err(error)) => break error,
            None => panic!("the answer ended as if it were whole"),
        }
    };
    assert_eq!(last.code, Code::Cancelled);
    for _ in 0..100 {
        if engine
            .run("SELECT count() FROM system.processes WHERE user = 'reader' AND query LIKE '%system.numbers%'")
            .unwrap()
            == "0\n"
        {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the query still runs: {}", engine.run("SELECT query FROM system.processes").unwrap());
}
