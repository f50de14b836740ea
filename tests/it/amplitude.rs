//! Cohorts of Amplitude, chosen and counted: the list that people are offered, and what a run costs of the month's downloads.

use serde_json::{Value, json};
use wr_demo::amplitude_server::{AmplitudeServer, Cohort, Fault, Route, Setup};

use crate::servers::of_amplitude;
use crate::support::project::Project;

const SCRIPT: &str = r#"report "People"

source amp: amplitude

table amp.cohort(id: cohort of amp) {
  amplitude_id: int,
  user_id: text?,
  plan: text?,
}

param who: cohort of amp label "Cohort"

let all =
  from amp.cohort($who)

let again =
  from amp.cohort($who)
  filter user_id is not null

let others =
  from amp.cohort("k9z9z9z")
  select amplitude_id

export all to csv "all.csv"
export again to csv "again.csv"
export others to csv "others.csv"
"#;

/// One that is read, one that was put away, one that was never computed.
fn server() -> AmplitudeServer {
    let mut active = Cohort::new("k1a2b3c", "Active people", &[(1, "a"), (2, "b")]);
    active.properties = vec!["plan".to_owned()];
    active.rows.iter_mut().for_each(|row| row.push("free".to_owned()));
    let mut old = Cohort::new("k0l0d00", "Of last year", &[(1, "a")]);
    old.archived = true;
    let never = Cohort { last_computed: i64::MAX, ..Cohort::new("k9z9z9z", "all, who left", &[(3, "c")]) };
    AmplitudeServer::start(Setup { cohorts: vec![never, old, active], polls_until_done: 1, ..Setup::default() })
        .unwrap()
}

fn project(server: &AmplitudeServer) -> Project {
    let project = of_amplitude(server);
    project.write("people.wr", SCRIPT);
    project
}

#[test]
fn a_form_offers_the_cohorts_that_there_are_and_takes_an_address_as_well() {
    let server = server();
    let project = project(&server);
    let who = |arguments: &[&str]| project.wr(arguments).expect(0).json()["properties"]["who"].clone();
    let listed = json!([
        {"const": "k1a2b3c", "title": "Active people · 2 people · computed 2023-03-21 23:06"},
        {"const": "k9z9z9z", "title": "all, who left · 1 person"},
    ]);
    let online = who(&["form", "people.wr"]);
    assert_eq!(online["anyOf"], json!([{"type": "string", "oneOf": listed}, {"type": "string"}]), "{online:#}");
    assert_eq!(online["x-wr-cohort-of"], "amp");
    assert_eq!((server.calls(Route::Cohorts), server.counts().spent), (1, 0));
    project.write("two.wr", SCRIPT.replace("let all", "param also: cohort of amp label \"Another\"\n\nlet all"));
    let two = project.wr(&["form", "two.wr"]).expect(0).json();
    assert_eq!(two["properties"]["also"]["anyOf"], online["anyOf"]);
    assert_eq!(server.calls(Route::Cohorts), 2, "a form asks a connection once");
    let plain = json!({"type": "string", "title": "Cohort", "x-wr-cohort-of": "amp"});
    assert_eq!(who(&["form", "people.wr", "--offline"]), plain);
    assert_eq!(server.calls(Route::Cohorts), 2, "offline asks nobody");
    // A server that refuses: the form stays of use, and says why.
    server.fail(Route::Cohorts, &Fault::Status(400, "no".to_owned()), 1);
    let answer = project.wr(&["form", "people.wr"]).expect(0);
    assert_eq!(answer.json()["properties"]["who"], plain);
    assert!(answer.err.contains("the options of “Cohort” cannot be read: `amp`: "), "{}", answer.err);
}

#[test]
fn a_folder_has_a_list_of_its_cohorts() {
    let form = Project::examples().wr(&["form", "push_campaign.wr"]).expect(0).json();
    let listed: Vec<&Value> = form["properties"]["cohort"]["anyOf"][0]["oneOf"].as_array().unwrap().iter().collect();
    let titles: Vec<&str> = listed.iter().filter_map(|one| one["title"].as_str()).collect();
    let wanted = "Opened the app in October · 6050 people · computed 2026-11-23 06:15";
    assert!(titles.contains(&wanted), "{titles:?}");
}

