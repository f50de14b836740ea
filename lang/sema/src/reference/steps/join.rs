//! The page of `join`.

use super::super::StepDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StepDoc = StepDoc {
    words: &["join"],
    shape: &[
        "join [one | many] [left | full] relation [as name] using column [unmatched rule]",
        "join [one | many] [left | full] relation [as name] on condition [unmatched rule]",
        "join semi relation [as name] using column [if $condition]",
        "join anti relation [as name] on condition [if $condition]",
        "join cross relation [as name]",
    ],
    summary: "Puts rows of another relation beside those that belong to it",
    detail: "`one` promises at most one match for each left row, and the run stops where there are two. `many` says that several are meant. `unmatched` is `fail`, `drop` or `<= 5%`. Null equals nothing in a join. [Joins without surprises](../guide/joins.md) has them all.",
    rows: "pairs that match; `left` also left rows without a match, `full` those of both sides; `semi` left rows with a match, `anti` those without; `cross` all pairs",
    columns: "those of the left side, then those of the right side as `name.column`; `using k` leaves one bare `k`; `semi` and `anti` add none; `left` makes the right side nullable, `full` both",
    key: "that of the left side where a left row finds at most one; else the keys of both sides together",
    order: "that of the left side, with `one`, `semi` and `anti`; else none",
    can_be_left_out: true,
    examples: &[
        r#"let named =
  from wallet.cards
  join one left wallet.partners as p on partner_id == p.id
  select card_id, partner = p.name"#,
        r#"let never_mailed =
  from crm.users
  join anti crm.mailing_history using user_id"#,
    ],
    wrong: Some(Wrong {
        code: Code::JoinMultiplies,
        script: r#"let by_city =
  from crm.users
  join wallet.cards as c using user_id
  group by city { people = count() }"#,
        right: r#"let by_city =
  from crm.users
  join semi wallet.cards as c using user_id
  group by city { people = count() }"#,
    }),
};
