//! Parameters that depend on others: options, conditions; and lists as people paste them.

use crate::support::csv;
use crate::support::project::{Answer, Project};

const SCRIPT: &str = r#"report "Sales"

source shop: clickhouse

table shop.shops key id {
  id: int,
  region: text,
  name: text,
}

param region: choice = "north" label "Region" {
  "north" as "The north",
  "south" as "The south",
}
param branch_id: choice = first from (from shop.shops filter region == $region select id, name sort name) label "Shop"
param since: date = 2026-01-01 label "From"
param until: date = 2026-12-31 label "To" where $until >= $since else "the end is before the start"
param ids: list of int = [1] label "Numbers"
param names: list of text = ["a"] label "Names"

let picked =
  from shop.shops
  filter id == $branch_id or id in $ids or name in $names

export picked to csv "picked.csv" { id, name }
"#;

fn project() -> Project {
    let project = Project::empty();
    project.write("wr.toml", "[connections.shop]\ndriver = \"local\"\nfolder = \"shop\"\n");
    project.write(
        "shop/shops.csv",
        "id,region,name\n1,north,Ada\n2,north,Bob\n3,south,Cid\n4,south,New York\n5,south,\"a, b\"\n",
    );
    project.write("sales.wr", SCRIPT);
    project
}

fn run(project: &Project, set: &[&str]) -> Answer {
    let set = set.iter().flat_map(|one| ["--set", one]);
    project.wr(&["run", "sales.wr"].into_iter().chain(set).collect::<Vec<_>>())
}

#[track_caller]
fn ids(project: &Project, set: &[&str]) -> (Vec<String>, String) {
    let answer = run(project, set).expect(0);
    let text = std::fs::read_to_string(project.path("out/latest/sales/picked.csv")).unwrap();
    let mut ids: Vec<String> = csv::parse(&text).into_iter().skip(1).map(|row| row[0].clone().unwrap()).collect();
    ids.sort();
    (ids, answer.err)
}

#[test]
fn options_are_those_of_the_values_before() {
    let project = project();
    // The first shop of the region is the default.
    assert_eq!(ids(&project, &["ids=0"]).0, ["1"]);
    assert_eq!(ids(&project, &["ids=0", "region=south"]).0, ["3"]);
    assert_eq!(ids(&project, &["ids=0", "region=south", "branch_id=New York"]).0, ["4"]);
    let answer = run(&project, &["region=north", "branch_id=Cid"]).expect(3);
    assert!(answer.err.contains("Shop") && answer.err.contains("Ada") && !answer.err.contains("New York"));
    // One mistake is told once: without a region there are no shops to speak of.
    let answer = run(&project, &["region=west", "branch_id=Cid", "until=never"]).expect(3);
    assert!(
        answer.err.contains("Region") && answer.err.contains("To") && !answer.err.contains("Shop"),
        "{}",
        answer.err
    );
}

#[test]
fn options_that_need_a_later_value_are_found_by_a_check() {
    let project = project();
    let place = SCRIPT.lines().find(|line| line.starts_with("param branch_id")).unwrap();
    let script = SCRIPT.replace(&format!("{place}\n"), "").replace("param region", &format!("{place}\nparam region"));
    project.write("sales.wr", script);
    let answer = project.wr(&["check", "sales.wr"]).expect(1);
    assert!(answer.err.contains("$region"), "{}", answer.err);
}

#[test]
fn a_condition_over_two_values_is_told_at_the_later_one() {
    let project = project();
    ids(&project, &["since=2026-05-05", "until=2026-05-05"]);
    let answer = run(&project, &["since=2026-05-05", "until=2026-05-04"]).expect(3);
    assert!(answer.err.contains("To: the end is before the start"), "{}", answer.err);
    // A default can break it as well.
    let answer = run(&project, &["since=2027-01-01"]).expect(3);
    assert!(answer.err.contains("To: the end is before the start"), "{}", answer.err);
    // Nothing can be said about a start that is none.
    let answer = run(&project, &["since=never", "until=2026-05-04"]).expect(3);
    assert!(answer.err.contains("From") && !answer.err.contains("the end is before"), "{}", answer.err);
}

#[test]
fn a_pasted_list_may_have_any_separator_and_is_counted() {
    let project = project();
    for pasted in ["1\n3\n4", "1,3,4", "1; 3; 4", "1\t3\t4", "1 3  4", "1\r\n3\r\n4\r\n", "[1, 3, 4]"] {
        let (ids, said) = ids(&project, &[&format!("ids={pasted}")]);
        assert_eq!(ids, ["1", "3", "4"], "{pasted:?}");
        assert!(said.contains("Numbers: 3 values\n"), "{pasted:?}: {said}");
    }
    assert!(ids(&project, &["ids=1, 3, 3"]).1.contains("Numbers: 3 values, 2 different\n"));
    let (found, said) = ids(&project, &["ids=0", "names=New York\na, b"]);
    assert_eq!(found, ["1", "4", "5"]);
    assert!(said.contains("Names: 2 values\n") && said.contains("Numbers: 1 value\n"), "{said}");
    // A default is nobody's list.
    assert!(!ids(&project, &[]).1.contains("value"));
}
