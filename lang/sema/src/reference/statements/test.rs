//! The page of `test`.

use super::super::StatementDoc;

pub(super) const DOC: StatementDoc = StatementDoc {
    words: &["test"],
    shape: &[
        r#"test "what holds" with { table = rows columns { … }, $name = value, now = moment } expect { relation = rows columns { … } }"#,
        r#"test "…" with { … } expect broken "message""#,
        r#"test "…" with { … } expect fail WR0804"#,
        r#"test "…" with { … } expect refused $name"#,
    ],
    summary: "Tries the script on rows that stand in it",
    detail: &[
        "`wr test` runs it: no source is asked, nothing is written. [Tests of a script](../guide/tests.md) has it all.",
    ],
    examples: &[r#"use crm from "schemas.wr"

let adults =
  from crm.users
  filter years_between(birth_date, today) >= 18

test "of age" with {
  crm.users = rows user_id, birth_date, updated_at {
    (1, 1990-05-05, 2026-01-01T00:00),
    (2, 2015-05-05, 2026-01-01T00:00),
  },
  now = 2026-11-23T12:00,
} expect {
  adults = rows user_id { (1) },
}"#],
    wrong: None,
};
