//! Each type of SQL Server that a column of ours can hold, with and without null.

use super::*;

const LAST: &str = "9999999999999999999999999999.9999999999";

/// A type, a value as T-SQL writes it, and its canonical text.
fn types() -> Vec<(&'static str, &'static str, DataType, &'static str)> {
    let decimal = |precision: u8, scale: u8| DataType::Decimal { precision, scale };
    vec![
        ("bit", "1", DataType::Bool, "true"),
        ("tinyint", "255", DataType::Int, "255"),
        ("smallint", "-32768", DataType::Int, "-32768"),
        ("int", "-2147483648", DataType::Int, "-2147483648"),
        ("bigint", "9223372036854775807", DataType::Int, "9223372036854775807"),
        ("decimal(9, 2)", "1234567.89", decimal(9, 2), "1234567.89"),
        ("decimal(38, 10)", LAST, decimal(38, 10), LAST),
        ("decimal(38, 10)", "-0.0000000001", decimal(38, 10), "-0.0000000001"),
        (
            "decimal(38, 0)",
            "-99999999999999999999999999999999999999",
            DataType::Int,
            "-99999999999999999999999999999999999999",
        ),
        ("decimal(10, 2)", "-0.05", decimal(14, 4), "-0.05"),
        ("money", "-922337203685477.5808", decimal(19, 4), "-922337203685477.5808"),
        ("money", "922337203685477.5807", decimal(19, 4), "922337203685477.5807"),
        ("smallmoney", "214748.3647", decimal(10, 4), "214748.3647"),
        ("real", "0.5", DataType::Float, "0.5"),
        ("float", "-1.5e-5", DataType::Float, "-0.000015"),
        ("varchar(20) COLLATE Cyrillic_General_CI_AS", "Ёжик  ", DataType::Text, "Ёжик  "),
        ("varchar(20)", "naïve é €", DataType::Text, "naïve é €"),
        ("char(6)", "ab", DataType::Text, "ab"),
        ("nchar(6)", "ёж", DataType::Text, "ёж"),
        ("nvarchar(20)", "Zażółć 😀", DataType::Text, "Zażółć 😀"),
        ("nvarchar(max)", "long", DataType::Text, "long"),
        ("varchar(max)", "", DataType::Text, ""),
        ("xml", "<a/>", DataType::Text, "<a/>"),
        ("date", "9999-12-31", DataType::Date, "9999-12-31"),
        ("date", "0001-01-01", DataType::Date, "0001-01-01"),
        ("time(0)", "23:59:59", DataType::Time, "23:59:59"),
        ("time(7)", "23:59:59.1234560", DataType::Time, "23:59:59.123456"),
        ("datetime", "2026-11-27T10:20:30.127", DataType::DateTime, "2026-11-27T10:20:30.127000Z"),
        ("datetime", "1753-01-01T00:00:00.003", DataType::DateTime, "1753-01-01T00:00:00.003000Z"),
        ("smalldatetime", "2026-11-27T10:20:00", DataType::DateTime, "2026-11-27T10:20:00.000000Z"),
        ("datetime2(0)", "0001-01-01T00:00:00", DataType::DateTime, "0001-01-01T00:00:00.000000Z"),
        ("datetime2(7)", "2026-11-27T10:20:30.1234560", DataType::DateTime, "2026-11-27T10:20:30.123456Z"),
        ("datetimeoffset(3)", "2026-11-27T10:20:30.123+03:00", DataType::DateTime, "2026-11-27T07:20:30.123000Z"),
        ("datetimeoffset(7)", "9999-12-31T10:00:00+14:00", DataType::DateTime, "9999-12-30T20:00:00.000000Z"),
        (
            "uniqueidentifier",
            "6F9619FF-8B86-D011-B42D-00C04FC964FF",
            DataType::Uuid,
            "6f9619ff-8b86-d011-b42d-00c04fc964ff",
        ),
    ]
}

