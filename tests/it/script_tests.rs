//! `wr test`: tests of scripts pass, fail and say why, and touch nothing.

use crate::support::project::Project;

const SCRIPT: &str = r#"report "Mailing"

source crm: sqlserver
source amp: amplitude

table crm.users key user_id {
  user_id: int entity user,
  city: text?,
  born: date?,
  score: decimal(8, 2)?,
}

table amp.cohort(id: cohort of amp) {
  user_id: text?,
}

param cohort: cohort of amp label "Cohort"
param least: int = 18 label "Age" where $least >= 14 else "no children"
param town: choice = first from (from crm.users filter city is not null select city sort city) label "City"
param parts: choices = all label "Parts" {
  "a" as "First",
  "b" as "Second",
}

fn age(born: date?) -> int? = years_between(born, today)

let members =
  from amp.cohort($cohort)
  derive client = int(user_id)

let recipients =
  from members
  join one crm.users as u on client == u.user_id unmatched <= 50%
  filter age(u.born) >= $least
  select u.user_id, u.city, u.score
  sort user_id

expect rows(recipients) > 0 else "nobody of {rows(members)}"

split recipients by user_id seed "b" {
  control 50% held,
  test rest,
}

export recipients.test to csv "{$least}-people.csv" { user_id as "User", city as "City" }
"#;

const USERS: &str = "crm.users = rows user_id, city, born, score {\n    (1, \"Tver\", 2000-05-05, 1.5),\n    \
                     (2, \"Omsk\", 2020-05-05, null),\n    (3, null, 1990-01-01, -2),\n  },\n  $town = \"Tver\",\n  \
                     $cohort = \"c7k2p9x1\",\n  now = 2026-11-23T12:00,\n";

fn project(tests: &str) -> Project {
    let project = Project::empty();
    project.write("mailing.wr", format!("{SCRIPT}\n{tests}"));
    project
}

/// A test with three users, of whom a cohort has some.
fn test(title: &str, members: &str, more: &str, expected: &str) -> String {
    format!(
        "test \"{title}\" with {{\n  {USERS}  amp.cohort = rows user_id {{ {members} }},{more}\n}} expect {expected}\n"
    )
}

const ALL: &str = "(\"1\"), (\"2\"), (\"3\")";

#[test]
fn tests_pass_that_say_what_a_run_would_give_and_nothing_is_left_behind() {
    let tests = [
        test("rows", ALL, "", "{ recipients = rows user_id, city, score { (1, \"Tver\", 1.50), (3, null, -2) } }"),
        test("a pipeline", ALL, "", "{ (from recipients aggregate { n = count() }) = rows n { (2) } }"),
        test("a value", ALL, " $least = 30, $parts = [\"b\"]", "{ recipients = rows user_id { (3) } }"),
        // The hash of the seed "b" and the key is 0.606 of the whole for 1 and 0.470 for 3.
        test(
            "a branch",
            ALL,
            "",
            "{ recipients.control = rows user_id { (3) }, \"18-people.csv\" = rows \"User\", \"City\" { (1, \"Tver\") } }",
        ),
        test("nobody", "", "", "broken \"nobody of 0\""),
        test("no match", "(\"7\"), (\"8\")", "", "fail WR0804"),
        test("no number", "(\"x\")", "", "fail WR0802"),
        test("a child", ALL, " $least = 3", "refused $least"),
        test("no option", ALL, "", "refused $town").replace("\"Tver\",\n  $cohort", "\"Kazan\",\n  $cohort"),
    ];
    let project = project(&tests.concat());
    let answer = project.wr(&["test"]).expect(0);
    assert!(answer.err.contains("9 tests passed"), "{}\n{}", answer.out, answer.err);
    assert_eq!(project.files("."), ["mailing.wr"]);
}

#[test]
fn a_test_that_fails_shows_which_cells_and_rows_differ() {
    let wrong = "{ recipients = rows user_id, city { (1, \"Omsk\"), (9, \"Kazan\") } }";
    let tests = [test("good", ALL, "", "{ recipients = rows user_id { (1), (3) } }"), test("bad", ALL, "", wrong)];
    let project = project(&tests.concat());
    let answer = project.wr(&["test", "mailing.wr"]).expect(4);
    let expected = "\
mailing.wr
  passed  good
  failed  bad
    recipients: 1 different, 1 missing, 1 extra
        user_id  city
      ~ 1        \"Omsk\" → \"Tver\"
      - 9        \"Kazan\"
      + 3        null
";
    assert_eq!(answer.out, expected);
    assert!(answer.err.contains("1 of 2 tests failed"), "{}", answer.err);
    let json = project.wr(&["test", "--json"]).expect(4).json();
    assert_eq!((&json["passed"], &json["failed"]), (&1.into(), &1.into()));
    let rows = &json["tests"][1]["differences"][0]["rows"];
    assert_eq!(rows[0]["kind"], "different");
    assert_eq!(rows[1]["expected"][1], "Kazan");
    assert_eq!(rows[2]["got"], serde_json::json!(["3", null]));
}

