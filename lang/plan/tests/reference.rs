//! The page of all functions is what the catalogue says.

use std::path::Path;

#[test]
fn the_page_of_functions_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/functions.md");
    let page = wr_plan::functions::reference_markdown();
    if std::env::var_os("WR_UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == page, "docs/reference/functions.md is stale: run this test with WR_UPDATE=1");
}
