//! The page of `expect`.

use super::super::StatementDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StatementDoc = StatementDoc {
    words: &["expect"],
    shape: &[
        r#"expect condition else "message""#,
        "expect rows(r) in 100..2_000_000",
        "expect unique(r, column)",
        "expect change(rows(r)) since last run in -50%..50%",
    ],
    summary: "Promises something about the rows; where it does not hold, nothing leaves",
    detail: &[
        "A relation is a name, or a pipeline in place: `rows(from people filter client is null)`. Aggregates are asked as `max(r.total)`.",
        r#"`wr run --accept "reason"` lets one broken expectation pass; the manifest keeps the reason."#,
    ],
    examples: &[r#"use crm from "schemas.wr"

let people =
  from crm.users
  filter city is not null

expect rows(people) > 0 else "nobody"
expect unique(people, user_id)
expect rows(people) >= 90% * rows(from crm.users)"#],
    wrong: Some(Wrong {
        code: Code::FactArguments,
        script: r#"use crm from "schemas.wr"

let people = from crm.users

expect count() > 0"#,
        right: r#"use crm from "schemas.wr"

let people = from crm.users

expect rows(people) > 0"#,
    }),
};
