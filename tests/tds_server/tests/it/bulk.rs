//! Bulk load.

use tiberius::{ColumnData, IntoRow, TokenRow};

use crate::support::*;

#[test]
fn rows_come_in_bulk() {
    run(async {
        let server = server();
        let mut client = connect(&server).await;
        rows(&mut client, "CREATE TABLE [#keys] ([k] nvarchar(20) COLLATE DATABASE_DEFAULT NOT NULL, [n] bigint)")
            .await
            .unwrap();
        let mut load = client.bulk_insert_columns("[#keys]", &["[k]", "[n]"]).await.unwrap();
        for number in 0..5000_i64 {
            let mut row = TokenRow::new();
            row.push(ColumnData::String(Some(format!("ключ {number}").into())));
            row.push(ColumnData::I64((number % 2 == 0).then_some(number)));
            load.send(row).await.unwrap();
        }
        assert_eq!(load.finalize().await.unwrap().total(), 5000);
        let counted = rows(&mut client, "SELECT COUNT_BIG(*), COUNT_BIG([n]), MAX([k]) FROM [#keys]").await.unwrap();
        assert_eq!((counted[0].get(0), counted[0].get(1)), (Some(5000_i64), Some(2500_i64)));
        assert_eq!(counted[0].get::<&str, _>(2), Some("ключ 999"));
    });
}

#[test]
fn a_row_that_breaks_a_key_takes_the_whole_load_back() {
    run(async {
        let server = server();
        server.execute("CREATE TABLE [t] ([a] int NOT NULL, CONSTRAINT [pk] PRIMARY KEY ([a]))").unwrap();
        let mut client = connect(&server).await;
        let mut load = client.bulk_insert("[t]").await.unwrap();
        for number in [1_i32, 2, 1] {
            load.send(number.into_row()).await.unwrap();
        }
        assert_eq!(number(&load.finalize().await.unwrap_err()), 2627);
        assert_eq!(rows(&mut client, "SELECT [a] FROM [t]").await.unwrap().len(), 0);
    });
}
