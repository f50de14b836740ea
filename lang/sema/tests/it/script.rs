//! A script in memory with the sample schemas beside it, and what is said about it.

use std::collections::BTreeMap;

use wr_base::diag::Diagnostic;
use wr_base::loader::MemoryLoader;
use wr_sema::project::Project;
use wr_sema::{Analysis, analyse};

/// What most scripts here read.
pub(crate) const SCHEMAS: &str = include_str!("../../../../examples/schemas.wr");
pub(crate) const PEOPLE: &str = include_str!("../../../../examples/lib/people.wr");

/// Analyses `script` as `report.wr`, with other files beside it.
pub(crate) fn analyse_with(script: &str, files: &[(&str, &str)]) -> Analysis {
    let mut texts = BTreeMap::from([
        ("report.wr".to_owned(), script.to_owned()),
        ("schemas.wr".to_owned(), SCHEMAS.to_owned()),
        ("lib/people.wr".to_owned(), PEOPLE.to_owned()),
    ]);
    texts.extend(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    analyse(&MemoryLoader(texts), "report.wr", &Project::default())
}

/// `WR0123 "the words" the headline`, in the order of the text.
pub(crate) fn said_with(script: &str, files: &[(&str, &str)]) -> Vec<String> {
    let analysis = analyse_with(script, files);
    let line = |diagnostic: &Diagnostic| {
        let words = analysis.sources.slice(diagnostic.primary.span);
        format!("{} {words:?} {}", diagnostic.code, diagnostic.headline)
    };
    analysis.diagnostics.iter().map(line).collect()
}

/// A script of statements under `use wallet, crm, amp from "schemas.wr"`.
pub(crate) fn said(statements: &str) -> Vec<String> {
    said_with(&format!("use wallet, crm, amp from \"schemas.wr\"\n{statements}"), &[])
}

/// Nothing is said.
#[track_caller]
pub(crate) fn clean(statements: &str) {
    assert_eq!(said(statements), Vec::<String>::new());
}
