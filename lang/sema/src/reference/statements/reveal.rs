//! The page of `reveal`.

use super::super::StatementDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StatementDoc = StatementDoc {
    words: &["reveal"],
    shape: &[r#"reveal relation.branch because "reason""#],
    summary: "Lets the rows of a held branch leave, for a reason that is kept",
    detail: &["It is the one way out. `wr plan` lists it, the manifest keeps relation, reason and number of rows."],
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

reveal people.control because "the auditor recomputes the split"
export people.control to csv "control.csv""#],
    wrong: Some(Wrong {
        code: Code::HeldLeaves,
        script: r#"use crm from "schemas.wr"

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

export people.control to csv "control.csv""#,
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
}

export people.test to csv "test.csv""#,
    }),
};
