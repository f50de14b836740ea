//! The page of `group by`.

use super::super::StepDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StepDoc = StepDoc {
    words: &["group by"],
    shape: &["group by column, name = expression { name = aggregate, … }"],
    summary: "Makes one row of all rows that have the same keys",
    detail: "A measure is made of aggregates: `count()`, `sum(x)`, `sum(x) / count()`. A group without rows does not exist.",
    rows: "one for each group; null is a group of its own",
    columns: "the keys, then the measures",
    key: "the keys",
    order: "none: a `sort` stands after it",
    can_be_left_out: false,
    examples: &[r#"let by_day =
  from wallet.cards
  group by day = date(issued_at), kind { cards = count(), people = count_distinct(user_id) }
  sort day, kind"#],
    wrong: Some(Wrong {
        code: Code::NotGrouped,
        script: r#"let by_city =
  from crm.users
  group by city { people = count(), gender }"#,
        right: r#"let by_city =
  from crm.users
  group by city, gender { people = count() }"#,
    }),
};
