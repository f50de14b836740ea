//! Queries that the script's author wrote: sent as they are, their columns known by name.

use wr_plan::declaration::{QueryPart, QueryText, TableArgument};

use super::*;

/// The rows of a query.
pub(super) fn declared_as(columns: &[(&str, Type)], text: &str) -> Table {
    let query = QueryText { parts: vec![QueryPart::Words(text.to_owned())] };
    Table { query: Some(query), ..declared("sql", columns) }
}

#[tokio::test]
async fn its_columns_are_found_by_name_and_its_values_go_beside_it() {
    let server = server();
    numbers(&server, 100);
    let columns = [("s", Type::optional(DataType::Text)), ("n", Type::required(DataType::Int))];
    let parts = vec![
        QueryPart::Words("SELECT n, s, 1 AS other FROM dbo.numbers WHERE n < ".to_owned()),
        QueryPart::Hole(0),
        QueryPart::Words(" ORDER BY n".to_owned()),
    ];
    let argument = TableArgument { name: "most".to_owned(), ty: Type::required(DataType::Int), cohort_of: None };
    let table = Table { query: Some(QueryText { parts }), arguments: vec![argument], ..declared("sql", &columns) };
    let mut request = all(table);
    request.query.arguments = vec![Expr::literal(ExprId(0), DataType::Int, Value::Int(2))];
    let got = columns_of(&setting(&server), request).await.unwrap();
    assert_eq!(ints(&got), ["ёж 0", "ёж 1"]);
    assert_eq!(ints(&got[1..]), ["0", "1"]);
}

#[tokio::test]
async fn what_the_answer_holds_is_set_beside_the_declaration() {
    let server = server();
    let cases = [
        ("SELECT 1 AS other", Type::required(DataType::Int), "it has: other"),
        ("SELECT N'x' AS v", Type::required(DataType::Int), "a text"),
        ("SELECT CAST(1 AS money) AS v", Type::required(DataType::Decimal { precision: 19, scale: 4 }), "money"),
        ("SELECT 0x01 AS v", Type::required(DataType::Text), "varbinary"),
    ];
    for (text, ty, words) in cases {
        let error = columns_of(&setting(&server), all(declared_as(&[("v", ty)], text))).await.unwrap_err();
        assert_eq!(error.code, Code::SchemaDiffers, "{text}: {error:?}");
        assert!(error.detail[0].contains(words), "{text}: {error:?}");
    }
    let two = declared_as(&[("v", Type::required(DataType::Int))], "SELECT 1 AS v; SELECT 2 AS v");
    let error = columns_of(&setting(&server), all(two)).await.unwrap_err();
    assert_eq!(error.code, Code::ServerRefused, "{error:?}");
}

#[tokio::test]
async fn filters_on_it_are_applied_here() {
    let server = server();
    numbers(&server, 100);
    let mut request = all(declared_as(&[("n", Type::required(DataType::Int))], "SELECT n FROM dbo.numbers"));
    is(&mut request, FnId::Less, 0, Value::Int(2));
    assert_eq!(ints(&columns_of(&setting(&server), request).await.unwrap()), ["0", "1"]);
}
