//! The page of `source`.

use super::super::StatementDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StatementDoc = StatementDoc {
    words: &["source"],
    shape: &["source name: clickhouse", "source name: sqlserver", "source name: amplitude"],
    summary: "Declares a connection, and the kind of its server",
    detail: &[
        r#"The name is that of `[connections.name]` in `wr.toml`, where address and secrets are. The kind is what the tables are written for; in `wr.toml` a connection of any kind may lead to a folder, `driver = "local"`."#,
    ],
    examples: &[r#"source shop: clickhouse

table shop.orders key id { id: int, city: text?, paid_at: datetime }"#],
    wrong: Some(Wrong {
        code: Code::UnknownEngine,
        script: "source shop: clickhous",
        right: "source shop: clickhouse",
    }),
};
