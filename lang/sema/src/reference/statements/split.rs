//! The page of `split`.

use super::super::StatementDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StatementDoc = StatementDoc {
    words: &["split"],
    shape: &[
        "split relation by key seed value, … { branch share held, branch rest }",
        "split relation by key seed value exactly { … }",
        "split relation by key seed value stratify by column, … { … }",
    ],
    summary: "Parts a relation into branches, by its key and a seed, so that anybody can do it again",
    detail: &[
        "`relation.branch` is a relation from here on. `held`: its rows may be counted and recorded, and never leave in a file.",
        "`exactly` gives each branch its share to the nearest whole key; `stratify by` does so in each stratum. [Splits](../split.md) has the formula, [splits and control groups](../guide/splits.md) the use.",
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
}"#],
    wrong: Some(Wrong {
        code: Code::SharesSum,
        script: r#"use crm from "schemas.wr"

param sub_id: text label "Mailing id"

let people =
  from crm.users
  select user_id, city

split people by user_id seed $sub_id {
  control 10% held,
  test 80%,
}

record people into crm.mailing_history key sub_id, user_id {
  sub_id = $sub_id,
  user_id,
  grp = branch,
  sent_at = now,
}"#,
        right: r#"use crm from "schemas.wr"

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
}"#,
    }),
};
