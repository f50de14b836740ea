//! The page of `report`.

use super::super::StatementDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StatementDoc = StatementDoc {
    words: &["report"],
    shape: &[r#"report "Title" "What it is for" with zone = "Europe/Riga", locale = "en", max_rows_read = 5_000_000"#],
    summary: "Names the report, for the people who run it",
    detail: &[
        "The zone says when a day begins; the locale how people read numbers and dates. Without them those of `wr.toml` hold, else UTC and `en`.",
        "With `max_rows_read` a run stops as soon as more rows have come from its sources, all of them together, and nothing is written. `wr run --max-rows-read` can only lower it.",
        "It stands once, at the beginning. A library has none.",
    ],
    examples: &[r#"report "Cards of a partner"
  "All cards of one partner, with a sheet by day."
  with zone = "Europe/Riga""#],
    wrong: Some(Wrong {
        code: Code::UnknownSetting,
        script: r#"report "Cards" with timezone = "Europe/Riga""#,
        right: r#"report "Cards" with zone = "Europe/Riga""#,
    }),
};