#[tokio::test]
async fn every_type_comes_out_exactly_with_and_without_null() {
    let server = server();
    let mut columns = Vec::new();
    let mut table = Vec::new();
    for (at, (stored, _, ty, _)) in types().into_iter().enumerate() {
        columns.push(format!("[v{at}] {stored} NOT NULL, [o{at}] {stored} NULL"));
        table.push((format!("v{at}"), Type::required(ty.clone())));
        table.push((format!("o{at}"), Type::optional(ty)));
    }
    server.execute(&format!("CREATE TABLE [dbo].[all] ({})", columns.join(", "))).unwrap();
    let names: Vec<&str> = table.iter().map(|(name, _)| name.as_str()).collect();
    // The second row has nulls wherever they may be.
    let row = |is_null: bool| {
        let cells = types().into_iter().flat_map(|(_, value, _, _)| {
            [value.into(), if is_null { wr_tds_server::Cell::Null } else { value.into() }]
        });
        cells.collect::<Vec<_>>()
    };
    server.insert_rows("dbo.all", &names, [row(false), row(true)]).unwrap();
    let table: Vec<(&str, Type)> = table.iter().map(|(name, ty)| (name.as_str(), ty.clone())).collect();
    let got = columns_of(&setting(&server), all(declared("dbo.all", &table))).await.unwrap();
    for (at, (stored, value, _, expected)) in types().into_iter().enumerate() {
        let (required, optional) = (&got[2 * at], &got[2 * at + 1]);
        assert_eq!(optional[1], Value::Null, "{stored}");
        assert_eq!(required[0], required[1], "{stored}");
        assert_eq!(required[0], optional[0], "{stored}");
        assert_eq!(required[0].canonical(), expected, "{stored} {value}");
    }
}

#[tokio::test]
async fn letters_of_a_utf8_collation_come_out_as_they_are() {
    let server = server();
    let collation = "COLLATE Latin1_General_100_CI_AS_SC_UTF8";
    let columns = format!("[v] varchar(20) {collation} NOT NULL, [c] char(20) {collation} NULL");
    server.execute(&format!("CREATE TABLE [dbo].[letters] ({columns})")).unwrap();
    server.insert_rows("dbo.letters", &["v", "c"], [vec!["ёж İ 😀".into(), "ёж İ 😀".into()]]).unwrap();
    let table = [("v", Type::required(DataType::Text)), ("c", Type::optional(DataType::Text))];
    let got = columns_of(&setting(&server), all(declared("dbo.letters", &table))).await.unwrap();
    assert_eq!(got, [[Value::text("ёж İ 😀")], [Value::text("ёж İ 😀")]]);
}

#[tokio::test]
async fn a_rowversion_is_a_text_of_its_digits() {
    let server = server();
    server.execute("CREATE TABLE [dbo].[versions] ([n] int NOT NULL, [v] rowversion)").unwrap();
    server.insert_rows("dbo.versions", &["n"], [vec![1.into()]]).unwrap();
    let table = declared("dbo.versions", &[("v", Type::required(DataType::Text))]);
    let got = columns_of(&setting(&server), all(table)).await.unwrap();
    assert!(got[0][0].canonical().starts_with("0x0000000000000"), "{:?}", got[0][0]);
    assert_eq!(got[0][0].canonical().len(), 18);
}

#[tokio::test]
async fn times_finer_than_a_microsecond_are_cut_and_said() {
    let server = server();
    server.execute("CREATE TABLE [dbo].[fine] ([at] datetime2(7) NOT NULL, [t] time(7) NOT NULL)").unwrap();
    let row = vec!["2026-11-27T10:20:30.1234567".into(), "10:20:30.1234567".into()];
    server.insert_rows("dbo.fine", &["at", "t"], [row]).unwrap();
    let columns = [("at", Type::required(DataType::DateTime)), ("t", Type::required(DataType::Time))];
    let batches = batches(&setting(&server), all(declared("dbo.fine", &columns))).await.unwrap();
    assert_eq!(batches[0].warnings.iter().map(|warning| warning.code).collect::<Vec<_>>(), [Code::TimesCut; 2]);
}

#[tokio::test]
async fn a_value_that_no_declared_type_holds_is_said_not_bent() {
    let server = server();
    server.execute("CREATE TABLE [dbo].[odd] ([f] float NOT NULL, [d] decimal(38, 0) NOT NULL)").unwrap();
    server.insert_rows("dbo.odd", &["f", "d"], [vec![1.0.into(), "12".into()]]).unwrap();
    // The columns fit; the query of the author gives what they do not hold.
    let table = |column: &str, ty: Type, text: &str| own::declared_as(&[(column, ty)], text);
    let decimal = |precision, scale| Type::required(DataType::Decimal { precision, scale });
    let cases = [
        table("v", Type::required(DataType::Int), "SELECT CAST(NULL AS int) AS v"),
        table("v", decimal(4, 2), "SELECT CAST(123.45 AS decimal(18, 2)) AS v"),
        table("v", decimal(4, 1), "SELECT CAST(1.25 AS decimal(18, 2)) AS v"),
        table("v", Type::required(DataType::Int), "SELECT CAST(1.5 AS decimal(18, 1)) AS v"),
    ];
    for table in cases {
        let text = format!("{:?}", table.query);
        let error = columns_of(&setting(&server), all(table)).await.unwrap_err();
        assert_eq!((error.code, error.step), (Code::ServerValue, Some(StepId(3))), "{text}: {error:?}");
    }
}
