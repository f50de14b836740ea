//! Against the TDS test server: what its columns hold comes out exactly, and what does not come whole does not come at all.

mod breaks;
mod cut;
mod keys;
mod own;
mod refusals;
mod types;
mod wholes;

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use wr_base::diag::Code;
use wr_base::ids::{ColumnId, ExprId, StepId, TableId};
use wr_base::row_type::Marks;
use wr_base::ty::{DataType, Type};
use wr_base::value::{Value, Zone};
use wr_plan::declaration::{Engine, Table, TableColumn};
use wr_plan::expr::{Expr, ExprKind};
use wr_plan::functions::FnId;
use wr_plan::physical::{PushedFilter, QueryId, SourceQuery, Support};
use wr_secret::Secret;
use wr_tds_server::{Encryption, Event, Fault, Options, TdsServer, User};

use super::{SqlServer, SqlServerSetting};
use crate::cancel::Cancel;
use crate::cells::Cells;
use crate::error::RunError;
use crate::local::tests::setting as local_setting;
use crate::sources::{Batch, Request, Source};

const PASSWORD: &str = "Canary-Pa55";

/// With a user who may only read.
fn server() -> TdsServer {
    let may_not = ["INSERT", "UPDATE", "DELETE", "CREATE TABLE"];
    let reader = may_not.into_iter().fold(User::new("reader", PASSWORD), |user, action| user.deny(action, "*"));
    TdsServer::start(Options { users: vec![reader], ..Options::default() }).unwrap()
}

fn setting(server: &TdsServer) -> SqlServerSetting {
    SqlServerSetting {
        database: Some("test".to_owned()),
        password: Some(Secret::new(PASSWORD)),
        zone: Some(Zone::UTC),
        pause: Duration::from_millis(20),
        ..SqlServerSetting::at("127.0.0.1", server.port(), "reader")
    }
}

fn declared(name: &str, columns: &[(&str, Type)]) -> Table {
    Table {
        connection: "crm".to_owned(),
        name: name.to_owned(),
        engine: Engine::SqlServer,
        query: None,
        file: None,
        columns: columns
            .iter()
            .map(|(name, ty)| TableColumn {
                name: (*name).to_owned(),
                ty: ty.clone(),
                marks: Marks::default(),
                doc: String::new(),
            })
            .collect(),
        key: Vec::new(),
        trusted: None,
        arguments: Vec::new(),
        doc: String::new(),
    }
}

/// A query of all columns.
fn all(table: Table) -> Request {
    let query = SourceQuery {
        id: QueryId(0),
        step: StepId(3),
        connection: "crm".to_owned(),
        table: TableId(0),
        columns: (0..).take(table.columns.len()).map(|at| (ColumnId(at), at)).collect(),
        filter_columns: Vec::new(),
        arguments: Vec::new(),
        filters: Vec::new(),
        without_occasion: Vec::new(),
        keys: Vec::new(),
    };
    Request { query, table: Arc::new(table), keys: Vec::new(), setting: local_setting() }
}

async fn batches(setting: &SqlServerSetting, request: Request) -> Result<Vec<Batch>, RunError> {
    let source = SqlServer::new("crm", setting);
    let mut answer = source.open(request, Cancel::default()).await?;
    let mut batches = Vec::new();
    while let Some(batch) = answer.batches.next().await {
        batches.push(batch?);
    }
    Ok(batches)
}

/// All rows of an answer, column by column.
async fn columns_of(setting: &SqlServerSetting, request: Request) -> Result<Vec<Vec<Value>>, RunError> {
    let types: Vec<Type> = request.columns().into_iter().map(|column| column.ty).collect();
    let mut columns = vec![Vec::new(); types.len()];
    for batch in batches(setting, request).await? {
        for ((values, column), ty) in columns.iter_mut().zip(batch.data.columns()).zip(&types) {
            let cells = Cells::new(column, &ty.data).unwrap();
            values.extend((0..cells.len()).map(|row| cells.get(row)));
        }
    }
    Ok(columns)
}

/// The first column as ints.
fn ints(columns: &[Vec<Value>]) -> Vec<String> {
    columns[0].iter().map(Value::canonical).collect()
}

/// A table of `n` numbers with a text each.
fn numbers(server: &TdsServer, n: i64) -> Table {
    server.execute("CREATE TABLE [dbo].[numbers] ([n] int NOT NULL, [s] nvarchar(50) NULL)").unwrap();
    let rows = (0..n).map(|n| vec![n.into(), format!("ёж {n}").as_str().into()]);
    server.insert_rows("dbo.numbers", &["n", "s"], rows).unwrap();
    declared("dbo.numbers", &[("n", Type::required(DataType::Int)), ("s", Type::optional(DataType::Text))])
}

/// The statements that read rows of a table.
fn reads(server: &TdsServer) -> usize {
    server.log().texts().iter().filter(|text| text.contains("[numbers]")).count()
}

#[tokio::test]
async fn a_long_answer_comes_whole_in_batches() {
    let server = server();
    let table = numbers(&server, 50_000);
    let batches = batches(&setting(&server), all(table)).await.unwrap();
    assert_eq!(batches.iter().map(|batch| batch.data.height()).collect::<Vec<_>>(), [16_384, 16_384, 16_384, 848]);
    let last = &batches[3];
    let texts = Cells::new(&last.data.columns()[1], &DataType::Text).unwrap();
    assert_eq!(texts.get(847), Value::text("ёж 49999"));
}

