//! The page of `use`.

use super::super::StatementDoc;
use super::super::Wrong;
use wr_base::diag::Code;

pub(super) const DOC: StatementDoc = StatementDoc {
    words: &["use"],
    shape: &[r#"use name, name from "file.wr""#],
    summary: "Takes connections, functions and other names from another file",
    detail: &[
        "Nothing comes along that is not named, so a reader knows where each name comes from. The path begins at the file in which it stands.",
    ],
    examples: &[r#"use wallet, crm from "schemas.wr"
use age from "lib/people.wr""#],
    wrong: Some(Wrong {
        code: Code::UnknownImport,
        script: r#"use age, shoe_size from "lib/people.wr""#,
        right: r#"use age from "lib/people.wr""#,
    }),
};
