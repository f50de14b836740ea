//! The page of `unpivot`.

use super::super::StepDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StepDoc = StepDoc {
    words: &["unpivot"],
    shape: &[r#"unpivot value by name in [column, column as "Text", …]"#],
    summary: "Makes rows of columns: the way back from `pivot`",
    detail: "Values widen to one type. Nulls are rows, too.",
    rows: "each as often as there are listed columns",
    columns: "the others, then one with the name of the column, then one with its value",
    key: "the key together with the column of names",
    order: "none: a `sort` stands after it",
    can_be_left_out: false,
    examples: &[r#"let contacts =
  from crm.users
  select user_id, phone, push_token
  unpivot value by kind in [phone, push_token as "push"]
  filter value is not null"#],
    wrong: Some(Wrong {
        code: Code::UnpivotColumns,
        script: r#"let long =
  from crm.users
  select user_id, phone, birth_date
  unpivot value by kind in [phone, birth_date]"#,
        right: r#"let long =
  from crm.users
  select user_id, phone, born = text(birth_date)
  unpivot value by kind in [phone, born]"#,
    }),
};
