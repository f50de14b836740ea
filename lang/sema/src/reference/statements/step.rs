//! The page of `step`.

use super::super::StatementDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StatementDoc = StatementDoc {
    words: &["step"],
    shape: &["step name = step …", "step name(parameter: type [= default], …) = step …"],
    summary: "Declares a step of one or several others, for this script or for others that `use` it",
    detail: &[
        "`apply name` takes it. It is checked with the rows to which it is applied. In its body a parameter has a `$`.",
        "More in [own steps](../guide/own-steps.md).",
    ],
    examples: &[r#"use crm from "schemas.wr"
use age from "lib/people.wr"

step adults(least: int = 18) = filter age(birth_date) >= $least

let people =
  from crm.users
  apply adults(least = 21)"#],
    wrong: Some(Wrong {
        code: Code::StepDoesNotFit,
        script: r#"use crm from "schemas.wr"

step adults(least: int = 18) = filter age >= $least

let people =
  from crm.users
  apply adults(least = 21)"#,
        right: r#"use crm from "schemas.wr"
use age from "lib/people.wr"

step adults(least: int = 18) = filter age(birth_date) >= $least

let people =
  from crm.users
  apply adults(least = 21)"#,
    }),
};
