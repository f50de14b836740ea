//! The page of `from`.

use super::super::StepDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StepDoc = StepDoc {
    words: &["from"],
    shape: &[
        "from relation",
        "from connection.table",
        "from connection.table(argument)",
        "from split.branch",
        "from relation(argument, name = argument)",
        "from connection.sql \"\"\"…\"\"\" as [key column] { column: type, … }",
        "from file($list) as { column: type [personal] [as \"Heading\"], … } [with sheet = \"…\"]",
    ],
    summary: "Begins a pipeline with the rows of a table, of a relation above it, of a branch of a split, of a file that the runner gives, or of a query in the language of its source",
    detail: "A script is read from top to bottom: what is read stands above. Reading one relation twice computes it once. A file is read once, \
             too; of its columns those that are declared, by their headings: [a file as a parameter](../guide/files.md).",
    rows: "all rows of what is read",
    columns: "all its columns, under bare names; a right column of a join keeps its name after the dot, so `u.city` is `city` here",
    key: "the `key` of the table, or what is known of the relation",
    order: "none for a table; that of the relation, if it ends sorted",
    can_be_left_out: false,
    examples: &[
        r#"let cards = from wallet.cards
let old =
  from cards
  filter date(issued_at) < 2024-01-01"#,
        r#"param cohort: cohort of amp label "Cohort"
let people = from amp.cohort($cohort)"#,
        r#"param list: file label "Payments"
let payments =
  from file($list) as {
    card_number: text personal as "Card number",
    amount: decimal(12, 2)?,
  }
  filter amount > 0"#,
    ],
    wrong: Some(Wrong {
        code: Code::UnknownRelation,
        script: r#"let old =
  from crads
  filter date(issued_at) < 2024-01-01
let cards = from wallet.cards"#,
        right: r#"let cards = from wallet.cards
let old =
  from cards
  filter date(issued_at) < 2024-01-01"#,
    }),
};
