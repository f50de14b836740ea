//! The page of `distinct`.

use super::super::StepDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StepDoc = StepDoc {
    words: &["distinct"],
    shape: &["distinct [if $condition]", "distinct on column, table.column keep first by column desc [if $condition]"],
    summary: "Leaves one of several rows that are the same, or that have the same values in some columns",
    detail: "Null equals null here. Rows that are equal in `keep first by` too are told apart by the key, else by all columns: the same data leave the same row.",
    rows: "one for each different row; `on`: one for each different value there, the first by `keep first by`",
    columns: "as before",
    key: "the columns of `on`; without it all columns",
    order: "none: a `sort` stands after it",
    can_be_left_out: true,
    examples: &[
        r#"let cities =
  from crm.users
  select city
  distinct"#,
        r#"let newest =
  from crm.contacts
  distinct on user_id, kind keep first by updated_at desc"#,
    ],
    wrong: Some(Wrong {
        code: Code::DistinctWithoutKeep,
        script: r#"let newest =
  from crm.contacts
  distinct on user_id"#,
        right: r#"let newest =
  from crm.contacts
  distinct on user_id keep first by updated_at desc"#,
    }),
};
