//! The page of `take`.

use super::super::StepDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StepDoc = StepDoc {
    words: &["take"],
    shape: &["take n [if $condition]"],
    summary: "Keeps the first n rows",
    detail: "",
    rows: "the first n; all, if there are fewer",
    columns: "as before",
    key: "as before; after `take 1` there is one row",
    order: "as before",
    can_be_left_out: true,
    examples: &[r#"let newest =
  from wallet.cards
  sort issued_at desc
  take 10"#],
    wrong: Some(Wrong {
        code: Code::TakeWithoutSort,
        script: r#"let some =
  from wallet.cards
  take 10"#,
        right: r#"let some =
  from wallet.cards
  sort card_id
  take 10"#,
    }),
};
