//! The page of `aggregate`.

use super::super::StepDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StepDoc = StepDoc {
    words: &["aggregate"],
    shape: &["aggregate { name = aggregate, … }"],
    summary: "Makes one row of all rows",
    detail: "Of no rows `count` and `sum` are 0; `avg`, `min` and `max` are null.",
    rows: "one, also of no rows",
    columns: "the measures",
    key: "there is one row",
    order: "one row",
    can_be_left_out: false,
    examples: &[r#"let total =
  from wallet.cards
  aggregate { cards = count(), newest = max(issued_at) }"#],
    wrong: Some(Wrong {
        code: Code::NotGrouped,
        script: r#"let total =
  from wallet.cards
  aggregate { cards = count(), city }"#,
        right: r#"let total =
  from wallet.cards
  group by city { cards = count() }"#,
    }),
};
