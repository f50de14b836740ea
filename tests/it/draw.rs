//! A draw is recorded and issued again, never drawn anew: what arrives late must not dislodge a congratulated winner.

use crate::support::csv;
use crate::support::project::Project;

/// Did all five steps in the week, but we learn of it after the draw. Python's hashlib says that nobody in
/// `tests/expected/weekly_draw/defaults` is drawn before this number.
const LATE: &str = "30000031";
/// The last of the ten who were drawn in time; the late one would take this place.
const LAST: &str = "7091968";

fn with_late_steps(project: &Project) {
    let path = "data/wallet/promo_steps.csv";
    let mut steps = std::fs::read_to_string(project.path(path)).unwrap();
    (1..=5).for_each(|step| steps.push_str(&format!("{LATE},{step},2026-11-20T10:00:00Z\r\n")));
    project.write(path, steps);
}

/// The path of the file with the winners, and who they are.
fn drawn(project: &Project) -> (String, Vec<String>) {
    let json = project.wr(&["run", "weekly_draw.wr", "--json"]).expect(0).json();
    let path = json["files"][0]["path"].as_str().unwrap().to_owned();
    let rows = csv::parse(&std::fs::read_to_string(&path).unwrap());
    let mut winners: Vec<String> = rows[1..].iter().map(|row| row[0].clone().unwrap()).collect();
    winners.sort();
    (path, winners)
}

#[test]
fn a_late_event_changes_a_draw_that_was_not_made() {
    let project = Project::examples();
    with_late_steps(&project);
    let (_, winners) = drawn(&project);
    assert!(winners.iter().any(|winner| winner == LATE));
    assert!(!winners.iter().any(|winner| winner == LAST));
}

#[test]
fn a_draw_that_was_made_is_issued_again() {
    let project = Project::examples();
    let (_, winners) = drawn(&project);
    assert!(winners.iter().any(|winner| winner == LAST));
    with_late_steps(&project);
    let (_, again) = drawn(&project);
    assert_eq!(winners, again);
    let store = rusqlite::Connection::open(project.path(".wr/store.sqlite")).unwrap();
    let rows: i64 = store.query_row("SELECT count(*) FROM \"wallet_store.winners\"", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 10);
}

#[test]
fn a_week_that_was_drawn_is_not_drawn_for_another_number_of_winners() {
    let project = Project::examples();
    drawn(&project);
    let answer = project.wr(&["run", "weekly_draw.wr", "--set", "number=11"]);
    assert_ne!(answer.code, 0, "{}", answer.out);
    let left =
        project.files("out").into_iter().filter(|file| file.ends_with(".csv") && file.starts_with("runs")).count();
    assert_eq!(left, 1);
}

#[test]
fn the_winners_of_a_week_wait_in_the_next_weeks() {
    let project = Project::examples();
    let (_, winners) = drawn(&project);
    let path = "data/wallet/promo_steps.csv";
    let mut steps = std::fs::read_to_string(project.path(path)).unwrap();
    for person in winners.iter().map(String::as_str).chain(["30000001", "30000002"]) {
        (1..=5).for_each(|step| steps.push_str(&format!("{person},{step},2026-11-25T10:00:00Z\r\n")));
    }
    project.write(path, steps);
    let arguments = ["run", "weekly_draw.wr", "--json", "--as-of", "2026-11-30T12:00", "--set", "number=2"];
    let json = project.wr(&arguments).expect(0).json();
    let next = std::fs::read_to_string(json["files"][0]["path"].as_str().unwrap()).unwrap();
    let mut next: Vec<&str> = next.lines().skip(1).collect();
    next.sort_unstable();
    assert_eq!(next, ["30000001", "30000002"]);
}
