//! Held rows leave by `reveal` alone, into the files that are made from what it names, and everybody can see it.

use std::collections::BTreeSet;

use crate::support::csv;
use crate::support::project::Project;

const HEAD: &str = r#"report "Campaign"

source crm: sqlserver

table crm.users key user_id {
  user_id: int entity user,
  city: text?,
}

let people = from crm.users

split people by user_id seed "A-1" {
  control 30% held,
  test rest,
}

export people.test to csv "test.csv"
"#;

fn project(statements: &str) -> Project {
    let project = Project::empty();
    project.write("wr.toml", "[connections.crm]\ndriver = \"local\"\nfolder = \"crm\"\n");
    let rows: String = (1..=40).map(|id| format!("{id},{}\n", ["Tver", "Omsk"][id % 2])).collect();
    project.write("crm/users.csv", format!("user_id,city\n{rows}"));
    project.write("campaign.wr", format!("{HEAD}{statements}"));
    project
}

fn users(project: &Project, file: &str) -> BTreeSet<String> {
    let path = format!("out/latest/campaign/{file}");
    let text = std::fs::read_to_string(project.path(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    csv::parse(&text).into_iter().skip(1).map(|row| row[0].clone().unwrap()).collect()
}

const REVEAL: &str = "reveal people.control because \"the auditor recomputes the split\"\n";

#[test]
fn a_revealed_branch_is_written_and_seen_wherever_the_run_is_told_of() {
    let project = project(&format!("{REVEAL}export people.control to csv \"control.csv\"\n"));
    let plan = project.wr(&["plan", "campaign.wr"]).expect(0);
    let said = "reveal people.control because \"the auditor recomputes the split\"";
    assert!(plan.out.contains(said), "{}", plan.out);
    let run = project.wr(&["run", "campaign.wr"]).expect(0);
    let (control, test) = (users(&project, "control.csv"), users(&project, "test.csv"));
    assert!(control.is_disjoint(&test));
    assert_eq!(control.len() + test.len(), 40);
    let told = format!("{} held rows of people.control: the auditor recomputes the split", control.len());
    assert!(run.err.contains(&told), "{}", run.err);
    assert!(project.wr(&["show", "latest"]).expect(0).out.contains(&told));
    let manifest = project.wr(&["show", "latest", "--json"]).expect(0).json();
    assert_eq!(manifest["reveals"][0]["relation"], "people.control");
    assert_eq!(manifest["reveals"][0]["rows"], control.len());
}

#[test]
fn what_derives_from_a_revealed_relation_may_leave() {
    let project = project(&format!(
        "{REVEAL}let in_tver =\n  from people.control\n  filter city == \"Tver\"\nexport in_tver to csv \"tver.csv\"\n"
    ));
    project.wr(&["run", "campaign.wr"]).expect(0);
    assert!(!users(&project, "tver.csv").is_empty());
    assert!(users(&project, "tver.csv").is_disjoint(&users(&project, "test.csv")));
}

#[test]
fn a_reveal_lets_through_no_other_held_person_and_into_no_other_file() {
    // The file reads the revealed rows, but has everybody.
    let everybody = "let some =\n  from people.control\n  filter city == \"Tver\"\n\
                     reveal some because \"the auditor recomputes the split\"\n\
                     let all =\n  from crm.users\n  join one left some as s using user_id\n  \
                     select user_id, known = s.city\n\
                     export all to csv \"all.csv\"\n";
    let answer = project(everybody).wr(&["run", "campaign.wr"]).expect(4);
    assert!(answer.err.contains("WR0851"), "{}", answer.err);
    // Another file of the same run has held people without reading what was revealed.
    let beside = format!(
        "{REVEAL}export people.control to csv \"control.csv\"\nlet everyone = from crm.users\nexport everyone to csv \"all.csv\"\n"
    );
    let answer = project(&beside).wr(&["run", "campaign.wr"]).expect(4);
    assert!(answer.err.contains("all.csv"), "{}", answer.err);
}
