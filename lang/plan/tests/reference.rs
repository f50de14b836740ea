//! Pages are what the tables in the code say.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;

#[test]
fn the_page_of_functions_is_fresh() {
    is_fresh("functions.md", &wr_plan::functions::reference_markdown());
}

#[test]
fn the_page_of_engines_is_fresh() {
    is_fresh("engines.md", &wr_plan::place::capabilities::engines_markdown());
}

fn is_fresh(name: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference").join(name);
    if std::env::var_os("WR_UPDATE").is_some() {
        std::fs::write(&path, page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == page, "docs/reference/{name} is stale: run this test with WR_UPDATE=1");
}
