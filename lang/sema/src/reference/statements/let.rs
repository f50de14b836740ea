//! The page of `let`.

use super::super::StatementDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StatementDoc = StatementDoc {
    words: &["let"],
    shape: &["let name = from …", "let name(parameter: type [= default], …) = from …", "let $name = expression"],
    summary: "Names a relation, or a value",
    detail: &[
        "A relation is computed once, however often it is read, and not at all where nobody needs it. A value is computed of parameters and of other values, before any row is read.",
        "A relation with parameters is made for its arguments wherever it is read: `from paid($month)`, `join left paid($month) as p using user_id`. The same arguments are the same rows, computed once. More in [own steps](../guide/own-steps.md).",
    ],
    examples: &[r#"use wallet from "schemas.wr"

param size: int = 100 label "How many"

let $double = $size * 2

let newest =
  from wallet.cards
  sort issued_at desc
  take $double"#],
    wrong: Some(Wrong {
        code: Code::NamedLikeConnection,
        script: r#"use wallet from "schemas.wr"

let wallet = from wallet.cards"#,
        right: r#"use wallet from "schemas.wr"

let cards = from wallet.cards"#,
    }),
};