#[tokio::test]
async fn an_answer_without_rows_says_that_there_were_none() {
    let server = server();
    let batches = batches(&setting(&server), all(numbers(&server, 0))).await.unwrap();
    assert_eq!(batches.len(), 1);
    assert_eq!((batches[0].data.height(), &batches[0].counts), (0, &crate::sources::Counts::Last(0)));
}

/// Compares a column with a value, as a filter of the query.
fn is(request: &mut Request, function: FnId, column: u32, value: Value) {
    let ty = request.table.columns[column as usize].ty.clone();
    let left = Expr { id: ExprId(1), ty: ty.clone(), kind: ExprKind::Column(ColumnId(column)) };
    let right = Expr::literal(ExprId(2), ty.data, value);
    let kind = ExprKind::Call { function, arguments: vec![left, right] };
    let predicate = Expr { id: ExprId(3), ty: Type::optional(DataType::Bool), kind };
    request.query.filters.push(PushedFilter { step: StepId(3), predicate, support: Support::Wider, placed_by: None });
}

#[tokio::test]
async fn a_filter_runs_there_with_its_value_beside_the_text() {
    let server = server();
    let mut request = all(numbers(&server, 1_000));
    is(&mut request, FnId::Less, 0, Value::Int(3));
    assert_eq!(ints(&columns_of(&setting(&server), request).await.unwrap()), ["0", "1", "2"]);
    let asked = server.log().events().into_iter().find_map(|event| {
        let Event::Statement { text, parameters, .. } = event else { return None };
        text.contains("[numbers]").then_some((text, parameters))
    });
    let (text, parameters) = asked.unwrap();
    assert!(text.contains("< CAST(@P1 AS bigint)"), "{text}");
    assert_eq!(parameters, [("@P1".to_owned(), "bigint".to_owned(), Some("3".to_owned()))]);
}

/// 10:00 and 11:00 on the wall in Moscow, and a minute that was there twice in New York.
#[tokio::test]
async fn wall_times_mean_what_the_connections_zone_says_also_in_filters() {
    let server = server();
    server.execute("CREATE TABLE [dbo].[calls] ([at] datetime2(3) NOT NULL)").unwrap();
    let rows = ["2026-11-27T10:00:00", "2026-11-27T11:00:00", "2026-11-01T01:30:00"];
    server.insert_rows("dbo.calls", &["at"], rows.iter().map(|at| vec![(*at).into()])).unwrap();
    let table = declared("dbo.calls", &[("at", Type::required(DataType::DateTime))]);
    let read = |zone: &str| SqlServerSetting { zone: Zone::parse(zone), ..setting(&server) };
    let moscow = columns_of(&read("Europe/Moscow"), all(table.clone())).await.unwrap();
    let expected = ["2026-11-27T07:00:00.000000Z", "2026-11-27T08:00:00.000000Z", "2026-10-31T22:30:00.000000Z"];
    assert_eq!(ints(&moscow), expected);
    // The server is asked for more, and only the first passes here.
    let mut early = all(table.clone());
    is(&mut early, FnId::Less, 0, moscow[0][1].clone());
    is(&mut early, FnId::GreaterOrEqual, 0, moscow[0][0].clone());
    assert_eq!(ints(&columns_of(&read("Europe/Moscow"), early).await.unwrap()), ["2026-11-27T07:00:00.000000Z"]);
    let new_york = columns_of(&read("America/New_York"), all(table)).await.unwrap();
    assert_eq!(new_york[0][2].canonical(), "2026-11-01T05:30:00.000000Z", "the earlier of the two");
}

#[tokio::test]
async fn the_own_occasion_is_not_seen() {
    let server = server();
    server.execute("CREATE TABLE [dbo].[history] ([sub] nvarchar(20) NOT NULL, [n] int NOT NULL)").unwrap();
    let rows = [("a", 1), ("b", 2), ("A", 3)];
    server.insert_rows("dbo.history", &["sub", "n"], rows.map(|(sub, n)| vec![sub.into(), n.into()])).unwrap();
    let table =
        declared("dbo.history", &[("n", Type::required(DataType::Int)), ("sub", Type::required(DataType::Text))]);
    let mut request = all(table);
    request.query.without_occasion = vec![(1, Expr::literal(ExprId(0), DataType::Text, Value::text("a")))];
    // Also where the server finds `A` equal to `a`.
    assert_eq!(ints(&columns_of(&setting(&server), request).await.unwrap()), ["2", "3"]);
}

#[tokio::test]
async fn a_greeting_says_who_answers_and_as_whom_we_came() {
    let server = server();
    let words = SqlServer::new("crm", &setting(&server)).greet(Cancel::default()).await.unwrap();
    assert!(words.ends_with(", as reader in test"), "{words}");
    let wrong = SqlServerSetting { password: Some(Secret::new("Canary-Wr0ng")), ..setting(&server) };
    let error = SqlServer::new("crm", &wrong).greet(Cancel::default()).await.unwrap_err();
    assert_eq!((error.code, error.step), (Code::LoginRefused, None));
}
