//! The page of `window`.

use super::super::StepDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StepDoc = StepDoc {
    words: &["window"],
    shape: &[
        "window [by column, …] [sort column desc, …] { name = expression, name = aggregate rows -6..0, replace name = … }",
    ],
    summary: "Adds columns that are made of other rows",
    detail: "`by` says which rows belong together; without it all do. An aggregate sees all of them, or the rows of its frame: `rows -6..0` is this row and the six before it.",
    rows: "all",
    columns: "the ones before, then the new ones",
    key: "as before, unless one of its columns is replaced",
    order: "as before; the `sort` of a window sorts nothing but it",
    can_be_left_out: false,
    examples: &[r#"let days =
  from wallet.cards
  group by day = date(issued_at) { cards = count() }
  window sort day { before = lag(cards), so_far = sum(cards) rows ..0, week = sum(cards) rows -6..0 }
  sort day"#],
    wrong: Some(Wrong {
        code: Code::WindowWithoutSort,
        script: r#"let numbered =
  from wallet.cards
  window by user_id { number = row_number() }"#,
        right: r#"let numbered =
  from wallet.cards
  window by user_id sort issued_at { number = row_number() }"#,
    }),
};
