//! The page of `drop`.

use super::super::StepDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StepDoc = StepDoc {
    words: &["drop"],
    shape: &["drop column, table.column"],
    summary: "Takes columns away",
    detail: "",
    rows: "all",
    columns: "the others, in their order",
    key: "kept while all its columns are",
    order: "as before",
    can_be_left_out: false,
    examples: &[r#"let people =
  from crm.users
  drop name, phone, push_token"#],
    wrong: Some(Wrong {
        code: Code::UnknownColumn,
        script: r#"let people =
  from crm.users
  drop name, fone"#,
        right: r#"let people =
  from crm.users
  drop name, phone"#,
    }),
};
