//! The page of `sort`.

use super::super::StepDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StepDoc = StepDoc {
    words: &["sort"],
    shape: &["sort column, expression desc [if $condition]"],
    summary: "Puts the rows into an order",
    detail: "",
    rows: "all",
    columns: "as before",
    key: "as before",
    order: "this one; equal rows go by the key, else by all columns; nulls last, with `desc` too",
    can_be_left_out: true,
    examples: &[r#"let newest =
  from wallet.cards
  sort issued_at desc, city
  take 100"#],
    wrong: Some(Wrong {
        code: Code::SortLost,
        script: r#"let by_day =
  from wallet.cards
  sort issued_at
  group by day = date(issued_at) { cards = count() }"#,
        right: r#"let by_day =
  from wallet.cards
  group by day = date(issued_at) { cards = count() }
  sort day"#,
    }),
};
