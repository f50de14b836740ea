//! The page of `rename`.

use super::super::StepDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StepDoc = StepDoc {
    words: &["rename"],
    shape: &["rename new = old, new = table.old"],
    summary: "Gives columns other names",
    detail: "The new name stands first, as in `derive`. All names change at once, so `rename a = b, b = a` exchanges two.",
    rows: "all",
    columns: "as before, in their places; a renamed column has a bare name",
    key: "as before",
    order: "as before",
    can_be_left_out: false,
    examples: &[r#"let people =
  from crm.users
  rename client = user_id, town = city"#],
    wrong: Some(Wrong {
        code: Code::UnknownColumn,
        script: r#"let people =
  from crm.users
  rename city = town"#,
        right: r#"let people =
  from crm.users
  rename town = city"#,
    }),
};
