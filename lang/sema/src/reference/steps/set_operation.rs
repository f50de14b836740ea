//! The page of `union`, `except`, `intersect`.

use super::super::StepDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StepDoc = StepDoc {
    words: &["union", "except", "intersect"],
    shape: &["union relation", "except relation", "intersect relation"],
    summary: "Puts two relations with the same columns together, as lists of rows",
    detail: "Columns are put together by name. Whole rows are compared, and null equals null. To leave out people, whatever else is known of them, write `join anti`.",
    rows: "`union`: all of both; `except`: each row once that the left side has and the right one has not; `intersect`: each row once that both have",
    columns: "those of the left side, in its order, in the wider of both types",
    key: "`union`: none; `except`, `intersect`: that of the left side, and all columns together",
    order: "none: a `sort` stands after it",
    can_be_left_out: false,
    examples: &[r#"let all =
  from crm.users
  select user_id, city
  union (
    from wallet.cards
    select user_id, city
  )"#],
    wrong: Some(Wrong {
        code: Code::SetColumns,
        script: r#"let all =
  from crm.users
  select user_id, city
  union (from wallet.cards)"#,
        right: r#"let all =
  from crm.users
  select user_id, city
  union (
    from wallet.cards
    select user_id, city
  )"#,
    }),
};
