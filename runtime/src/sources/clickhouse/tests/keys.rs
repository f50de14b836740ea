//! Keys that go ahead of a query meet the column as it is stored.

use std::sync::Arc;

use wr_base::ids::TableId;
use wr_base::row_type::Marks;
use wr_plan::declaration::{Engine, Table, TableColumn};
use wr_plan::physical::{QueryId, SourceQuery};

use super::super::ClickHouse as Server;
use super::*;
use crate::cells::column_from_values;
use crate::local::tests::setting as local_setting;
use crate::sources::{Keys, Request, Source};

/// The query of a table with one column of ints, with one of these keys.
fn asked_with(keys: Vec<Value>) -> Request {
    let ty = Type::required(DataType::Int);
    let values = column_from_values("k".into(), &ty.data, keys).unwrap();
    let column = TableColumn { name: "n".to_owned(), ty, marks: Marks::default(), doc: String::new() };
    let table = Table {
        connection: "wallet".to_owned(),
        name: "whole_decimals".to_owned(),
        engine: Engine::ClickHouse,
        query: None,
        file: None,
        columns: vec![column],
        key: Vec::new(),
        trusted: None,
        arguments: Vec::new(),
        doc: String::new(),
    };
    let query = SourceQuery {
        id: QueryId(0),
        step: StepId(3),
        connection: "wallet".to_owned(),
        table: TableId(0),
        columns: vec![(ColumnId(0), 0)],
        filter_columns: Vec::new(),
        arguments: Vec::new(),
        filters: Vec::new(),
        without_occasion: Vec::new(),
        keys: Vec::new(),
    };
    Request { query, table: Arc::new(table), keys: vec![Keys { declared: 0, values }], setting: local_setting() }
}

#[tokio::test]
async fn keys_of_64_bits_are_looked_up_in_whole_decimals_that_are_wider() {
    let Some(engine) = engine() else { return };
    engine.run("CREATE TABLE whole_decimals (n Decimal(38, 0)) ENGINE = Memory").unwrap();
    let values = "('-1'), ('7'), ('9223372036854775808'), ('99999999999999999999999999999999999999')";
    engine.run(&format!("INSERT INTO whole_decimals VALUES {values}")).unwrap();
    let setting = ClickHouseSetting {
        user: Some("reader".to_owned()),
        password: Some(Secret::new("Canary-Pa55")),
        ..ClickHouseSetting::at(engine.url())
    };
    for key in [7, 9_223_372_036_854_775_808] {
        let source = Server::new("wallet", &setting);
        let mut answer = source.open(asked_with(vec![Value::Int(key)]), Cancel::default()).await.unwrap();
        assert!(answer.note.as_ref().is_some_and(|note| note.contains("were asked for")), "{:?}", answer.note);
        let mut found = Vec::new();
        while let Some(batch) = answer.batches.next().await {
            let batch = batch.unwrap();
            let cells = Cells::new(&batch.data.columns()[0], &DataType::Int).unwrap();
            found.extend((0..cells.len()).map(|row| cells.get(row)));
        }
        assert_eq!(found, [Value::Int(key)]);
    }
}
