//! The page of `derive`.

use super::super::StepDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StepDoc = StepDoc {
    words: &["derive"],
    shape: &["derive name = expression, replace name = expression"],
    summary: "Adds columns",
    detail: "All expressions of one `derive` read the row before it. What reads a new column stands in the next `derive`.",
    rows: "all",
    columns: "the ones before, then the new ones; `replace` puts a value in the place of a column that is there",
    key: "as before, unless one of its columns is replaced",
    order: "as before",
    can_be_left_out: false,
    examples: &[r#"let people =
  from crm.users
  derive age = years_between(birth_date, today)
  derive is_adult = age >= 18"#],
    wrong: Some(Wrong {
        code: Code::NeedsReplace,
        script: r#"let people =
  from crm.users
  derive city = upper(city)"#,
        right: r#"let people =
  from crm.users
  derive replace city = upper(city)"#,
    }),
};
