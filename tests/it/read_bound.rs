//! How many rows a run may read: by the report, by who runs it, and what `wr plan --count` says of it before.

use crate::support::project::Project;

const SCRIPT: &str = r#"source db: clickhouse
table db.cards key card_id { card_id: int }
table db.people key user_id { user_id: int }
let cards = from db.cards
let people = from db.people
export cards to csv "cards.csv"
export people to csv "people.csv"
"#;

/// Three cards and two people: five rows come.
fn project(report: &str) -> Project {
    Project::small(&[
        ("cards.wr", &format!("report \"Cards\"{report}\n{SCRIPT}")),
        ("data/cards.csv", "card_id\n1\n2\n3\n"),
        ("data/people.csv", "user_id\n7\n8\n"),
    ])
}

#[test]
fn a_run_stops_with_the_first_row_beyond_its_bound_and_writes_nothing() {
    let project = project("");
    let answer = project.wr(&["run", "cards.wr", "--max-rows-read", "4"]).expect(4);
    assert!(answer.err.contains("WR0830") && answer.err.contains("this run may read 4 rows"), "{}", answer.err);
    assert_eq!(project.files("out").iter().filter(|file| file.ends_with(".csv")).count(), 0);
    project.wr(&["run", "cards.wr", "--max-rows-read", "5"]).expect(0);
    project.wr(&["run", "cards.wr", "--max-rows-read", "0"]).expect(2);
}

#[test]
fn nobody_raises_the_bound_of_the_report() {
    let project = project(" with max_rows_read = 4");
    for command in ["run", "run --max-rows-read 5", "run --preview 2", "run --dry-run"] {
        let words: Vec<&str> = command.split(' ').chain(["cards.wr"]).collect();
        let answer = project.wr(&words).expect(4);
        assert!(answer.err.contains("this run may read 4 rows"), "{command}: {}", answer.err);
    }
    let plan = project.wr(&["plan", "cards.wr"]).expect(0).out;
    assert!(plan.contains("a run stops when more than 4 rows came from all of them together"), "{plan}");
}
