//! The page of `select`.

use super::super::StepDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StepDoc = StepDoc {
    words: &["select"],
    shape: &["select column, table.column as name, name = expression, $columns"],
    summary: "Makes the columns: these, in this order, and no others",
    detail: "",
    rows: "all",
    columns: "the listed ones, under bare names",
    key: "kept while all its columns are",
    order: "as before, also when the column it goes by is gone",
    can_be_left_out: false,
    examples: &[r#"let people =
  from crm.users
  select user_id, town = upper(city), born = year(birth_date)"#],
    wrong: Some(Wrong {
        code: Code::ColumnNeedsName,
        script: r#"let people =
  from crm.users
  select user_id, upper(city)"#,
        right: r#"let people =
  from crm.users
  select user_id, city = upper(city)"#,
    }),
};
