//! The page of `record`.

use super::super::StatementDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StatementDoc = StatementDoc {
    words: &["record"],
    shape: &["record relation into connection.table key column, … { column, column = expression }"],
    summary: "Appends the rows to a history table, once, however often the run is tried again",
    detail: &[
        "Of a split relation all branches are recorded, and `branch` is the name of the row's own.",
        "The columns of the key that are set from `$values` are the occasion: [effects](../effects.md) says what a second run of it does.",
    ],
    examples: &[r#"use crm from "schemas.wr"

param sub_id: text label "Mailing id"

let people =
  from crm.users
  select user_id, city

split people by user_id seed $sub_id {
  control 10% held,
  test rest,
}

record people into crm.mailing_history key sub_id, user_id {
  sub_id = $sub_id,
  user_id,
  grp = branch,
  sent_at = now,
}

export people.test to csv "{$sub_id}.csv""#],
    wrong: Some(Wrong {
        code: Code::RecordMissesColumns,
        script: r#"use crm from "schemas.wr"

param sub_id: text label "Mailing id"

let people =
  from crm.users
  select user_id, city

record people into crm.mailing_history key sub_id, user_id {
  sub_id = $sub_id,
  user_id,
  grp = "test",
}"#,
        right: r#"use crm from "schemas.wr"

param sub_id: text label "Mailing id"

let people =
  from crm.users
  select user_id, city

record people into crm.mailing_history key sub_id, user_id {
  sub_id = $sub_id,
  user_id,
  grp = "test",
  sent_at = now,
}"#,
    }),
};
