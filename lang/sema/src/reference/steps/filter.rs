//! The page of `filter`.

use super::super::StepDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StepDoc = StepDoc {
    words: &["filter"],
    shape: &["filter condition [if $condition]"],
    summary: "Keeps the rows for which the condition is true",
    detail: "With `if` it is one line that is there or not, whatever the parameter says. Several conditions may be several steps: the waterfall then shows how many rows each of them costs.",
    rows: "those for which it is true; where it is null, the row goes",
    columns: "as before; a column that the condition proves not null loses its `?`",
    key: "as before",
    order: "as before",
    can_be_left_out: true,
    examples: &[
        r#"let riga =
  from crm.users
  filter city == "Riga" and birth_date is not null"#,
        r#"param city: text? label "City" help "Empty for all"
let people =
  from crm.users
  filter city == $city if $city is not null"#,
    ],
    wrong: Some(Wrong {
        code: Code::NotEqualDropsNulls,
        script: r#"let others =
  from crm.users
  filter gender != "m""#,
        right: r#"let others =
  from crm.users
  filter gender is not "m""#,
    }),
};