#[test]
fn the_order_of_rows_counts_where_a_sort_promises_one() {
    let reversed = "{ recipients = rows user_id { (3), (1) } }";
    project(&test("sorted", ALL, "", reversed)).wr(&["test"]).expect(4);
    let reversed = "{ (from members select client) = rows client { (3), (2), (1) } }";
    project(&test("free", ALL, "", reversed)).wr(&["test"]).expect(0);
}

#[test]
fn another_end_than_the_expected_one_is_told() {
    for (expected, members, words) in [
        ("{ recipients = rows user_id { } }", "", "WR0850: nobody of 0"),
        ("fail WR0804", ALL, "was to fail with WR0804, and nothing failed"),
        ("fail WR0804", "(\"x\")", "WR0802"),
        ("broken \"nobody\"", "", "WR0850: nobody of 0"),
        ("refused $least", ALL, "was taken"),
        ("{ \"19-people.csv\" = rows \"User\" { } }", ALL, "is called \"18-people.csv\""),
    ] {
        let answer = project(&test("one", members, "", expected)).wr(&["test"]).expect(4);
        assert!(answer.out.contains(words), "{expected}: {}", answer.out);
    }
}

#[test]
fn a_held_person_in_a_file_fails_a_test_as_it_fails_a_run() {
    let leak = "export all to csv \"all.csv\"\n";
    let tests = format!("let all = from crm.users select user_id\n{leak}{}", test("leak", ALL, "", "fail WR0851"));
    project(&tests).wr(&["test"]).expect(0);
}

#[test]
fn a_run_and_a_check_know_of_tests_what_they_have_to() {
    let project = project(&test("wrong", ALL, "", "{ recipients = rows person { (1) } }"));
    assert!(project.wr(&["check"]).expect(1).err.contains("WR0562"));
    let answer = project.wr(&["test"]).expect(1);
    assert!(answer.err.contains("WR0562"), "{}", answer.err);
    // The plan of a run is the same with tests and without.
    let plan = |tests: &str| {
        let project = super::script_tests::project(tests);
        project.wr(&["plan", "mailing.wr", "--stage", "physical", "--set", "cohort=c7k2p9x1"]).expect(0).out
    };
    assert_eq!(
        plan(""),
        plan(&test("one", ALL, "", "{ recipients = rows user_id { (1) }, members = rows client { } }"))
    );
}

#[test]
fn the_tests_of_a_library_are_tried_where_it_is_named() {
    let project = Project::empty();
    project.write(
        "lib/people.wr",
        "source crm: sqlserver\ntable crm.users key user_id { user_id: int, city: text? }\n\
         let tver =\n  from crm.users\n  filter city == \"Tver\"\n\
         test \"tver\" with { crm.users = rows user_id, city { (1, \"Tver\"), (2, null) } } \
         expect { tver = rows user_id { (1) } }\n",
    );
    project.write("a.wr", "use tver from \"lib/people.wr\"\nexport tver to csv \"a.csv\"\n");
    let json = project.wr(&["test", "--json"]).expect(0).json();
    assert_eq!(json["tests"].as_array().unwrap().len(), 1);
    assert_eq!(json["tests"][0]["script"], "lib/people.wr");
}

#[test]
fn the_tests_of_the_samples_pass() {
    let json = Project::examples().wr(&["test", "--json"]).expect(0).json();
    let mut tried = std::collections::BTreeMap::<&str, usize>::new();
    for test in json["tests"].as_array().unwrap() {
        *tried.entry(test["script"].as_str().unwrap()).or_default() += 1;
    }
    let samples = ["partner_cards", "plastic_cards", "push_campaign", "push_report", "retargeting", "weekly_draw"];
    for sample in samples {
        assert!(tried.get(format!("{sample}.wr").as_str()).is_some_and(|count| *count >= 2), "{sample}: {tried:?}");
    }
}
