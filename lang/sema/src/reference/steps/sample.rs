//! The page of `sample`.

use super::super::StepDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StepDoc = StepDoc {
    words: &["sample"],
    shape: &["sample n by column, … seed value, … [if $condition]"],
    summary: "Draws n keys, and anybody can draw them again",
    detail: "It is no matter of chance: the same seed draws the same keys, whoever comes and goes. [Splits](../split.md) has the formula.",
    rows: "all rows of the n keys with the smallest hash of seed and key",
    columns: "as before",
    key: "as before",
    order: "as before",
    can_be_left_out: true,
    examples: &[r#"let winners =
  from wallet.promo_steps
  sample 10 by user_id seed "draw", last week"#],
    wrong: Some(Wrong {
        code: Code::SplitKey,
        script: r#"let some =
  from crm.users
  sample 10 by city seed "draw""#,
        right: r#"let some =
  from crm.users
  filter city is not null
  sample 10 by city seed "draw""#,
    }),
};
