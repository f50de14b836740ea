//! Keys that go ahead: which rows come then, what the server was sent, and what breaks on the way.

use super::cut::{Limit, relay};
use super::*;
use crate::cells::column_from_values;
use crate::sources::Keys;

/// With keys for a column.
fn with(mut request: Request, declared: u32, keys: Vec<Value>) -> Request {
    let ty = &request.table.columns[declared as usize].ty.data;
    let values = column_from_values("c0".into(), ty, keys).unwrap();
    request.keys.push(Keys { declared, values });
    request
}

fn int_keys(keys: impl IntoIterator<Item = i128>) -> Vec<Value> {
    keys.into_iter().map(Value::Int).collect()
}

/// The loads so far: table and rows.
fn loads(server: &TdsServer) -> Vec<(String, u64)> {
    let loads = server.log().events().into_iter().filter_map(|event| {
        let Event::Bulk { table, rows, .. } = event else { return None };
        Some((table, rows))
    });
    loads.collect()
}

async fn note_of(server: &TdsServer, request: Request) -> Option<String> {
    SqlServer::new("crm", &setting(server)).open(request, Cancel::default()).await.unwrap().note
}

fn text(text: &str) -> Value {
    Value::text(text)
}

/// A declared type of the server, the type that reads it, what is stored, the keys, how many of them are sent, and which
/// rows come: all that are equal, and perhaps more that the server finds equal.
type Case = (&'static str, DataType, Vec<&'static str>, Vec<Value>, u64, Vec<&'static str>);

fn cases() -> Vec<Case> {
    let decimal = |unscaled, scale| Value::Decimal(wr_base::value::Decimal { unscaled, scale });
    let ty = |precision, scale| DataType::Decimal { precision, scale };
    let date = |text: &str| Value::Date(wr_base::value::Date::parse(text).unwrap());
    let cyrillic = vec!["ёж", "Ёж", "ёж  ", "еж", "уж"];
    let hedgehogs = || vec![text("ёж"), text("нет")];
    let uuid = |text: &str| Value::Uuid(crate::cells::parse_uuid(text).unwrap());
    vec![
        ("int", DataType::Int, vec!["1", "2", "-3"], int_keys([1, -3, 1 << 40, 9]), 3, vec!["1", "-3"]),
        ("tinyint", DataType::Int, vec!["1", "255"], int_keys([255, 256, -1]), 1, vec!["255"]),
        (
            "bigint",
            DataType::Int,
            vec!["9223372036854775807", "1"],
            int_keys([i128::from(i64::MAX), 1 << 90]),
            1,
            vec!["9223372036854775807"],
        ),
        (
            "decimal(38, 0)",
            DataType::Int,
            vec!["18446744073709551616", "1"],
            int_keys([1 << 64]),
            1,
            vec!["18446744073709551616"],
        ),
        (
            "decimal(10, 2)",
            ty(14, 4),
            vec!["1.20", "1.25", "-7.00"],
            vec![decimal(12_000, 4), decimal(12_345, 4), decimal(-70_000, 4)],
            2,
            vec!["1.2", "-7"],
        ),
        (
            "money",
            ty(19, 4),
            vec!["0.0001", "922337203685477.5807"],
            vec![decimal(9_223_372_036_854_775_807, 4)],
            1,
            vec!["922337203685477.5807"],
        ),
        // Wider: the server overlooks case and blanks at the end. A join here does not.
        (
            "nvarchar(20) COLLATE Cyrillic_General_CI_AS",
            DataType::Text,
            cyrillic.clone(),
            hedgehogs(),
            2,
            vec!["ёж", "Ёж", "ёж  "],
        ),
        (
            "varchar(20) COLLATE Cyrillic_General_CI_AS",
            DataType::Text,
            cyrillic.clone(),
            hedgehogs(),
            2,
            vec!["ёж", "Ёж", "ёж  "],
        ),
        (
            "nvarchar(20) COLLATE Latin1_General_BIN2",
            DataType::Text,
            cyrillic.clone(),
            hedgehogs(),
            2,
            vec!["ёж", "ёж  "],
        ),
        ("nvarchar(max) COLLATE Latin1_General_BIN2", DataType::Text, cyrillic, hedgehogs(), 2, vec!["ёж", "ёж  "]),
        // Too long for the column; and signs that its code page does not have, for which the server puts others.
        (
            "varchar(6) COLLATE Latin1_General_BIN2",
            DataType::Text,
            vec!["naïve", "ab", "x?"],
            vec![text("naïve"), text("naïve and long"), text("ab    "), text("日")],
            3,
            vec!["naïve", "ab"],
        ),
        ("char(6) COLLATE Latin1_General_BIN2", DataType::Text, vec!["ab", "c"], vec![text("ab")], 1, vec!["ab"]),
        (
            "date",
            DataType::Date,
            vec!["0001-01-01", "2026-11-27", "9999-12-31"],
            vec![date("9999-12-31")],
            1,
            vec!["9999-12-31"],
        ),
        (
            "uniqueidentifier",
            DataType::Uuid,
            vec!["6F9619FF-8B86-D011-B42D-00C04FC964FF", "00000000-0000-0000-0000-000000000001"],
            vec![uuid("6f9619ff-8b86-d011-b42d-00c04fc964ff")],
            1,
            vec!["6f9619ff-8b86-d011-b42d-00c04fc964ff"],
        ),
    ]
}

#[tokio::test]
async fn only_rows_with_one_of_the_keys_come_whatever_the_type() {
    let server = server();
    for (at, (stored, ty, rows, keys, sent, expected)) in cases().into_iter().enumerate() {
        let name = format!("dbo.k{at}");
        server.execute(&format!("CREATE TABLE [dbo].[k{at}] ([v] {stored} NULL)")).unwrap();
        // Each row four times, with as many nulls: so that keys are worth it.
        let rows =
            rows.iter().flat_map(|value| [(*value).into(), wr_tds_server::Cell::Null]).cycle().take(8 * rows.len());
        server.insert_rows(&name, &["v"], rows.map(|cell| vec![cell])).unwrap();
        let request = with(all(declared(&name, &[("v", Type::optional(ty))])), 0, keys);
        server.log().clear();
        let got = columns_of(&setting(&server), request).await.unwrap_or_else(|error| panic!("{stored}: {error:?}"));
        let mut got: Vec<String> = got[0].iter().map(Value::canonical).collect();
        assert_eq!(got.len(), 4 * expected.len(), "{stored}: {got:?}");
        got.sort();
        got.dedup();
        let mut expected: Vec<&str> = expected;
        expected.sort_unstable();
        assert_eq!(got, expected, "{stored}");
        assert_eq!(loads(&server).iter().map(|(_, rows)| *rows).collect::<Vec<_>>(), [sent], "{stored}");
    }
}

#[tokio::test]
async fn the_keys_are_of_the_type_of_the_column_so_that_its_index_finds_them() {
    let server = server();
    let batch = "CREATE TABLE [dbo].[people] ([phone] varchar(20) COLLATE Cyrillic_General_CI_AS NULL, [city] nvarchar(30) NULL)";
    server.execute(batch).unwrap();
    let rows = (0..20).map(|n| vec![format!("+7 {n}").as_str().into(), format!("city {}", n % 2).as_str().into()]);
    server.insert_rows("dbo.people", &["phone", "city"], rows).unwrap();
    let columns = [("phone", Type::optional(DataType::Text)), ("city", Type::optional(DataType::Text))];
    let request = all(declared("dbo.people", &columns));
    // Two columns have keys, one of them nulls and the same ones again.
    let request = with(request, 0, vec![text("+7 4"), text("+7 5"), Value::Null, text("+7 4")]);
    let request = with(request, 1, vec![text("city 1")]);
    server.log().clear();
    assert_eq!(ints(&columns_of(&setting(&server), request.clone()).await.unwrap()), ["+7 5"]);
    let texts = server.log().texts();
    let made: Vec<&str> = texts.iter().filter(|text| text.contains("CREATE TABLE")).map(String::as_str).collect();
    assert_eq!(
        made,
        [
            "CREATE TABLE [#wr_keys_1] ([k] varchar(20) COLLATE Cyrillic_General_CI_AS NOT NULL);\n\
             CREATE TABLE [#wr_keys_1_sent] ([k] nvarchar(20) COLLATE Cyrillic_General_CI_AS NOT NULL)",
            "CREATE TABLE [#wr_keys_2] ([k] nvarchar(30) COLLATE SQL_Latin1_General_CP1_CI_AS NOT NULL)",
        ]
    );
    let asked = texts.iter().find(|text| text.contains("[people]")).unwrap();
    assert!(asked.contains("[#wr_keys_1]") && asked.contains("[#wr_keys_2]"), "{asked}");
    assert_eq!(loads(&server), [("#wr_keys_1_sent".to_owned(), 3), ("#wr_keys_2".to_owned(), 1)]);
    let note = note_of(&server, request).await.unwrap();
    assert_eq!(note, "only rows with one of 4 values of `phone` and 1 values of `city` were asked for");
}

#[tokio::test]
async fn no_keys_at_all_ask_for_no_row() {
    let server = server();
    let request = with(all(numbers(&server, 100)), 0, Vec::new());
    assert_eq!(columns_of(&setting(&server), request).await.unwrap()[0].len(), 0);
    assert_eq!((loads(&server), reads(&server)), (Vec::new(), 1));
    // Nor do keys of which the column can have none.
    let request = with(all(declared("dbo.numbers", &[("n", Type::required(DataType::Int))])), 0, int_keys([1 << 40]));
    assert_eq!(columns_of(&setting(&server), request).await.unwrap()[0].len(), 0);
}

#[tokio::test]
async fn a_hundred_thousand_keys_find_their_rows() {
    let server = server();
    let request = with(all(numbers(&server, 200_000)), 0, int_keys((0..100_000).map(|key| key * 2)));
    let got = columns_of(&setting(&server), request).await.unwrap();
    assert_eq!((got[0].len(), got[0][99_999].canonical()), (100_000, "199998".to_owned()));
    assert_eq!(loads(&server), [("#wr_keys_1".to_owned(), 100_000)]);
}

#[tokio::test]
async fn more_keys_than_half_of_the_rows_are_not_sent() {
    let server = server();
    let table = numbers(&server, 20);
    for (keys, is_sent) in [(10, true), (11, false)] {
        server.log().clear();
        let request = with(all(table.clone()), 0, int_keys(0..keys));
        let rows = columns_of(&setting(&server), request.clone()).await.unwrap()[0].len();
        assert_eq!((rows, loads(&server).len()), if is_sent { (10, 1) } else { (20, 0) }, "{keys} keys");
        assert_eq!(note_of(&server, request).await.is_some(), is_sent, "{keys} keys");
    }
    // Then all rows come, and how many these are is known.
    let source = SqlServer::new("crm", &setting(&server));
    let answer = source.open(with(all(table.clone()), 0, int_keys(0..11)), Cancel::default()).await.unwrap();
    assert_eq!(answer.rows_expected, Some(20));
    let answer = source.open(with(all(table), 0, int_keys(0..3)), Cancel::default()).await.unwrap();
    assert_eq!(answer.rows_expected, None);
}

#[tokio::test]
async fn what_passes_is_asked_again_with_the_keys_made_anew() {
    let steps = ["CREATE TABLE [#wr_keys_1]", "INSERT BULK", "INSERT INTO [#wr_keys_1]", "FROM [dbo].[people]"];
    for fault in [Fault::deadlock(), Fault::error(40501, "busy"), Fault::ResetBeforeFirstRow] {
        for step in steps {
            let server = server();
            server.execute("CREATE TABLE [dbo].[people] ([phone] varchar(20) NULL)").unwrap();
            let rows = (0..20).map(|n| vec![format!("+7 {n}").as_str().into()]);
            server.insert_rows("dbo.people", &["phone"], rows).unwrap();
            let table = declared("dbo.people", &[("phone", Type::optional(DataType::Text))]);
            server.faults().at_statement(step, fault.clone(), 2);
            let request = with(all(table), 0, vec![text("+7 4")]);
            let got = columns_of(&setting(&server), request).await;
            let got = got.unwrap_or_else(|error| panic!("{fault:?} at {step}: {error:?}"));
            assert_eq!((ints(&got), server.log().logins()), (vec!["+7 4".to_owned()], 3), "{fault:?} at {step}");
            let made = server.log().texts().iter().filter(|text| text.contains("CREATE TABLE")).count();
            assert_eq!(made, 3, "{fault:?} at {step}: a temporary table goes with its connection");
        }
    }
}

#[tokio::test]
async fn a_connection_that_breaks_among_the_keys_is_made_anew() {
    let server = server();
    let request = with(all(numbers(&server, 120_000)), 0, int_keys(0..60_000));
    for bytes in [2_000, 50_000, 200_000] {
        server.log().clear();
        let limits = vec![Limit::Asked(bytes), Limit::Asked(bytes), Limit::Asked(usize::MAX)];
        let setting = SqlServerSetting { port: relay(server.port(), limits), ..setting(&server) };
        let got = columns_of(&setting, request.clone()).await.unwrap_or_else(|error| panic!("{bytes}: {error:?}"));
        assert_eq!((got[0].len(), server.log().logins()), (60_000, 3), "{bytes}");
        assert_eq!(loads(&server), [("#wr_keys_1".to_owned(), 60_000)], "half a load is none");
    }
}

#[tokio::test]
async fn a_run_is_stopped_and_patience_ends_among_the_keys_as_well() {
    for step in ["INSERT BULK", "CREATE TABLE [#wr_keys_1]"] {
        let server = server();
        let request = with(all(numbers(&server, 100)), 0, int_keys(0..10));
        server.faults().at_statement(step, Fault::Delay(60_000), 2);
        let hurried = SqlServerSetting { timeout: Duration::from_secs(3), ..setting(&server) };
        let error = columns_of(&hurried, request.clone()).await.unwrap_err();
        assert_eq!(error.code, Code::ServerSilent, "{step}: {error:?}");
        let source = SqlServer::new("crm", &setting(&server));
        let cancel = Cancel::default();
        breaks::all_left(&server).await;
        server.log().clear();
        let stopping = async {
            while !server.log().texts().iter().any(|text| text.contains(step)) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            cancel.cancel();
        };
        let (answer, ()) = tokio::join!(source.open(request, cancel.clone()), stopping);
        let Err(error) = answer else { panic!("an answer was begun") };
        assert_eq!(error.code, Code::Cancelled, "{step}");
        breaks::all_left(&server).await;
    }
}

#[tokio::test]
async fn a_load_that_the_server_refuses_is_said() {
    let server = server();
    let request = with(all(numbers(&server, 100)), 0, int_keys(0..10));
    server.faults().at_statement("INSERT BULK", Fault::error(9002, "The transaction log is full."), 1);
    let error = columns_of(&setting(&server), request).await.unwrap_err();
    assert_eq!((error.code, reads(&server)), (Code::ServerRefused, 0), "{error:?}");
}
