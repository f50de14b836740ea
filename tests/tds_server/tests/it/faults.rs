//! What a test makes go wrong.

use wr_tds_server::{Fault, TdsServer};

use crate::support::*;

fn with_rows() -> TdsServer {
    let server = server();
    server.execute("CREATE TABLE [t] ([a] int NOT NULL)").unwrap();
    server.insert_rows("t", &["a"], (0..10).map(|n| vec![n.into()])).unwrap();
    server
}

#[test]
fn logins_fail_as_often_as_planned() {
    run(async {
        let server = with_rows();
        server.faults().at_login(Fault::unavailable(), 2);
        for _ in 0..2 {
            assert_eq!(number(&connect_with(config(&server, "Test_password_1")).await.err().unwrap()), 40613);
        }
        connect(&server).await;
        assert_eq!(server.faults().left(), 0);
    });
}

#[test]
fn a_deadlock_rolls_back_and_strikes_once() {
    run(async {
        let server = with_rows();
        server.faults().at_statement("DELETE", Fault::deadlock(), 1);
        let mut client = connect(&server).await;
        rows(&mut client, "BEGIN TRANSACTION; UPDATE [t] SET [a] = 0").await.unwrap();
        assert_eq!(error_of(&mut client, "DELETE FROM [t]").await, 1205);
        assert_eq!(text(&mut client, "@@TRANCOUNT").await.as_deref(), Some("0"));
        assert_eq!(rows(&mut client, "SELECT [a] FROM [t] WHERE [a] > 0").await.unwrap().len(), 9);
        rows(&mut client, "DELETE FROM [t]").await.unwrap();
    });
}

#[test]
fn a_connection_breaks_where_it_was_planned() {
    run(async {
        let server = with_rows();
        server.faults().at_statement("SELECT [a]", Fault::ResetBeforeFirstRow, 1);
        assert!(rows(&mut connect(&server).await, "SELECT [a] FROM [t]").await.is_err());
        server.faults().at_statement("SELECT [a]", Fault::ResetAfterRows(3), 1);
        let mut client = connect(&server).await;
        let mut stream = client.simple_query("SELECT [a] FROM [t]").await.unwrap();
        let (mut seen, mut is_broken) = (0, false);
        while let Some(item) = futures_util::StreamExt::next(&mut stream).await {
            match item {
                Ok(item) => seen += usize::from(item.as_row().is_some()),
                Err(_) => {
                    is_broken = true;
                    break;
                }
            }
        }
        assert_eq!((seen, is_broken), (3, true));
    });
}

#[test]
fn a_commit_is_lost_before_or_after_it_is_done() {
    run(async {
        for (fault, left) in [(Fault::ResetBeforeCommit, 10), (Fault::ResetAfterCommit, 0)] {
            let server = with_rows();
            server.faults().at_commit(fault.clone(), 1);
            let mut client = connect(&server).await;
            rows(&mut client, "BEGIN TRANSACTION; DELETE FROM [t]").await.unwrap();
            assert!(rows(&mut client, "COMMIT TRANSACTION").await.is_err());
            assert_eq!(
                rows(&mut connect(&server).await, "SELECT [a] FROM [t]").await.unwrap().len(),
                left,
                "{fault:?}"
            );
        }
    });
}

#[test]
fn more_than_2100_parameters_are_too_many() {
    run(async {
        let server = server();
        let mut client = connect(&server).await;
        let values: Vec<i32> = (0..2099).collect();
        let parameters: Vec<&dyn tiberius::ToSql> = values.iter().map(|value| value as &dyn tiberius::ToSql).collect();
        let list = |count: usize| (1..=count).map(|place| format!("@P{place}")).collect::<Vec<_>>().join(", ");
        let statement = |count: usize| format!("SELECT 1 WHERE 5 IN ({})", list(count));
        let found =
            client.query(statement(2098), &parameters[..2098]).await.unwrap().into_first_result().await.unwrap();
        assert_eq!(found.len(), 1);
        let outcome = match client.query(statement(2099), &parameters).await {
            Ok(stream) => stream.into_results().await.map(drop),
            Err(error) => Err(error),
        };
        assert_eq!(number(&outcome.unwrap_err()), 8003);
    });
}
