//! The page of `fn`.

use super::super::StatementDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StatementDoc = StatementDoc {
    words: &["fn"],
    shape: &["fn name(argument: type, …) -> type = expression"],
    summary: "Declares a function over values, for this script or for others that `use` it",
    detail: &[
        "It reads its arguments, and `now`, `today` and nothing else. It may call functions above it, but not itself.",
    ],
    examples: &["fn age(born: date?) -> int? = years_between(born, today)"],
    wrong: Some(Wrong {
        code: Code::NullHere,
        script: "fn age(born: date?) -> int = years_between(born, today)",
        right: "fn age(born: date?) -> int? = years_between(born, today)",
    }),
};
