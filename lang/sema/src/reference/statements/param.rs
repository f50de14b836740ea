//! The page of `param`.

use super::super::StatementDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StatementDoc = StatementDoc {
    words: &["param"],
    shape: &[
        r#"param name: type = default label "Label" help "Help" matches /pattern/ where $name > 0 else "message""#,
        r#"param name: choice = "a" label "Label" { "a" as "The first", "b" as "The second" = expression }"#,
        r#"param name: choice = first from (from … select value, label) label "Label""#,
    ],
    summary: "Asks whoever runs the report for a value",
    detail: &[
        "`$name` is the value, wherever a value may stand. Without a default it must be given; with `?` after the type it may be left empty, and is null.",
        r#"| clause | says |
| --- | --- |
| `= value` | the default |
| `= all` | each of the options (`choices`, `columns`) |
| `= first from (…)` | the first row of the query (`choice`) |
| `from (…)` | the query that gives the options: the value, then its label |
| `label "…"` | what the runner reads instead of the name |
| `help "…"` | a sentence more |
| `matches /…/` | the pattern that the whole text has to match (`text`) |
| `where … else "…"` | what has to hold, and what the runner reads where it does not |
| `{ … }` | the options, each with its label, and with the expression it stands for |"#,
        "The kinds of parameters are types: [types](types.md). [Parameters](../guide/parameters.md) shows each at work.",
    ],
    examples: &[r#"param control: percent = 10% label "Control group" where $control <= 50% else "at most half"
param kind: choice = "plastic" label "Card type" { "plastic" as "Added from plastic", "issued" as "Issued in the app" }"#],
    wrong: Some(Wrong {
        code: Code::DefaultBreaksCheck,
        script: r#"param control: percent = 60% label "Control group" where $control <= 50% else "at most half""#,
        right: r#"param control: percent = 10% label "Control group" where $control <= 50% else "at most half""#,
    }),
};
