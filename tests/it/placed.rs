//! `place`: what it wants of a real server, and of a folder that stands for one.

use crate::servers::{demo, project};
use crate::support::project::Project;

const SCRIPT: &str = r#"report "Kinds"

use wallet from "schemas.wr"

let kinds =
  from wallet.cards
  filter kind is not null
  group by kind { cards = count() }
  place wallet
  sort kind

export kinds to csv "kinds.csv"
"#;

#[track_caller]
fn rows(project: &Project, script: &str) -> String {
    project.write("kinds.wr", script);
    std::fs::read_to_string(project.run("kinds.wr").join("kinds.csv")).unwrap()
}

#[test]
fn a_place_changes_no_row_of_a_folder() {
    let folder = Project::examples();
    let free = rows(&folder, &SCRIPT.replace("  place wallet\n", ""));
    assert_eq!(rows(&folder, SCRIPT), free);
    assert!(free.lines().count() > 2, "{free}");
    let plan = folder.wr(&["plan", "kinds.wr"]).expect(0).out;
    assert!(plan.contains("\nWhat `place` wants\n  `place wallet`: so it is\n"), "{plan}");
}

#[test]
fn a_script_is_right_or_wrong_wherever_it_is_checked() {
    let folder = Project::examples();
    folder.write("kinds.wr", SCRIPT.replace("kind is not null", "upper(kind) == \"PLASTIC\""));
    for profile in [&["check", "kinds.wr"][..], &["check", "kinds.wr", "--profile", "demo"]] {
        let answer = folder.wr(profile).expect(1);
        let wanted = "computed here, not by wallet.cards: the server's tables of letters can be others";
        assert!(answer.err.contains("WR0555") && answer.err.contains(wanted), "{}", answer.err);
    }
}

#[test]
fn a_server_does_what_is_wanted_of_it() {
    let Some(demo) = demo() else { return };
    let (there, folder) = (project(demo), Project::examples());
    assert_eq!(rows(&there, SCRIPT), rows(&folder, SCRIPT));
    let steps = there.wr(&["run", "kinds.wr", "--json"]).expect(0).json();
    let notes: Vec<&str> = steps["steps"].as_array().unwrap().iter().filter_map(|step| step["note"].as_str()).collect();
    assert!(notes.contains(&"done by wallet.cards"), "{notes:?}");
}

#[test]
fn what_only_the_server_knows_ends_the_run_before_a_row_is_read() {
    let Some(demo) = demo() else { return };
    demo.clickhouse
        .run("CREATE OR REPLACE TABLE places (id Int64, size Enum8('small' = 2, 'large' = 1), at DateTime64(9, 'UTC')) ENGINE = MergeTree ORDER BY id")
        .unwrap();
    demo.clickhouse
        .run("INSERT INTO places VALUES (1, 'small', '2026-01-01 00:00:00'), (2, 'large', '2026-01-01 21:00:00')")
        .unwrap();
    let project = project(demo);
    let script = |steps: &str| {
        format!(
            "report \"Places\"\n\nsource wallet: clickhouse\n\ntable wallet.places key id {{ id: int, size: text, at: datetime }}\n\nlet made =\n  from wallet.places\n  {steps}\n\nexport made to csv \"kinds.csv\"\n"
        )
    };
    let least = "aggregate { least = min(size) }";
    assert_eq!(rows(&project, &script(least)), "least\r\nlarge\r\n");
    let listed = "filter at in [2026-01-02T00:00, 2026-01-03T00:00]\n  select id";
    assert_eq!(rows(&project, &script(listed)), "id\r\n2\r\n");
    for (steps, why) in [
        (least, "the server orders the names of an enum by their numbers"),
        (listed, "the server's instants are finer than microseconds"),
    ] {
        project.write("kinds.wr", script(&format!("{steps}\n  place wallet")));
        project.wr(&["check", "kinds.wr"]).expect(0);
        let answer = project.wr(&["run", "kinds.wr"]).expect(4);
        assert!(answer.err.contains("WR0832") && answer.err.contains(why), "{}", answer.err);
        assert!(answer.err.contains("place wallet"), "{}", answer.err);
    }
}

#[test]
fn a_value_decides_and_the_run_says_so_before_it_asks() {
    let mut folder = Project::examples();
    let script = SCRIPT
        .replace("let kinds", "param least: int = 2 label \"Least\"\n\nlet kinds")
        .replace("kind is not null", "kind is not null and card_id // $least > 0");
    folder.write("kinds.wr", &script);
    folder.wr(&["check", "kinds.wr"]).expect(0);
    // A folder does not care.
    folder.run("kinds.wr");
    // Nobody answers where the profile leads; it is not even tried.
    folder.environment = vec![("WR_DEMO_PASSWORD", "x".to_owned())];
    let answer = folder.wr(&["run", "kinds.wr", "--profile", "demo"]).expect(4);
    assert!(answer.err.contains("WR0832") && answer.err.contains("computed here"), "{}", answer.err);
    let plan = folder.wr(&["plan", "kinds.wr", "--profile", "demo"]).expect(0).out;
    assert!(plan.contains("  `place wallet`: a run stops, as `filter "), "{plan}");
}
