//! The first guide's project is the one that `wr new` makes. What its commands answer is judged with all other pages.

use crate::markdown::blocks;
use crate::support::project::{Project, repository};

#[test]
fn a_new_project_is_the_one_of_the_guide_and_runs() {
    let page = std::fs::read_to_string(repository().join("docs/guide/first-report.md")).unwrap();
    let project = Project::empty();
    project.wr(&["new", "shop"]).expect(0);
    for name in ["wr.toml", "schemas.wr", "orders.wr", "data/orders.csv"] {
        let is_it = |words: &str| words.ends_with(&format!(" file {name}"));
        let of_guide = blocks(&page).into_iter().find(|block| is_it(&block.words)).unwrap();
        assert_eq!(project.read(&format!("shop/{name}")), of_guide.text, "{name}");
    }
    project.wr(&["run", "shop/orders.wr"]).expect(0);
    let again = project.wr(&["new", "shop"]).expect(2);
    assert!(again.err.contains("is there already"), "{}", again.err);
}
