//! The page of `export`.

use super::super::StatementDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StatementDoc = StatementDoc {
    words: &["export"],
    shape: &[
        r#"export relation to csv "name.csv" with delimiter = ";""#,
        r#"export relation to csv for excel "name.csv" { column as "Heading", … }"#,
        r#"export relation to jsonl "name.jsonl""#,
        r#"export relation to parquet "name.parquet""#,
        r#"export to xlsx "name.xlsx" {
  sheet "Title" from relation { column as "Heading" format "0.00", … },
  sheet by column from relation { … },
}"#,
    ],
    summary: "Writes a file",
    detail: &[
        r#"The name may hold values: `"cards-{$month}.csv"`. Without a list of columns all are written, under their own names."#,
        "A heading is a text, or `label($choice)`: what the runner chose. [Files](files.md) says what each format holds.",
    ],
    examples: &[r#"use wallet from "schemas.wr"

let cards =
  from wallet.cards
  sort issued_at

export to xlsx "cards.xlsx" { sheet "Cards" from cards { card_number as "Card number", issued_at as "Issued" } }"#],
    wrong: Some(Wrong {
        code: Code::FileEnding,
        script: r#"use wallet from "schemas.wr"

let cards =
  from wallet.cards
  sort issued_at

export cards to csv for excel "cards.txt" { card_number as "Card number" }"#,
        right: r#"use wallet from "schemas.wr"

let cards =
  from wallet.cards
  sort issued_at

export cards to csv for excel "cards.csv" { card_number as "Card number" }"#,
    }),
};
