//! The page of `table`.

use super::super::StatementDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StatementDoc = StatementDoc {
    words: &["table"],
    shape: &[
        r#"table connection.name key column, column "What it holds" {
  column: type,
  column: type entity user,
  column: type? personal "What it holds",
}"#,
        r#"table connection.name key column trusted because "…" { … }"#,
        "table connection.name(argument: type) { … }",
    ],
    summary: "Declares the columns of a table, so that scripts can be checked without a server",
    detail: &[
        "`?` after a type: null is among the values. A column that is null and was not declared so ends the run.",
        r#"`key`: the columns that tell rows apart. A run checks it where it relies on it, unless it is `trusted because "…"`."#,
        "`entity user`: holds ids of people; the door watches them for held branches. `personal`: phone numbers, names and the like; a file that takes one which the script never names is warned of.",
    ],
    examples: &[r#"source shop: clickhouse

table shop.clients key client_id
  "Whoever bought something." {
  client_id: int entity user,
  phone: text? personal "As typed",
  total: decimal(12, 2),
}"#],
    wrong: Some(Wrong {
        code: Code::DecimalDigits,
        script: r#"source shop: clickhouse

table shop.orders key id { id: int, total: decimal }"#,
        right: r#"source shop: clickhouse

table shop.orders key id { id: int, total: decimal(12, 2) }"#,
    }),
};
