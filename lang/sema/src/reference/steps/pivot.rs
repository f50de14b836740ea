//! The page of `pivot`.

use super::super::StepDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StepDoc = StepDoc {
    words: &["pivot"],
    shape: &["pivot aggregate by column in [value, value as name, null as name]"],
    summary: "Makes a column of each listed value",
    detail: "**All other columns identify a row**, so a `select` of what is wanted stands before it. Values that are not listed are in no column; their row is there all the same.",
    rows: "one for each different value of all other columns",
    columns: "the other columns, then one for each listed value",
    key: "all other columns",
    order: "none: a `sort` stands after it",
    can_be_left_out: false,
    examples: &[r#"let by_day =
  from wallet.cards
  select day = date(issued_at), kind
  pivot count() by kind in ["plastic", "issued" as own, null as unknown]
  sort day"#],
    wrong: Some(Wrong {
        code: Code::UnknownColumn,
        script: r#"let by_day =
  from wallet.cards
  select day = date(issued_at)
  pivot count() by kind in ["plastic", "issued"]"#,
        right: r#"let by_day =
  from wallet.cards
  select day = date(issued_at), kind
  pivot count() by kind in ["plastic", "issued"]"#,
    }),
};