#[test]
fn whoever_gives_a_name_hears_which_id_it_has() {
    let server = server();
    let project = project(&server);
    let refused = |who: &str| {
        let answer = project.wr(&["run", "people.wr", "--set", &format!("who={who}")]).expect(3);
        assert_eq!(server.counts().spent, 0, "{who}");
        answer.err
    };
    // A name is no id: several cohorts can have it.
    for who in ["Active people", "active peopel"] {
        let said = refused(who);
        let wanted = format!(
            "Cohort: there is no cohort \"{who}\": give its id or its address; perhaps k1a2b3c (“Active people”)\n"
        );
        assert!(said.contains(&wanted), "{said}");
    }
    assert_eq!(server.calls(Route::Cohorts), 2, "each asks once");
    let said = refused("Nobody knows");
    assert!(said.contains("\"Nobody knows\" is neither the id of a cohort nor the address of one"), "{said}");
    // One that has the form of an id.
    let said = refused("k1a2b3d");
    assert!(said.contains("did you mean `k1a2b3c` (“Active people”)?"), "{said}");
    // The list is no more than kindness.
    server.fail(Route::Cohorts, &Fault::Status(400, "no".to_owned()), 1);
    let said = refused("Active people");
    assert!(said.contains("\"Active people\" is neither the id of a cohort nor the address of one"), "{said}");
    // One that was put away is not offered, and can be read by who knows it.
    project.wr(&["run", "people.wr", "--dry-run", "--set", "who=k0l0d00"]);
    assert!(server.seen().iter().any(|seen| seen.target.starts_with("/api/5/cohorts/request/k0l0d00")));
}

#[test]
fn a_plan_says_what_its_cohorts_cost_and_what_was_taken() {
    let server = server();
    let project = project(&server);
    let plan = || project.wr(&["plan", "people.wr", "--set", "who=k1a2b3c"]).expect(0).out;
    let before = plan();
    let wanted = "
Downloads of Amplitude
  amp: at most 2 cohort files, 0.4 % of the 500 downloads of a month
  amp: this project took 0 this month, 0.0 %
  a file that was taken within the last week is taken again for nothing, while its cohort is the same
";
    assert!(before.ends_with(wanted), "{before}");
    assert!(server.seen().is_empty(), "a plan asks nobody");
    // A second run takes the same files.
    for _ in 0..2 {
        project.wr(&["run", "people.wr", "--set", "who=k1a2b3c"]).expect(0);
        assert_eq!(server.counts().spent, 2);
        assert!(plan().contains("  amp: this project took 2 this month, 0.4 %\n"), "{}", plan());
    }
    // Computed anew: a third file.
    server.put_cohort(Cohort { last_computed: 1_700_000_000, ..Cohort::new("k9z9z9z", "all, who left", &[(4, "d")]) });
    project.wr(&["run", "people.wr", "--set", "who=k1a2b3c"]).expect(0);
    assert_eq!(server.counts().spent, 3);
    assert!(plan().contains("  amp: this project took 3 this month, 0.6 %\n"), "{}", plan());
    // A folder costs nothing, whatever the connection is called; nor do events.
    assert!(!Project::examples().wr(&["plan", "push_campaign.wr"]).expect(0).out.contains("Downloads"));
    project.write(
        "events.wr",
        "report \"Events\"\n\nsource amp: amplitude\n\ntable amp.events(uploaded: period) { uploaded: datetime, event_type: text }\n\nparam days: period = last month\n\nlet all = from amp.events($days)\n\nexport all to csv \"all.csv\"\n",
    );
    let answer = project.wr(&["plan", "events.wr"]).expect(0);
    assert!(!answer.out.contains("Downloads"), "{}", answer.out);
}
